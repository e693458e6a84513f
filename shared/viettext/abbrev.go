package viettext

import "strings"

// bodyWords are the abbreviations used in names of bodies, by Key without
// connectors (TT&TT and TTTT are one entry). Only those with one meaning.
var bodyWords = map[string]string{
	"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân",
	"mttq": "mặt trận tổ quốc", "mttqvn": "mặt trận tổ quốc việt nam",
	"ubmttq": "ủy ban mặt trận tổ quốc", "ubmttqvn": "ủy ban mặt trận tổ quốc việt nam",
	"tttt": "thông tin và truyền thông", "khcn": "khoa học và công nghệ", "gdđt": "giáo dục và đào tạo",
	"tnmt": "tài nguyên và môi trường", "nnmt": "nông nghiệp và môi trường", "lđtbxh": "lao động - thương binh và xã hội",
	"nnptnt": "nông nghiệp và phát triển nông thôn", "vhtt": "văn hóa và thông tin", "vhttdl": "văn hóa, thể thao và du lịch",
	"gtvt": "giao thông vận tải", "khđt": "kế hoạch và đầu tư", "tckh": "tài chính - kế hoạch",
	"vhkhtt": "văn hóa, khoa học và thông tin", "dttg": "dân tộc và tôn giáo",
	"tđkt": "thi đua - khen thưởng", "hđtđkt": "hội đồng thi đua - khen thưởng", "cntt": "công nghệ thông tin",
	"ttpvhcc": "trung tâm phục vụ hành chính công", "ttyt": "trung tâm y tế", "bvđk": "bệnh viện đa khoa",
	"thcs": "trung học cơ sở", "thpt": "trung học phổ thông", "ptdtnt": "phổ thông dân tộc nội trú",
	"ptdtbt": "phổ thông dân tộc bán trú", "htx": "hợp tác xã", "ctcp": "công ty cổ phần",
	"tnhh": "trách nhiệm hữu hạn", "mtv": "một thành viên", "bhxh": "bảo hiểm xã hội",
	"lđlđ": "liên đoàn lao động", "lhpn": "liên hiệp phụ nữ", "kbnn": "kho bạc nhà nước",
	"qltt": "quản lý thị trường", "ptth": "phát thanh và truyền hình",
	"stttt": "sở thông tin và truyền thông", "snv": "sở nội vụ", "stc": "sở tài chính", "syt": "sở y tế",
	"sct": "sở công thương", "sxd": "sở xây dựng", "stp": "sở tư pháp", "skhcn": "sở khoa học và công nghệ",
	"sgdđt": "sở giáo dục và đào tạo", "stnmt": "sở tài nguyên và môi trường", "snnmt": "sở nông nghiệp và môi trường",
	"skhđt": "sở kế hoạch và đầu tư", "sgtvt": "sở giao thông vận tải", "svhttdl": "sở văn hóa, thể thao và du lịch",
	"sldtbxh": "sở lao động - thương binh và xã hội", "slđtbxh": "sở lao động - thương binh và xã hội",
	"snnptnt": "sở nông nghiệp và phát triển nông thôn", "vpubnd": "văn phòng ủy ban nhân dân",
}

// shortWords are one-letter and two-letter abbreviations that need their dot.
var shortWords = map[string]string{
	"p": "phòng", "q": "quận", "h": "huyện", "x": "xã", "tp": "thành phố", "tx": "thị xã", "t": "tỉnh",
}

// ExpandBody writes the abbreviations of a body's name out: UBND, HĐND, Sở
// TT&TT, STTTT, P. and TP. and their like; "P." is phường behind a people's
// committee or a comma, else phòng. The result is a Key: for comparing, never
// for showing.
func ExpandBody(name string) string {
	k := Key(name)
	for _, dotted := range []string{"tp", "tx", "p", "q", "h", "x", "t"} {
		k = dotWord(k, dotted)
	}
	words := strings.Fields(strings.ReplaceAll(k, ",", " , "))
	var out []string
	for i, w := range words {
		if short, ok := strings.CutSuffix(w, "."); ok {
			if long, ok := shortWords[short]; ok && i+1 < len(words) {
				if short == "p" && i > 0 && (words[i-1] == "," || committee(out)) {
					long = "phường"
				}
				out = append(out, long)
				continue
			}
		}
		bare := strings.Map(func(r rune) rune {
			if strings.ContainsRune("&-,.", r) {
				return -1
			}
			return r
		}, w)
		switch long, ok := bodyWords[bare]; {
		case ok && long != "":
			out = append(out, Key(long))
		case w == "tp" || w == "tx":
			out = append(out, shortWords[w])
		default:
			out = append(out, w)
		}
	}
	return Key(strings.ReplaceAll(strings.Join(out, " "), "&", " và "))
}

// committee reports whether the words end in "nhân dân", written out or expanded.
func committee(words []string) bool {
	n := len(words)
	return n > 0 && strings.HasSuffix(words[n-1], "nhân dân") || n > 1 && words[n-2] == "nhân" && words[n-1] == "dân"
}

// dotWord puts a space behind an abbreviation's dot: "p.nội vụ".
func dotWord(k, short string) string {
	for _, before := range []string{" ", ",", ""} {
		if before == "" {
			if rest, ok := strings.CutPrefix(k, short+"."); ok {
				k = short + ". " + strings.TrimLeft(rest, " ")
			}
			continue
		}
		k = strings.ReplaceAll(k, before+short+".", before+short+". ")
	}
	return strings.Join(strings.Fields(k), " ")
}
