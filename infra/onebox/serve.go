package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"hoso/infra/onebox/house"
	"hoso/shared/access"
	"hoso/shared/people"
)

// settings are the settings of everything that opens a data folder. Each has
// its environment variable.
type settings struct {
	Data string `help:"Thư mục dữ liệu." env:"HOSO_DATA" required:"" type:"path"`
	Log  string `help:"Mức nhật ký: debug, info, warn, error." env:"HOSO_LOG" default:"warn" enum:"debug,info,warn,error"`
}

func (s settings) logger(k *console) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.ToUpper(s.Log))); err != nil {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewJSONHandler(k.err, &slog.HandlerOptions{Level: level}))
}

type serveCmd struct {
	settings
	Listen      string        `help:"Địa chỉ của cổng." env:"HOSO_LISTEN" default:"127.0.0.1:8080"`
	ListenS3    string        `help:"Địa chỉ của kho tệp." env:"HOSO_LISTEN_S3" name:"listen-s3" default:""`
	PublicURL   string        `help:"Địa chỉ cổng mà trình duyệt thấy." env:"HOSO_PUBLIC_URL"`
	S3PublicURL string        `help:"Địa chỉ kho tệp mà trình duyệt thấy." env:"HOSO_S3_PUBLIC_URL" name:"s3-public-url"`
	TLSCert     string        `help:"Chứng thư TLS (PEM)." env:"HOSO_TLS_CERT" type:"path"`
	TLSKey      string        `help:"Khóa của chứng thư TLS (PEM)." env:"HOSO_TLS_KEY" type:"path"`
	SMTP        string        `help:"Máy chủ thư, ví dụ smtp://tên:mật-khẩu@host:587; bỏ trống: thư mục outbox." env:"HOSO_SMTP_URL" name:"smtp-url"`
	Sender      string        `help:"Địa chỉ gửi thư." env:"HOSO_SENDER" default:"ho-so@localhost.localdomain"`
	SenderName  string        `help:"Tên người gửi thư." env:"HOSO_SENDER_NAME" default:"Cổng hồ sơ khen thưởng"`
	IndexLag    time.Duration `help:"Làm chậm chỉ mục (để thử)." env:"HOSO_INDEX_LAG" default:"0s" hidden:""`
	DemoStart   time.Time     `help:"Ngày giờ bắt đầu của bản trình diễn." env:"HOSO_DEMO_START" default:"2023-11-06T08:00:00+07:00"`
	Demo        bool          `help:"Thư mục mới trở thành bản trình diễn, có đồng hồ tiến được." env:"HOSO_DEMO"`
}

func (s serveCmd) config(k *console) (house.Config, error) {
	scans, err := recogniser()
	if err != nil {
		return house.Config{}, err
	}
	walls, err := guarded()
	return house.Config{
		Recogniser: scans, Pictures: walls,
		Data: s.Data, Listen: s.Listen, ListenS3: s.ListenS3, PublicURL: s.PublicURL, S3PublicURL: s.S3PublicURL,
		SMTP: s.SMTP, SenderName: s.SenderName, SenderEmail: s.Sender, TLSCert: s.TLSCert, TLSKey: s.TLSKey, IndexLag: s.IndexLag, Demo: s.Demo, DemoStart: s.DemoStart, Log: s.logger(k),
	}, err
}

// Run serves until it is told to end.
func (s serveCmd) Run(k *console) error {
	cfg, err := s.config(k)
	if err != nil {
		return err
	}
	h, err := house.Open(k.ctx, cfg)
	if err != nil {
		return err
	}
	h.Work(k.ctx)
	err = h.Serve(k.ctx, func(portal, s3 string) { fmt.Fprintf(k.out, "ready %s %s\n", portal, s3) })
	ctx, cancel := graceful()
	defer cancel()
	if cerr := h.Close(ctx); err == nil {
		err = cerr
	}
	return err
}

type inviteCmd struct {
	settings
	Name      string    `help:"Họ và tên." required:""`
	Demo      bool      `help:"Thư mục mới trở thành bản trình diễn."`
	DemoStart time.Time `env:"HOSO_DEMO_START" default:"2023-11-06T08:00:00+07:00" hidden:""`
	Email     string    `help:"Địa chỉ thư." required:""`
}

// Run makes the first operator and prints the secret.
func (c inviteCmd) Run(k *console) error {
	d, err := house.OpenDesk(k.ctx, c.Data, c.Demo, c.DemoStart)
	if err != nil {
		return err
	}
	defer d.Close()
	id, err := d.Access.AddPerson(k.ctx, "cli/person/"+c.Email, access.Operator(),
		access.Details{Name: c.Name, Email: c.Email, Roles: []people.Role{people.Operator}})
	if err != nil {
		return err
	}
	secret, err := d.Access.InviteLocally(k.ctx, "cli/invite/"+id+"/"+time.Now().Format(time.RFC3339Nano), id)
	if err != nil {
		return err
	}
	fmt.Fprintln(k.out, secret)
	fmt.Fprintln(k.err, "Mở trang /sign-in/invitation của cổng, nhập mã trên (dùng một lần) để vào với quyền vận hành.")
	return nil
}

type redriveCmd struct {
	settings
}

// Run drives every run that is not alive again.
func (c redriveCmd) Run(k *console) error {
	h, err := house.Open(k.ctx, house.Config{Data: c.Data, Log: c.logger(k), PublicURL: os.Getenv("HOSO_PUBLIC_URL")})
	if err != nil {
		return err
	}
	rep, err := h.Sweep(k.ctx, 0)
	ctx, cancel := graceful()
	defer cancel()
	if cerr := h.Close(ctx); err == nil {
		err = cerr
	}
	fmt.Fprintf(k.err, "Đã chạy lại %d quy trình, ghi nhận %d tệp, đóng %d chỗ chờ tệp.\n", rep.Redriven, rep.Registered, rep.Closed)
	return err
}
