// Package viettext reads and compares Vietnamese text as officials write it.
//
// It is pure: no clock, no files, no state. Nothing here panics on any input,
// also not on broken UTF-8; keys are stable (a key of a key is itself).
//
// Characters
//
//	NFC            composed form; the form of all text inside the product
//	Clean          composed, without invisible characters, with a report of every odd one
//	Reveal         the same text with invisible characters made visible, for people
//	FoldLookAlikes Cyrillic, Greek and full-width twins, Ð, Ɖ, ƣ to the Vietnamese letter
//
// Keys: never shown, never stored as a name
//
//	Key            comparison: keeps marks; ignores case, spaces, dash and quote style, tone placement
//	LooseKey       duplicate hints: Key that also ignores i/y, spaces, dashes, apostrophes
//	Fold           search: without marks, đ = d, lower case, one space between words
//	Rotations      the rows under which a name is found: Fold from each of its words on
//
// Syllables
//
//	NewTone        hòa, thúy, khỏe to hoà, thuý, khoẻ; only real syllables are touched
//	IsSyllable     whether a word is a possible Vietnamese syllable
//	Plausibility   share of words of a text that can be right; low means a broken text layer
//
// Values
//
//	StripHonorifics          Ông, Bà, Đ/c, TS., BS.CKII, Trung tá …; the name itself untouched
//	ParseDate, FindDates     ngày 05 tháng 3 năm 2023, 05/3/2023, 05-03-2023; impossible ones refused
//	ParseQuarter, ParseYears Quý IV/2023; giai đoạn 2022 - 2025
//	ParseTimeOfDay           08 giờ 30 phút, 8h30, 14:05
//	ParseCount               05, 05 (năm), năm; refuses 05 (sáu)
//	ParseInteger             3.510.000
//	ParseDecimal             93,33 as an exact number; ParsePercent the same with %
//	ParseNumberWords         chín mươi ba, for 0 to 999; NumberWords writes them
//	ParseDocNumber           635/KH-UBND, 15/2024/QĐ-UBND, 893/STTTT-CNTT, 03-NQ/TU, blanks
//	ExpandBody, CompareBodies UBND huyện X = Ủy ban nhân dân huyện X = … huyện X, tỉnh Y
//
// A key decides nothing about people: two people may share a name, so equality
// of keys is a reason to ask, not an identity.
package viettext
