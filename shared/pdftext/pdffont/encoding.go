package pdffont

// winAnsiHigh lists the characters of Windows-1252 from 0x80 to 0x9F; U+2022
// stands where there is none, as the PDF specification wants.
const winAnsiHigh = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ"

// macRomanHigh lists the characters of Mac OS Roman from 0x80 on.
const macRomanHigh = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"

// standardHigh lists the characters of Adobe's standard encoding from 0xA1
// on; a space stands where there is none.
const standardHigh = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß"

// baseEncoding fills the text of the codes of a named encoding.
func baseEncoding(name string) (t [256]string) {
	for c := 0x20; c < 0x7f; c++ {
		t[c] = string(rune(c))
	}
	switch name {
	case "MacRomanEncoding":
		fill(&t, 0x80, macRomanHigh)
	case "StandardEncoding":
		t['\''], t['`'] = "’", "‘"
		fill(&t, 0xA1, standardHigh)
	default:
		fill(&t, 0x80, winAnsiHigh)
		for c := 0xA0; c < 0x100; c++ {
			t[c] = string(rune(c))
		}
	}
	return t
}

func fill(t *[256]string, from int, chars string) {
	for _, r := range chars {
		if r != ' ' && from < 256 {
			t[from] = string(r)
		}
		from++
	}
}
