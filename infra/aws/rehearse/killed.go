package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// kills strikes down a share of the functions that ask for something, before
// the request is carried out or after, and reports whether it did. Nobody is
// answered then.
func (rec *recorder) kills(r *http.Request) bool {
	rec.mu.Lock()
	hit := rec.chance.Float64() < rec.deaths
	carried := rec.chance.IntN(2) == 0
	rec.mu.Unlock()
	if !hit {
		return false
	}
	pid, err := peer(r.RemoteAddr)
	if err != nil {
		return false // it has ended by itself
	}
	if carried {
		rec.next.ServeHTTP(discard{}, r)
	}
	if syscall.Kill(pid, syscall.SIGKILL) != nil {
		return carried
	}
	rec.mu.Lock()
	rec.killed++
	rec.mu.Unlock()
	return true
}

// peer finds the process at the other end of a connection of this machine, a
// function's and no other's.
func peer(address string) (int, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0, err
	}
	inode, err := socket(n)
	if err != nil {
		return 0, err
	}
	want := "socket:[" + inode + "]"
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0, err
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err != nil || to != want {
			continue
		}
		of := filepath.Dir(filepath.Dir(l))
		program, err := os.ReadFile(filepath.Join(of, "cmdline"))
		if err != nil || !bytes.HasSuffix(bytes.TrimRight(program, "\x00"), []byte("/bootstrap")) {
			return 0, fmt.Errorf("%s is no function: %q", of, program)
		}
		return strconv.Atoi(filepath.Base(of))
	}
	return 0, fmt.Errorf("nobody holds port %s", port)
}

// socket gives the inode of the connection that begins at a port here.
func socket(port int) (string, error) {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			return "", err
		}
		local := fmt.Sprintf(":%04X", port)
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			// sl local remote state queues timer retransmits uid timeout inode
			if c := strings.Fields(lines.Text()); len(c) > 9 && strings.HasSuffix(c[1], local) && c[9] != "0" {
				_ = f.Close()
				return c[9], nil
			}
		}
		_ = f.Close()
	}
	return "", fmt.Errorf("no connection from port %d", port)
}

// discard takes an answer that nobody is there to read.
type discard struct{}

// Header gives a header that goes nowhere.
func (discard) Header() http.Header { return http.Header{} }

// Write takes it.
func (discard) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader takes it.
func (discard) WriteHeader(int) {}
