package player

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"hoso/infra/onebox/player/pdfs"
)

// Visitor gives the cookies of a live session of a person of the cast, for
// somebody who wants to look at the pages through another browser.
func (p *Play) Visitor(ctx context.Context, key string) ([]*http.Cookie, error) {
	who, ok := p.cast[key]
	if !ok {
		return nil, fmt.Errorf("không có nhân vật %q", key)
	}
	if err := who.Open(ctx, "/tasks"); err != nil {
		return nil, err
	}
	return who.Cookies(), nil
}

// Round is the address of the round.
func (p *Play) Round() string { return "/rounds/" + p.round }

// Dossier is the id of a case's dossier.
func (p *Play) Dossier(key string) string { return p.files[key].ID }

// Link gives the acting link of the newest mail of a purpose to a person of
// the cast, without counting the mail as read.
func (p *Play) Link(ctx context.Context, key, purpose string) (string, error) {
	all, err := p.Box.Mails(ctx)
	if err != nil {
		return "", err
	}
	var newest Mail
	for _, m := range all {
		if For(p.cast[key].Email, purpose)(m) && m.Link() != "" && m.Date.After(newest.Date) {
			newest = m
		}
	}
	if newest.Link() == "" {
		return "", fmt.Errorf("%s chưa có thư %s", p.cast[key].Name, purpose)
	}
	return newest.Link(), nil
}

// Code reads the next sign-in code mailed to a person of the cast, the oldest
// first: it is for whichever browser asked when it was sent.
func (p *Play) Code(ctx context.Context, key string) (string, error) {
	m, err := p.mail.Next(ctx, "mã đăng nhập của "+p.cast[key].Name, For(p.cast[key].Email, "sign-in-code"))
	return m.Code(), err
}

// Files writes the papers of a case's first revision.
func (p *Play) Files(key string) ([]File, error) {
	papers, err := p.files[key].Papers(p.day, 1)
	var out []File
	for _, x := range papers {
		out = append(out, x.File)
	}
	return out, err
}

// Appraiser is the one of the two appraisers whom a case waits for in the play.
func (p *Play) Appraiser(key string) string {
	for i, c := range cases() {
		if c.Key == key {
			return appraiserOf(i)
		}
	}
	return ""
}

// Next waits for the next mail of a purpose to a person of the cast, about a
// dossier unless that is "", that nobody has read yet, and reads it.
func (p *Play) Next(ctx context.Context, key, purpose, dossier string) (Mail, error) {
	return p.mail.Next(ctx, purpose+" cho "+p.cast[key].Name, func(m Mail) bool {
		return For(p.cast[key].Email, purpose)(m) && (dossier == "" || m.Dossier == dossier)
	})
}

// Member is what is known of a person of the cast.
func (p *Play) Member(key string) Member { return p.cast[key].Member }

// Case is one of the dossiers of the play.
func (p *Play) Case(key string) Case { return p.files[key].Case }

// Now is the demonstration's time, in Việt Nam; Later moves it.
func (p *Play) Now(ctx context.Context) (time.Time, error) {
	now, err := p.clock.Now(ctx)
	return now.In(vietnam()), err
}

// Later moves the demonstration's clock.
func (p *Play) Later(ctx context.Context, by time.Duration) error { return p.later(ctx, by) }

// Written are the papers of a case as of a day, as their files: with several
// faults, or without any.
func (c Case) Written(day time.Time, faulty bool) ([]File, error) {
	c.Faulty, c.Renamed = faulty, ""
	papers, err := c.Papers(day, 1)
	var out []File
	for _, x := range papers {
		out = append(out, x.File)
	}
	return out, err
}

// Decision writes the Chairman's decision of a day about those nominees of
// the play that it names.
func Decision(number string, day time.Time, names ...string) (File, error) {
	var about []pdfs.Nominee
	for _, c := range cases() {
		for _, n := range c.Nominees {
			if slices.Contains(names, n.Name) {
				about = append(about, n)
			}
		}
	}
	return decisionPaper(number, day, about)
}
