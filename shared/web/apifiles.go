package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

type uploadIn struct {
	Name   string       `json:"name"`
	Size   int64        `json:"size"`
	SHA256 string       `json:"sha256"` // hex, lower case
	Slot   dossier.Slot `json:"slot,omitempty"`
	Method string       `json:"method,omitempty"` // "POST" (a form, for browsers) or "PUT"; "": POST
}

type againIn struct {
	Method string `json:"method,omitempty"`
}

type uploadOut struct {
	Document string `json:"document"`
	Upload   ticket `json:"upload"`
}

func wayOf(method string) (put bool, err error) {
	switch method {
	case "", http.MethodPost:
		return false, nil
	case http.MethodPut:
		return true, nil
	}
	return false, fault.New(fault.Invalid, "web.upload", "Cách tải lên phải là POST hoặc PUT.")
}

func (p *portal) apiUpload(c *frame.Call) error {
	var in uploadIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	put, err := wayOf(in.Method)
	if err != nil {
		return err
	}
	if in.SHA256 == "" {
		return fault.New(fault.Invalid, "web.upload", "Cần mã băm SHA-256 của tệp.")
	}
	d := frame.Kept[dossier.Dossier](c, "dossier")
	if err := p.paceUploads(c, d.Unit); err != nil {
		return err
	}
	doc, err := p.Rooms.Submission.AddDocument(c.Context(), c.Key(), c.Who.Actor, d.ID,
		submission.Upload{Name: in.Name, Size: in.Size, SHA256: in.SHA256, Slot: in.Slot})
	if err != nil {
		return err
	}
	t, err := p.sign(c.Context(), doc, put)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, uploadOut{Document: doc.ID, Upload: t})
}

// apiUploadAgain signs anew for a client whose signature ran out or whose
// connection broke: the same slot, the same bytes.
func (p *portal) apiUploadAgain(c *frame.Call) error {
	var in againIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	put, err := wayOf(in.Method)
	if err != nil {
		return err
	}
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	if doc.State != dossier.Expected || doc.SHA256 == "" {
		return &fault.Error{Kind: fault.Gone, Op: "web.upload", Code: "already-stored", Public: "Tệp đã được nhận."}
	}
	if err := p.paceUploads(c, doc.Unit); err != nil {
		return err
	}
	t, err := p.sign(c.Context(), doc, put)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, uploadOut{Document: doc.ID, Upload: t})
}

func (p *portal) apiDocuments(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, docs, nil)
	if err != nil {
		return err
	}
	out := make([]fileView, 0, len(docs))
	for _, doc := range docs {
		out = append(out, p.fileOf(c, doc, j))
	}
	return c.JSON(http.StatusOK, out)
}

type documentOut struct {
	fileView
	Documents   []reading.Document   `json:"documents"` // with corrections laid over
	Corrections []reading.Correction `json:"corrections,omitempty"`
}

func (p *portal) apiDocument(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, []dossier.Document{doc}, nil)
	if err != nil {
		return err
	}
	out := documentOut{fileView: p.fileOf(c, doc, j), Documents: []reading.Document{}, Corrections: doc.Corrections}
	if f, ok := j.files[doc.ID]; ok && f.Reading.Documents != nil {
		out.Documents = f.Reading.Documents
	}
	return c.JSON(http.StatusOK, out)
}

type slotIn struct {
	Slot dossier.Slot `json:"slot"`
}

func (p *portal) apiSlot(c *frame.Call) error {
	var in slotIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Submission.SetSlot(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Param("document"), in.Slot); err != nil {
		return err
	}
	return c.Nothing()
}

func (p *portal) apiRemove(c *frame.Call) error {
	if err := c.Decode(&empty{}); err != nil {
		return err
	}
	if err := p.Rooms.Submission.RemoveDocument(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Param("document")); err != nil {
		return err
	}
	return c.Nothing()
}

type findingsOut struct {
	Ready    bool              `json:"ready"` // every file is read, refused, or left to a person
	Findings []dossier.Finding `json:"findings"`
	Nominees []nomineeOut      `json:"nominees"`
	Counts   dossier.Counts    `json:"counts"`
}

type nomineeOut struct {
	ID       string       `json:"id"`
	Kind     dossier.Kind `json:"kind"`
	Name     string       `json:"name"`
	Position string       `json:"position,omitempty"`
	Unit     string       `json:"unit,omitempty"`
	Birth    string       `json:"birth,omitempty"`
}

func (p *portal) apiFindings(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, docs, nil)
	if err != nil {
		return err
	}
	out := findingsOut{Ready: j.ready && j.count > 0, Findings: j.Findings, Counts: j.Counts, Nominees: []nomineeOut{}}
	if out.Findings == nil {
		out.Findings = []dossier.Finding{}
	}
	for _, n := range j.Nominees {
		out.Nominees = append(out.Nominees, nomineeOut{ID: n.ID, Kind: n.Kind, Name: n.Name, Position: n.Position, Unit: n.Unit, Birth: n.Birth})
	}
	return c.JSON(http.StatusOK, out)
}

func (p *portal) apiSubmit(c *frame.Call) error {
	var in submission.Submitting
	if err := c.Decode(&in); err != nil {
		return err
	}
	r, err := p.Rooms.Submission.Submit(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, r)
}

type receiptOut struct {
	Number   string        `json:"number"`
	Dossier  string        `json:"dossier"`
	Revision int           `json:"revision"`
	At       time.Time     `json:"at"`
	Files    []dossier.Pin `json:"files"`
	Code     string        `json:"code"` // first digits of SHA-256 over number and files' hashes
}

func (p *portal) apiReceipt(c *frame.Call) error {
	n, err := strconv.Atoi(c.Param("revision"))
	if err != nil || n < 1 || n > 9999 {
		return fault.New(fault.NotFound, "web.receipt", "")
	}
	rv, _, err := load[dossier.Revision](c.Context(), p.Store, dossier.RevisionKey(c.Param("id"), n))
	if err != nil {
		return err
	}
	var sums []string
	for _, pin := range rv.Pinned {
		sums = append(sums, pin.SHA256)
	}
	slices.Sort(sums)
	return c.JSON(http.StatusOK, receiptOut{Number: rv.Receipt, Dossier: c.Param("id"), Revision: rv.N, At: rv.At, Files: rv.Pinned, Code: receiptCode(rv.Receipt, sums)})
}

type withdrawIn struct {
	Reason string `json:"reason"`
}

func (p *portal) apiWithdraw(c *frame.Call) error {
	var in withdrawIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Submission.Withdraw(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Reason); err != nil {
		return err
	}
	return c.Nothing()
}
