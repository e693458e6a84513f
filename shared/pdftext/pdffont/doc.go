// Package pdffont turns the codes of a PDF font into text and widths:
// ToUnicode maps, encodings and glyph names, two-byte fonts, and the legacy
// Vietnamese encodings TCVN3 (ABC) and VNI, which fonts carry only in their
// names.
//
// A code for which nothing is known is reported as unmapped, never guessed.
package pdffont
