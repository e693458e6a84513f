package web_test

import (
	"context"
	"regexp"
	"testing"

	"hoso/shared/people"
	"hoso/shared/register"
)

func TestARowOfTheRegisterIsErasedOnPages(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	b := w.signIn(w.known(rd.Settings.Preparers[0]))
	plan, err := w.rooms.Register.Plan(context.Background(), people.Actor{Person: w.known(rd.Settings.Preparers[0])}, [][]string{
		register.Headings(), {"Cá nhân", "Hoàng Thị Chín", "1980-01-02", "Sở Y tế", "Bằng khen", "", "9/QĐ-UBND", "2020-05-01", ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.rooms.Register.Import(context.Background(), w.key(), people.Actor{Person: w.known(rd.Settings.Preparers[0])}, plan); err != nil {
		t.Fatal(err)
	}
	all := "/rounds/" + rd.ID + "/erasures"
	b.get(all).want(t, 200, `id="erase-others"`, "chain=register", "Sổ khen thưởng")
	b.get(all+"/new?chain=register").want(t, 200, `id="find-rows"`, "Không có nội dung nào ở đây")
	b.get(all+"/new?chain=person/x").want(t, 404)
	page := b.get(all + "/new?chain=register&name=ho%C3%A0ng+th%E1%BB%8B+ch%C3%ADn")
	page.want(t, 200, "Hoàng Thị Chín · 1980-01-02 · Sở Y tế")
	ref := regexp.MustCompile(`name="texts" value="([^"]+)"`).FindStringSubmatch(page.body)
	if ref == nil {
		t.Fatal(page.body)
	}
	v := b.hidden(all)
	for name, value := range map[string]string{"chain": "register", "texts": ref[1], "number": "7/QĐ-STTTT", "date": "2023-11-05", "ground": "requested", "reason": "Người được nêu yêu cầu."} {
		v.Set(name, value)
	}
	b.send(all, v).want(t, 303)
	b.follow().want(t, 200, "Hoàng Thị Chín", "Sổ khen thưởng")
	h := w.signIn(w.known(rd.Settings.Head[0]))
	h.get(all+"/1").want(t, 200, "Hoàng Thị Chín", `id="decide"`)
	h.post(all+"/1", "is", "confirm", "sure", "yes").want(t, 303)
	h.follow().want(t, 200, "đã xóa theo quyết định")
	if a := b.get("/register"); a.status != 200 || regexp.MustCompile("Hoàng Thị Chín").MatchString(a.body) {
		t.Error("the row is still in the register")
	}
}
