package pdffont

import "github.com/ledongthuc/pdf"

// ownEncoding reads the encoding of a font that states none from its program.
// Codes the program does not explain stand for themselves, unless they merely
// count the glyphs: then nothing is known of any of them.
func (f *Font) ownEncoding(v, desc pdf.Value, stream func(pdf.Value) ([]byte, error)) error {
	if f.unicode != nil {
		return nil // the map says more
	}
	program := func(key string) ([]byte, bool, error) {
		file := desc.Key(key)
		if file.Kind() != pdf.Stream {
			return nil, false, nil
		}
		data, err := stream(file)
		return data, true, err
	}
	if data, ok, err := program("FontFile2"); ok {
		f.trueTypeEncoding(parseTrueType(data))
		return err
	}
	if data, ok, err := program("FontFile"); ok {
		names, standard := type1Encoding(data)
		f.named(names, standard)
		return err
	}
	if data, ok, err := program("FontFile3"); ok {
		texts := cffEncoding(data)
		for c := range f.texts {
			if t, ok := texts[c]; ok {
				f.texts[c], f.mapped[c] = t, t != ""
			} else if texts != nil {
				f.mapped[c] = false
			}
		}
		return err
	}
	if first := v.Key("FirstChar"); !first.IsNull() && first.Int64() < ' ' {
		f.mapped = [256]bool{}
	}
	return nil
}

func (f *Font) trueTypeEncoding(tt *truetype) {
	numbered := tt.numbered()
	for c := range f.texts {
		glyph := tt.codes[uint32(c)]
		t := tt.text(glyph)
		switch {
		case t != "" && glyph != 0:
			f.texts[c], f.mapped[c] = t, true
		case numbered:
			f.mapped[c] = false
		}
	}
}

// named takes the encoding of a Type 1 program.
func (f *Font) named(names map[int]string, standard bool) {
	if standard {
		f.texts = baseEncoding("StandardEncoding")
	}
	for c := range f.texts {
		if n, ok := names[c]; ok {
			f.texts[c] = textOfName(n)
			f.mapped[c] = f.texts[c] != ""
		} else if names != nil {
			f.mapped[c] = false
		}
	}
}

// glyphTexts makes a map of a font without one from what its program says of
// its glyphs, where codes are the glyphs' numbers.
func (f *Font) glyphTexts(d pdf.Value, stream func(pdf.Value) ([]byte, error)) error {
	file := d.Key("FontDescriptor").Key("FontFile2")
	if file.Kind() != pdf.Stream || f.order != nil || d.Key("CIDToGIDMap").Kind() == pdf.Stream {
		return nil
	}
	data, err := stream(file)
	if err != nil {
		return err
	}
	tt := parseTrueType(data)
	m := &cmap{text: map[uint32]string{}}
	for g := range tt.unicode {
		m.text[uint32(g)] = tt.text(g)
	}
	for g := range tt.names {
		if t := tt.text(g); t != "" {
			m.text[uint32(g)] = t
		}
	}
	if len(m.text) > 0 {
		f.unicode = m
	}
	return nil
}
