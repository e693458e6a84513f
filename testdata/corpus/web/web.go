// Package web sets dossiers as HTML and lets a browser print them: another
// typesetter, another producer.
package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"hoso/testdata/corpus"
	"hoso/testdata/corpus/paper"
)

// Browser prints pages.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
}

// Open starts the browser.
func Open(ctx context.Context) (*Browser, error) {
	b := &Browser{}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	alloc, cancel := chromedp.NewExecAllocator(ctx, opts...)
	b.cancel = append(b.cancel, cancel)
	b.ctx, cancel = chromedp.NewContext(alloc)
	b.cancel = append([]context.CancelFunc{cancel}, b.cancel...)
	if err := chromedp.Do(b.ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("browser: %w", err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() {
	for _, c := range b.cancel {
		c()
	}
}

// Print prints a file in dir and gives the PDF.
func (b *Browser) Print(f corpus.File, l paper.Look, dir string) ([]byte, error) {
	for i, face := range l.Family {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("face%d.ttf", i)), face.TTF, 0o600); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(dir, "page.html")
	if err := os.WriteFile(path, []byte(write(f, l)), 0o600); err != nil {
		return nil, err
	}
	if err := chromedp.Do(b.ctx, chromedp.Navigate("file://"+path)); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64]("document.fonts.ready.then(() => 1)", chromedp.EvalAwaitPromise)); err != nil {
		return nil, fmt.Errorf("fonts: %w", err)
	}
	css := true
	out, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { p.PreferCSSPageSize = &css }))
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return out, nil
}

// write gives the HTML of a file.
func write(f corpus.File, l paper.Look) string {
	var b strings.Builder
	b.WriteString("<!doctype html><meta charset=utf-8><style>\n")
	for i := range l.Family {
		fmt.Fprintf(&b, "@font-face{font-family:t;src:url(face%d.ttf);font-weight:%d;font-style:%s}\n", i, 400+300*(i&1), []string{"normal", "italic"}[i>>1])
	}
	align := "left"
	if l.Justify {
		align = "justify"
	}
	fmt.Fprintf(&b, `@page{size:A4;margin:%.0fpt %.0fpt %.0fpt %.0fpt}@page wide{size:A4 landscape}
body{font:%.1fpt/%.2f t;margin:0}p{margin:0 0 4pt;text-indent:28pt;text-align:%s}p.c{text-align:center;text-indent:0}p.l{text-indent:0}
table{border-collapse:collapse;width:100%%;margin:4pt 0}table.g td{border:.5pt solid;padding:2pt 4pt;vertical-align:middle}table.g{margin-bottom:10pt}
table.p td{vertical-align:top;text-align:center;padding:0;line-height:1.25}tr{break-inside:avoid}thead{display:table-row-group}
.brk{break-before:page}.wide{page:wide;break-before:page}.s{border-bottom:.7pt solid;display:inline-block}img{display:block;margin:0 auto}
.keep{break-inside:avoid}.n{text-align:left}</style>`,
		l.Margins[1], l.Margins[2], l.Margins[3], l.Margins[0], l.Size, l.Pitch, align)
	for i, d := range f.Documents {
		class := ""
		if i > 0 {
			class = " class=brk"
		}
		fmt.Fprintf(&b, "<div%s>", class)
		for k := range d.Blocks {
			block(&b, &d.Blocks[k])
		}
		b.WriteString("</div>")
	}
	return b.String()
}

func text(s string) string {
	s = strings.ReplaceAll(s, string(corpus.Gap), "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0")
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r == corpus.Pen || r == corpus.Rubber || r == corpus.End {
			return -1
		}
		return r
	}, s))
}

func line(l *corpus.Line) string {
	switch {
	case l.Mark == corpus.Blank && l.Size > 0:
		return fmt.Sprintf("<div style=height:%.0fpt></div>", l.Size)
	case l.Mark == corpus.Blank:
		return "<div style=height:62pt></div>"
	case l.Mark != corpus.None:
		return `<div style="height:62pt"><img width=90 height=55 src="` + signature + `"></div>`
	}
	s := text(l.Text)
	if l.Bold {
		s = "<b>" + s + "</b>"
	}
	if l.Italic {
		s = "<i>" + s + "</i>"
	}
	if l.Size > 0 {
		s = fmt.Sprintf("<span style=font-size:%.0fpt>%s</span>", l.Size, s)
	}
	if l.Under > 0 {
		s += fmt.Sprintf("<br><span class=s style=width:%.0fpt;height:1pt;line-height:0></span>", 180*l.Under)
	}
	return s
}

func lines(in []corpus.Line) string {
	var b strings.Builder
	for i := range in {
		class := ""
		if strings.HasPrefix(in[i].Text, "- ") || strings.HasPrefix(in[i].Text, "Nơi nhận") {
			class = " class=n"
		}
		b.WriteString("<div" + class + ">" + line(&in[i]) + "</div>")
	}
	return b.String()
}

func block(b *strings.Builder, k *corpus.Block) {
	switch k.Kind {
	case corpus.Para:
		fmt.Fprintf(b, "<p class=%s>%s</p>", []string{"b", "c", "l", "l"}[k.Align], line(&k.Lines[0]))
	case corpus.Pair:
		left := 42
		if k.Role == "sign" {
			left = 50
		}
		fmt.Fprintf(b, "<div class=keep><table class=p><tr><td style=width:%d%%>%s<td>%s</table></div>", left, lines(k.Left), lines(k.Right))
	case corpus.Table:
		class := "g"
		if k.Bare {
			class = "b"
		}
		fmt.Fprintf(b, "<table class=%s><colgroup>", class)
		for _, w := range k.Widths {
			fmt.Fprintf(b, "<col style=width:%.1f%%>", 100*w)
		}
		b.WriteString("</colgroup>")
		for i, r := range k.Rows {
			switch {
			case i == 0 && k.Head > 0:
				b.WriteString("<thead>")
			case i == k.Head:
				b.WriteString("<tbody>")
			}
			b.WriteString("<tr>")
			for c, s := range r {
				style := ""
				if c == 0 || i < k.Head {
					style = " style=text-align:center"
				}
				if i < k.Head {
					s = "<b>" + text(s) + "</b>"
				} else {
					s = text(s)
				}
				fmt.Fprintf(b, "<td%s>%s", style, s)
			}
		}
		b.WriteString("</table>")
	case corpus.Break:
		b.WriteString("</div><div class=brk>")
	case corpus.Wide:
		b.WriteString("</div><div class=wide>")
	}
}

// signature is a small picture of a pen's stroke.
var signature = func() string {
	im := image.NewNRGBA(image.Rect(0, 0, 180, 110))
	for i := range 1600 {
		t := float64(i) / 100
		x, y := 10+i/10, 55+int(30*wave(t)*wave(t*0.37+1))
		for k := range 9 {
			im.SetNRGBA(x+k%3, y+k/3, color.NRGBA{30, 40, 140, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err) // a buffer takes everything
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}()

// wave is a triangle between -1 and 1.
func wave(t float64) float64 {
	t -= 4 * float64(int(t/4))
	if t > 2 {
		t = 4 - t
	}
	return t - 1
}
