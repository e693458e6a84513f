package access_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/evidence"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// TestALookIsRecordedOnceADay: by ids only, on a chain of its own.
func TestALookIsRecordedOnceADay(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	who := people.Actor{Person: w.person("kiemtra@example.vn", people.Auditor)}
	look := access.View{Dossier: "d1", What: "record"}
	events := func() []evidence.Placed {
		t.Helper()
		list, err := w.Store.Events(ctx, access.ViewChain("dossier/d1"), 0, store.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	for range 3 {
		if err := w.Viewed(ctx, who, look); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(events()); n != 1 {
		t.Errorf("three looks of a day are %d events", n)
	}
	if err := w.Viewed(ctx, who, access.View{Dossier: "d1", What: "document", Of: "x"}); err != nil {
		t.Fatal(err)
	}
	w.pass(24 * time.Hour)
	if err := w.Viewed(ctx, who, look); err != nil {
		t.Fatal(err)
	}
	list := events()
	if len(list) != 3 {
		t.Fatalf("%d events", len(list))
	}
	e, err := evidence.Read(list[0])
	if err != nil || e.Actor != who.ID || e.Type != "dossier.viewed" || string(e.Data) != `{"of":"","what":"record"}` {
		t.Errorf("%+v %s, %v", e, e.Data, err)
	}
}

// TestBulkReadingIsTold: who looks at more dossiers than the rate is recorded
// and told of once, and can go on.
func TestBulkReadingIsTold(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	who := people.Actor{Person: w.person("nhieu@example.vn", people.Auditor)}
	w.person("kiemtra@example.vn", people.Auditor)
	w.person("vanhanh@example.vn", people.Operator)
	w.person("thamdinh@example.vn", people.Appraiser)
	told := func() (n int) {
		for _, m := range w.notices() {
			if m.Template == mail.BulkReading {
				n++
			}
		}
		return n
	}
	if w.Rates.Views != (access.Rate{Burst: 200, Per: 10 * time.Minute}) {
		t.Errorf("the product's rate is %+v", w.Rates.Views)
	}
	w.Rates.Views.Burst = 20
	for i := range 25 {
		if i == 20 && told() != 0 {
			t.Error("told at the limit itself")
		}
		if err := w.Viewed(ctx, who, access.View{Dossier: fmt.Sprint("d", i), What: "record"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := told(); n != 2 {
		t.Errorf("%d are told, want the other auditor and the operator", n)
	}
	list, err := w.Store.Events(ctx, people.Chain(who.ID), 0, store.MaxPage)
	if err != nil {
		t.Fatal(err)
	}
	alerts := 0
	for _, p := range list {
		if e, err := evidence.Read(p); err == nil && e.Type == "person.bulk-reading" {
			alerts++
		}
	}
	if alerts != 1 {
		t.Errorf("%d alerts", alerts)
	}
}
