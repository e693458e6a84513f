package player

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"
)

// enterDecision lets a clerk enter number, date and PDF of the Chairman's
// decision, with the script's way of uploading.
func enterDecision(p *Play, ctx context.Context) error {
	who := p.who("clerk1")
	if err := who.taskFrom(ctx, "/tasks"); err != nil {
		return err
	}
	now, err := p.clock.Now(ctx)
	if err != nil {
		return err
	}
	paper, err := decisionPaper("2418/QĐ-UBND", now.In(vietnam()), winners())
	if err != nil {
		return err
	}
	var slot struct {
		ID   string `json:"id"`
		Form Ticket `json:"form"`
	}
	api := who.API()
	err = api.Call(ctx, http.MethodPost, "/api"+who.Page.URL.Path+"/decision-uploads", map[string]any{"size": len(paper.Bytes), "sha256": sum(paper.Bytes)}, &slot)
	if err != nil {
		return err
	}
	if err := slot.Form.Send(ctx, paper); err != nil {
		return err
	}
	form := who.Page.Form("enter").Set("upload", slot.ID).Set("number", "2418/QĐ-UBND").Set("date", now.In(vietnam()).Format("2006-01-02"))
	if err := who.Submit(ctx, form); err != nil {
		return err
	}
	p.check(!who.Page.HasForm("confirm"), "người nhập quyết định được tự xác nhận")
	return nil
}

// taskFrom opens the newest task in the person's list.
func (p *Person) taskFrom(ctx context.Context, list string) error {
	return until(ctx, "việc của "+p.Name, func() (bool, error) {
		if err := p.Open(ctx, list); err != nil {
			return false, err
		}
		for _, l := range p.Page.Links() {
			if strings.HasPrefix(l.Href, "/tasks/") {
				return true, p.Open(ctx, l.Href)
			}
		}
		return false, nil
	})
}

// confirmDecision lets the second clerk compare and confirm: it then counts.
func confirmDecision(p *Play, ctx context.Context) error {
	who := p.who("clerk2")
	if err := who.asked(ctx, "task-decision", nil); err != nil {
		return err
	}
	form := who.Page.Form("confirm")
	if err := who.Submit(ctx, form); err != nil {
		return err
	}
	return p.decided(ctx, who, form)
}

// results waits until every dossier has its outcome and every unit its mail.
func results(p *Play, ctx context.Context) error {
	for _, c := range cases() {
		f := p.files[c.Key]
		who := p.submitter(f)
		err := until(ctx, "kết quả hồ sơ "+c.Key, func() (bool, error) {
			if err := who.Open(ctx, "/dossiers/"+f.ID); err != nil {
				return false, err
			}
			f.State = who.Page.ByID("state")
			return f.State == c.Outcome, nil
		})
		p.check(err == nil, "hồ sơ %s: %s, phải là %s", c.Key, f.State, c.Outcome)
	}
	for _, c := range cases() {
		if c.Outcome == withdrawn {
			continue // its unit asked for it
		}
		told := func(m Mail) bool { return p.told(c.Key)(m) && strings.Contains(m.Text, c.Outcome) }
		_, err := p.mail.Next(ctx, "kết quả hồ sơ "+c.Key, told)
		p.check(err == nil, "đơn vị %s không có thư kết quả “%s”", c.Key, c.Outcome)
	}
	return nil
}

// told accepts the mail by which a dossier's unit is told its outcome.
func (p *Play) told(key string) func(Mail) bool {
	f := p.files[key]
	return func(m Mail) bool { return m.Dossier == f.ID && For(f.Submitter.Email, "result")(m) }
}

// receipts waits until everybody who decided was told so, by one mail each
// decision, and checks that no mail of the play holds a nominee's name.
func receipts(p *Play, ctx context.Context) error {
	due := map[string]int{"appraiser1": 4, "appraiser2": 3, "head": 2, "reviewer": 1, "clerk2": 1}
	told := map[string]int{}
	var all []Mail
	err := until(ctx, "thư ghi nhận", func() (ready bool, err error) {
		if all, err = p.Box.Mails(ctx); err != nil {
			return false, err
		}
		clear(told)
		for _, m := range all {
			if m.Purpose == "decision-receipt" {
				told[strings.ToLower(m.To)]++
			}
		}
		for key, want := range due {
			if told[p.who(key).Email] < want {
				return false, nil
			}
		}
		return true, nil
	})
	for key, want := range due {
		got := told[p.who(key).Email]
		p.check(got == want, "%s quyết định %d lần, nhận %d thư ghi nhận", p.who(key).Name, want, got)
	}
	for _, m := range all {
		for _, c := range cases() {
			for _, n := range c.Nominees {
				p.check(!strings.Contains(m.Text+m.Subject, n.Name), "thư %s có tên %s", m.ID, n.Name)
			}
		}
	}
	return err
}

// strangers looks at what people must not see: another unit's dossier, and
// pages of other roles.
func strangers(p *Play, ctx context.Context) error {
	other := p.who("chodon")
	for _, c := range []struct {
		who  *Person
		path string
		want int
	}{
		{other, "/dossiers/" + p.files["ba-be"].ID, http.StatusNotFound},
		{other, "/dossiers/" + strings.Repeat("0", 32), http.StatusNotFound},
		{other, "/rounds/" + p.round, http.StatusForbidden},
		{p.who("reviewer"), "/dossiers/" + p.files["ba-be"].ID, http.StatusForbidden},
		{p.who("auditor"), "/people", http.StatusForbidden},
	} {
		err := c.who.Open(ctx, c.path)
		var refused *StatusError
		if !errors.As(err, &refused) {
			p.check(false, "%s mở được %s", c.who.Name, c.path)
			continue
		}
		p.check(refused.Status == c.want, "%s mở %s: %d, phải là %d", c.who.Name, c.path, refused.Status, c.want)
	}
	return nil
}

// audit lets the auditor find a dossier without marks, look at its history,
// and download its sealed package.
func audit(p *Play, ctx context.Context) error {
	who := p.who("auditor")
	if err := who.Open(ctx, "/search"); err != nil {
		return err
	}
	if err := who.Submit(ctx, who.Page.FormWith("q").Set("q", "hoang duc thien")); err != nil {
		return err
	}
	f := p.files["ba-be"]
	p.check(who.Page.Link("/records/"+f.ID) != "", "tìm “hoang duc thien” không thấy hồ sơ Ba Bể")
	for _, c := range cases() {
		f := p.files[c.Key]
		if err := p.sealed(ctx, who, c.Key); err != nil {
			return err
		}
		kind, size, err := who.Download(ctx, "/records/"+f.ID+"/package")
		if err != nil {
			return err
		}
		p.check(strings.Contains(kind, "zip") && size > 10_000, "gói lưu trữ của %s có kiểu %s, %d byte", c.Key, kind, size)
	}
	return nil
}

// table shows how everything ended and how to sign in as each person.
func table(p *Play, _ context.Context) error {
	p.printf("\n")
	w := tabwriter.NewWriter(p.Out, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "HỒ SƠ\tSỐ\tCHUYỆN GÌ\tKẾT QUẢ")
	for _, c := range cases() {
		f := p.files[c.Key]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", strings.TrimPrefix(c.Office.Full, "Ủy ban nhân dân "), f.Receipt, c.Story, f.State)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	p.printf("\nĐăng nhập: mở %s/sign-in, nhập địa chỉ thư dưới đây, rồi lấy mã trong thư.\n\n", p.Server)
	w = tabwriter.NewWriter(p.Out, 2, 4, 2, ' ', 0)
	for _, key := range p.order {
		m := p.who(key)
		fmt.Fprintf(w, "%s\t%s\t%s\n", m.Email, m.Name, strings.TrimSpace(m.Title+" "+strings.TrimPrefix(m.Unit, "Ủy ban nhân dân ")))
	}
	return w.Flush()
}

// sealed waits until a dossier that is at its end lies in the archive.
func (p *Play) sealed(ctx context.Context, who *Person, key string) error {
	id := p.files[key].ID
	return until(ctx, "hồ sơ "+key+" vào lưu trữ", func() (bool, error) {
		if err := who.Open(ctx, "/records/"+id); err != nil {
			return false, err
		}
		return who.Page.Link("/records/"+id+"/package") != "", nil
	})
}
