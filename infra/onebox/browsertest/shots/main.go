// Command shots takes the pictures of the pages that the README shows: it
// serves a demonstration, plays the round, and looks at pages on the way.
//
//	go run ./infra/onebox/browsertest/shots -o testdata/screens
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hoso/infra/onebox/browsertest"
	"hoso/infra/onebox/player"
)

func main() {
	out := flag.String("o", "testdata/screens", "folder for the pictures")
	flag.Parse()
	if err := take(context.Background(), *out, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// shot is one picture: of which page, by whom, how wide.
type shot struct {
	name    string
	mark    player.Mark
	who     string
	page    func(p *player.Play) string
	link    string // if set, go on to the first link that this selector finds
	width   int64
	height  int64
	loading string // what must be there before the picture is taken
}

// shots are the pictures in order of the play.
func shots() []shot {
	tasks := func(*player.Play) string { return "/tasks" }
	return []shot{
		{"check", player.Sent, "babe", func(p *player.Play) string { return "/dossiers/" + p.Dossier("ba-be") + "/check" }, "", 1100, 900, "#findings"},
		{"document", player.Sent, "babe", func(p *player.Play) string { return "/dossiers/" + p.Dossier("ba-be") + "/files" }, `#files a[href*="/documents/"]`, 1280, 900, "canvas[data-drawn]"},
		{"tasks-phone", player.Sent, "appraiser1", tasks, "", 390, 780, "main"},
		{"appraisal-phone", player.Sent, "appraiser1", tasks, `main a[href^="/tasks/"]`, 390, 780, "#decide"},
		{"board", player.Appraised, "admin", func(p *player.Play) string { return p.Round() }, "", 1280, 900, "main"},
		{"ranking", player.Prepared, "admin", func(p *player.Play) string { return p.Round() + "/ranking" }, "", 1280, 900, "#select"},
		{"decision", player.Entered, "clerk2", tasks, `main a[href^="/tasks/"]`, 1280, 900, "#confirm"},
		{"record", player.Ended, "auditor", func(p *player.Play) string { return "/records/" + p.Dossier("ba-be") }, "", 1280, 900, "main"},
	}
}

func take(ctx context.Context, out string, says io.Writer) (err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hoso-shots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := browsertest.Build(ctx, ".", dir)
	if err != nil {
		return err
	}
	product, err := browsertest.Serve(ctx, bin, dir)
	if err != nil {
		return err
	}
	defer func() {
		if serr := product.Stop(); err == nil {
			err = serr
		}
	}()
	chrome, end, err := browsertest.Start(ctx)
	if err != nil {
		return err
	}
	defer end()
	play := player.New(player.Options{
		Server: product.Portal, Box: player.FolderBox{Dir: filepath.Join(product.Dir, "outbox")},
		Secret: product.Secret, OperatorEmail: browsertest.OperatorEmail, Out: says,
	})
	at := player.Mark("")
	for _, s := range shots() {
		if s.mark != at {
			if err := play.RunTo(ctx, s.mark); err != nil {
				return err
			}
			at = s.mark
		}
		raw, err := one(ctx, chrome, product.Portal, play, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := os.WriteFile(filepath.Join(out, s.name+".png"), raw, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(says, "        %s.png (%d kB)\n", s.name, len(raw)>>10)
	}
	return nil
}

func one(ctx context.Context, chrome *browsertest.Chrome, portal string, play *player.Play, s shot) ([]byte, error) {
	cookies, err := play.Visitor(ctx, s.who)
	if err != nil {
		return nil, err
	}
	tab, end, err := chrome.Tab(portal, s.width, s.height, cookies)
	if err != nil {
		return nil, err
	}
	defer end()
	if _, err := tab.Open(s.page(play)); err != nil {
		return nil, err
	}
	if s.link != "" {
		path, err := browsertest.Eval[string](tab, "document.querySelector('"+s.link+"').getAttribute('href')")
		if err != nil {
			return nil, err
		}
		if _, err := tab.Open(path); err != nil {
			return nil, err
		}
	}
	if err := tab.Wait(s.loading); err != nil {
		return nil, err
	}
	return tab.Shot(false)
}
