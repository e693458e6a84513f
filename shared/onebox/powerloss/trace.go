package powerloss

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// calls are the system calls that change files, names, or what a descriptor
// stands for.
const calls = "open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,chdir,fchdir," +
	"write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,copy_file_range,sendfile,splice," +
	"rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat," +
	"fsync,fdatasync,sync,syncfs,mmap,io_uring_setup," +
	"setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr"

// maxArgument bounds one string argument; a longer one is an error.
const maxArgument = 8 << 20

// run runs cmd under strace and leaves the trace in the named file. It gives
// what cmd wrote to standard output.
func run(ctx context.Context, cmd *exec.Cmd, file string) ([]byte, error) {
	args := append([]string{
		"-f", "--seccomp-bpf", "-xx", "-s", strconv.Itoa(maxArgument), "-e", "signal=none", "-e", "trace=" + calls, "-o", file, "--", cmd.Path,
	}, cmd.Args[1:]...)
	traced := exec.CommandContext(ctx, "strace", args...)
	traced.Env, traced.Dir, traced.Stdin = cmd.Env, cmd.Dir, cmd.Stdin
	var errs strings.Builder
	traced.Stderr = &errs
	out, err := traced.Output()
	if err != nil {
		return nil, fmt.Errorf("writer under strace: %w\n%s", err, errs.String())
	}
	return out, nil
}

// call is one finished system call. Its effect lies between entry and exit,
// which are positions in the trace.
type call struct {
	name  string
	args  []string
	ret   int64
	entry int
	exit  int
}

// parse reads a trace and gives end each successful call at its exit. A
// descriptor is free from the entry of its close on: it may be given out again
// before the call has returned.
func parse(r io.Reader, closing func(fd string), end func(call) error) error {
	type open struct {
		text  string
		entry int
	}
	pending := map[string]open{}
	br := bufio.NewReaderSize(r, 1<<20)
	for at := 1; ; at++ {
		line, err := br.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		pid, text, ok := strings.Cut(strings.TrimRight(line, "\n"), " ")
		text = strings.TrimLeft(text, " ")
		if !ok || strings.HasPrefix(text, "+++") || strings.HasPrefix(text, "---") {
			continue
		}
		entry := at
		if rest, ok := strings.CutPrefix(text, "<... "); ok {
			_, rest, _ = strings.Cut(rest, " resumed>")
			p, ok := pending[pid]
			if !ok {
				continue
			}
			delete(pending, pid)
			text, entry = p.text+rest, p.entry
		} else {
			head, unfinished := strings.CutSuffix(text, " <unfinished ...>")
			if fd, ok := strings.CutPrefix(head, "close("); ok {
				fd, _, _ = strings.Cut(fd, ")")
				closing(fd)
			}
			if unfinished {
				pending[pid] = open{head, at}
				continue
			}
		}
		c, ok, err := parseCall(text)
		if err != nil {
			return fmt.Errorf("trace line %d: %w", at, err)
		}
		if !ok {
			continue
		}
		c.entry, c.exit = entry, at
		if err := end(c); err != nil {
			return fmt.Errorf("trace line %d: %s: %w", at, c.name, err)
		}
	}
}

// parseCall reads "name(args) = ret"; ok is false for calls that failed or
// never returned.
func parseCall(text string) (c call, ok bool, err error) {
	name, rest, found := strings.Cut(text, "(")
	i := strings.LastIndex(rest, ") ")
	if !found || i < 0 {
		return call{}, false, fmt.Errorf("not a call: %.60q", text)
	}
	result, found := strings.CutPrefix(strings.TrimLeft(rest[i+2:], " "), "= ")
	if !found {
		return call{}, false, fmt.Errorf("no result: %.60q", text)
	}
	if strings.HasPrefix(result, "-1") || strings.HasPrefix(result, "?") {
		return call{}, false, nil
	}
	value, _, _ := strings.Cut(result, " ")
	c.ret, err = strconv.ParseInt(value, 0, 64)
	if err != nil && name != "mmap" {
		return call{}, false, err
	}
	c.name, c.args = name, splitArgs(rest[:i])
	return c, true, nil
}

// splitArgs splits at the commas that are not inside brackets. Strings are in
// hex, so they hold neither.
func splitArgs(s string) []string {
	var args []string
	depth, start := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			depth--
		case ',':
			if depth == 0 {
				args = append(args, strings.TrimSpace(s[start:i]))
				start = i + 1
			}
		}
	}
	return append(args, strings.TrimSpace(s[start:]))
}

// text decodes a string argument.
func text(arg string) ([]byte, error) {
	body, ok := strings.CutPrefix(arg, `"`)
	if !ok {
		return nil, fmt.Errorf("%.40q is not a string", arg)
	}
	body, ok = strings.CutSuffix(body, `"`)
	if !ok {
		return nil, fmt.Errorf("argument of more than %d bytes", maxArgument)
	}
	return hex.DecodeString(strings.ReplaceAll(body, `\x`, ""))
}

// vector decodes the strings of an iovec array.
func vector(arg string) ([]byte, error) {
	var all []byte
	for _, part := range strings.Split(arg, "iov_base=")[1:] {
		base, _, _ := strings.Cut(part, ",")
		b, err := text(base)
		if err != nil {
			return nil, err
		}
		all = append(all, b...)
	}
	return all, nil
}

func number(arg string) (int64, error) {
	return strconv.ParseInt(strings.Trim(arg, "[]"), 0, 64)
}

// remove deletes a file that is no longer needed; a leftover in a temporary
// folder harms nothing.
func remove(name string) { _ = os.Remove(name) }
