// Package parking is what every stage that waits for a person shares: the
// task that asks, the links and mails that reach the persons asked, the
// sealed token of the parked run, and the one commit by which a decision is
// taken and the run goes on.
//
// The decision's record is the truth; the run follows it. A token that is
// unknown, used or of a run that is gone only means that the run has to be
// driven again from the record.
package parking

import (
	"context"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Keeper seals task tokens and derives the tokens of links.
type Keeper interface {
	Seal(plain string) (string, error)
	Token(purpose, id string) string
}

// LinkPurpose is the purpose by which tokens of links are derived.
const LinkPurpose = "link"

// Desk is what parking needs besides the store.
type Desk struct {
	act.Desk
	Keeper Keeper
	Due    round.DueFunc
}

// Key is the idempotency key of a parking stage: with the token's hash, since
// a re-entered state brings a new token that must replace the old one.
func Key(in flow.In, stage, task string) string {
	return act.StageKey(in.Subject, in.Revision, stage, task, act.Hash(in.TaskToken)[:16])
}

// Open adds to c the task t, which a run parks on with the token of in: new
// with its links and mails, or, if it is there already, with the new token.
// A task that is decided or void resumes the run at once.
func (d Desk) Open(ctx context.Context, c *store.Commit, in flow.In, t round.Task, template string, now time.Time) error {
	sealed, err := d.Keeper.Seal(in.TaskToken)
	if err != nil {
		return err
	}
	var old round.Task
	rev, err := store.Load(ctx, d.Store, round.TaskKey(t.ID), &old)
	if err == nil {
		old.Token, old.Generation = sealed, in.Generation
		c.Writes = append(c.Writes, round.PutTask(old, rev))
		if old.State != round.TaskOpen {
			c.Outbox = append(c.Outbox, round.ResumeTask(old))
		}
		return nil
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	t.Token, t.Generation, t.OpenedAt, t.State = sealed, in.Generation, now.UTC(), round.TaskOpen
	if t.Persons, err = d.present(ctx, t.Persons, now); err != nil {
		return err
	}
	c.Writes = append(c.Writes, round.PutTask(t, 0))
	c.Writes = append(c.Writes, round.Assign(t)...)
	for _, p := range t.Persons {
		d.invite(c, t, p, template, now)
	}
	return nil
}

// invite adds the person's link to the task and the mail that carries it.
func (d Desk) invite(c *store.Commit, t round.Task, person, template string, now time.Time) {
	if template == "" {
		return
	}
	id := round.LinkID(t.ID, person)
	c.Writes = append(c.Writes, store.Put(d.linkKey(id), 0,
		round.Link{Task: t.ID, Person: person, Revision: t.Revision, Expires: round.LinkExpiry(t, now)}))
	c.Outbox = append(c.Outbox, Mail(t, person, template, id))
}

func (d Desk) linkKey(id string) store.Key {
	return round.LinkKey(act.Hash(d.Keeper.Token(LinkPurpose, id)))
}

// Remind adds to c a mail with the person's link to the task; the link is
// made if it is not there yet. again tells this mail from an earlier one.
func (d Desk) Remind(ctx context.Context, c *store.Commit, t round.Task, person, template, again string, now time.Time) error {
	id := round.LinkID(t.ID, person)
	if _, err := d.Store.Get(ctx, d.linkKey(id)); fault.Is(err, fault.NotFound) {
		d.invite(c, t, person, template, now)
	} else if err != nil {
		return err
	} else {
		c.Outbox = append(c.Outbox, Mail(t, person, template, id))
	}
	c.Outbox[len(c.Outbox)-1].ID += "/" + again
	return nil
}

// Ensure adds to c a task that no run is parked on, unless it is there, and
// gives it as it stands: with the persons who are asked.
func (d Desk) Ensure(ctx context.Context, c *store.Commit, t round.Task, now time.Time) (round.Task, error) {
	var old round.Task
	_, err := store.Load(ctx, d.Store, round.TaskKey(t.ID), &old)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return old, err
	}
	t.OpenedAt, t.State = now.UTC(), round.TaskOpen
	if t.Persons, err = d.present(ctx, t.Persons, now); err != nil {
		return t, err
	}
	c.Writes = append(c.Writes, round.PutTask(t, 0))
	c.Writes = append(c.Writes, round.Assign(t)...)
	return t, nil
}

// Receipt is the mail that tells the decider what was recorded.
func Receipt(t round.Task, v round.Verdict) store.Message {
	n := Notice(t, v.By, mail.DecisionReceipt)
	n.Due = time.Time{}
	n.Data[mail.DecidedAt], n.Data[mail.Evidence] = v.At.Format(time.RFC3339), v.Shown
	return store.Msg("mail/decided/"+t.ID, flow.MailMessage, n)
}

// Mail is the message that tells a person about a task.
func Mail(t round.Task, person, template, link string) store.Message {
	n := Notice(t, person, template)
	n.Link = link
	return store.Msg("mail/"+template+"/"+t.ID+"/"+person, flow.MailMessage, n)
}

// Notice is the mail about a task, without an acting link.
func Notice(t round.Task, person, template string) mail.Notice {
	return mail.Notice{
		Template: template, To: person, Dossier: t.Dossier, Round: t.Round, Task: t.ID, Due: t.Due,
		Data: map[string]string{mail.Step: t.Title, mail.Page: "/tasks/" + t.ID},
	}
}

// present puts stand-ins in for persons who are away or gone.
func (d Desk) present(ctx context.Context, persons []string, now time.Time) ([]string, error) {
	var out []string
	for _, id := range persons {
		var p people.Person
		if _, err := store.Load(ctx, d.Store, people.Key(id), &p); err != nil {
			if fault.Is(err, fault.NotFound) {
				continue
			}
			return nil, err
		}
		in, err := d.standIn(ctx, p, now)
		if err != nil {
			return nil, err
		}
		if in != "" {
			id = in
		} else if !p.Active {
			continue
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		// It must not wait on nobody: it stays with those named, and the board shows it.
		return persons, nil
	}
	return out, nil
}

// standIn gives who acts for a person who is away at now: "" if the person is
// there, or the one named has left meanwhile.
func (d Desk) standIn(ctx context.Context, p people.Person, now time.Time) (string, error) {
	a := p.Away
	if a == nil || now.Before(a.From) || !now.Before(a.To) || a.StandIn == "" {
		return "", nil
	}
	var in people.Person
	if _, err := store.Load(ctx, d.Store, people.Key(a.StandIn), &in); err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	if !in.Active {
		return "", nil
	}
	return in.ID, nil
}

// MayDecide reports whether a person's roles allow deciding tasks of a kind:
// who administers or nominates does not decide (architecture, decision 16).
func MayDecide(p people.Person, kind string) bool {
	switch kind {
	case "selection":
		return p.Is(people.Head)
	case "decision", round.AdHocKind:
		return p.Is(people.Clerk)
	}
	return p.Is(people.Appraiser) || p.Is(people.Reviewer) || p.Is(people.Head)
}

// Decide adds to c the decision on an open task: the verdict, the rows taken
// out of people's lists, and the message that resumes the run at next.
func Decide(c *store.Commit, t round.Task, rev int64, v round.Verdict, next string) {
	t.State, t.Decision, t.Next = round.TaskDecided, &v, next
	c.Writes = append(c.Writes, round.PutTask(t, rev))
	c.Writes = append(c.Writes, round.Unassign(t)...)
	resume(c, t)
}

// resume queues the resumption of the run parked on t, if one is.
func resume(c *store.Commit, t round.Task) {
	if t.Token != "" {
		c.Outbox = append(c.Outbox, round.ResumeTask(t))
	}
}

// Void adds to c what takes a task back because what it asked about changed,
// and sends its parked run on to next. A decided task is left alone.
func Void(ctx context.Context, r store.Reader, c *store.Commit, id, next string) error {
	var t round.Task
	rev, err := store.Load(ctx, r, round.TaskKey(id), &t)
	if err != nil {
		return err
	}
	if t.State != round.TaskOpen {
		return nil
	}
	t.State, t.Next = round.TaskVoid, next
	c.Writes = append(c.Writes, round.PutTask(t, rev))
	c.Writes = append(c.Writes, round.Unassign(t)...)
	resume(c, t)
	return nil
}

// Revoke is Void for an act that has no room for the rows in people's lists:
// Clear takes them out afterwards. Until then they lead to a void task.
func Revoke(ctx context.Context, r store.Reader, c *store.Commit, id, next string) error {
	var t round.Task
	rev, err := store.Load(ctx, r, round.TaskKey(id), &t)
	if err != nil || t.State != round.TaskOpen {
		return err
	}
	t.State, t.Next = round.TaskVoid, next
	c.Writes = append(c.Writes, round.PutTask(t, rev))
	resume(c, t)
	return nil
}

// Clear adds to c what takes a revoked task out of people's lists.
func Clear(ctx context.Context, r store.Reader, c *store.Commit, t round.Task) error {
	for _, w := range round.Unassign(t) {
		_, err := r.Get(ctx, w.Key)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		c.Writes = append(c.Writes, w)
	}
	return nil
}

// Allowed reads an open task that the actor may decide. A task that is not
// the actor's looks as if it did not exist; one that is decided or void says so.
// While a body of the round has ceased and nobody ruled on it, nothing of the
// round is decided.
func Allowed(ctx context.Context, r store.Reader, who people.Actor, id string, now time.Time) (round.Task, int64, error) {
	var t round.Task
	rev, err := store.Load(ctx, r, round.TaskKey(id), &t)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			return t, 0, fault.New(fault.NotFound, "task", "Không tìm thấy việc này.")
		}
		return t, 0, err
	}
	if !who.Active || !t.For(who.ID) || !MayDecide(who.Person, t.Kind) {
		return round.Task{}, 0, fault.New(fault.NotFound, "task", "Không tìm thấy việc này.")
	}
	switch t.State {
	case round.TaskDecided:
		return t, rev, &fault.Error{Kind: fault.Gone, Op: "task", Code: "task-decided", Public: "Việc này đã được quyết định."}
	case round.TaskVoid:
		return t, rev, &fault.Error{Kind: fault.Gone, Op: "task", Code: "task-void", Public: "Nội dung đã thay đổi nên việc này không còn hiệu lực; hãy mở việc hiện tại."}
	}
	if t.Passkey && who.Method != "passkey" {
		return t, rev, &fault.Error{Kind: fault.Denied, Op: "task", Code: "passkey-needed", Public: "Bước này yêu cầu đăng nhập bằng khóa bảo mật (passkey)."}
	}
	var rd round.Round
	if _, err := store.Load(ctx, r, round.Key(t.Round), &rd); err != nil {
		return t, rev, err
	}
	return t, rev, Ruled(ctx, r, rd, now)
}

// Reassign gives an open task to other persons: an administrator's act when
// somebody left or stays silent. Items: task, up to 10 rows off, 10 on, 10
// links, event, head, log, 20 messages, key: 55.
func (d Desk) Reassign(ctx context.Context, key string, who people.Actor, id string, persons []string) error {
	if err := who.Need("parking.reassign", people.Admin); err != nil {
		return err
	}
	return d.Hand(ctx, key, who.ID, id, persons)
}

// Hand is Reassign as part of a larger act that by was allowed to do.
func (d Desk) Hand(ctx context.Context, key, by, id string, persons []string) error {
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	if len(persons) == 0 || len(persons) > 10 {
		return fault.New(fault.Invalid, "parking.reassign", "Hãy chọn từ 1 đến 10 người.")
	}
	_, err := d.Do(ctx, key, act.Digest([]any{"reassign", by, id, persons}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var t round.Task
		rev, err := store.Load(ctx, d.Store, round.TaskKey(id), &t)
		if err != nil {
			return store.Commit{}, err
		}
		if t.State != round.TaskOpen {
			return store.Commit{}, fault.New(fault.Gone, "parking.reassign", "Việc này không còn chờ ai nữa.")
		}
		barred, err := Barred(ctx, d.Store, t)
		if err != nil {
			return store.Commit{}, err
		}
		c := store.Commit{}
		gone := t
		gone.Persons = slices.DeleteFunc(slices.Clone(t.Persons), func(p string) bool { return slices.Contains(persons, p) })
		c.Writes = append(c.Writes, round.Unassign(gone)...)
		for _, p := range gone.Persons {
			m := Mail(t, p, mail.TakenOff, "")
			m.ID += "/" + act.Hash(key)[:12]
			c.Outbox = append(c.Outbox, m)
		}
		added := t
		added.Persons = slices.DeleteFunc(slices.Clone(persons), func(p string) bool { return slices.Contains(t.Persons, p) })
		for _, p := range added.Persons {
			var person people.Person
			if _, err := store.Load(ctx, d.Store, people.Key(p), &person); err != nil {
				return store.Commit{}, err
			}
			if why := barred(person); why != "" {
				return store.Commit{}, fault.New(fault.Invalid, "parking.reassign", why)
			}
			if err := d.Remind(ctx, &c, t, p, mail.Reassigned, act.Hash(key)[:12], now); err != nil {
				return store.Commit{}, err
			}
		}
		c.Writes = append(c.Writes, round.Assign(added)...)
		t.Persons = persons
		c.Writes = append(c.Writes, round.PutTask(t, rev))
		chain := round.Chain(t.Round)
		if t.Dossier != "" {
			chain = "dossier/" + t.Dossier
		}
		c.Events = append(c.Events, act.Event(chain, "task.reassigned", by, now, map[string]any{"task": id, "persons": persons}))
		return c, nil
	})
	return err
}

// Barred gives why a person cannot be asked to decide a task ("" if nothing
// speaks against it): gone, without the role, the nomination is their own, or
// they took another step of it. Nobody is given what they would be refused
// when they decide.
func Barred(ctx context.Context, r store.Reader, t round.Task) (func(people.Person) string, error) {
	var of dossier.Dossier
	var rd round.Round
	var err error
	took := func(p people.Person) bool { return rd.Took(p.ID, t.Step) }
	if t.Dossier != "" {
		_, err = store.Load(ctx, r, dossier.Key(t.Dossier), &of)
		took = func(p people.Person) bool { return of.Took(p.ID, t.Step) }
	} else {
		_, err = store.Load(ctx, r, round.Key(t.Round), &rd)
	}
	return func(p people.Person) string {
		switch {
		case !p.Active:
			return "Người được giao không còn hoạt động."
		case !MayDecide(p, t.Kind):
			return "Người được giao không giữ vai trò quyết định việc này."
		case t.Dossier != "" && of.IsOwn(p):
			return "Không giao được cho người của chính đơn vị đề nghị hoặc có tên trong hồ sơ."
		case took(p):
			return "Không giao được cho người đã quyết định một bước khác; mỗi người chỉ quyết định một bước."
		}
		return ""
	}, err
}

// Stray adds to c the message that resumes a run that parked although its
// subject has moved on: it goes on at stage, without a task.
func (d Desk) Stray(c *store.Commit, in flow.In, stage string) error {
	sealed, err := d.Keeper.Seal(in.TaskToken)
	if err != nil {
		return err
	}
	body := flow.Stray{Token: sealed, Out: in.To(stage)}
	c.Outbox = append(c.Outbox, store.Msg("stray/"+act.Hash(in.TaskToken)[:32], flow.StrayMessage, body))
	return nil
}

// Renew mails a new link for a task to the owner of an ended one, named by
// the hash of its token. A task that waits no longer gives none. Items: link,
// mail, event, head, log, key: 6.
func (d Desk) Renew(ctx context.Context, key, hash string) error {
	_, err := d.Do(ctx, key, act.Digest([]any{"renew", hash}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var old round.Link
		if _, err := store.Load(ctx, d.Store, round.LinkKey(hash), &old); err != nil {
			return c, err
		}
		var t round.Task
		if _, err := store.Load(ctx, d.Store, round.TaskKey(old.Task), &t); err != nil {
			return c, err
		}
		if t.State != round.TaskOpen || !t.For(old.Person) || now.Before(old.Expires) {
			return c, nil
		}
		id := act.Digest([]any{"renewed", hash, act.Hash(key)})[:32]
		c.Writes = []store.Write{store.Put(d.linkKey(id), 0,
			round.Link{Task: t.ID, Person: old.Person, Revision: t.Revision, Expires: now.Add(round.LinkLife).UTC()})}
		m := Mail(t, old.Person, mail.Reminder, id)
		m.ID += "/" + id
		c.Outbox = []store.Message{m}
		chain := round.Chain(t.Round)
		if t.Dossier != "" {
			chain = "dossier/" + t.Dossier
		}
		c.Events = append(c.Events, act.Event(chain, "task.link-renewed", old.Person, now, map[string]any{"task": t.ID}))
		return c, nil
	})
	return err
}
