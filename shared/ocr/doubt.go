package ocr

import (
	"math"

	"hoso/shared/reading"
)

// asking is the confidence below which a person is asked.
const asking = 0.9

// ask marks what a recognised document must not state as certain.
func ask(d *reading.Document) {
	for _, f := range reading.Fields(*d) {
		if f.Value == "" || f.Name == "kind" && f.Nominee == reading.WholeDocument {
			continue
		}
		if f.Evidence.Confidence >= asking && !byHand(f.Name) && f.Type != reading.TypeBool {
			continue
		}
		if f.Nominee == reading.WholeDocument {
			d.Doubt(f.Name)
		} else {
			d.Nominees[f.Nominee].Unsure = true
		}
	}
	// Digits that are not surely read are handwriting as often as print, and
	// handwriting is not guessed.
	if d.Evidence["so_ky_hieu"].Confidence < asking {
		d.Number = ""
		d.Doubt("so_ky_hieu")
	}
	if d.Evidence["ngay_ban_hanh"].Confidence < asking {
		d.IssuedOn = ""
		d.Doubt("ngay_ban_hanh")
	}
	for _, f := range reading.Fields(*d) {
		if f.Value == "" && f.Nominee == reading.WholeDocument && expected(f.Name) {
			d.Doubt(f.Name)
		}
	}
	// Where one name is doubtful the list itself may be short of another.
	whole := d.Kind != reading.Letter || counted(d)
	for _, n := range d.Nominees {
		whole = whole && !n.Unsure
	}
	if !whole || len(d.Nominees) == 0 && d.Kind != reading.Report {
		d.Doubt(reading.FieldNominees)
	}
}

// expected reports a field that every document which has it states: if it is
// empty on a scan, it was not found.
func expected(field string) bool {
	switch field {
	case "so_ky_hieu", "ngay_ban_hanh", "co_quan_ban_hanh", "trich_yeu", "nguoi_ky", "chuc_danh_ky", "da_ky",
		"ngay_hop", "so_thanh_vien", "so_co_mat", "chu_tri", "thu_ky", "ten", "xac_nhan", "nguoi_xac_nhan":
		return true
	}
	return false
}

// byHand reports a field that is written by hand into a printed form as a rule.
func byHand(field string) bool { return field == "so_ky_hieu" || field == "ngay_ban_hanh" }

// counted reports that a letter's list is as long as the letter states.
func counted(d *reading.Document) bool {
	if d.StatedCollectives == nil || d.StatedIndividuals == nil {
		return false
	}
	collectives, individuals := 0, 0
	for _, n := range d.Nominees {
		if n.Kind == reading.Collective {
			collectives++
		} else {
			individuals++
		}
	}
	return collectives == *d.StatedCollectives && individuals == *d.StatedIndividuals
}

// soften lets a person decide about a secrecy mark that was recognised but
// not surely.
func soften(r *reading.Reading) {
	for i := range r.Problems {
		p := &r.Problems[i]
		if p.Code != reading.CodeSecret {
			continue
		}
		for k := range r.Documents {
			if e := r.Documents[k].Evidence["do_mat"]; e.Page == p.Page && e.Confidence < asking {
				p.Severity = reading.Ask
			}
		}
	}
}

// turnBack moves the places of a document's evidence from the turned page to
// the page as it is drawn.
func turnBack(d *reading.Document, turns map[int]turn) {
	move := func(all map[string]reading.Evidence) {
		for name, e := range all {
			t, ok := turns[e.Page]
			if !ok || t.angle == 0 || e.BBox.IsZero() {
				continue
			}
			e.BBox = t.box(e.BBox)
			all[name] = e
		}
	}
	move(d.Evidence)
	for i := range d.Nominees {
		move(d.Nominees[i].Evidence)
	}
}

// box gives the box round a turned box.
func (t turn) box(b reading.Box) reading.Box {
	out := reading.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[0], b[3]}, {b[2], b[3]}} {
		x, y := back(c[0], c[1], t.width, t.height, t.angle)
		out = reading.Box{min(out[0], x), min(out[1], y), max(out[2], x), max(out[3], y)}
	}
	return out
}
