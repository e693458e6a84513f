package pdftext

import (
	"hoso/shared/pdftext/pdffile"
	"hoso/shared/reading"
	"hoso/shared/signature"
	"hoso/shared/signature/trust"
)

// signatures judges the digital signatures of the file.
func signatures(r *reading.Reading, f *pdffile.File, fields map[uint32]reading.Signature, pages int, o Options) error {
	found := f.Signatures(fields)
	if len(found) == 0 {
		return nil
	}
	anchors, err := trust.Parse(o.Trust)
	if err != nil {
		return err
	}
	r.Trust = anchors.Digest()
	store, err := f.Validation()
	if err != nil {
		return err
	}
	scans, drawn := 0, 0
	for _, p := range r.Problems {
		if p.Code == reading.CodePageScan || p.Code == reading.CodePageOCR {
			scans++
		}
		if p.Code == reading.CodePageEmpty {
			drawn--
		}
	}
	drawn += pages
	for _, s := range found {
		s.Copy = scans > 0 && scans == drawn
		r.Signatures = append(r.Signatures, signature.Judge(s, store, anchors))
	}
	return nil
}
