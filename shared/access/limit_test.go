package access_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
)

func TestAskingTooOftenIsLimitedPerAddressAndOrigin(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"binh@example.vn", "nobody@example.vn"} {
		for range 5 * people.CodeShared { // so many browsers wait for one mail
			if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: email, Origin: email}); err != nil {
				t.Fatal(err)
			}
		}
		want(t, w.AskCode(context.Background(), w.Browser(), access.Ask{Email: email, Origin: email}), fault.Limited, "too-often")
	}
	w.pass(12 * time.Minute)
	if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: "binh@example.vn", Origin: "x"}); err != nil {
		t.Errorf("after a fifth of the hour: %v", err)
	}
	for i := range 20 { // a mail each
		if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: fmt.Sprint(i, "@example.vn"), Origin: "one"}); err != nil {
			t.Fatal(err)
		}
	}
	want(t, w.AskCode(context.Background(), w.Browser(), access.Ask{Email: "more@example.vn", Origin: "one"}), fault.Limited, "too-often")
}

// TestAScannerLeavesThePersonAWayIn: a program that opens every link of ten
// mails, asks for a code at each and types rubbish does not use up the mails of
// the person, who asks from the same network a moment later.
func TestAScannerLeavesThePersonAWayIn(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Appraiser)
	mails := func() (n int) {
		for _, m := range w.notices() {
			if m.Template == mail.SignInCode {
				n++
			}
		}
		return n
	}
	for range 10 {
		browser := w.Browser()
		if err := w.AskCode(ctx, browser, access.Ask{Person: p.ID, Origin: "office"}); err != nil {
			t.Fatal(err)
		}
		for i := range people.CodeTries {
			if _, err := w.EnterCode(ctx, browser, fmt.Sprintf("%08d", i), "office"); err == nil {
				t.Fatal("rubbish signs in")
			}
		}
		w.pass(2 * time.Second)
	}
	if n := mails(); n != 2 {
		t.Errorf("the scanner caused %d mails", n)
	}
	w.pass(20 * time.Second)
	mine := w.Browser()
	if err := w.AskCode(ctx, mine, access.Ask{Person: p.ID, Origin: "office"}); err != nil {
		t.Fatal(err)
	}
	if n := mails(); n != 2 {
		t.Errorf("the person's asking made it %d mails: the one just sent will do", n)
	}
	var in access.SignedIn
	err, code := error(nil), ""
	for _, m := range w.notices() { // of two mails of the same minute the person tries both
		code = w.box.Digits(access.CodePurpose, m.Data[mail.Code], people.CodeDigits)
		if in, err = w.EnterCode(ctx, mine, code, "office"); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if v, err := w.Session(ctx, in.Secret); err != nil || v.ID != p.ID {
		t.Errorf("session of %+v, %v", v, err)
	}
	// One mail signs in once, whoever else waits for it.
	other := w.Browser()
	if err := w.AskCode(ctx, other, access.Ask{Person: p.ID, Origin: "office"}); err != nil {
		t.Fatal(err)
	}
	_, err = w.EnterCode(ctx, other, code, "office")
	want(t, err, fault.Invalid, "code-wrong") // it waits for another
	if n := mails(); n != 3 {
		t.Errorf("after the sign-in %d mails", n)
	}
}

// TestTwoBrowsersThatWaitForOneMailDoNotBothGetIn races the same code from all
// browsers that wait for it.
func TestTwoBrowsersThatWaitForOneMailDoNotBothGetIn(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Auditor)
	var browsers []string
	for range people.CodeShared {
		b := w.Browser()
		if err := w.AskCode(ctx, b, access.Ask{Email: p.Email, Origin: "a"}); err != nil {
			t.Fatal(err)
		}
		browsers = append(browsers, b)
	}
	if n := len(w.notices()); n != 1 {
		t.Fatalf("%d mails", n)
	}
	code := w.code()
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for _, b := range browsers {
		wg.Go(func() {
			_, err := w.EnterCode(ctx, b, code, "a")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !fault.Is(err, fault.Gone) {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("%d browsers got in by one code", in)
	}
}

// TestACodeThatIsAskedForLateComesByItsOwnMail: an older mail is not pointed
// to, since little of its time is left.
func TestACodeThatIsAskedForLateComesByItsOwnMail(t *testing.T) {
	w := newWorld(t)
	p := w.person("binh@example.vn", people.Auditor)
	for range 2 {
		if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: p.Email, Origin: "a"}); err != nil {
			t.Fatal(err)
		}
		w.pass(people.CodeFresh)
	}
	if n := len(w.notices()); n != 2 {
		t.Errorf("%d mails", n)
	}
}

func TestLimiterAdmitsExactlyTheBurst(t *testing.T) {
	w := newWorld(t)
	rate := access.Rate{Burst: 12, Per: time.Minute}
	var wg sync.WaitGroup
	var mu sync.Mutex
	admitted := 0
	for range 400 {
		wg.Go(func() {
			if _, ok := w.Limits.Take(access.Spend{Rate: rate, Key: "k"}); ok {
				mu.Lock()
				admitted++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if admitted != 12 {
		t.Errorf("%d admitted, want 12", admitted)
	}
	wait, _ := w.Limits.Take(access.Spend{Rate: rate, Key: "k"})
	if wait != 5*time.Second {
		t.Errorf("wait %v, want 5s", wait)
	}
	other := access.Spend{Rate: rate, Key: "other"}
	w.Limits.Take(other, access.Spend{Rate: rate, Key: "k"})
	w.pass(time.Minute)
	for range 12 {
		if _, ok := w.Limits.Take(access.Spend{Rate: rate, Key: "k"}, other); !ok {
			t.Fatal("a full minute later the burst is not free again")
		}
	}
}
