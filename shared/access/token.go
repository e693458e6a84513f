package access

import (
	"context"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// TokenPrefix begins every API token, so that one left in a file or a log is
// recognised by those who look for such things.
const TokenPrefix = "hoso_"

// Life of API tokens.
const (
	TokenLife    = 90 * 24 * time.Hour
	TokenLifeMax = 366 * 24 * time.Hour
)

// MintToken makes an API token by which a program acts for the person. The
// token is given once; a repeat of the act gives "".
func (r Room) MintToken(ctx context.Context, key string, who people.Actor, name string, life time.Duration) (string, error) {
	const op = "access.token"
	name = strings.TrimSpace(viettext.NFC(name))
	if name == "" || len(name) > 100 {
		return "", Slips{{"name", "Hãy đặt tên cho mã truy cập (tối đa 100 ký tự), ví dụ tên máy hoặc chương trình dùng mã."}}.Fault(op)
	}
	if life <= 0 {
		life = TokenLife
	}
	if life > TokenLifeMax {
		return "", Slips{{"life", "Mã truy cập có hạn dài nhất là một năm."}}.Fault(op)
	}
	secret := TokenPrefix + r.random()
	hash := act.Hash(secret)
	out, err := r.Do(ctx, key, act.Digest([]any{"token", who.ID, name, life}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		p, err := r.person(ctx, who.ID)
		if err != nil {
			return store.Commit{}, err
		}
		t := people.APIToken{Person: p.ID, Epoch: p.Epoch, Name: name, Created: now, Expires: now.Add(life)}
		return store.Commit{
			Writes: []store.Write{store.Put(people.TokenKey(hash), 0, t, tokenIndex(t, hash))},
			Events: []evidence.Event{act.Event(people.Chain(p.ID), "person.token-made", who.ID, now,
				map[string]any{"token": hash[:16], "expires": t.Expires.UTC().Format(evidence.TimeLayout)})},
		}, nil
	})
	if err != nil || out.Replayed {
		return "", err
	}
	return secret, nil
}

func tokenIndex(t people.APIToken, hash string) store.Entry {
	return store.Entry{Pattern: people.TokensOf, Part: t.Person, Sort: t.Created.UTC().Format("20060102150405.000") + "/" + hash}
}

// Token is an API token as its owner sees it.
type Token struct {
	people.APIToken
	Hash string // names it for RevokeToken
	Dead bool   // revoked, expired, or the person's roles changed since
}

// Tokens lists a person's API tokens, newest first.
func (r Room) Tokens(ctx context.Context, p people.Person) ([]Token, error) {
	var out []Token
	page := store.Page{Desc: true}
	for {
		s, err := r.Store.Query(ctx, people.TokensOf, p.ID, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			t := Token{Hash: strings.TrimPrefix(rec.Key.Part, "apitoken/")}
			if err := rec.Decode(&t.APIToken); err != nil {
				return nil, err
			}
			t.Dead = t.Revoked || t.Epoch != p.Epoch || !r.Now().Before(t.Expires)
			out = append(out, t)
		}
		if s.Next == "" {
			return out, nil
		}
		page.After = s.Next
	}
}

// RevokeToken ends one of the person's API tokens.
func (r Room) RevokeToken(ctx context.Context, key string, who people.Actor, hash string) error {
	_, err := r.Do(ctx, key, act.Digest([]any{"revoke", who.ID, hash}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var t people.APIToken
		rev, err := store.Load(ctx, r.Store, people.TokenKey(hash), &t)
		if err != nil {
			return store.Commit{}, err
		}
		if t.Person != who.ID {
			return store.Commit{}, notFound("access.token")
		}
		t.Revoked = true
		return store.Commit{
			Writes: []store.Write{store.Put(people.TokenKey(hash), rev, t, tokenIndex(t, hash))},
			Events: []evidence.Event{act.Event(people.Chain(who.ID), "person.token-revoked", who.ID, now, map[string]any{"token": hash[:min(16, len(hash))]})},
		}, nil
	})
	return err
}

// Bearer gives who stands behind an API token. fault.SignIn: nobody.
func (r Room) Bearer(ctx context.Context, secret string) (Visitor, error) {
	const op = "access.bearer"
	if !strings.HasPrefix(secret, TokenPrefix) || !isSecret(secret) {
		return Visitor{}, badToken(op)
	}
	hash := act.Hash(secret)
	var t people.APIToken
	_, err := store.Load(ctx, r.Store, people.TokenKey(hash), &t)
	if fault.Is(err, fault.NotFound) {
		return Visitor{}, badToken(op)
	}
	if err != nil {
		return Visitor{}, err
	}
	p, err := r.person(ctx, t.Person)
	if err != nil {
		return Visitor{}, err
	}
	if t.Revoked || t.Epoch != p.Epoch || !p.Active || !r.Now().Before(t.Expires) {
		return Visitor{}, badToken(op)
	}
	return Visitor{Actor: people.Actor{Person: p, Method: "token"}, Session: hash, Since: t.Created}, nil
}

func badToken(op string) error {
	return fault.New(fault.SignIn, op, "Mã truy cập không đúng, đã hết hạn hoặc bị thu hồi; hãy tạo mã mới trong trang Tài khoản.")
}

func notFound(op string) error { return fault.New(fault.NotFound, op, "Không tìm thấy.") }
