package mail

import (
	"fmt"
	"strings"

	"hoso/shared/markup"
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

// page2html is the HTML part: one column, no pictures, no styles from
// elsewhere, big enough to tap.
func page2html(c content) string {
	var p markup.Page
	p.In(`<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>`, c.Subject, `</title></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:36em;margin:0 auto">
`)
	p.In("<p>", c.Hello, "</p>\n")
	p.In("<p>", c.Lead, "</p>\n")
	if c.Code != "" {
		p.In(`<p style="font:bold 32px/1.4 Courier New,monospace;letter-spacing:4px">`, c.Code, "</p>\n")
	}
	if len(c.Facts) > 0 {
		p.Raw(`<table role="presentation" style="border-collapse:collapse;margin:16px 0">`)
		for _, f := range c.Facts {
			p.In("\n"+`<tr><td style="padding:4px 16px 4px 0;vertical-align:top;color:#4a4a4a">`, f.Name, "</td>")
			p.In(`<td style="padding:4px 0;vertical-align:top"><strong>`, f.Value, "</strong></td></tr>")
		}
		p.Raw("\n</table>\n")
	}
	if c.Evidence != "" {
		p.In(`<pre style="white-space:pre-wrap;word-break:break-all;background:#f4f4f4;padding:12px">`, c.Evidence, "</pre>\n")
	}
	if c.Link != "" {
		p.In(`<p style="margin:24px 0"><a href="`, c.Link, `" style="display:inline-block;padding:14px 24px;background:#0b4f9e;color:#ffffff;text-decoration:none;font-weight:bold">`)
		p.In("", c.Button, "</a></p>\n")
		p.In(`<p style="color:#4a4a4a">`+linkVi+` Nếu nút không mở được, hãy chép cả dòng này vào trình duyệt:<br><span style="word-break:break-all">`, c.Link, "</span></p>\n")
	}
	if c.Then != "" {
		p.In("<p>", c.Then, "</p>\n")
	}
	if c.Page != "" {
		p.In(`<p>Trang cần xem:<br><span style="word-break:break-all">`, c.Page, "</span></p>\n")
	}
	if c.English != "" {
		p.In(`<p lang="en" style="color:#4a4a4a">`, c.English, "</p>\n")
	}
	p.In(`<hr style="border:0;border-top:1px solid #c4c4c4;margin:24px 0">
<p style="color:#4a4a4a;font-size:14px">`+footVi+`<br><span lang="en">`+footEn+`</span><br>Cổng hồ sơ: `, c.Portal, `</p>
</div></body></html>
`)
	return p.String()
}
