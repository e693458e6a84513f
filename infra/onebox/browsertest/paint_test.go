package browsertest

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hoso/infra/onebox/player"
)

// BenchmarkLargestPaint measures pages as a slow phone on a slow line sees
// them, first time, nothing cached: the median and the worst of the runs.
func BenchmarkLargestPaint(b *testing.B) {
	ctx := context.Background()
	c, end, err := Start(ctx)
	if errors.Is(err, ErrNoBrowser) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer end()
	dir := b.TempDir()
	bin, err := Build(ctx, "../../..", dir)
	if err != nil {
		b.Fatal(err)
	}
	product, err := Serve(ctx, bin, dir)
	if err != nil {
		b.Fatal(err)
	}
	defer product.Stop()
	play := player.New(player.Options{Server: product.Portal, Box: player.FolderBox{Dir: filepath.Join(product.Dir, "outbox")}, Secret: product.Secret, OperatorEmail: OperatorEmail})
	if err := play.RunTo(ctx, player.Sent); err != nil {
		b.Fatal(err)
	}
	for _, page := range []struct{ name, who, path string }{
		{"sign-in", "", "/sign-in"}, {"tasks", "appraiser1", "/tasks"}, {"appraisal", "appraiser1", ""}, {"check", "babe", "/dossiers/" + play.Dossier("ba-be") + "/check"}, {"board", "admin", play.Round()},
	} {
		b.Run(page.name, func(b *testing.B) { paint(b, c, product.Portal, play, page.who, page.path) })
	}
}

func paint(b *testing.B, c *Chrome, portal string, play *player.Play, who, path string) {
	tab, end, err := c.Tab(portal, 390, 844, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer end()
	if who != "" {
		cookies, err := play.Visitor(context.Background(), who)
		if err == nil {
			err = tab.Become(cookies)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if path == "" {
		if _, err := tab.Open("/tasks"); err != nil {
			b.Fatal(err)
		}
		if path, err = Eval[string](tab, `document.querySelector('main a[href^="/tasks/"]').getAttribute('href')`); err != nil {
			b.Fatal(err)
		}
	}
	if err := tab.Slow(); err != nil {
		b.Fatal(err)
	}
	var all []time.Duration
	for b.Loop() {
		d, err := tab.LargestPaint(path)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, d)
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2])/1e6, "lcp-ms")
	b.ReportMetric(float64(all[len(all)-1])/1e6, "worst-lcp-ms")
}
