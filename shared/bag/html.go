package bag

import (
	"fmt"

	"hoso/shared/evidence"
	"hoso/shared/markup"
)

// pageHead begins the page: no script, nothing from elsewhere.
const pageHead = `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;color:#1c1c1c;background:#fff;max-width:64rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:2px solid #8b1a1a;padding-bottom:.2rem}
p{margin:.4rem 0}dl{display:grid;grid-template-columns:minmax(10rem,auto) 1fr;gap:.2rem 1rem;margin:1rem 0}dt{color:#555}dd{margin:0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border:1px solid #ccc}
th{background:#f3f0ea}code{font:.8rem/1.4 ui-monospace,Consolas,monospace;word-break:break-all;color:#444}.text{white-space:pre-wrap}.erased{color:#777;font-style:italic}
a{color:#0b4f8a}@media print{body{max-width:none;padding:0}a{color:inherit}h2{break-after:avoid}tr{break-inside:avoid}}
</style>
`

// html writes the page of the package.
func (in Input) html(files []FileEntry, events []pageEvent, c evidence.Checkpoint) string {
	var p markup.Page
	p.In(pageHead+"<title>", in.Title, "</title>\n</head>\n<body>\n")
	p.In("<h1>", in.Title, "</h1>\n")
	p.In("<p>Gói hồ sơ niêm phong lúc ", local(in.At), ` (giờ Việt Nam). Cách kiểm tra gói: xem tệp <a href="../README.txt">README.txt</a>.</p>`+"\n")
	if len(in.Facts) > 0 {
		p.Raw("<dl>")
		for _, f := range in.Facts {
			p.In("<dt>", f.Label, "</dt>")
			p.In("<dd>", f.Value, "</dd>\n")
		}
		p.Raw("</dl>\n")
	}
	for _, t := range in.Tables {
		p.In("<h2>", t.Title, "</h2>\n")
		columns(&p, t.Columns...)
		for _, row := range t.Rows {
			p.Raw("<tr>")
			for _, v := range row {
				p.In("<td>", v, "</td>")
			}
			p.Raw("</tr>\n")
		}
		p.Raw("</tbody></table></div>\n")
	}
	p.Raw("<h2>Tệp trong gói</h2>\n")
	columns(&p, "Tệp", "Tên khi nộp", "Dung lượng (byte)", "Mã SHA-256")
	for _, f := range files {
		p.In(`<tr><td><a href="`, link(f.Path), `">`)
		if f.Title == "" {
			f.Title = f.Path
		}
		p.In("", f.Title, "</a></td>")
		p.In("<td>", f.Name, "</td>")
		p.In("<td>", fmt.Sprint(f.Size), "</td>")
		p.In("<td><code>", fmt.Sprint(f.SHA256), "</code></td></tr>\n")
	}
	p.Raw("</tbody></table></div>\n<h2>Lịch sử</h2>\n")
	columns(&p, "Số", "Lúc (giờ Việt Nam)", "Việc", "Ai", "Nội dung")
	for _, e := range events {
		e.write(&p)
	}
	p.Raw("</tbody></table></div>\n<h2>Bằng chứng</h2>\n")
	p.In("<p>Mọi sự kiện trên đều có trong sổ minh bạch <code>", c.Origin, "</code>, theo điểm kiểm tra lúc ")
	p.In("", local(c.At), " (giờ Việt Nam) với ")
	p.In("", fmt.Sprint(c.Head.Size), " mục. Hãy so khóa công khai dưới đây với khóa đã nhận theo đường khác.</p>\n")
	p.In("<dl><dt>Gốc của sổ</dt><dd><code>", fmt.Sprint(c.Head.Root), "</code></dd>")
	p.In("<dt>Khóa công khai</dt><dd><code>", in.Key, "</code></dd></dl>\n</body>\n</html>\n")
	return p.String()
}

// columns begins a table.
func columns(p *markup.Page, names ...string) {
	p.Raw(`<div class="wide"><table>` + "\n<thead><tr>")
	for _, n := range names {
		p.In(`<th scope="col">`, n, "</th>")
	}
	p.Raw("</tr></thead>\n<tbody>\n")
}

// write adds a row of the history.
func (e pageEvent) write(p *markup.Page) {
	p.Raw("<tr>")
	for _, v := range []string{e.Place, e.At, e.Type, e.Actor} {
		p.In("<td>", v, "</td>")
	}
	p.Raw("<td>")
	for _, t := range e.Texts {
		if t.Erased {
			p.Raw(`<div class="erased">(văn bản đã xóa theo quyết định)</div>`)
		} else {
			p.In(`<div class="text">`, t.Text, "</div>")
		}
	}
	if e.Elsewhere > 0 {
		p.In(`<div class="erased">(`, fmt.Sprint(e.Elsewhere), " văn bản không kèm gói này: không nói về hồ sơ này)</div>")
	}
	p.In("<code>", e.Data, "</code></td></tr>\n")
}
