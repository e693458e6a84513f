package player

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"hoso/infra/onebox/player/pdfs"
)

// byLink opens the acting link of a mail in the person's own browser and ends
// on the task's page, signed in: by a session that still lives, or by a code
// mailed to the same address.
func (p *Person) byLink(ctx context.Context, m Mail) error {
	if m.Link() == "" {
		return fmt.Errorf("thư %q gửi %s không có đường dẫn", m.Subject, p.Name)
	}
	if err := p.Browser.Open(ctx, m.Link()); err != nil {
		return err
	}
	if strings.Contains(p.Page.URL.Path, "/v/") {
		return fmt.Errorf("địa chỉ %s còn giữ mã của đường dẫn", p.Page.URL.Path)
	}
	if p.Page.HasForm("/code") {
		return p.code(ctx, p.Page.Form("/code"))
	}
	return nil
}

// asked reads the mail by which a person is asked to decide and follows it.
func (p *Person) asked(ctx context.Context, purpose string, about func(Mail) bool) error {
	m, err := p.play.mail.Next(ctx, purpose+" cho "+p.Name, func(m Mail) bool { return For(p.Email, purpose)(m) && (about == nil || about(m)) })
	if err != nil {
		return err
	}
	return p.byLink(ctx, m)
}

// taskForm is the form by which the task of a page is decided.
func taskForm(p *Page) *Form {
	for _, id := range []string{"decide", "review", "confirm"} {
		if p.HasForm(id) {
			return p.Form(id)
		}
	}
	return p.Form("decide")
}

// asks reports whether the page still asks for a decision.
func asks(p *Page) bool { return len(taskForm(p).missing) == 0 }

// decided checks that the page after a decision says that it was recorded,
// and repeats the decision: it must not count twice.
func (p *Play) decided(ctx context.Context, who *Person, sent *Form) error {
	path := who.Page.URL.Path
	if asks(who.Page) {
		return fmt.Errorf("trang %s vẫn hỏi quyết định: %s", path, who.Page.Complaint())
	}
	after := who.Page.Main()
	err := who.Submit(ctx, sent)
	var refused *StatusError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	if err := who.Open(ctx, path); err != nil && !errors.As(err, &refused) {
		return err
	}
	p.check(who.Page.Main() == after, "gửi lại quyết định của %s làm thay đổi trang %s", who.Name, path)
	return nil
}

// appraise lets one of the two appraisers decide on a dossier.
func (p *Play) appraise(ctx context.Context, f *dossierFile, by string) error {
	who := p.who(by)
	if err := who.asked(ctx, "task-appraisal", func(m Mail) bool { return m.Dossier == f.ID }); err != nil {
		return err
	}
	form := taskForm(who.Page)
	for i, n := range f.Nominees {
		names := form.About("is-", n.Name)
		if len(names) != 1 {
			return fmt.Errorf("trang thẩm định không có đúng một mục cho %s (%d)", n.Name, len(names))
		}
		id := strings.TrimPrefix(names[0], "is-")
		if len(form.Values[names[0]]) > 0 {
			p.check(false, "quyết định về %s đã được chọn sẵn", n.Name)
		}
		if f.Refuse != "" {
			form.Set("is-"+id, "refused").Set("reason-"+id, f.Refuse)
			continue
		}
		form.Set("is-"+id, "approved")
		if form.Has("score-" + id) {
			form.Set("score-"+id, fmt.Sprint(f.Scores[i]))
		}
	}
	if form.Has("noted") {
		form.Set("noted", form.fields["noted"]...)
	}
	if form.Has("act") {
		form.Set("act", "decide")
	}
	if err := who.Submit(ctx, form); err != nil {
		return err
	}
	return p.decided(ctx, who, form)
}

// appraiserOf is who decides on the i-th dossier.
func appraiserOf(i int) string { return []string{"appraiser1", "appraiser2"}[i%2] }

// appraiseAll decides every dossier that waits, the two appraisers in turn.
func appraiseAll(p *Play, ctx context.Context) error {
	for i, c := range cases() {
		if err := p.appraise(ctx, p.files[c.Key], appraiserOf(i)); err != nil {
			return fmt.Errorf("%s: %w", c.Key, err)
		}
		if c.Refuse == "" {
			continue
		}
		if err := p.sealed(ctx, p.who("admin"), c.Key); err != nil {
			return err
		}
	}
	return nil
}

// prepare lets the administrator choose the best of each kind, as many as
// there are places.
func (p *Play) prepare(ctx context.Context, names ...string) error {
	return p.who("admin").Insist(ctx, "/rounds/"+p.round+"/ranking", "/selection", func(form *Form) {
		var chosen []string
		for _, n := range names {
			chosen = append(chosen, form.Choice("choose", n))
		}
		form.Set("choose", chosen...)
	})
}

// tooMany tries to prepare more than there are places: it must be refused.
func tooMany(p *Play, ctx context.Context) error {
	err := p.prepare(ctx, firstChoice(3, 3)...)
	var refused *StatusError
	if !errors.As(err, &refused) {
		p.check(false, "chọn 3 tập thể khi chỉ có %d chỗ mà không bị từ chối", capCollectives)
		return err
	}
	p.note("cổng trả lời: %s", refused.Says)
	return nil
}

// firstChoice are the names of the best collectives and individuals.
func firstChoice(collectives, individuals int) []string {
	c := []string{"Phòng Văn hóa và Thông tin huyện Chợ Đồn", "Phòng Kế hoạch - Tài chính Sở Y tế", "Trung tâm Văn hóa, Thể thao và Truyền thông huyện Na Rì"}
	i := []string{"Lường Thị Bích Ngân", "Hoàng Đức Thiện", "Vũ Ngọc Tú", "Nông Thị Dậu"}
	return append(c[:collectives:collectives], i[:individuals]...)
}

func prepareSelection(p *Play, ctx context.Context) error {
	return p.prepare(ctx, firstChoice(capCollectives, capIndividuals)...)
}

// confirm lets the head confirm the prepared selection.
func confirm(p *Play, ctx context.Context) error {
	head := p.who("head")
	if err := head.asked(ctx, "task-selection", nil); err != nil {
		return err
	}
	form := taskForm(head.Page)
	if err := head.Submit(ctx, form); err != nil {
		return err
	}
	return p.decided(ctx, head, form)
}

// withdrawSelected withdraws a selected dossier: the place becomes free in
// the same act.
func withdrawSelected(p *Play, ctx context.Context) error {
	for _, c := range cases() {
		if c.Withdraw == "" {
			continue
		}
		if err := p.asksReview(ctx, 1); err != nil {
			return err
		}
		admin := p.who("admin")
		err := admin.Insist(ctx, "/records/"+p.files[c.Key].ID+"/withdraw", "/withdraw", func(f *Form) { f.Set("reason", c.Withdraw) })
		if err != nil {
			return err
		}
		if err := p.sealed(ctx, admin, c.Key); err != nil {
			return err
		}
	}
	return nil
}

// asksReview waits until the reviewer was asked about the list for the n-th
// time: what happens next changes a list that is under review.
func (p *Play) asksReview(ctx context.Context, n int) error {
	return until(ctx, "thư mời thẩm định danh sách", func() (bool, error) {
		all, err := p.Box.Mails(ctx)
		asked := 0
		for _, m := range all {
			if For(p.who("reviewer").Email, "task-review")(m) {
				asked++
			}
		}
		return asked >= n, err
	})
}

// nextInOrder gives the free place to the next in order.
func nextInOrder(p *Play, ctx context.Context) error {
	if err := p.asksReview(ctx, 2); err != nil {
		return err
	}
	if err := p.prepare(ctx, "Nông Thị Dậu"); err != nil {
		return err
	}
	return confirm(p, ctx)
}

// reviewsAsked is how often the reviewer is asked about the list: at first,
// after the withdrawal, and with the next in order.
const reviewsAsked = 3

// reviewList lets Sở Nội vụ approve the consolidated list. It was asked about
// before it changed: those links must not act any more. All are followed, for
// mails of one second come in any order.
func reviewList(p *Play, ctx context.Context) error {
	who := p.who("reviewer")
	if err := p.asksReview(ctx, reviewsAsked); err != nil {
		return err
	}
	acts := ""
	for range reviewsAsked {
		err := who.asked(ctx, "task-review", nil)
		var gone *StatusError
		switch {
		case errors.As(err, &gone) && gone.Status == http.StatusGone:
			p.note("đường dẫn cũ trả lời: %s", gone.Says)
		case err != nil:
			return err
		default:
			p.check(acts == "", "hai đường dẫn cùng hỏi về danh sách: %s và %s", acts, who.Page.URL.Path)
			acts = who.Page.URL.Path
		}
	}
	if err := who.Open(ctx, acts); err != nil {
		return err
	}
	form := taskForm(who.Page)
	names := form.Names("is-")
	p.check(len(names) == capCollectives+capIndividuals, "danh sách thẩm định có %d mục, phải là %d", len(names), capCollectives+capIndividuals)
	for _, n := range names {
		form.Set(n, "approved")
	}
	if err := who.Submit(ctx, form); err != nil {
		return err
	}
	return p.decided(ctx, who, form)
}

// winners are the nominees the decision is about.
func winners() []pdfs.Nominee {
	var out []pdfs.Nominee
	for _, collective := range []bool{true, false} {
		for _, c := range cases() {
			for _, n := range c.Nominees {
				if c.Outcome == awarded && n.Collective == collective {
					out = append(out, n)
				}
			}
		}
	}
	return out
}
