package markup_test

import (
	"testing"

	"hoso/shared/markup"
)

func TestOnlyMarkupOfTheSourceIsMarkup(t *testing.T) {
	var p markup.Page
	p.In("<p title=\"", `"><script>alert('1')</script>`, "\">")
	p.In("", "Tôi & <b>anh</b>", "</p>")
	const want = `<p title="&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;">Tôi &amp; &lt;b&gt;anh&lt;/b&gt;</p>`
	if p.String() != want {
		t.Errorf("got %s", p.String())
	}
}
