package objects

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"hoso/shared/fault"
)

func TestFileNamesSurvive(t *testing.T) {
	for _, c := range []struct{ name, header, decoded string }{
		{"a.pdf", `attachment; filename="a.pdf"`, "a.pdf"},
		{"Biên bản họp.pdf", `attachment; filename="Bien ban hop.pdf"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20h%E1%BB%8Dp.pdf`, "Biên bản họp.pdf"},
		{"Đơn đề nghị.pdf", `attachment; filename="Don de nghi.pdf"; filename*=UTF-8''%C4%90%C6%A1n%20%C4%91%E1%BB%81%20ngh%E1%BB%8B.pdf`, "Đơn đề nghị.pdf"},
		{"Bie\u0302n ba\u0309n.pdf", `attachment; filename="Bien ban.pdf"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n.pdf`, "Biên bản.pdf"}, // letters and marks apart
		{`a"b.pdf`, `attachment; filename="a_b.pdf"; filename*=UTF-8''a%22b.pdf`, `a"b.pdf`},
		{"100%25.pdf", `attachment; filename="100_25.pdf"; filename*=UTF-8''100%2525.pdf`, "100%25.pdf"},
		{"x\r\nSet-Cookie: a=b", `attachment; filename="xSet-Cookie: a=b"`, "xSet-Cookie: a=b"},
		{"../../etc/passwd", `attachment; filename="_.._etc_passwd"`, "_.._etc_passwd"},
		{`C:\x\y.pdf`, `attachment; filename="C:_x_y.pdf"`, "C:_x_y.pdf"},
		{"\u202efdp.exe\u200b", `attachment; filename="fdp.exe"`, "fdp.exe"},
		{"\xff\xfe.pdf", `attachment; filename="pdf"`, "pdf"},
		{" . . ", "attachment", ""},
		{"", "attachment", ""},
	} {
		got := disposition(c.name, false)
		if got != c.header {
			t.Errorf("%q: %s, want %s", c.name, got, c.header)
		}
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != c.decoded {
			t.Errorf("%q reads back as %q %q, %v", c.name, kind, params["filename"], err)
		}
	}
}

func TestLongFileNameKeepsItsEnd(t *testing.T) {
	name := cleanName(strings.Repeat("ề", 300) + ".pdf")
	if len(name) > maxName || !utf8.ValidString(name) || !strings.HasSuffix(name, "ề.pdf") {
		t.Errorf("%d bytes: %q", len(name), name)
	}
}

func FuzzDispositionIsOneHeader(f *testing.F) {
	for _, s := range []string{"a.pdf", "Tờ trình.pdf", "\"\\\r\n;", "\u2028x", "%00"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, name string, inline bool) {
		h := disposition(name, inline)
		for _, c := range []byte(h) {
			if c < 0x20 || c > 0x7e {
				t.Fatalf("%q holds byte %#x", h, c)
			}
		}
		kind, params, err := mime.ParseMediaType(h)
		if err != nil || (kind != "inline" && kind != "attachment") || strings.ContainsAny(params["filename"], "/\\\r\n\x00") {
			t.Fatalf("%q reads as %q %q, %v", h, kind, params, err)
		}
	})
}

func TestAnswersOfTheStoreGetAKind(t *testing.T) {
	for _, c := range []struct {
		code   string
		status int
		kind   fault.Kind
		detail string
	}{
		{"NoSuchKey", 404, fault.NotFound, ""},
		{"NotFound", 404, fault.NotFound, ""}, // HEAD
		{"NoSuchVersion", 404, fault.NotFound, ""},
		{"PreconditionFailed", 412, fault.Conflict, ""},
		{"ConditionalRequestConflict", 409, fault.Transient, ""},
		{"AccessDenied", 403, fault.Denied, ""},
		{"SignatureDoesNotMatch", 403, fault.Denied, ""},
		{"BadDigest", 400, fault.Invalid, ""},
		{"SlowDown", 503, fault.Transient, ""},
		{"InternalError", 500, fault.Transient, ""},
		{"InsufficientStorage", 507, fault.Transient, CodeFull},
		{"", 507, fault.Transient, CodeFull},
		{"", 429, fault.Transient, ""},
		{"", 0, fault.Transient, ""}, // no answer
		{"SomethingNew", 400, fault.Invalid, ""},
	} {
		if kind, detail := kindOf(c.code, c.status); kind != c.kind || detail != c.detail {
			t.Errorf("%s %d: %s %q", c.code, c.status, kind, detail)
		}
	}
}

func TestIncompleteSettingsAreRefused(t *testing.T) {
	if _, err := Open(Config{}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}
