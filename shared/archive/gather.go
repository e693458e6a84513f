package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/bag"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// related are the events of a round that bear on each of its dossiers.
var related = map[string]bool{
	"round.opened": true, "round.closed": true, "selection.confirmed": true, "review.decided": true,
	"posting.begun": true, "posting.ended": true, "decision.entered": true, "decision.confirmed": true,
	"selection.none-prepared": true, "round.ended-without": true,
}

// gather collects everything about the dossier.
func (r Room) gather(ctx context.Context, d dossier.Dossier, now time.Time) (bag.Input, error) {
	in := bag.Input{
		Name: "ho-so-" + d.ID, Title: "Hồ sơ " + d.Receipt + " – " + d.UnitName, At: now, Chain: dossier.Chain(d.ID),
		Types: eventNames, Actors: map[string]string{},
	}
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return in, err
	}
	var err error
	if in.Events, err = r.history(ctx, in.Chain); err != nil {
		return in, err
	}
	rounds, err := r.history(ctx, round.Chain(d.Round))
	if err != nil {
		return in, err
	}
	shown, err := bearing(&in, d, rounds)
	if err != nil {
		return in, err
	}
	proven, err := r.Prove(ctx, append(append([]evidence.Placed{}, in.Events...), in.Related...))
	if err != nil {
		return in, err
	}
	in.Proofs, in.Checkpoint, in.Key = proven.Proofs, proven.Checkpoint, proven.Key
	own, err := committed(in.Events)
	if err != nil {
		return in, err
	}
	if err := r.texts(ctx, &in, in.Chain, own); err != nil {
		return in, err
	}
	if err := r.texts(ctx, &in, round.Chain(d.Round), shown); err != nil {
		return in, err
	}
	by, err := round.DecisionOn(ctx, r.Store, rd, d)
	if err != nil {
		return in, err
	}
	facts(&in, d, rd, by)
	where := index(in.Events)
	if err := r.revisions(ctx, &in, d, where); err != nil {
		return in, err
	}
	if err := r.aside(ctx, &in, d, rd); err != nil {
		return in, err
	}
	// Texts were read after events: one that was erased in between is missing.
	head, err := r.Store.Head(ctx, in.Chain)
	if err == nil && head.Seq != int64(len(in.Events)) {
		err = &fault.Error{Kind: fault.Transient, Op: Name, Code: "history-moved"}
	}
	return in, err
}

func (r Room) history(ctx context.Context, chain string) ([]evidence.Placed, error) {
	var out []evidence.Placed
	for {
		page, err := r.Store.Events(ctx, chain, int64(len(out)), store.MaxPage)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return out, nil
		}
		out = append(out, page...)
	}
}

// bearing takes the round's events that bear on the dossier into the package,
// and gives the commitments of their texts that are the dossier's own to show:
// what was said of its nominees, and what its record refers to. What was said
// of others stays out.
func bearing(in *bag.Input, d dossier.Dossier, rounds []evidence.Placed) (map[evidence.Commitment]bool, error) {
	shown, named := map[evidence.Commitment]bool{}, map[evidence.Commitment]bool{}
	refs := []act.TextRef{d.Reason}
	for _, n := range d.Nominees {
		refs = append(refs, n.Reason)
	}
	for _, ref := range refs {
		_, _, c, _ := ref.Split(in.Chain)
		named[c] = true
	}
	for _, p := range rounds {
		e, err := evidence.Read(p)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, Name, err)
		}
		gone, err := e.Erased()
		if err != nil {
			return nil, fault.Wrap(fault.Internal, Name, err)
		}
		// An erasure belongs to the texts it names.
		if !related[e.Type] && !slices.ContainsFunc(gone, func(c evidence.Commitment) bool { return shown[c] }) {
			continue
		}
		in.Related = append(in.Related, p)
		for name, c := range e.Texts {
			if _, of, _ := strings.Cut(name, "/"); named[c] || strings.HasPrefix(of, d.ID+".") {
				shown[c] = true
			}
		}
	}
	return shown, nil
}

// committed gives the commitments of events.
func committed(events []evidence.Placed) (map[evidence.Commitment]bool, error) {
	out := map[evidence.Commitment]bool{}
	for _, p := range events {
		e, err := evidence.Read(p)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, Name, err)
		}
		for _, c := range e.Texts {
			out[c] = true
		}
	}
	return out, nil
}

// texts adds the wanted personal texts of a chain.
func (r Room) texts(ctx context.Context, in *bag.Input, chain string, wanted map[evidence.Commitment]bool) error {
	page := store.Page{}
	for {
		s, err := r.Store.List(ctx, act.TextsPart(chain), page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var kept map[evidence.Commitment]evidence.Text
			if err := rec.Decode(&kept); err != nil {
				return err
			}
			for _, c := range sorted(kept) {
				if wanted[c] {
					in.Texts = append(in.Texts, bag.Text{Chain: chain, Commitment: c, Text: kept[c]})
				}
			}
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}

var hex64 = regexp.MustCompile(`[0-9a-f]{64}`)

// index finds the event that names each digest, so that a file can be bound
// to the history.
func index(events []evidence.Placed) map[string]bag.Ref {
	out := map[string]bag.Ref{}
	for _, p := range events {
		e, err := evidence.Read(p)
		if err != nil {
			continue
		}
		for _, h := range hex64.FindAllString(string(e.Data), -1) {
			if _, ok := out[h]; !ok {
				out[h] = bag.Ref{Chain: p.Chain, Seq: p.Seq}
			}
		}
	}
	return out
}

func bind(f bag.File, sha string, where map[string]bag.Ref) bag.File {
	f.SHA256 = sha
	if ref, ok := where[sha]; ok {
		f.Proof = &ref
	}
	return f
}

func facts(in *bag.Input, d dossier.Dossier, rd round.Round, by *round.Decision) {
	add := func(label, value string) {
		if value != "" {
			in.Facts = append(in.Facts, bag.Fact{Label: label, Value: value})
		}
	}
	add("Số tiếp nhận", d.Receipt)
	add("Đơn vị trình", d.UnitName)
	add("Phong trào", rd.Settings.Title)
	add("Đợt", rd.Settings.Name)
	add("Kết quả", dossier.StateName(d.State))
	add("Thời điểm có kết quả", calendar.FormatInstant(d.Since))
	if by != nil && d.State == dossier.Awarded {
		add("Quyết định", by.Number+" ngày "+by.Date)
	}
	rows := make([][]string, 0, len(d.Nominees))
	for i, n := range d.Nominees {
		rows = append(rows, []string{fmt.Sprint(i + 1), n.Name, dossier.KindName(n.Kind), n.Position, n.Unit, dossier.StandingName(n.Standing)})
	}
	in.Tables = append(in.Tables, bag.Table{
		Title:   "Tập thể, cá nhân được đề nghị",
		Columns: []string{"STT", "Tên", "Loại", "Chức vụ", "Đơn vị", "Kết quả"}, Rows: rows,
	})
}

// revisions adds originals, readings and findings of every revision.
func (r Room) revisions(ctx context.Context, in *bag.Input, d dossier.Dossier, where map[string]bag.Ref) error {
	packed := map[string]bool{}
	for n := 1; n <= d.Revision; n++ {
		var rv dossier.Revision
		if _, err := store.Load(ctx, r.Store, dossier.RevisionKey(d.ID, n), &rv); err != nil {
			return err
		}
		dir := fmt.Sprintf("revision-%02d", n)
		in.Files = append(in.Files, jsonFile(dir+"/revision.json", "Hồ sơ nộp "+dossier.RevisionName(n), rv))
		if rv.Findings != "" {
			in.Files = append(in.Files, bind(r.fact(dir+"/findings.json", "Kết quả kiểm tra "+dossier.RevisionName(n), rv.Findings), rv.Findings, where))
		}
		for i, p := range rv.Pinned {
			if p.Version == "" || packed[p.Document] {
				continue
			}
			packed[p.Document] = true
			if err := r.document(ctx, in, d, n, i, p, where); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r Room) document(ctx context.Context, in *bag.Input, d dossier.Dossier, n, i int, p dossier.Pin, where map[string]bag.Ref) error {
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(d.ID, p.Document), &doc); err != nil {
		return err
	}
	if doc.Unread() {
		// Withdrawn while the file is read: what the unit declared is not what
		// an archive may vouch for, and its pages may carry a secrecy mark.
		return &fault.Error{Kind: fault.Transient, Op: Name, Code: "not-read"}
	}
	if doc.Barred {
		return nil // its bytes were removed for a secrecy mark, which the history says
	}
	p.Version, p.SHA256 = doc.Version, doc.SHA256
	from := objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: p.Version}
	to := fmt.Sprintf("originals/%s/%s", d.ID, p.SHA256)
	ref, err := r.Objects.Copy(ctx, from, to, p.SHA256)
	if fault.Is(err, fault.NotFound) && doc.Problem != nil && doc.Problem.Code == dossier.FileMissing {
		// The bytes never were there to be read: the file was refused, which the history says.
		return nil
	}
	if err != nil {
		return err
	}
	base := fmt.Sprintf("%02d-%02d-%s", n, i+1, bag.SafeName(strings.TrimSuffix(p.Name, path.Ext(p.Name))))
	f := bag.File{
		Path: "originals/" + base + ".pdf", Title: "Bản gốc, nộp " + dossier.RevisionName(n), Name: p.Name,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			body, _, err := r.Objects.Open(ctx, ref)
			return body, err
		},
	}
	in.Files = append(in.Files, bind(f, p.SHA256, where))
	if doc.Reading != "" {
		in.Files = append(in.Files, bind(r.fact("readings/"+base+".json", "Nội dung máy đọc được", doc.Reading), doc.Reading, where))
	}
	if len(doc.Corrections) > 0 {
		in.Files = append(in.Files, jsonFile("readings/"+base+".corrections.json", "Giá trị do người nhập, sửa", doc.Corrections))
	}
	return nil
}

// fact is a file kept under its digest.
func (r Room) fact(name, title, digest string) bag.File {
	return bag.File{Path: name, Title: title, Open: func(ctx context.Context) (io.ReadCloser, error) {
		body, err := r.Objects.GetDigest(ctx, digest)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(strings.NewReader(string(body))), nil
	}}
}

func jsonFile(name, title string, v any) bag.File {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		body = []byte("null")
	}
	return bag.Bytes(name, title, append(body, '\n'))
}

// aside adds decisions, mails and the names of those who acted.
func (r Room) aside(ctx context.Context, in *bag.Input, d dossier.Dossier, rd round.Round) error {
	for n := 1; n <= d.Revision; n++ {
		for _, step := range rd.Settings.DossierSteps() {
			var t round.Task
			_, err := store.Load(ctx, r.Store, round.TaskKey(round.TaskID(d.ID, n, step.ID)), &t)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			t.Token = ""
			in.Files = append(in.Files, jsonFile(fmt.Sprintf("decisions/%02d-%s.json", n, bag.SafeName(step.ID)), "Thẩm định: "+step.Title, t))
		}
	}
	for k := 1; k <= d.Recalls; k++ {
		steps := rd.Settings.DossierSteps()
		step := steps[len(steps)-1]
		var t round.Task
		if _, err := store.Load(ctx, r.Store, round.TaskKey(round.TaskID(d.ID, d.Revision, round.RecallStep(step.ID, k))), &t); err != nil {
			return err
		}
		in.Files = append(in.Files, jsonFile(fmt.Sprintf("decisions/%02d-%s-again-%02d.json", d.Revision, bag.SafeName(step.ID), k), "Xem xét lại: "+step.Title, t))
	}
	outcome := r.ofRound
	if d.AdHoc {
		outcome = r.adHoc
	}
	if err := outcome(ctx, in, d, rd); err != nil {
		return err
	}
	sent, err := r.Store.List(ctx, mail.SentPart("dossier/"+d.ID), store.Page{})
	if err != nil {
		return err
	}
	mails := make([]mail.Sent, len(sent.Records))
	for i, rec := range sent.Records {
		if err := rec.Decode(&mails[i]); err != nil {
			return err
		}
	}
	in.Files = append(in.Files, jsonFile("mails.json", "Thư đã gửi", mails))
	return r.actors(ctx, in)
}

// actors gives the names of the persons who acted, for the page.
func (r Room) actors(ctx context.Context, in *bag.Input) error {
	for _, p := range append(append([]evidence.Placed{}, in.Events...), in.Related...) {
		e, err := evidence.Read(p)
		if err != nil {
			return fault.Wrap(fault.Internal, Name, err)
		}
		if in.Actors[e.Actor] != "" {
			continue
		}
		var who people.Person
		_, err = store.Load(ctx, r.Store, people.Key(e.Actor), &who)
		switch {
		case err == nil:
			in.Actors[e.Actor] = who.Name
		case fault.Is(err, fault.NotFound):
			in.Actors[e.Actor] = "Hệ thống (" + e.Actor + ")"
		default:
			return err
		}
	}
	return nil
}
