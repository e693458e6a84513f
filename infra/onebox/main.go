// Command hoso is the one-machine edition: portal, object store, engine and
// tools in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"hoso/infra/reader/embedded"
	"hoso/shared/fault"
	"hoso/shared/pictures"
	"hoso/shared/sandbox"
)

// status is how a command ends when it has said everything itself.
type status int

// Error makes a status an error that is not printed.
func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Exit statuses of the command (see README).
const (
	done       = 0
	foundWrong = 1
	wrongUse   = 2
)

// console is where a command speaks.
type console struct {
	ctx context.Context
	out io.Writer
	err io.Writer
}

// commands is everything hoso can be told to do.
type commands struct {
	Serve    serveCmd    `cmd:"" help:"Chạy cổng, API và kho tệp trên một thư mục dữ liệu. (Serve the portal, the API and the S3 endpoint.)"`
	Invite   inviteCmd   `cmd:"" help:"Tạo người vận hành đầu tiên, in ra lời mời dùng một lần. (First operator: prints a one-time secret.)"`
	Demo     demoCmd     `cmd:"" help:"Diễn trọn một đợt qua các giao diện công khai. (Play a whole round through the public interfaces.)"`
	Verify   verifyCmd   `cmd:"" help:"Kiểm tra kho dữ liệu hoặc gói hồ sơ. (Check a data folder or a package.)"`
	Read     readCmd     `cmd:"" help:"Đọc tệp PDF, không cần máy chủ. (Read PDFs without a server.)"`
	Check    checkCmd    `cmd:"" help:"Kiểm tra hồ sơ trong thư mục, không cần máy chủ. (Judge dossier folders without a server.)"`
	Campaign campaignCmd `cmd:"" help:"Phong trào thi đua dưới dạng dữ liệu. (Campaigns as data.)"`
	Asl      aslCmd      `cmd:"" help:"Quy trình (Amazon States Language). (State machines.)"`
	Submit   submitCmd   `cmd:"" help:"Nộp hồ sơ từ dòng lệnh qua API công khai. (Submit a dossier over the public API.)"`
	Person   personCmd   `cmd:"" help:"Thêm người và gửi lời mời (khi cổng không chạy). (Add a person.)"`
	Unit     unitCmd     `cmd:"" help:"Thêm đơn vị (khi cổng không chạy). (Add a unit.)"`
	Package  packageCmd  `cmd:"" help:"Ghi gói lưu trữ đầy đủ của một hồ sơ. (Write a dossier's package.)"`
	Rebuild  rebuildCmd  `cmd:"" help:"Tính lại các bảng tra cứu từ bản ghi. (Recompute projections.)"`
	Backup   backupCmd   `cmd:"" help:"Sao lưu khi đang chạy. (Online backup.)"`
	Restore  restoreCmd  `cmd:"" help:"Khôi phục vào thư mục mới. (Restore to a new folder.)"`
	Drill    drillCmd    `cmd:"" help:"Khôi phục thử và kiểm tra. (Restore beside and check.)"`
	Doctor   doctorCmd   `cmd:"" help:"Xem cái gì có, cái gì thiếu và cách sửa. (What is missing and how to mend it.)"`
	Redrive  redriveCmd  `cmd:"" help:"Chạy lại các quy trình bị mất từ bản ghi. (Drive lost runs again from the records.)"`
}

func main() { os.Exit(process()) }

// process is everything this process does, in whatever role it was started.
func process() int {
	if code, ok := embedded.Main(); ok {
		return code
	}
	if len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		fmt.Fprintln(os.Stderr, pictures.Guard(os.Args[2:]))
		return sandbox.ExitInternal
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return hoso(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// hoso runs one command and gives its exit status.
func hoso(ctx context.Context, args []string, out, errOut io.Writer) int {
	code := done
	var c commands
	parser, err := kong.New(&c, kong.Name("hoso"), kong.UsageOnError(), kong.Writers(out, errOut), kong.Exit(func(n int) {
		if n != 0 {
			n = wrongUse
		}
		panic(exitAsked(n))
	}), kong.Description("Hồ sơ: hồ sơ đề nghị khen thưởng, từ tải lên đến lưu trữ."))
	if err != nil {
		fmt.Fprintln(errOut, err)
		return wrongUse
	}
	func() {
		defer func() {
			switch n := recover().(type) {
			case nil:
			case exitAsked:
				code = int(n)
			default:
				panic(n)
			}
		}()
		k, err := parser.Parse(args)
		if err != nil {
			fmt.Fprintln(errOut, err)
			code = wrongUse
			return
		}
		con := &console{ctx: ctx, out: out, err: errOut}
		err, ran := c.dispatch(con, k.Command())
		if !ran {
			err = k.Run(con)
		}
		if err != nil {
			code = say(errOut, err)
		}
	}()
	return code
}

// exitAsked is how the command line library asks to end (help, wrong use).
type exitAsked int

// say prints an error as one sentence and gives the exit status.
func say(errOut io.Writer, err error) int {
	var s status
	if errors.As(err, &s) {
		return int(s)
	}
	if public := fault.Public(err); public != "" {
		fmt.Fprintln(errOut, public)
	} else {
		fmt.Fprintln(errOut, err)
	}
	if fault.Is(err, fault.Invalid) {
		return wrongUse
	}
	return foundWrong
}
