package reading

import "testing"

func scanned(kind Kind, confidence float64, names ...string) Reading {
	d := Document{Kind: kind, Evidence: map[string]Evidence{}}
	for _, n := range names {
		d.Nominees = append(d.Nominees, Nominee{Name: n, Kind: Individual, Unsure: confidence < 0.95, Evidence: map[string]Evidence{"ten": {Confidence: confidence, Source: FromOCR}}})
	}
	return Reading{Documents: []Document{d}}
}

func TestNamesOfADossierConfirmEachOther(t *testing.T) {
	for name, c := range map[string]struct {
		letter, minutes Reading
		asked           bool
	}{
		"the same in both":              {scanned(Letter, 0.92, "La Thị Hiền"), scanned(Minutes, 0.92, "La Thị Hiền"), false},
		"sure in the other":             {scanned(Letter, 0.6, "La Thị Hiền"), scanned(Minutes, 0.97, "La Thị Hiền"), false},
		"hardly read, only one other":   {scanned(Letter, 0.6, "La Thị Hiền"), scanned(Minutes, 0.92, "La Thị Hiền"), true},
		"other marks in the other":      {scanned(Letter, 0.92, "La Thị Hiền"), scanned(Minutes, 0.97, "La Thị Hiển"), true},
		"nobody else named so":          {scanned(Letter, 0.92, "La Thị Hiền"), scanned(Minutes, 0.97, "Võ Mai Tú"), true},
		"the same twice in one list":    {scanned(Letter, 0.92, "La Thị Hiền", "La Thị Hiền"), Reading{}, true},
		"below what counts as read":     {scanned(Letter, 0.3, "La Thị Hiền"), scanned(Minutes, 0.97, "La Thị Hiền"), true},
		"differently placed tone marks": {scanned(Letter, 0.92, "Lê Thị Hòa"), scanned(Minutes, 0.92, "Lê Thị Hoà"), false},
	} {
		got := Agree([]Reading{c.letter, c.minutes})
		if asked := got[0].Documents[0].Nominees[0].Unsure; asked != c.asked {
			t.Errorf("%s: asked %v", name, asked)
		}
		if got[0].Documents[0].Nominees[0].Name != c.letter.Documents[0].Nominees[0].Name {
			t.Errorf("%s: the name was changed", name)
		}
		if c.letter.Documents[0].Nominees[0].Evidence["ten"].Confidence == confirmed {
			t.Errorf("%s: the reading given was changed", name)
		}
	}
}

func TestListIsConfirmedByMinutesOfTheSamePeople(t *testing.T) {
	letter, minutes := scanned(Letter, 0.97, "A B", "C D"), scanned(Minutes, 0.97, "C D", "A B")
	letter.Documents[0].Unsure = []string{FieldNominees}
	if got := Agree([]Reading{letter, minutes}); got[0].Documents[0].IsUnsure(FieldNominees) {
		t.Error("the list is asked though the minutes have the same")
	}
	short := Agree([]Reading{scanned(Letter, 0.97, "A B", "C D"), scanned(Minutes, 0.97, "C D")})
	if short[0].Documents[0].IsUnsure(FieldNominees) || !short[1].Documents[0].IsUnsure(FieldNominees) {
		t.Error("a recognised list that lacks somebody is not asked, or the whole one is")
	}
	if got := Agree([]Reading{letter, scanned(Minutes, 0.97, "C D", "A B", "E F")}); !got[0].Documents[0].IsUnsure(FieldNominees) {
		t.Error("a list shorter than the minutes' is not asked")
	}
}

func TestTornNameIsProposedInFullAndStaysAsked(t *testing.T) {
	signed := func(name string) Reading {
		return Reading{Documents: []Document{{
			Kind: Letter, SignedBy: name, Unsure: []string{"nguoi_ky"},
			Evidence: map[string]Evidence{"nguoi_ky": {Confidence: 0.4, Source: FromOCR, Quote: name}},
		}}}
	}
	for name, c := range map[string]struct {
		read string
		also []string
		want string
	}{
		"a word is missing":                      {"Kim Mai", []string{"Đỗ Thị Kim Mai"}, "Đỗ Thị Kim Mai"},
		"a letter is missing":                    {"Cao hanh Toàn", []string{"Cao Thanh Toàn"}, "Cao Thanh Toàn"},
		"two it could be":                        {"Kim Mai", []string{"Đỗ Thị Kim Mai", "Lê Kim Mai"}, "Kim Mai"},
		"another person":                         {"Kim Mai", []string{"Đỗ Thị Kim Lan"}, "Kim Mai"},
		"no family name, and one that is whole":  {"Đã Thị Kim Mai", []string{"Đỗ Thị Kim Mai"}, "Đỗ Thị Kim Mai"},
		"a stroke read as a letter":              {"Trần ÈBích Nguyệt", []string{"Trần Bích Nguyệt"}, "Trần Bích Nguyệt"},
		"Thị is no family name that lost a mark": {"Thị Kim Yến", nil, "Thị Kim Yến"},
		"both whole, one letter apart":           {"Lê Thị Kim Mai", []string{"Vũ Thị Kim Mai"}, "Lê Thị Kim Mai"},
		"too little is left":                     {"A An", []string{"Lê An"}, "A An"},
	} {
		given := signed(c.read)
		got := Agree([]Reading{given, scanned(Minutes, 0.97, c.also...)})[0].Documents[0]
		if got.SignedBy != c.want || !got.IsUnsure("nguoi_ky") || got.Evidence["nguoi_ky"].Quote != c.read {
			t.Errorf("%s: %q, asked %v", name, got.SignedBy, got.Unsure)
		}
		if given.Documents[0].SignedBy != c.read {
			t.Errorf("%s: the reading given was changed", name)
		}
	}
}

func TestMinorityOfANameIsAskedAndTheFamilyMended(t *testing.T) {
	rs := []Reading{scanned(Letter, 0.97, "Mai Bích Chi"), scanned(Minutes, 0.97, "Mai Bích Chỉ"), scanned(Report, 0.97, "Mai Bích Chi")}
	got := Agree(rs)
	if n := got[1].Documents[0].Nominees[0]; n.Name != "Mai Bích Chi" || !n.Unsure {
		t.Errorf("one against two: %+v", n)
	}
	if n := got[0].Documents[0].Nominees[0]; n.Unsure {
		t.Errorf("two against one: %+v", n)
	}
	if n := Agree([]Reading{scanned(Letter, 0.92, "Định Văn Tú")})[0].Documents[0].Nominees[0]; n.Name != "Đinh Văn Tú" || !n.Unsure {
		t.Errorf("no family name: %+v", n)
	}
}
