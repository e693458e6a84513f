package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/google/uuid"

	"hoso/infra/reader/embedded"
	"hoso/shared/campaign"
	"hoso/shared/campaign/campaigncli"
	"hoso/shared/ocr"
	"hoso/shared/onebox/aslcli"
	"hoso/shared/onebox/checkcmd"
	"hoso/shared/onebox/readcmd"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/shared/readproc"
	"hoso/shared/signature/trust"
)

// reader reads PDFs and recognises scans where the machine can.
func reader(anchors []string) (reading.Reader, error) {
	pem, err := trust.Read(anchors...)
	if err != nil {
		return nil, fmt.Errorf("chứng thư tin cậy: %w", err)
	}
	first, err := embedded.Reader(readproc.Settings{Trust: pem})
	if err != nil {
		return nil, err
	}
	scans, err := recogniser()
	return ocr.Reader{First: first, Recogniser: scans}, err
}

// recogniser recognises scans by programs behind walls, which are this binary.
func recogniser() (*ocr.Recogniser, error) {
	walls, err := guarded()
	return ocr.New(walls), err
}

// guarded runs programs behind walls, which are this binary.
func guarded() (pictures.Guarded, error) {
	self, err := os.Executable()
	return pictures.Guarded{Self: self}, err
}

type readCmd struct {
	Out   string   `short:"o" help:"Thư mục ghi kết quả (.json và .txt cho mỗi tệp)." type:"path"`
	JSON  bool     `help:"In kết quả dạng JSON ra đầu ra chuẩn." name:"json"`
	Trust []string `help:"Thêm chứng thư tin cậy cho chữ ký số: tệp PEM hoặc thư mục." type:"path" sep:"none"`
	Paths []string `arg:"" help:"Tệp PDF hoặc thư mục." type:"path"`
}

// Run reads PDFs without a server.
func (c readCmd) Run(k *console) error {
	r, err := reader(c.Trust)
	if err != nil {
		return err
	}
	code := readcmd.Command{
		Reader: r, Paths: c.Paths, Out: c.Out, JSON: c.JSON, Stdout: k.out, Stderr: k.err,
		Terminal: terminal(os.Stderr), Parallel: runtime.NumCPU(),
	}.Run(k.ctx)
	return ended(code)
}

type checkCmd struct {
	Out      string   `short:"o" help:"Thư mục ghi kết quả (findings.json cho mỗi hồ sơ)." type:"path"`
	Campaign string   `help:"Tệp phong trào; không nêu: chỉ theo quy định chung." type:"path"`
	JSON     bool     `help:"In kết quả dạng JSON ra đầu ra chuẩn." name:"json"`
	Trust    []string `help:"Thêm chứng thư tin cậy cho chữ ký số: tệp PEM hoặc thư mục." type:"path" sep:"none"`
	Dirs     []string `arg:"" help:"Thư mục hồ sơ." type:"path"`
}

// Run judges dossier folders without a server.
func (c checkCmd) Run(k *console) error {
	r, err := reader(c.Trust)
	if err != nil {
		return err
	}
	book, err := campaign.BuiltinRules()
	if err != nil {
		return err
	}
	code := checkcmd.Command{
		Reader: r, Book: book, Dirs: c.Dirs, Out: c.Out, Campaign: c.Campaign, JSON: c.JSON, Stdout: k.out, Stderr: k.err,
		Terminal: terminal(os.Stderr), Parallel: runtime.NumCPU(), Now: time.Now,
	}.Run(k.ctx)
	return ended(code)
}

type campaignCmd struct {
	List struct {
		JSON bool `help:"In dạng JSON." name:"json"`
	} `cmd:"" help:"Liệt kê phong trào. (List campaigns.)"`
	Show struct {
		ID   string `arg:""`
		JSON bool   `help:"In dạng JSON." name:"json"`
	} `cmd:"" help:"Xem một phong trào: giá trị nêu, quyết định, chưa nêu. (Show one campaign.)"`
	Lint struct {
		Files []string `arg:""`
	} `cmd:"" help:"Kiểm tra tệp phong trào hoặc quy tắc. (Lint campaign files.)"`
}

func (c *campaignCmd) command(k *console, json bool) campaigncli.Command {
	return campaigncli.Command{Out: k.out, Err: k.err, JSON: json, ReadFile: os.ReadFile, Now: time.Now}
}

type aslCmd struct {
	Lint struct {
		Args []string `arg:"" passthrough:""`
	} `cmd:"" help:"Nêu mọi đặc điểm mà bộ máy quy trình không chạy. (Name what the engine does not run.)"`
	Run struct {
		Args []string `arg:"" passthrough:""`
	} `cmd:"" help:"Chạy một quy trình. (Run a state machine.)"`
}

func env(k *console) aslcli.Env {
	return aslcli.Env{Out: k.out, Err: k.err, Now: time.Now, NewID: uuid.NewString, Random: rand.Float64}
}

// dispatch runs the commands whose rooms give exit statuses themselves.
func (c *commands) dispatch(k *console, command string) (error, bool) {
	switch command {
	case "campaign list":
		return ended(c.Campaign.command(k, c.Campaign.List.JSON).List()), true
	case "campaign show <id>":
		return ended(c.Campaign.command(k, c.Campaign.Show.JSON).Show(c.Campaign.Show.ID)), true
	case "campaign lint <files>":
		return ended(c.Campaign.command(k, false).Lint(c.Campaign.Lint.Files...)), true
	case "asl lint <args>":
		return ended(aslcli.Lint(c.Asl.Lint.Args, env(k))), true
	case "asl run <args>":
		return ended(aslcli.Run(k.ctx, c.Asl.Run.Args, env(k))), true
	}
	return nil, false
}

// ended turns a room's exit status into the command's.
func ended(code int) error {
	if code == done {
		return nil
	}
	return status(code)
}

// terminal reports whether a file is a terminal.
func terminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
