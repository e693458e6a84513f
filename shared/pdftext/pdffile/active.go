package pdffile

import (
	"hoso/shared/reading"
)

// inspect walks every live object for active content and notes signatures.
// The first kind of active content found refuses the file.
func (f *File) inspect() error {
	found := map[string]bool{}
	for _, id := range f.sortedObjects() {
		v := f.object(id)
		if o, ok := f.streams[id]; ok {
			d := o.val.(dict)
			if d.get("F") != nil || d.get("FFilter") != nil {
				found[reading.CodeExternal] = true
			}
			if n := d.name("Type"); n == "EmbeddedFile" {
				found[reading.CodeAttachment] = true
			}
		}
		f.look(v, id, found)
		if err := f.budget.Tick(); err != nil {
			return err
		}
	}
	for _, code := range activeCodes() {
		if found[code] {
			return &Stop{Code: code}
		}
	}
	return nil
}

// activeCodes orders the kinds of active content: the worst is named first.
func activeCodes() []string {
	return []string{
		reading.CodeJavaScript, reading.CodeLaunch, reading.CodeSubmitForm, reading.CodeRemote,
		reading.CodeMedia, reading.CodeAttachment, reading.CodeExternal, reading.CodeXFA,
	}
}

func (f *File) object(id uint32) object {
	if o, ok := f.streams[id]; ok {
		return o.val
	}
	return f.parsed[id]
}

func (f *File) sortedObjects() []uint32 {
	t := table{at: map[uint32]place{}}
	for id := range f.parsed {
		t.at[id] = place{}
	}
	for id := range f.streams {
		t.at[id] = place{}
	}
	return t.sorted()
}

// look judges one value and everything directly inside it. Depth was bounded
// when the value was parsed.
func (f *File) look(v object, id uint32, found map[string]bool) {
	switch v := v.(type) {
	case array:
		for _, x := range v {
			f.look(x, 0, found)
		}
	case dict:
		f.lookDict(v, id, found)
		for _, e := range v {
			f.look(e.val, 0, found)
		}
	}
}

func (f *File) lookDict(d dict, id uint32, found map[string]bool) {
	if code := actionCode(d.name("S")); code != "" && (d.get("Type") == nil || d.name("Type") == "Action") {
		found[code] = true
	}
	switch d.name("Subtype") {
	case "RichMedia", "Movie", "Sound", "Screen", "3D":
		found[reading.CodeMedia] = true
	case "FileAttachment":
		found[reading.CodeAttachment] = true
	}
	if r, ok := d.get("ByteRange").(array); ok && d.get("Contents") != nil {
		f.sigs = append(f.sigs, f.newSigDict(id, d, r))
	}
	for _, e := range d {
		if f.follow(e.val) == nil {
			continue
		}
		switch e.key {
		case "JS", "JavaScript":
			found[reading.CodeJavaScript] = true
		case "EmbeddedFiles", "EF", "Collection":
			if !f.emptyNames(e.val) {
				found[reading.CodeAttachment] = true
			}
		case "RichMediaContent", "RichMediaSettings":
			found[reading.CodeMedia] = true
		case "XFA":
			found[reading.CodeXFA] = true
		}
	}
}

// emptyNames reports a name tree that names nothing: some programs write one
// into every file.
func (f *File) emptyNames(v object) bool {
	d, ok := f.follow(v).(dict)
	if !ok {
		return false
	}
	if k, ok := f.follow(d.get("Kids")).(array); ok && len(k) > 0 {
		return false
	}
	n, ok := f.follow(d.get("Names")).(array)
	return ok && len(n) == 0
}

// actionCode names the kind of an action that does more than move about in
// the document or open a web page in the reader's browser.
func actionCode(s name) string {
	switch s {
	case "JavaScript":
		return reading.CodeJavaScript
	case "Launch":
		return reading.CodeLaunch
	case "SubmitForm", "ImportData":
		return reading.CodeSubmitForm
	case "GoToR", "GoToE":
		return reading.CodeRemote
	case "Movie", "Sound", "Rendition", "RichMediaExecute", "GoTo3DView":
		return reading.CodeMedia
	}
	return ""
}
