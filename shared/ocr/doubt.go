package ocr

import (
	"math"
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/reading/fields"
	"hoso/shared/viettext"
)

// Confidence below which a person is asked: of values that a decision rests
// on, and of wording, in which a misread tone misleads nobody.
const (
	asking        = 0.95
	askingWording = 0.9
)

// ask marks what a recognised document must not state as certain.
func ask(d *reading.Document, pages []fields.Page) {
	d.Place = rightPlace(d.Place)
	headUnits(d)
	for _, f := range reading.Fields(*d) {
		if f.Value == "" || f.Name == "kind" && f.Nominee == reading.WholeDocument || certain(d, f, pages) {
			continue
		}
		if f.Name == "ten" && !personal(d, f) && likelyMisread(f.Value) {
			hardlyRead(d, f)
		}
		if f.Nominee == reading.WholeDocument {
			d.Doubt(f.Name)
		} else if f.Name != "chuc_vu" && f.Name != "don_vi" && f.Name != "hinh_thuc" && f.Name != "loai" {
			d.Nominees[f.Nominee].Unsure = true
		}
	}
	// Figures that are not surely read are handwriting as often as print, and
	// handwriting is not guessed.
	if d.IsUnsure("so_ky_hieu") {
		d.Number = ""
	}
	if d.IsUnsure("ngay_ban_hanh") {
		d.IssuedOn = ""
	}
	for _, f := range reading.Fields(*d) {
		if f.Value == "" && f.Nominee == reading.WholeDocument && expected(d, f.Name) {
			d.Doubt(f.Name)
		}
	}
	if !whole(d) {
		d.Doubt(reading.FieldNominees)
	}
}

// certain reports a value that may be given without asking.
func certain(d *reading.Document, f reading.Field, pages []fields.Page) bool {
	c := f.Evidence.Confidence
	switch {
	case f.Type == reading.TypeBool:
		return certainlySigned(d, f, pages)
	case f.Name == "so_ky_hieu":
		return c >= askingWording && symbolFits(d)
	case personal(d, f):
		return c >= askingWording && sureName(f.Value)
	case f.Name == "ten":
		return c >= asking || c >= askingWording && sureWords(f.Value)
	}
	switch f.Type {
	case reading.TypeText, reading.TypeList:
		return c >= askingWording
	case reading.TypeNomineeKind:
		return c >= doubtful
	}
	return c >= asking || f.Nominee != reading.WholeDocument && votesAgree(&d.Nominees[f.Nominee])
}

// votesAgree reports votes that are, to the last decimal, the percentage that
// is printed beside them: figures that were misread do not agree.
func votesAgree(n *reading.Nominee) bool {
	if n.VotesFor == nil || n.VotesOf == nil || n.Percent == nil || *n.VotesOf == 0 || *n.VotesFor >= *n.VotesOf {
		return false
	}
	return math.Abs(100*float64(*n.VotesFor)/float64(*n.VotesOf)-*n.Percent) < 0.006
}

// personal reports the name of a person.
func personal(d *reading.Document, f reading.Field) bool {
	switch f.Name {
	case "nguoi_ky", "chu_tri", "thu_ky", "nguoi_xac_nhan", "nguoi_bao_cao":
		return true
	case "ten":
		if f.Nominee != reading.WholeDocument {
			return d.Nominees[f.Nominee].Kind == reading.Individual
		}
		return d.NomineeKind == reading.Individual
	}
	return false
}

// sureWords reports a unit's name in which every word with a tone over another
// mark is the only one of its kind in papers of this sort.
func sureWords(s string) bool {
	for _, w := range strings.Fields(s) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		if stacked(w) && !onlyOne(formWords(), w) {
			return false
		}
	}
	return true
}

// likelyMisread reports a unit's name with a word that papers of this sort do
// not have, while they have one that only the tone over another mark parts
// from it: Kiếm for Kiểm. Every scan of the name is likely to be read so.
func likelyMisread(s string) bool {
	for _, w := range strings.Fields(s) {
		if glue(w) > 0 {
			return true // a blank was not seen
		}
		w = plain(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
		if !stacked(w) || formWords()[w] {
			continue
		}
		for _, v := range variants(w) {
			if stacked(v) && formWords()[plain(v)] {
				return true
			}
		}
	}
	return false
}

// hardlyRead lowers a value's confidence so far that no other scan confirms it.
func hardlyRead(d *reading.Document, f reading.Field) {
	all := d.Evidence
	if f.Nominee != reading.WholeDocument {
		all = d.Nominees[f.Nominee].Evidence
	}
	e := all["ten"]
	e.Confidence = min(e.Confidence, 0.45)
	all["ten"] = e
}

// certainlySigned decides about a signature or its absence: a drawing of a
// stamp's size in the block signs it; nothing but print in and around the
// block, its name read, does not.
func certainlySigned(d *reading.Document, f reading.Field, pages []fields.Page) bool {
	e := f.Evidence
	if f.Value == "true" {
		return e.Confidence >= asking
	}
	if e.Confidence < askingWording || e.BBox.IsZero() || e.Page < 1 || e.Page > len(pages) || d.SignedBy == "" && d.ConfirmedBy == "" && d.Chair == "" {
		return false
	}
	const around = 45 // points
	for _, p := range pages[e.Page-1].Sheet.Pictures {
		b := p.Box
		if b[0] < e.BBox[2]+around && b[2] > e.BBox[0]-around && b[1] < e.BBox[3]+around && b[3] > e.BBox[1]-around {
			return false
		}
	}
	return true
}

// symbolFits reports that the letters of a document's number are those its
// issuer's name begins with, or the well-known ones: the recogniser is sure of
// TIr for TTr and of STTTI for STTTT.
func symbolFits(d *reading.Document) bool {
	n, ok := viettext.ParseDocNumber(d.Number)
	if !ok || n.Blank() {
		return false
	}
	switch d.Kind {
	case reading.Letter:
		if !strings.EqualFold(n.Type, "TTr") {
			return false
		}
	case reading.Minutes:
		if !strings.EqualFold(n.Type, "BB") {
			return false
		}
	}
	names := initials(d.Parent) + "|" + initials(d.Issuer) + "|" + initials(d.Parent+" "+d.Issuer) + "|"
	for _, part := range strings.FieldsFunc(n.Body, func(r rune) bool { return r == '-' || r == '.' || r == ',' }) {
		part = strings.ToUpper(foldedText(part))
		if strings.Contains(" UBND HDND VP TDKT HDTDKT TCHC NV TCCB SNV SYT STC ", " "+part+" ") || within(part, names) {
			continue
		}
		return false
	}
	return true
}

// initials gives the first letters of a name's words; what is an abbreviation
// already stays.
func initials(s string) string {
	var b strings.Builder
	for _, w := range strings.Fields(foldedText(s)) {
		switch w {
		case "va", "cua":
		case "ubnd", "hdnd", "thcs", "thpt", "tdkt", "htx":
			b.WriteString(w)
		default:
			b.WriteByte(w[0])
		}
	}
	return strings.ToUpper(b.String())
}

// within reports letters that occur in this order in one of the names.
func within(part, names string) bool {
	for name := range strings.SplitSeq(names, "|") {
		i := 0
		for k := 0; k < len(name) && i < len(part); k++ {
			if name[k] == part[i] {
				i++
			}
		}
		if i == len(part) && len(part) > 0 && (len(name) <= len(part)+4 || len(part) > 3 && strings.Contains(name, part)) {
			return true
		}
	}
	return false
}

// expected reports a field that every document which has it states: if it is
// empty on a scan, it was not found.
func expected(d *reading.Document, field string) bool {
	switch field {
	case "so_ky_hieu":
		return d.Kind != reading.Report
	case "ngay_ban_hanh", "co_quan_ban_hanh", "trich_yeu", "nguoi_ky", "chuc_danh_ky", "da_ky",
		"ngay_hop", "so_thanh_vien", "so_co_mat", "chu_tri", "thu_ky", "ten", "xac_nhan", "nguoi_xac_nhan":
		return true
	}
	return false
}

// whole reports that a list has everybody: a letter's is as long as the letter
// states, in minutes everybody has votes.
func whole(d *reading.Document) bool {
	for i := range d.Nominees {
		if d.Nominees[i].Evidence["ten"].Confidence <= besideUnread {
			return false // an entry may have been taken for a part of another
		}
	}
	switch d.Kind {
	case reading.Letter:
		return counted(d)
	case reading.Minutes:
		for i := range d.Nominees {
			if d.Nominees[i].VotesFor == nil {
				return false
			}
		}
		return len(d.Nominees) > 0
	}
	return true
}

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
