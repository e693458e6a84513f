package mail

import (
	"fmt"
	"html/template"
	"strings"
)

// Sentences at the foot of every mail.
const (
	footVi = "Thư tự động. Trả lời thư này không có giá trị quyết định. Chúng tôi không bao giờ hỏi mật khẩu và không gửi tệp đính kèm."
	footEn = "Automatic mail: a reply decides nothing. We never ask for a password and never send attachments."
	linkVi = "Mở đường dẫn chỉ để xem. Chỉ người được gửi, sau khi đăng nhập, mới quyết định được."
)

// text is the plain part. The link stands alone on its line so that no
// program takes a neighbouring character into it.
func text(c content) string {
	var b strings.Builder
	p := func(s string) {
		if s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	p(c.Hello)
	p(c.Lead)
	p(c.Code)
	for _, f := range c.Facts {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	if len(c.Facts) > 0 {
		b.WriteString("\n")
	}
	p(c.Evidence)
	if c.Link != "" {
		p(c.Button + ":")
		p(c.Link)
		p(linkVi)
	}
	p(c.Then)
	if c.Page != "" {
		p("Trang cần xem:")
		p(c.Page)
	}
	p(c.English)
	b.WriteString("--\n" + footVi + "\n" + footEn + "\n")
	fmt.Fprintf(&b, "Cổng hồ sơ: %s\n", c.Portal)
	return b.String()
}

// htmlPage is the HTML part: one column, no pictures, no styles from
// elsewhere, big enough to tap.
const htmlPage = `<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.C.Subject}}</title></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:36em;margin:0 auto">
<p>{{.C.Hello}}</p>
<p>{{.C.Lead}}</p>
{{- if .C.Code}}
<p style="font:bold 32px/1.4 Courier New,monospace;letter-spacing:4px">{{.C.Code}}</p>
{{- end}}
{{- if .C.Facts}}
<table role="presentation" style="border-collapse:collapse;margin:16px 0">
{{- range .C.Facts}}
<tr><td style="padding:4px 16px 4px 0;vertical-align:top;color:#4a4a4a">{{.Name}}</td><td style="padding:4px 0;vertical-align:top"><strong>{{.Value}}</strong></td></tr>
{{- end}}
</table>
{{- end}}
{{- if .C.Evidence}}
<pre style="white-space:pre-wrap;word-break:break-all;background:#f4f4f4;padding:12px">{{.C.Evidence}}</pre>
{{- end}}
{{- if .C.Link}}
<p style="margin:24px 0"><a href="{{.C.Link}}" style="display:inline-block;padding:14px 24px;background:#0b4f9e;color:#ffffff;text-decoration:none;font-weight:bold">{{.C.Button}}</a></p>
<p style="color:#4a4a4a">{{.LinkVi}} Nếu nút không mở được, hãy chép cả dòng này vào trình duyệt:<br><span style="word-break:break-all">{{.C.Link}}</span></p>
{{- end}}
{{- if .C.Then}}
<p>{{.C.Then}}</p>
{{- end}}
{{- if .C.Page}}
<p>Trang cần xem:<br><span style="word-break:break-all">{{.C.Page}}</span></p>
{{- end}}
{{- if .C.English}}
<p lang="en" style="color:#4a4a4a">{{.C.English}}</p>
{{- end}}
<hr style="border:0;border-top:1px solid #c4c4c4;margin:24px 0">
<p style="color:#4a4a4a;font-size:14px">{{.FootVi}}<br><span lang="en">{{.FootEn}}</span><br>Cổng hồ sơ: {{.C.Portal}}</p>
</div></body></html>
`

func page2html(c content) (string, error) {
	t, err := template.New("mail").Parse(htmlPage)
	if err != nil {
		return "", fmt.Errorf("html: %w", err)
	}
	var b strings.Builder
	err = t.Execute(&b, struct {
		C                      content
		LinkVi, FootVi, FootEn string
	}{c, linkVi, footVi, footEn})
	if err != nil {
		return "", fmt.Errorf("html: %w", err)
	}
	return b.String(), nil
}
