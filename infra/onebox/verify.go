package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"hoso/infra/onebox/house"
	"hoso/shared/aws/audit"
	"hoso/shared/evidence"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/verify"
)

type verifyCmd struct {
	Data       string   `help:"Thư mục dữ liệu, kể cả khi đang chạy." type:"path" env:"HOSO_DATA"`
	Stack      string   `help:"Ngăn xếp trên AWS, đọc bằng quyền của chính người gọi (AWS_PROFILE, AWS_REGION)."`
	Package    string   `arg:"" optional:"" help:"Gói hồ sơ (.zip)." type:"path"`
	Checkpoint []string `help:"Điểm kiểm tra và ghi nhận xóa giữ ở nơi khác: từng tệp hay cả thư mục." type:"path"`
	Key        []string `help:"Tệp khóa công khai được tin." type:"path"`
	JSON       bool     `help:"In báo cáo dạng JSON." name:"json"`
}

// Run checks a data folder, a stack on AWS or a package and names everything that does not hold.
func (c verifyCmd) Run(k *console) error {
	opts, err := c.options(k)
	if err != nil {
		return err
	}
	var rep verify.Report
	switch {
	case c.Package != "":
		rep, err = c.packaged(k, opts)
	case c.Stack != "":
		rep, err = c.stack(k, opts)
	case c.Data != "":
		rep, err = c.folder(k, opts)
	default:
		return errors.New("hãy nêu --data THƯ-MỤC, --stack TÊN hoặc một gói hồ sơ .zip")
	}
	if err != nil {
		return err
	}
	return c.print(k, rep)
}

func (c verifyCmd) options(k *console) (verify.Options, error) {
	var opts verify.Options
	kept, err := house.ReadKept(c.Checkpoint...)
	if err != nil {
		return opts, err
	}
	opts.Checkpoints, opts.Erased = kept.Checkpoints, kept.Erased
	for _, name := range c.Key {
		data, err := os.ReadFile(name)
		if err != nil {
			return opts, err
		}
		keys, err := evidence.ParseKeys(data)
		if err != nil {
			return opts, fmt.Errorf("%s: %w", name, err)
		}
		opts.Keys = append(opts.Keys, keys...)
	}
	if terminal(os.Stderr) {
		opts.Progress = func(p verify.Progress) { fmt.Fprintf(k.err, "\r\x1b[K%s: %d", p.Step, p.Done) }
	}
	return opts, nil
}

func (c verifyCmd) packaged(k *console, opts verify.Options) (verify.Report, error) {
	f, err := os.Open(c.Package)
	if err != nil {
		return verify.Report{}, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return verify.Report{}, err
	}
	return verify.Package(k.ctx, f, st.Size(), opts)
}

// stack checks the AWS edition with the credentials of who calls.
func (c verifyCmd) stack(k *console, opts verify.Options) (verify.Report, error) {
	cfg, err := config.LoadDefaultConfig(k.ctx, config.WithAppID("hoso-verify"))
	if err != nil {
		return verify.Report{}, err
	}
	src, err := audit.Stack{AWS: cfg, Name: c.Stack, Now: time.Now, Chance: rand.Float64}.Sources(k.ctx)
	if err != nil {
		return verify.Report{}, err
	}
	return verify.Verify(k.ctx, src, opts)
}

func (c verifyCmd) folder(k *console, opts verify.Options) (verify.Report, error) {
	r, err := sqlitestore.OpenReader(k.ctx, filepath.Join(c.Data, "hoso.db"))
	if err != nil {
		return verify.Report{}, err
	}
	defer r.Close()
	key, err := house.RowKey(c.Data)
	if err != nil {
		return verify.Report{}, err
	}
	src := verify.Sources{
		Store: r, RowKey: key, Objects: s3gateway.Disk{Dir: c.Data}, Refs: verify.RecordRefs(house.Archive), HaveFiles: true,
		Checks: []verify.Check{verify.Places(), verify.Counts()},
	}
	kept, err := house.KeptHere(c.Data)
	if err != nil {
		return verify.Report{}, err
	}
	src.Files, src.Erased, src.Keys = kept.Checkpoints, kept.Erased, kept.Keys
	src.Reread = func() ([]verify.Note, error) {
		kept, err := house.KeptHere(c.Data)
		return kept.Checkpoints, err
	}
	rep, err := verify.Verify(k.ctx, src, opts)
	if err != nil {
		return rep, err
	}
	damage, err := r.Damage(k.ctx)
	for _, d := range damage {
		rep.Findings = append(rep.Findings, verify.Finding{Code: "database-damaged", Where: "hoso.db", Message: "Tệp cơ sở dữ liệu bị hỏng.", Detail: d})
	}
	return rep, err
}

func (c verifyCmd) print(k *console, rep verify.Report) error {
	if opts := terminal(os.Stderr); opts {
		fmt.Fprint(k.err, "\r\x1b[K")
	}
	if c.JSON {
		e := json.NewEncoder(k.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(rep); err != nil {
			return err
		}
	} else {
		var names []string
		for name := range rep.Counts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, f := range rep.Findings {
			fmt.Fprintf(k.out, "✗ %s %s: %s %s\n", f.Code, f.Where, f.Message, f.Detail)
		}
		for _, n := range rep.Notes {
			fmt.Fprintf(k.out, "· %s %s: %s %s\n", n.Code, n.Where, n.Message, n.Detail)
		}
		for _, name := range names {
			fmt.Fprintf(k.out, "  %s: %d\n", name, rep.Counts[name])
		}
		if rep.OK() {
			fmt.Fprintln(k.out, "Mọi thứ đều khớp.")
		}
	}
	if !rep.OK() {
		return status(foundWrong)
	}
	return nil
}
