package pdffile

import (
	"bytes"
	"slices"

	"hoso/shared/reading"
)

// changes names the kinds of everything that differs between two states of a
// file, the newer written behind the older. An object is of the gravest kind
// by which it is reached; a page, the catalog and the form are compared key by
// key, because adding a signature touches them without changing what is shown.
func changes(older, newer *File) map[reading.Change]bool {
	c := comparison{
		older: older, newer: newer, was: labels(older), is: labels(newer),
		out: map[reading.Change]bool{}, touched: map[uint32]bool{},
	}
	for _, id := range newer.sortedObjects() {
		if !c.same(id) {
			c.touched[id] = true
		}
	}
	for id := range c.touched {
		c.judge(id)
	}
	for _, id := range older.sortedObjects() {
		if newer.object(id) == nil && older.object(id) != nil {
			c.add(c.was.kind[id])
		}
	}
	c.catalogs()
	c.pages()
	return c.out
}

type comparison struct {
	older, newer *File
	was, is      *labelling
	out          map[reading.Change]bool
	touched      map[uint32]bool
}

// structure is the label of what is compared key by key.
const structure reading.Change = "structure"

func (c *comparison) add(kind reading.Change) {
	if kind != structure && kind != "" {
		c.out[kind] = true
	}
}

// same reports that an object is in both states what it was.
func (c *comparison) same(id uint32) bool {
	p, ok := c.older.table.at[id]
	q, ok2 := c.newer.table.at[id]
	if ok && ok2 && p == q && p.stream == 0 {
		return true // the very same bytes
	}
	a, isStreamA := c.older.streams[id]
	b, isStreamB := c.newer.streams[id]
	if isStreamA != isStreamB {
		return false
	}
	if !isStreamA {
		va, known := c.older.parsed[id]
		return known && equal(va, c.newer.parsed[id])
	}
	da, db := a.val.(dict), b.val.(dict)
	return equalDict(da, db, "Length") && bytes.Equal(c.older.rawStream(a, da), c.newer.rawStream(b, db))
}

// judge adds the kind of one object that is new or differs.
func (c *comparison) judge(id uint32) {
	kind := c.is.kind[id]
	if kind == reading.ChangeContent {
		if d, ok := c.newer.object(id).(dict); ok && d.name("Type") == "Page" {
			if old, ok := c.older.object(id).(dict); ok && equalDict(old, d, "Annots", "LastModified", "Tabs") {
				return
			}
		}
	}
	if kind == reading.ChangeSignature && c.older.object(id) != nil {
		// A field that is signed now may change; the looks of one that was
		// signed before may not.
		owner := c.is.owner[id]
		if _, signed := c.older.signed(owner); signed {
			kind = reading.ChangeContent
		}
	}
	c.add(kind)
}

// catalogs compares the two catalogs, forms and trailers.
func (c *comparison) catalogs() {
	a, _ := c.older.follow(c.older.table.trailer.get("Root")).(dict)
	b, _ := c.newer.follow(c.newer.table.trailer.get("Root")).(dict)
	for _, k := range keys(a, b) {
		if equal(a.get(k), b.get(k)) {
			continue
		}
		switch k {
		case "AcroForm", "Type", "Extensions", "Version":
		case "DSS":
			c.add(reading.ChangeValidation)
		case "Metadata":
			c.add(reading.ChangeMetadata)
		case "Pages", "OCProperties", "OpenAction", "AA", "Names", "Dests":
			c.add(reading.ChangeContent)
		default:
			c.add(reading.ChangeOther)
		}
	}
	fa, _ := c.older.follow(a.get("AcroForm")).(dict)
	fb, _ := c.newer.follow(b.get("AcroForm")).(dict)
	for _, k := range keys(fa, fb) {
		if k != "Fields" && k != "SigFlags" && !equal(fa.get(k), fb.get(k)) && !(k == "DR" || k == "DA") {
			c.add(reading.ChangeForm)
		}
	}
}

// pages compares the annotations of pages that are in both states: those taken
// away, and those that are no objects of their own.
func (c *comparison) pages() {
	for _, id := range c.newer.sortedObjects() {
		d, ok := c.newer.object(id).(dict)
		old, ok2 := c.older.object(id).(dict)
		if !ok || !ok2 || d.name("Type") != "Page" {
			continue
		}
		was, _ := c.older.follow(old.get("Annots")).(array)
		is, _ := c.newer.follow(d.get("Annots")).(array)
		for _, v := range was {
			if !contains(is, v) {
				c.add(kindOf(c.older, v))
			}
		}
		for _, v := range is {
			if _, isRef := v.(ref); !isRef && !contains(was, v) {
				c.add(kindOf(c.newer, v))
			}
		}
	}
}

func contains(list array, v object) bool {
	return slices.ContainsFunc(list, func(x object) bool { return equal(x, v) })
}

func keys(a, b dict) []name {
	var out []name
	for _, d := range [2]dict{a, b} {
		for _, e := range d {
			if !slices.Contains(out, e.key) {
				out = append(out, e.key)
			}
		}
	}
	return out
}

// equal compares two values as they are written; references by number.
func equal(a, b object) bool {
	switch a := a.(type) {
	case text:
		b, ok := b.(text)
		return ok && bytes.Equal(a, b)
	case array:
		b, ok := b.(array)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case dict:
		b, ok := b.(dict)
		return ok && equalDict(a, b)
	case ref:
		b, ok := b.(ref)
		return ok && a.id == b.id
	}
	switch b.(type) {
	case text, array, dict, ref:
		return false
	}
	return a == b
}

// equalDict compares two dictionaries but for some keys.
func equalDict(a, b dict, but ...name) bool {
	for _, k := range keys(a, b) {
		if !slices.Contains(but, k) && !equal(a.get(k), b.get(k)) {
			return false
		}
	}
	return true
}

// signed gives the signature dictionary of a signature field or its widget.
func (f *File) signed(field uint32) (dict, bool) {
	d, _ := f.object(field).(dict)
	for range 8 {
		if v, ok := f.follow(d.get("V")).(dict); ok {
			return v, true
		}
		if d, _ = f.follow(d.get("Parent")).(dict); d == nil {
			break
		}
	}
	return nil, false
}

// labelling says by which way each object of a file is reached.
type labelling struct {
	file  *File
	kind  map[uint32]reading.Change
	owner map[uint32]uint32 // the field that an object of a signature belongs to
	todo  []visit
}

type visit struct {
	v     object
	kind  reading.Change
	owner uint32
}

// gravity orders the kinds: the gravest way to an object names it.
func gravity(k reading.Change) int {
	return slices.Index([]reading.Change{
		"", structure, reading.ChangeMetadata, reading.ChangeValidation, reading.ChangeSignature,
		reading.ChangeForm, reading.ChangeAnnotation, reading.ChangeOther, reading.ChangeContent,
	}, k)
}

func labels(f *File) *labelling {
	l := &labelling{file: f, kind: map[uint32]reading.Change{}, owner: map[uint32]uint32{}}
	root := f.table.trailer.get("Root")
	l.mark(root, structure)
	l.push(f.table.trailer.get("Info"), reading.ChangeMetadata, 0)
	catalog, _ := f.follow(root).(dict)
	for _, e := range catalog {
		switch e.key {
		case "AcroForm":
			l.form(e.val)
		case "DSS":
			l.push(e.val, reading.ChangeValidation, 0)
		case "Metadata", "Extensions":
			l.push(e.val, reading.ChangeMetadata, 0)
		case "Perms":
			l.push(e.val, reading.ChangeSignature, 0)
		case "Pages", "OCProperties", "OpenAction", "AA", "Names", "Dests":
			l.push(e.val, reading.ChangeContent, 0)
		default:
			l.push(e.val, reading.ChangeOther, 0)
		}
	}
	l.run()
	return l
}

// mark labels the object a reference leads to, not what it holds.
func (l *labelling) mark(v object, kind reading.Change) {
	if r, ok := v.(ref); ok && gravity(l.kind[r.id]) < gravity(kind) {
		l.kind[r.id] = kind
	}
}

func (l *labelling) push(v object, kind reading.Change, owner uint32) {
	l.todo = append(l.todo, visit{v, kind, owner})
}

// form labels the interactive form: its fields by what they are.
func (l *labelling) form(v object) {
	l.mark(v, structure)
	d, _ := l.file.follow(v).(dict)
	for _, e := range d {
		if e.key != "Fields" {
			l.push(e.val, reading.ChangeForm, 0)
			continue
		}
		l.mark(e.val, structure)
		fields, _ := l.file.follow(e.val).(array)
		for _, field := range fields {
			l.widget(field)
		}
	}
}

// widget labels a form field or an annotation.
func (l *labelling) widget(v object) {
	kind := kindOf(l.file, v)
	owner := uint32(0)
	if r, ok := v.(ref); ok {
		owner = r.id
	}
	l.push(v, kind, owner)
}

// kindOf names what a field or an annotation is.
func kindOf(f *File, v object) reading.Change {
	d, _ := f.follow(v).(dict)
	if d.get("FT") == nil && d.get("Parent") == nil && d.name("Subtype") != "Widget" && d.get("Kids") == nil {
		return reading.ChangeAnnotation
	}
	up := d
	for range 8 {
		if up.get("FT") != nil {
			break
		}
		up, _ = f.follow(up.get("Parent")).(dict)
	}
	if up.name("FT") != "Sig" {
		return reading.ChangeForm
	}
	for _, x := range [2]dict{d, up} {
		if sig, ok := f.follow(x.get("V")).(dict); ok {
			if sig.name("Type") == "DocTimeStamp" {
				return reading.ChangeValidation
			}
			return reading.ChangeSignature
		}
	}
	if d.get("AP") != nil {
		return reading.ChangeAnnotation // draws over the page and is signed by nobody
	}
	return reading.ChangeSignature
}

// run follows what was pushed, graver labels over lighter ones.
func (l *labelling) run() {
	for len(l.todo) > 0 {
		x := l.todo[len(l.todo)-1]
		l.todo = l.todo[:len(l.todo)-1]
		if l.file.budget.Tick() != nil {
			return
		}
		switch v := x.v.(type) {
		case ref:
			if gravity(l.kind[v.id]) >= gravity(x.kind) {
				continue
			}
			l.kind[v.id] = x.kind
			l.owner[v.id] = x.owner
			l.push(l.file.object(v.id), x.kind, x.owner)
		case array:
			for _, e := range v {
				l.push(e, x.kind, x.owner)
			}
		case dict:
			l.dict(v, x)
		}
	}
}

func (l *labelling) dict(d dict, x visit) {
	page := d.name("Type") == "Page"
	light := gravity(x.kind) < gravity(reading.ChangeOther)
	for _, e := range d {
		switch {
		case page && e.key == "Annots":
			if x.kind != reading.ChangeContent {
				continue // reached by a link: the page tree labels it
			}
			l.mark(e.val, structure)
			list, _ := l.file.follow(e.val).(array)
			for _, a := range list {
				l.widget(a)
			}
		case light && (e.key == "P" || e.key == "Parent" || e.key == "Dest" || e.key == "Popup"):
		case x.kind == reading.ChangeOther && (e.key == "Pg" || e.key == "Dest" || e.key == "D" || e.key == "Obj"):
		case e.key == "Kids" && light:
			kids, _ := l.file.follow(e.val).(array)
			l.mark(e.val, structure)
			for _, k := range kids {
				l.widget(k)
			}
		default:
			l.push(e.val, x.kind, x.owner)
		}
	}
}
