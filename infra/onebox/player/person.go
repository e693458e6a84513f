package player

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Person is somebody of the play at a browser.
type Person struct {
	Member
	*Browser
	play *Play
}

// newPerson gives a member a browser.
func (p *Play) newPerson(m Member) (*Person, error) {
	b, err := NewBrowser(p.Server)
	if err != nil {
		return nil, err
	}
	return &Person{Member: m, Browser: b, play: p}, nil
}

// Accept follows the invitation in the person's mailbox and signs in for the
// first time.
func (p *Person) Accept(ctx context.Context) error {
	m, err := p.play.mail.Next(ctx, "mời "+p.Name, For(p.Email, "invitation"))
	if err != nil {
		return err
	}
	if m.Link() == "" {
		return fmt.Errorf("thư mời %s không có đường dẫn", p.Name)
	}
	if err := p.Browser.Open(ctx, m.Link()); err != nil {
		return err
	}
	if strings.Contains(p.Page.URL.Path, "/i/") {
		return fmt.Errorf("địa chỉ %s còn giữ mã của thư mời", p.Page.URL.Path)
	}
	return p.code(ctx, p.Page.Form("/invitation"))
}

// code sends a form that asks for a sign-in code, reads the code in the
// mailbox and types it. Who asks too often waits an hour, as told.
func (p *Person) code(ctx context.Context, ask *Form) error {
	err := p.Submit(ctx, ask)
	var limited *StatusError
	if errors.As(err, &limited) && limited.Status == http.StatusTooManyRequests {
		if _, err := p.play.clock.Advance(ctx, time.Hour+time.Minute); err != nil {
			return err
		}
		err = p.Submit(ctx, ask)
	}
	if err != nil {
		return err
	}
	// Somebody else may have asked for codes in this person's name, a program
	// that opened the mail before them: only one of the codes is for this browser.
	for {
		m, err := p.play.mail.Next(ctx, "mã đăng nhập của "+p.Name, For(p.Email, "sign-in-code"))
		if err != nil {
			return err
		}
		if m.Code() == "" {
			return fmt.Errorf("thư mã đăng nhập của %s không có mã", p.Name)
		}
		err = p.Submit(ctx, p.Page.Form("/sign-in/code").Set("code", m.Code()))
		var wrong *StatusError
		if !errors.As(err, &wrong) || wrong.Status != http.StatusUnprocessableEntity {
			return err
		}
	}
}

// Open goes to a page, signing in first if the page asks for it. Afterwards
// the browser shows the page that was asked for.
func (p *Person) Open(ctx context.Context, address string) error {
	err := p.Browser.Open(ctx, address)
	var refused *StatusError
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		return err
	}
	if err := p.code(ctx, p.Page.Form("/sign-in").Set("email", p.Email)); err != nil {
		return err
	}
	if p.Page.URL.Path == strings.SplitN(address, "?", 2)[0] {
		return nil
	}
	return p.Browser.Open(ctx, address)
}

// Post opens a page and sends one of its forms, filled in by fill.
func (p *Person) Post(ctx context.Context, address, form string, fill func(*Form)) error {
	var f *Form
	for end := time.Now().Add(settling); ; {
		if err := p.Open(ctx, address); err != nil {
			return err
		}
		f = p.Page.Form(form)
		if fill != nil {
			fill(f)
		}
		if len(f.missing) == 0 || !time.Now().Before(end) {
			return p.Submit(ctx, f)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// settling is how long a person looks again at a page whose list does not
// show yet what was entered a moment ago: lists may lag a little.
const settling = 15 * time.Second

// Insist is Post, done again for as long as the page asks to try again in a
// few seconds: somebody, or the product itself, is changing the same thing.
func (p *Person) Insist(ctx context.Context, address, form string, fill func(*Form)) error {
	return until(ctx, "trang "+address+" nhận", func() (bool, error) {
		err := p.Post(ctx, address, form, fill)
		var busy *StatusError
		if errors.As(err, &busy) && busy.Status == http.StatusConflict {
			return false, nil
		}
		return err == nil, err
	})
}

// API is the public interface as this person's pages use it: with the
// browser's cookies and the form token of the page being looked at.
func (p *Person) API() API {
	return API{Root: p.play.Server, Client: p.client, FormToken: p.Page.Token()}
}

// last is the last part of a path: the id of what it shows.
func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
