package access

import (
	"context"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// A mailed invitation only names its person: it lets them ask for a sign-in
// code without typing an address. A program that follows every link in a mail
// and presses every button gets no session by it. A local invitation, printed
// on the machine itself and never mailed, signs in once.

// LocalInvitationLife is how long a secret printed by the command line stands.
const LocalInvitationLife = 24 * time.Hour

// localKey is where a local invitation is: apart from mailed ones, so that
// one can never serve as the other.
func localKey(secret string) store.Key { return people.InviteKey("local." + act.Hash(secret)) }

// Invite mails an invitation to a person. Items: invitation, person check,
// message, event, head, log, key: 7.
func (r Room) Invite(ctx context.Context, key string, who people.Actor, id string) error {
	const op = "access.invite"
	if err := manage(who, op); err != nil {
		return err
	}
	notice := "invitation/" + r.NewID()
	_, err := r.Do(ctx, key, act.Digest([]any{"invite", who.ID, id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var p people.Person
		rev, err := store.Load(ctx, r.Store, people.Key(id), &p)
		if fault.Is(err, fault.NotFound) {
			return store.Commit{}, notFound(op)
		}
		if err != nil {
			return store.Commit{}, err
		}
		if !p.Active {
			return store.Commit{}, fault.New(fault.Invalid, op, "Tài khoản đang bị khóa; hãy mở khóa trước khi gửi lời mời.")
		}
		inv := people.Invitation{Person: id, Expires: now.Add(people.InvitationLife)}
		roles := make([]string, len(p.Roles))
		for i, role := range p.Roles {
			roles[i] = people.RoleName(role)
		}
		data := map[string]string{mail.RoleNames: strings.Join(roles, ", ")}
		if p.Unit != "" {
			u, err := r.Unit(ctx, p.Unit)
			if err != nil {
				return store.Commit{}, err
			}
			data[mail.UnitName] = u.Name
		}
		return store.Commit{
			Writes: []store.Write{
				store.Put(people.InviteKey(act.Hash(r.Secrets.Token(InvitationPurpose, notice))), 0, inv),
				store.Unchanged(people.Key(id), rev),
			},
			Outbox: []store.Message{store.Msg(notice, flow.MailMessage, mail.Notice{
				Template: mail.Invitation, To: id, Link: notice, Data: data, Due: inv.Expires,
			})},
			Events: []evidence.Event{act.Event(people.Chain(id), "person.invited", who.ID, now, nil)},
		}, nil
	})
	return err
}

// Invited gives whom a mailed invitation is for. fault.Gone: the link is
// unknown, too old, or its person has been here already.
func (r Room) Invited(ctx context.Context, token string) (string, error) {
	inv, _, err := r.invitation(ctx, people.InviteKey(act.Hash(token)), token)
	return inv.Person, err
}

func (r Room) invitation(ctx context.Context, key store.Key, token string) (people.Invitation, int64, error) {
	const op = "access.invitation"
	gone := &fault.Error{
		Kind: fault.Gone, Op: op, Code: "invitation-gone",
		Public: "Lời mời không đầy đủ, đã hết hạn hoặc đã dùng. Hãy chép toàn bộ liên kết trong thư, hoặc đăng nhập bằng địa chỉ thư đã đăng ký, hoặc xin người vận hành lời mời mới.",
	}
	if !isSecret(token) {
		return people.Invitation{}, 0, gone
	}
	var inv people.Invitation
	rev, err := store.Load(ctx, r.Store, key, &inv)
	if fault.Is(err, fault.NotFound) {
		return people.Invitation{}, 0, gone
	}
	if err != nil {
		return people.Invitation{}, 0, err
	}
	if inv.Used || !r.Now().Before(inv.Expires) {
		return people.Invitation{}, 0, gone
	}
	return inv, rev, nil
}

// Accept marks a mailed invitation as used by the person who has signed in.
// An invitation of somebody else, or one that is gone, is left alone.
func (r Room) Accept(ctx context.Context, token, person string) error {
	hash := act.Hash(token)
	_, err := r.Do(ctx, "invitation.accept/"+hash, person, func(ctx context.Context, _ time.Time) (store.Commit, error) {
		inv, rev, err := r.invitation(ctx, people.InviteKey(hash), token)
		if err != nil {
			return store.Commit{}, err
		}
		if inv.Person != person {
			return store.Commit{}, nil
		}
		inv.Used = true
		return store.Commit{Writes: []store.Write{store.Put(people.InviteKey(hash), rev, inv)}}, nil
	})
	if fault.Is(err, fault.Gone) {
		return nil
	}
	return err
}

// InviteLocally makes a one-time secret for a person, to be shown on the
// machine where the data is and nowhere else: it signs in without any mail.
// It is how the first operator comes in. A repeat of the act gives "".
func (r Room) InviteLocally(ctx context.Context, key, id string) (string, error) {
	secret := r.random()
	out, err := r.Do(ctx, key, act.Digest([]any{"invite-locally", id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		p, err := r.Person(ctx, id)
		if err != nil {
			return store.Commit{}, err
		}
		inv := people.Invitation{Person: p.ID, Expires: now.Add(LocalInvitationLife)}
		return store.Commit{
			Writes: []store.Write{store.Put(localKey(secret), 0, inv)},
			Events: []evidence.Event{act.Event(people.Chain(id), "person.invited-locally", SystemActor, now, nil)},
		}, nil
	})
	if err != nil || out.Replayed {
		return "", err
	}
	return secret, nil
}

// EnterInvitation exchanges a local invitation for a session, once.
func (r Room) EnterInvitation(ctx context.Context, browser, secret, origin string) (SignedIn, error) {
	const op = "access.invitation"
	if !isSecret(browser) {
		return SignedIn{}, fault.New(fault.Invalid, op, "Trình duyệt không nhận cookie; hãy bật cookie rồi thử lại.")
	}
	if wait, ok := r.Limits.Take(Spend{r.Rates.TriesPerOrigin, "tries/" + origin}); !ok {
		return SignedIn{}, limited(op, wait)
	}
	secret = strings.TrimSpace(secret)
	key := localKey(secret)
	out, err := r.Do(ctx, "sign-in.invitation/"+act.Hash(secret), act.Hash(browser), func(ctx context.Context, now time.Time) (store.Commit, error) {
		inv, rev, err := r.invitation(ctx, key, secret)
		if err != nil {
			return store.Commit{}, err
		}
		p, err := r.Person(ctx, inv.Person)
		if err != nil {
			return store.Commit{}, err
		}
		if !p.Active {
			return store.Commit{}, fault.New(fault.Gone, op, "Tài khoản đang bị khóa.")
		}
		inv.Used = true
		o := r.open(p, browser, "invitation", now)
		o.Writes = append(o.Writes, store.Put(key, rev, inv))
		o.Result = act.Result(entered{OK: true, Person: p.ID, Nonce: o.nonce})
		return o.Commit, nil
	})
	if fault.CodeOf(err) == store.ErrKeyReused.Code {
		return SignedIn{}, &fault.Error{
			Kind: fault.Gone, Op: op, Code: "invitation-gone", Err: err,
			Public: "Mã mời đã được dùng; hãy tạo mã mới trên máy chủ.",
		}
	}
	if err != nil {
		return SignedIn{}, err
	}
	var e entered
	if err := act.ReadResult(out, &e); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Secret: sessionSecret(browser, e.Nonce), Person: e.Person}, nil
}
