package web

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
)

// Pages draws pages of documents for people without script, and the places
// values were read from.
type Pages struct {
	Room *pictures.Room
	// Spool gives an open file with what r holds; closing it removes it.
	Spool func(r io.Reader) (*os.File, error)
}

// placePicture gives a page of a document as a picture with a place framed on
// it: ?page=N, &box=left,top,right,bottom in points, &cut=1 for the place alone.
func (p *portal) placePicture(c *frame.Call) error {
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	return p.drawPlace(c, doc)
}

func (p *portal) drawPlace(c *frame.Call, doc dossier.Document) error {
	const op = "web.place"
	if p.Rooms.Pages == nil || doc.Version == "" || doc.State == dossier.Rejected {
		return fault.New(fault.NotFound, op, "")
	}
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		return fault.New(fault.NotFound, op, "")
	}
	files, err := validate.Load(c.Context(), p.facts, []dossier.Document{doc})
	if err != nil {
		return err
	}
	if len(files) == 0 || n < 1 || n > len(files[0].Reading.Pages) {
		return fault.New(fault.NotFound, op, "")
	}
	src := pictures.Source{SHA256: doc.SHA256, Open: func(ctx context.Context) (*os.File, error) { return p.pinnedFile(ctx, doc) }}
	pic, err := p.Rooms.Pages.Room.Page(c.Context(), src, n, pictures.DPI)
	if err != nil {
		return err
	}
	out, err := pic.Mark(partOf(c.Query("box"), files[0].Reading.Pages[n-1]), c.Query("cut") != "")
	if err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "private, max-age=600")
	return c.Bytes("image/png", out)
}

// pinnedFile gives an open file with a document's pinned bytes.
func (p *portal) pinnedFile(ctx context.Context, doc dossier.Document) (*os.File, error) {
	body, _, err := p.Rooms.Objects.Open(ctx, objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: doc.Version})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	f, err := p.Rooms.Pages.Spool(body)
	return f, fault.Wrap(fault.Transient, "web.place", err)
}

// partOf reads a place in points as parts of the page; none if it is not one.
func partOf(box string, page reading.Page) pictures.Part {
	var v [4]float64
	parts := strings.Split(box, ",")
	if len(parts) != 4 || page.Width <= 0 || page.Height <= 0 {
		return pictures.Part{}
	}
	for i, s := range parts {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return pictures.Part{}
		}
		v[i] = f
	}
	return pictures.Part{Left: v[0] / page.Width, Top: v[1] / page.Height, Right: v[2] / page.Width, Bottom: v[3] / page.Height}
}

// placeAddress is where the picture of a field's place is; "" if there is none.
func (p *portal) placeAddress(base string, f fieldView) string {
	if p.Rooms.Pages == nil || f.Evidence.Page == 0 {
		return ""
	}
	q := url.Values{"page": {strconv.Itoa(f.Evidence.Page)}}
	if b := f.box(); b != "" {
		q.Set("box", b)
	}
	return fmt.Sprintf("%s/place?%s", base, q.Encode())
}
