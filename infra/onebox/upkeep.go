package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hoso/infra/onebox/house"
	"hoso/infra/reader/embedded"
	"hoso/shared/access"
	"hoso/shared/archive"
	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/readproc"
	"hoso/shared/signature/trust"
	"hoso/shared/store"
	"hoso/shared/sweep"
)

type personCmd struct {
	settings
	Name  string   `help:"Họ và tên." required:""`
	Email string   `help:"Địa chỉ thư." required:""`
	Title string   `help:"Chức vụ."`
	Unit  string   `help:"Tên đơn vị (cần cho vai trò unit)."`
	Role  []string `help:"Vai trò: unit, appraiser, head, reviewer, clerk, admin, auditor, operator." required:""`
}

// Run adds a person to a data folder that nobody serves.
func (c personCmd) Run(k *console) error {
	d, err := house.OpenDesk(k.ctx, c.Data, false, time.Time{})
	if err != nil {
		return err
	}
	defer d.Close()
	details := access.Details{Name: c.Name, Email: c.Email, Title: c.Title}
	for _, r := range c.Role {
		details.Roles = append(details.Roles, people.Role(r))
	}
	if c.Unit != "" {
		u, err := d.Access.UnitByName(k.ctx, c.Unit)
		if err != nil {
			return err
		}
		details.Unit = u.ID
	}
	id, err := d.Access.AddPerson(k.ctx, "cli/person/"+c.Email, access.Operator(), details)
	if err != nil {
		return err
	}
	if err := d.Access.Invite(k.ctx, "cli/invite/"+id, access.Operator(), id); err != nil {
		return err
	}
	fmt.Fprintln(k.out, id)
	return nil
}

type unitCmd struct {
	settings
	Name  string   `help:"Tên đơn vị, đầy đủ như trên văn bản." required:""`
	Alias []string `help:"Tên khác."`
}

// Run adds a unit to a data folder that nobody serves.
func (c unitCmd) Run(k *console) error {
	d, err := house.OpenDesk(k.ctx, c.Data, false, time.Time{})
	if err != nil {
		return err
	}
	defer d.Close()
	id, err := d.Access.AddUnit(k.ctx, "cli/unit/"+c.Name, access.Operator(), access.UnitDetails{Name: c.Name, Aliases: c.Alias})
	if err != nil {
		return err
	}
	fmt.Fprintln(k.out, id)
	return nil
}

type packageCmd struct {
	Dossier string `arg:"" help:"Mã hồ sơ."`
	Data    string `help:"Thư mục dữ liệu." env:"HOSO_DATA" required:"" type:"path"`
	Out     string `short:"o" help:"Tệp .zip sẽ ghi." required:"" type:"path"`
}

// Run writes the sealed package of a dossier to a file, with the proof that
// the log knows it where the log has come that far.
func (c packageCmd) Run(k *console) error {
	r, err := sqlitestore.OpenReader(k.ctx, filepath.Join(c.Data, "hoso.db"))
	if err != nil {
		return err
	}
	defer r.Close()
	var d dossier.Dossier
	if _, err := store.Load(k.ctx, r, dossier.Key(c.Dossier), &d); err != nil {
		return fmt.Errorf("không tìm thấy hồ sơ %s", c.Dossier)
	}
	if d.Package == nil {
		return errors.New("hồ sơ chưa được niêm phong nên chưa có gói lưu trữ")
	}
	in, err := s3gateway.Disk{Dir: c.Data}.Open(d.Package.Bucket, d.Package.Key, d.Package.Version)
	if err != nil {
		return err
	}
	defer in.Close()
	kept, err := house.KeptHere(c.Data)
	if err != nil {
		return err
	}
	keys, err := evidence.ParseKeys(kept.Keys)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { _, err := io.Copy(w, in); return err }
	switch seal, err := archive.Seal(k.ctx, r, d, keys); {
	case fault.Is(err, fault.Transient):
		fmt.Fprintln(k.err, "Gói chưa kèm chứng thực của sổ minh bạch: điểm kiểm tra mới nhất cũ hơn gói này. Chạy lại lệnh sau khi có điểm kiểm tra mới.")
	case err != nil:
		return err
	default:
		e, err := evidence.Read(seal.Event)
		if err != nil {
			return err
		}
		write = func(w io.Writer) error { return bag.WithSeal(k.ctx, w, in, d.Package.Size, e.At, seal) }
	}
	out, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(out), out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	return nil
}

type rebuildCmd struct{ settings }

// Run recomputes every projection from the records.
func (c rebuildCmd) Run(k *console) error {
	h, err := house.Open(k.ctx, house.Config{Data: c.Data, Log: c.logger(k)})
	if err != nil {
		return err
	}
	n, err := h.Rebuild(k.ctx)
	ctx, cancel := graceful()
	defer cancel()
	fmt.Fprintf(k.err, "Đã tính lại dòng tra cứu của %d hồ sơ.\n", n)
	return errors.Join(err, h.Close(ctx))
}

type backupCmd struct {
	Data string `help:"Thư mục dữ liệu, kể cả khi đang chạy." env:"HOSO_DATA" required:"" type:"path"`
	Out  string `short:"o" help:"Thư mục mới để sao lưu vào." required:"" type:"path"`
	Keys bool   `help:"Sao lưu cả khóa (người giữ bản này ký được sổ minh bạch)."`
}

// Run copies a data folder while it is served.
func (c backupCmd) Run(k *console) error {
	return backup.Make(k.ctx, c.Data, c.Out, backup.Options{Keys: c.Keys, Progress: copied(k)})
}

func copied(k *console) func(int, int64) {
	if !terminal(os.Stderr) {
		return nil
	}
	return func(files int, bytes int64) { fmt.Fprintf(k.err, "\r\x1b[K%d tệp, %d MB", files, bytes>>20) }
}

type restoreCmd struct {
	From string `arg:"" help:"Bản sao lưu." type:"path"`
	Data string `help:"Thư mục dữ liệu mới." env:"HOSO_DATA" required:"" type:"path"`

	Checkpoint []string `help:"Mốc đã ký và ghi nhận xóa giữ ở nơi khác (tệp hay cả thư mục checkpoints): sổ ghi rõ đã lùi lại sau những mốc này; nội dung đã xóa sau bản sao lưu được xóa lại." type:"path"`
}

// Run brings a copy back beside what is there, and records that in its log.
func (c restoreCmd) Run(k *console) error {
	kept, err := house.ReadKept(c.Checkpoint...)
	if err != nil {
		return err
	}
	r, err := house.Restore(k.ctx, c.From, c.Data, backup.Options{Progress: copied(k)}, kept)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.err, "Đã khôi phục: sổ minh bạch có %d mục; %d mốc đã ký bị lùi lại, có ghi trong sổ.\n", r.Size, len(r.Lost))
	if len(c.Checkpoint) == 0 {
		fmt.Fprintln(k.err, "Không có mốc nào giữ ở nơi khác: nội dung cá nhân đã xóa sau bản sao lưu này có thể đã trở lại. Nếu còn thư mục checkpoints mới hơn, hãy chép các tệp erased-*.txt và log.pub (dưới tên khác, ví dụ log-2.pub) vào thư mục checkpoints của dữ liệu trước khi chạy “hoso serve”: chúng được xóa lại.")
	}
	return nil
}

type drillCmd struct {
	From string `arg:"" help:"Bản sao lưu." type:"path"`
}

// Run restores a copy to a scratch folder and checks it as an auditor would.
func (c drillCmd) Run(k *console) error {
	dir, err := os.MkdirTemp(filepath.Dir(c.From), "drill-*")
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	err = backup.Restore(k.ctx, c.From, data, backup.Options{Progress: copied(k)})
	if err == nil {
		err = verifyCmd{Data: data}.Run(k)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// leftovers says how much that nothing pins was collected and still waits, and
// what to do if it waits longer than it should.
func leftovers(ctx context.Context, r *sqlitestore.Reader) (what, mend string, err error) {
	now, err := house.NowIn(ctx, r)
	if err != nil {
		return "tệp thừa", err.Error(), err
	}
	waiting, late, err := sweep.Waiting(ctx, r, now)
	if err != nil {
		return "tệp thừa", err.Error(), err
	}
	var sum sweep.Collected
	if _, err := store.Load(ctx, r, sweep.CollectedKey, &sum); err != nil && !fault.Is(err, fault.NotFound) {
		return "tệp thừa", err.Error(), err
	}
	what = fmt.Sprintf("tệp thừa: đã dọn %d bản (%d byte), %d tài liệu còn chờ xem", sum.Versions, sum.Bytes, waiting)
	if late > 0 {
		mend = fmt.Sprintf("%d tài liệu chờ quá 24 giờ; hãy chạy “hoso serve” rồi xem nhật ký “sweep”", late)
	}
	return what, mend, nil
}

// unwiped says whether the bytes of what was erased by decisions are written over.
func unwiped(ctx context.Context, r *sqlitestore.Reader) (what, mend string, err error) {
	what = "nội dung xóa theo quyết định đã được ghi đè"
	now, err := house.NowIn(ctx, r)
	if err != nil {
		return what, err.Error(), err
	}
	n, err := erasure.Late(ctx, r, now)
	if err != nil {
		return what, err.Error(), err
	}
	if n > 0 {
		mend = fmt.Sprintf("%d lần xóa chưa ghi đè xong; thư mục dữ liệu và thư mục tệp tạm của máy (/var/tmp) đều cần chỗ trống bằng hoso.db, hãy chạy “hoso serve” rồi xem nhật ký “outbox”", n)
	}
	return what, mend, nil
}

// returned says whether texts are there that were erased, as notes beside the
// data or kept elsewhere tell.
func returned(ctx context.Context, r *sqlitestore.Reader, data string, elsewhere []string) (what, mend string, err error) {
	what = "không nội dung nào đã xóa theo quyết định trở lại"
	kept, err := house.ReadKept(elsewhere...)
	if err != nil {
		return what, err.Error(), err
	}
	known, err := house.KnownErased(data, kept)
	if err != nil {
		return what, err.Error(), err
	}
	back, err := erasure.CameBack(ctx, r, known)
	if err != nil {
		return what, err.Error(), err
	}
	n := 0
	for _, b := range back {
		n += len(b.Refs)
	}
	if n > 0 {
		mend = fmt.Sprintf("%d nội dung đã trở lại, có lẽ từ một bản sao lưu cũ; hãy chép các tệp erased-*.txt và log.pub (dưới tên khác, ví dụ log-2.pub) vào thư mục checkpoints của dữ liệu rồi khởi động lại “hoso serve”: chúng được xóa lại trước khi phục vụ", n)
	}
	return what, mend, nil
}

type doctorCmd struct {
	Data       string   `help:"Thư mục dữ liệu." env:"HOSO_DATA" type:"path"`
	Checkpoint []string `help:"Thư mục checkpoints (hay từng tệp) giữ ở nơi khác." type:"path"`
	Portal     string   `help:"Địa chỉ cổng mà trình duyệt thấy." env:"HOSO_PUBLIC_URL"`
}

// Run says what is there, what is missing, and how to mend it.
func (c doctorCmd) Run(k *console) error {
	wrong := false
	line := func(ok bool, what, mend string) {
		mark := "✓"
		if !ok {
			mark, wrong = "✗", true
			what += ": " + mend
		}
		fmt.Fprintf(k.out, "%s %s\n", mark, what)
	}
	note := func(ok bool, what, mend string) {
		if ok {
			fmt.Fprintf(k.out, "✓ %s\n", what)
			return
		}
		fmt.Fprintf(k.out, "! %s: %s\n", what, mend)
	}
	_, err := exec.LookPath("pdftoppm")
	note(err == nil, "ảnh trang tài liệu (poppler)", "cài poppler-utils để xem ảnh trang; thiếu nó trang vẫn mở bằng bản gốc")
	_, err = exec.LookPath("tesseract")
	note(err == nil, "nhận dạng chữ (Tesseract)", "cài tesseract-ocr-vie; thiếu nó trang quét do người đọc và nhập")
	reader, err := embedded.Reader(readproc.Settings{})
	if err != nil {
		return err
	}
	for _, l := range reader.Probe(k.ctx) {
		fmt.Fprintf(k.out, "· %s\n", l)
	}
	if c.Data != "" {
		text, err := trust.Read(filepath.Join(c.Data, house.Trust))
		anchors, perr := trust.Parse(text)
		if err = errors.Join(err, perr); err != nil {
			line(false, "chứng thư tin cậy đọc được", err.Error())
		} else {
			roots, links := anchors.Count()
			note(roots > 0, fmt.Sprintf("chữ ký số: %d chứng thư gốc, %d trung gian", roots, links), "đặt chứng thư gốc và trung gian (PEM) vào thư mục "+house.Trust+" của dữ liệu rồi khởi động lại; thiếu chúng không chữ ký nào được coi là tin cậy")
		}
	}
	cal, err := house.WorkingDays(c.Data)
	if err != nil {
		return err
	}
	_, last := cal.Years()
	line(time.Now().AddDate(0, 2, 0).Year() <= last, fmt.Sprintf("lịch ngày làm việc đến hết năm %d", last), "đặt tệp <năm>.json vào thư mục calendars của dữ liệu rồi khởi động lại; thời hạn rơi vào năm chưa có lịch sẽ bị từ chối")
	if c.Portal != "" {
		secure := strings.HasPrefix(c.Portal, "https://") || strings.Contains(c.Portal, "://127.0.0.1") || strings.Contains(c.Portal, "://localhost")
		line(secure, "cổng ở địa chỉ an toàn", "trình duyệt chỉ băm tệp, giữ cookie chặt và dùng passkey trên https")
	}
	if c.Data != "" {
		r, err := sqlitestore.OpenReader(k.ctx, filepath.Join(c.Data, "hoso.db"))
		line(err == nil, "cơ sở dữ liệu mở được", fmt.Sprint(err))
		if err == nil {
			damage, derr := r.Damage(k.ctx)
			line(derr == nil && len(damage) == 0, "cơ sở dữ liệu nguyên vẹn", strings.Join(damage, "; "))
			what, mend, lerr := leftovers(k.ctx, r)
			line(lerr == nil && mend == "", what, mend)
			what, mend, lerr = unwiped(k.ctx, r)
			line(lerr == nil && mend == "", what, mend)
			what, mend, lerr = returned(k.ctx, r, c.Data, c.Checkpoint)
			line(lerr == nil && mend == "", what, mend)
			if err := r.Close(); err != nil {
				return err
			}
		}
	}
	if wrong {
		return status(foundWrong)
	}
	return nil
}
