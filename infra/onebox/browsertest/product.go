package browsertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Product is the product served as it is installed: its binary on a data
// folder of its own, as a demonstration.
type Product struct {
	Portal string
	S3     string
	Dir    string
	Secret string // the first operator's one-time secret
	cmd    *exec.Cmd
	log    *os.File
}

// OperatorEmail is the first operator's address.
const OperatorEmail = "vanhanh@so.backan.example"

// Build makes the binary from the project at root, unless HOSO_BIN names one.
func Build(ctx context.Context, root, dir string) (string, error) {
	if bin := os.Getenv("HOSO_BIN"); bin != "" {
		return filepath.Abs(bin)
	}
	bin := filepath.Join(dir, "hoso")
	c := exec.CommandContext(ctx, "go", "build", "-o", bin, "./infra/onebox")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
}

// Serve starts the binary on a new demonstration in dir.
func Serve(ctx context.Context, bin, dir string) (*Product, error) {
	p := &Product{Dir: filepath.Join(dir, "data")}
	secret, err := exec.CommandContext(ctx, bin, "invite", "--data", p.Dir, "--name", "Người vận hành", "--email", OperatorEmail).Output()
	if err != nil {
		return nil, fmt.Errorf("hoso invite: %w", err)
	}
	p.Secret = strings.TrimSpace(string(secret))
	if p.log, err = os.Create(filepath.Join(dir, "serve.log")); err != nil {
		return nil, err
	}
	p.cmd = exec.Command(bin, "serve", "--data", p.Dir, "--listen", "127.0.0.1:0", "--demo")
	p.cmd.Stderr = p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			line = ""
		}
		ready <- line
		_, _ = io.Copy(io.Discard, out) // nothing else is read of it
	}()
	select {
	case line := <-ready:
		if _, err := fmt.Sscanf(line, "ready %s %s", &p.Portal, &p.S3); err != nil {
			return nil, errors.Join(fmt.Errorf("serve said %q, not ready", line), p.Stop())
		}
		return p, nil
	case <-time.After(time.Minute):
		return nil, errors.Join(errors.New("serve was not ready within a minute"), p.Stop())
	}
}

// Stop ends the product and waits for it.
func (p *Product) Stop() error {
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, p.cmd.Wait(), p.log.Close())
}

// Log is what the product said on standard error.
func (p *Product) Log() string {
	b, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(b)
}
