package round

import (
	"regexp"
	"strings"
)

var numberForm = regexp.MustCompile(`^[0-9]+[A-Za-z]?(/[0-9]{4})?/[\p{L}0-9.,&-]+$`)

// DocumentNumber gives the number and symbol (số, ký hiệu) of an official
// document without the spaces people type in it, such as "12/KH-UBND", and
// whether it has the form of one.
func DocumentNumber(typed string) (number string, ok bool) {
	number = strings.ReplaceAll(typed, " ", "")
	return number, numberForm.MatchString(number)
}
