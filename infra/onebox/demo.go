package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"hoso/infra/onebox/player"
)

type demoCmd struct {
	Server   string `help:"Cổng trình diễn đang chạy; bỏ trống: tự chạy một cổng trên thư mục dữ liệu mới."`
	Mail     string `help:"Thư mục hoặc địa chỉ chứa thư đã gửi (dùng với --server)."`
	Secret   string `help:"Mã mời dùng một lần của người vận hành (dùng với --server)."`
	Operator string `help:"Địa chỉ thư của người vận hành." default:"van-hanh@demo.hoso.vn"`
	Data     string `help:"Thư mục dữ liệu mới." type:"path"`
	Listen   string `help:"Địa chỉ của cổng." env:"HOSO_LISTEN" default:"127.0.0.1:8080"`
	Exit     bool   `help:"Kết thúc sau khi diễn; trạng thái 0 chỉ khi mọi việc đúng." env:"DEMO_EXIT"`
}

// Run plays the demonstration through the public interfaces.
func (c demoCmd) Run(k *console) error {
	if c.Server != "" {
		return c.play(k, c.Server, c.Mail, c.Secret)
	}
	if c.Data == "" {
		c.Data = filepath.Join("demo-data", time.Now().Format("20060102-150405"))
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	secret, err := exec.CommandContext(k.ctx, self, "invite", "--demo", "--data", c.Data, "--name", "Nguyễn Vận Hành", "--email", c.Operator).Output()
	if err != nil {
		return fmt.Errorf("tạo người vận hành: %w", err)
	}
	server, portal, s3, err := c.serve(k, self)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.err, "Cổng: %s · kho tệp: %s · dữ liệu: %s\n\n", portal, s3, c.Data)
	err = c.play(k, portal, filepath.Join(c.Data, "outbox"), strings.TrimSpace(string(secret)))
	if err == nil {
		fmt.Fprintln(k.err, "\nKiểm tra toàn bộ kho dữ liệu (hoso verify):")
		err = verifyCmd{Data: c.Data}.Run(k)
	}
	if err == nil && !c.Exit {
		fmt.Fprintf(k.err, "\nCổng vẫn chạy tại %s (Ctrl-C để dừng).\n", portal)
		<-k.ctx.Done()
	}
	return errors.Join(err, stop(server))
}

func (c demoCmd) play(k *console, server, mails, secret string) error {
	var box player.Mailbox = player.FolderBox{Dir: mails}
	if strings.HasPrefix(mails, "http") {
		box = player.HTTPBox{URL: mails}
	}
	return player.New(player.Options{Server: server, Box: box, Secret: secret, OperatorEmail: c.Operator, Out: k.err}).Run(k.ctx)
}

// serve starts the portal as its own process and waits until it is ready.
func (c demoCmd) serve(k *console, self string) (cmd *exec.Cmd, portal, s3 string, err error) {
	cmd = exec.CommandContext(context.WithoutCancel(k.ctx), self, "serve", "--demo", "--data", c.Data, "--listen", c.Listen)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, "", "", errors.Join(errors.New("cổng không khởi động được"), stop(cmd))
	}
	if n, err := fmt.Sscanf(line, "ready %s %s", &portal, &s3); n != 2 {
		return nil, "", "", errors.Join(err, stop(cmd))
	}
	return cmd, portal, s3, nil
}

// stop ends the portal as an operator would.
func stop(cmd *exec.Cmd) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("cổng kết thúc không sạch: %w", err)
	}
	return nil
}
