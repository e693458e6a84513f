package signature

import (
	"crypto/x509"
	"strings"
	"unicode"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// Identify gives the signer's name and organisation as the certificate has
// them, and what kind of signer that is. Certificates of Vietnam's authorities
// do not say it in one place: a person's carries an identity number (CCCD,
// CMND) as user id, an organisation's its tax number (MST); the others are
// told by the words their names begin with.
func Identify(c *x509.Certificate) (name, body string, kind reading.SignerKind) {
	name = clean(c.Subject.CommonName)
	if len(c.Subject.Organization) > 0 {
		body = clean(c.Subject.Organization[0])
	}
	id := ""
	for _, a := range c.Subject.Names {
		if a.Type.String() == "0.9.2342.19200300.100.1.1" { // userId
			id, _ = a.Value.(string)
		}
	}
	return name, body, kindOf(name, strings.ToUpper(id))
}

func kindOf(name, id string) reading.SignerKind {
	key := " " + viettext.Key(name) + " "
	for _, w := range []string{"cổng thông tin", "cổng dịch vụ", "cổng tiếp nhận", "trục liên thông", "hệ thống", "portal", "gateway", "phần mềm"} {
		if strings.Contains(key, " "+viettext.Key(w)+" ") {
			return reading.SignerPortal
		}
	}
	switch {
	case strings.HasPrefix(id, "CMND"), strings.HasPrefix(id, "CCCD"), strings.HasPrefix(id, "HC:"):
		return reading.SignerPerson
	case strings.HasPrefix(id, "MST"), strings.HasPrefix(id, "MNS"):
		return reading.SignerOffice
	}
	for _, w := range officeWords() {
		if strings.HasPrefix(key, " "+viettext.Key(w)+" ") {
			return reading.SignerOffice
		}
	}
	return reading.SignerPerson
}

// officeWords begin the names of bodies and of no family.
func officeWords() []string {
	return []string{
		"ủy ban", "ubnd", "hội đồng", "hđnd", "sở", "bộ", "ban", "cục", "chi cục", "tổng cục", "vụ", "văn phòng", "phòng", "trung tâm",
		"trường", "đại học", "học viện", "bệnh viện", "trạm", "công ty", "tổng công ty", "tập đoàn", "ngân hàng", "hợp tác xã",
		"liên minh", "liên đoàn", "hội", "đoàn thanh niên", "tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "công an", "bảo hiểm",
		"kho bạc", "tòa án", "viện", "đài", "báo", "thanh tra", "chính phủ", "thủ tướng", "mặt trận", "đảng ủy", "tỉnh ủy", "huyện ủy",
	}
}

// clean bounds a name from a certificate: it comes from a stranger.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) && r != ' ' {
			return -1
		}
		return r
	}, viettext.NFC(s))
	if rs := []rune(s); len(rs) > 200 {
		s = string(rs[:200])
	}
	return strings.TrimSpace(s)
}
