package player

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// finding is what the public interface says of one fault.
type finding struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Fix      string `json:"fix"`
	Rule     string `json:"rule"`
	Source   string `json:"source"`
}

// judged is what the public interface says of a draft as it is now.
type judged struct {
	Ready    bool      `json:"ready"`
	Findings []finding `json:"findings"`
	Nominees []struct {
		Name string `json:"name"`
	} `json:"nominees"`
	Counts struct{ Block, Warn, Note int } `json:"counts"`
}

// codes gives the codes of the blocking findings.
func (j judged) codes() []string {
	var out []string
	for _, f := range j.Findings {
		if f.Severity == "block" {
			out = append(out, f.Code)
		}
	}
	return out
}

// draft opens a dossier as its submitter.
func (p *Play) draft(ctx context.Context, f *dossierFile) error {
	who := p.submitter(f)
	if err := who.Post(ctx, "/dossiers/new", "open-"+p.round, nil); err != nil {
		return err
	}
	// /dossiers/<id>/files
	part := strings.Split(who.Page.URL.Path, "/")
	if len(part) != 4 || part[3] != "files" {
		return fmt.Errorf("mở hồ sơ xong lại đến trang %s", who.Page.URL.Path)
	}
	f.ID = part[2]
	return nil
}

func (p *Play) submitter(f *dossierFile) *Person { return p.who(f.Submitter.Key) }

// upload sends the papers of a revision the way the files page's script does:
// it asks for a signed form and posts the bytes to the object store itself.
func (p *Play) upload(ctx context.Context, api API, f *dossierFile, papers []Paper, method string) error {
	for _, paper := range papers {
		var slot struct {
			Document string `json:"document"`
			Upload   Ticket `json:"upload"`
		}
		err := api.Call(ctx, http.MethodPost, "/api/dossiers/"+f.ID+"/documents", map[string]any{
			"name": paper.Name, "size": len(paper.Bytes), "sha256": sum(paper.Bytes), "slot": paper.Slot, "method": method,
		}, &slot)
		if err != nil {
			return fmt.Errorf("%s: %w", paper.Name, err)
		}
		if err := slot.Upload.Send(ctx, paper.File); err != nil {
			return fmt.Errorf("%s: %w", paper.Name, err)
		}
	}
	return nil
}

// uploadPlainly sends papers without script: a form of the page, then a form
// that posts to the object store and comes back.
func (p *Play) uploadPlainly(ctx context.Context, f *dossierFile, papers []Paper) error {
	who := p.submitter(f)
	for _, paper := range papers {
		if err := who.Post(ctx, "/dossiers/"+f.ID+"/files", "plain", func(form *Form) { form.Set("name", paper.Name).Set("slot", paper.Slot) }); err != nil {
			return fmt.Errorf("%s: %w", paper.Name, err)
		}
		send := who.Page.FormWith("file")
		if err := who.Submit(ctx, send.Attach("file", paper.File)); err != nil {
			return fmt.Errorf("%s: %w", paper.Name, err)
		}
		if who.Page.URL.Host != who.root.Host {
			return fmt.Errorf("%s: kho tệp không đưa trình duyệt trở lại cổng (%s)", paper.Name, who.Page.URL.Host)
		}
	}
	return nil
}

// reading waits until every file of the dossier is read, refused or left to a
// person, and gives what is wrong with it.
func (p *Play) reading(ctx context.Context, api API, f *dossierFile) (judged, error) {
	var j judged
	err := until(ctx, "đọc xong hồ sơ "+f.Key, func() (bool, error) {
		err := api.Call(ctx, http.MethodGet, "/api/dossiers/"+f.ID+"/findings", nil, &j)
		return j.Ready, err
	})
	return j, err
}

// program gives the unit's program its token, made on the account page.
func (p *Play) program(ctx context.Context, f *dossierFile) (API, error) {
	who := p.submitter(f)
	// A token is shown once: who did not get to see it makes another.
	err := until(ctx, "mã truy cập của "+who.Name, func() (bool, error) {
		err := who.Post(ctx, "/account", "/account/tokens", func(form *Form) { form.Set("name", "Máy chủ của đơn vị").Set("days", "30") })
		var shown *StatusError
		if errors.As(err, &shown) && shown.Status == http.StatusGone {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return API{}, err
	}
	f.Token = who.Page.ByID("token")
	if f.Token == "" {
		return API{}, errors.New("trang mã truy cập không hiện mã")
	}
	return API{Root: p.Server, Token: f.Token}, nil
}

// sendAll lets every unit put its dossier together and look at its faults.
func sendAll(p *Play, ctx context.Context) error {
	for _, c := range cases() {
		f := p.files[c.Key]
		if err := p.send(ctx, f); err != nil {
			return fmt.Errorf("%s: %w", c.Key, err)
		}
	}
	return nil
}

// send sends the first revision of a dossier.
func (p *Play) send(ctx context.Context, f *dossierFile) error {
	papers, err := f.Papers(p.day, 1)
	if err != nil {
		return err
	}
	var api API
	switch {
	case f.Program:
		if api, err = p.program(ctx, f); err != nil {
			return err
		}
		var opened struct {
			ID string `json:"id"`
		}
		if err := api.Call(ctx, http.MethodPost, "/api/dossiers", map[string]string{"round": p.round}, &opened); err != nil {
			return err
		}
		f.ID = opened.ID
		err = p.upload(ctx, api, f, papers, http.MethodPut)
	case f.Scan:
		if err := p.draft(ctx, f); err != nil {
			return err
		}
		api = p.submitter(f).API()
		err = p.uploadPlainly(ctx, f, papers)
	default:
		if err := p.draft(ctx, f); err != nil {
			return err
		}
		api = p.submitter(f).API()
		err = p.upload(ctx, api, f, papers, http.MethodPost)
	}
	if err != nil {
		return err
	}
	j, err := p.reading(ctx, api, f)
	if err != nil {
		return err
	}
	if f.Scan {
		if err := p.complete(ctx, f); err != nil {
			return err
		}
		if j, err = p.reading(ctx, api, f); err != nil {
			return err
		}
	}
	p.expectFindings(f, j, 1)
	return p.submit(ctx, api, f, j, 1)
}

// expectFindings checks that the machine found what is wrong, and nothing else.
func (p *Play) expectFindings(f *dossierFile, j judged, revision int) {
	want := map[string]bool{}
	switch {
	case f.Faulty && revision == 1:
		want = map[string]bool{"COUNT_MISMATCH": true, "MISSING_SIGNATURE": true, "MISSING_CONFIRMATION": true}
	case f.Renamed != "":
		want = map[string]bool{"NOMINEE_NOT_IN_MINUTES": true}
	}
	got := map[string]bool{}
	for _, c := range j.codes() {
		got[c] = true
	}
	for c := range want {
		p.check(got[c], "hồ sơ %s lẽ ra phải có lỗi %s", f.Key, c)
	}
	for c := range got {
		p.check(want[c], "hồ sơ %s bị báo lỗi %s không có thật", f.Key, c)
	}
	for _, x := range j.Findings {
		p.check(x.Source != "" && x.Rule != "" && x.Fix != "" && x.Message != "", "lỗi %s của hồ sơ %s thiếu căn cứ hoặc cách sửa", x.Code, f.Key)
	}
	p.check(len(j.Nominees) == len(f.Nominees), "hồ sơ %s có %d tập thể, cá nhân, máy đọc được %d", f.Key, len(f.Nominees), len(j.Nominees))
	if len(got) > 0 {
		p.note("%s: %s", f.Key, strings.Join(j.codes(), ", "))
	}
}

// contest is the sentence by which a unit answers a finding.
const contest = "Phòng KHTC là tên viết tắt của Phòng Kế hoạch - Tài chính, cùng một phòng."

// submit submits a revision and reads the receipt, on the page and by mail.
func (p *Play) submit(ctx context.Context, api API, f *dossierFile, j judged, revision int) error {
	contests := map[string]string{}
	if f.Renamed != "" {
		for _, x := range j.Findings {
			if x.Severity == "block" {
				contests[x.ID] = contest
			}
		}
	}
	who := p.submitter(f)
	if f.Program {
		var receipt struct {
			Number string `json:"number"`
		}
		if err := api.Call(ctx, http.MethodPost, "/api/dossiers/"+f.ID+"/submit", map[string]any{"contests": contests}, &receipt); err != nil {
			return err
		}
		f.Receipt = receipt.Number
	} else {
		err := who.Post(ctx, "/dossiers/"+f.ID+"/submit", "submit", func(form *Form) {
			for id, sentence := range contests {
				form.Set("contest."+id, sentence)
			}
			if revision > 1 {
				form.Set("note", "Đã ký biên bản, sửa số lượng trong tờ trình và xin xác nhận báo cáo.")
			}
		})
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("/dossiers/%s/receipts/%d", f.ID, revision); who.Page.URL.Path != want {
			return fmt.Errorf("nộp xong lại đến trang %s: %s", who.Page.URL.Path, who.Page.Complaint())
		}
	}
	m, err := p.mail.Next(ctx, "tiếp nhận hồ sơ "+f.Key, func(m Mail) bool { return m.Dossier == f.ID && For(f.Submitter.Email, "receipt")(m) })
	if err != nil {
		return err
	}
	if !f.Program {
		f.Receipt = receiptIn(m.Subject)
		p.check(f.Receipt != "" && who.Page.Has(f.Receipt), "giấy tiếp nhận của hồ sơ %s không ghi số %s", f.Key, f.Receipt)
	}
	return nil
}

// receiptIn is the receipt's number in a mail's subject.
func receiptIn(subject string) string {
	for _, w := range strings.Fields(subject) {
		if strings.HasPrefix(w, "HS-") {
			return w
		}
	}
	return ""
}

// correct lets the unit of the faulty dossier read why it came back, replace
// its files, and submit again within the term.
func correct(p *Play, ctx context.Context) error {
	for _, c := range cases() {
		if !c.Faulty {
			continue
		}
		f := p.files[c.Key]
		who := p.submitter(f)
		m, err := p.mail.Next(ctx, "trả lại hồ sơ "+c.Key, func(m Mail) bool { return m.Dossier == f.ID && For(f.Submitter.Email, "returned")(m) })
		if err != nil {
			return err
		}
		p.note("thư trả lại: %s", m.Subject)
		if err := who.Open(ctx, "/dossiers/"+f.ID+"/files"); err != nil {
			return err
		}
		for who.Page.HasForm("/remove") {
			if err := who.Submit(ctx, who.Page.Form("/remove")); err != nil {
				return err
			}
		}
		papers, err := f.Papers(p.day, 2)
		if err != nil {
			return err
		}
		if err := p.upload(ctx, who.API(), f, papers, http.MethodPost); err != nil {
			return err
		}
		j, err := p.reading(ctx, who.API(), f)
		if err != nil {
			return err
		}
		p.expectFindings(f, j, 2)
		if err := p.submit(ctx, who.API(), f, j, 2); err != nil {
			return err
		}
	}
	return nil
}
