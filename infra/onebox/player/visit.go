package player

import (
	"context"
	"fmt"
	"net/http"
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
