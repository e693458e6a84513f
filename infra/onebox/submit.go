package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hoso/infra/onebox/player"
)

type submitCmd struct {
	Dir    string `arg:"" help:"Thư mục hồ sơ (các tệp PDF)." type:"existingdir"`
	Server string `help:"Địa chỉ cổng." required:"" env:"HOSO_PUBLIC_URL"`
	Round  string `help:"Mã đợt." required:""`
	Token  string `help:"Mã truy cập API." env:"HOSO_TOKEN" required:""`
	JSON   bool   `help:"In giấy tiếp nhận dạng JSON." name:"json"`
	Force  bool   `help:"Nộp cả khi còn lỗi phải sửa (hồ sơ sẽ bị trả lại)."`
}

// finding is what the API says of a fault.
type finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Page     int    `json:"page"`
	Message  string `json:"message"`
	Fix      string `json:"fix"`
}

// Run opens a dossier, sends its files, shows every fault, and submits: a
// client of the public API and nothing more.
func (c submitCmd) Run(k *console) error {
	names, err := filepath.Glob(filepath.Join(c.Dir, "*.pdf"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("thư mục %s không có tệp PDF nào", c.Dir)
	}
	slices.Sort(names)
	api := player.API{Root: c.Server, Token: c.Token}
	var opened struct {
		ID string `json:"id"`
	}
	if err := api.Call(k.ctx, http.MethodPost, "/api/dossiers", map[string]string{"round": c.Round}, &opened); err != nil {
		return plain(err)
	}
	for i, name := range names {
		if err := c.send(k, api, opened.ID, name); err != nil {
			return plain(err)
		}
		progress(k, "Tải lên", i+1, len(names))
	}
	findings, err := c.findings(k, api, opened.ID)
	if err != nil {
		return plain(err)
	}
	blocking := 0
	for _, f := range findings {
		if f.Severity == "block" {
			blocking++
		}
		fmt.Fprintf(k.err, "[%s] %s %s: %s %s\n", f.Severity, f.Code, f.File, f.Message, f.Fix)
	}
	if blocking > 0 && !c.Force {
		fmt.Fprintf(k.err, "Còn %d lỗi phải sửa nên chưa nộp. Sửa tệp rồi chạy lại, hoặc mở %s/dossiers/%s.\n", blocking, strings.TrimRight(c.Server, "/"), opened.ID)
		return status(foundWrong)
	}
	var receipt struct {
		Number string    `json:"number"`
		At     time.Time `json:"at"`
		Files  []struct {
			Name   string `json:"name"`
			SHA256 string `json:"sha256"`
		} `json:"files"`
	}
	if err := api.Call(k.ctx, http.MethodPost, "/api/dossiers/"+opened.ID+"/submit", map[string]any{}, &receipt); err != nil {
		return plain(err)
	}
	if c.JSON {
		return json.NewEncoder(k.out).Encode(receipt)
	}
	fmt.Fprintf(k.out, "Số tiếp nhận %s, lúc %s\n", receipt.Number, receipt.At.Format(time.RFC3339))
	for _, f := range receipt.Files {
		fmt.Fprintf(k.out, "%s  %s\n", f.SHA256, f.Name)
	}
	return nil
}

// send asks for an upload and sends the bytes to the object store.
func (c submitCmd) send(k *console, api player.API, id, name string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file := player.File{Name: filepath.Base(name), Bytes: body}
	var slot struct {
		Upload player.Ticket `json:"upload"`
	}
	if err := api.Call(k.ctx, http.MethodPost, "/api/dossiers/"+id+"/documents",
		map[string]any{"name": file.Name, "size": len(body), "sha256": file.SHA256(), "method": http.MethodPut}, &slot); err != nil {
		return err
	}
	return slot.Upload.Send(k.ctx, file)
}

// findings waits until every file is read and gives everything that is wrong.
func (c submitCmd) findings(k *console, api player.API, id string) ([]finding, error) {
	for {
		var out struct {
			Ready    bool      `json:"ready"`
			Findings []finding `json:"findings"`
		}
		if err := api.Call(k.ctx, http.MethodGet, "/api/dossiers/"+id+"/findings", nil, &out); err != nil {
			return nil, err
		}
		if out.Ready {
			return out.Findings, nil
		}
		select {
		case <-k.ctx.Done():
			return nil, k.ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// plain gives the server's own sentence where it said one.
func plain(err error) error {
	var p *player.Problem
	if errors.As(err, &p) && p.Detail != "" {
		return errors.New(p.Detail)
	}
	return err
}

func progress(k *console, what string, n, of int) {
	if terminal(os.Stderr) {
		fmt.Fprintf(k.err, "\r\x1b[K%s %d/%d", what, n, of)
		if n == of {
			fmt.Fprintln(k.err)
		}
	}
}
