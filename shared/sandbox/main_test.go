package sandbox_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"hoso/shared/sandbox"
)

// The test binary is also the hostile child: run with "child" as its first
// argument it enters the sandbox and does what the second argument says.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		os.Exit(child(os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}

func child(deed, limits string) int {
	var l sandbox.Limits
	if err := json.Unmarshal([]byte(limits), &l); err != nil {
		return sandbox.ExitInternal
	}
	report := sandbox.Enter(l)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch deed {
	case "echo":
		b, err := io.ReadAll(os.Stdin)
		if err != nil {
			return sandbox.ExitInternal
		}
		fmt.Fprintf(out, "%s", b)
	case "report":
		if json.NewEncoder(out).Encode(report) != nil {
			return 1
		}
	case "attempts":
		if json.NewEncoder(out).Encode(sandbox.Attempts()) != nil {
			return 1
		}
	case "spin":
		for n := 0; n >= 0; n++ {
			runtime.Gosched()
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "flood":
		for {
			fmt.Fprintln(out, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
		}
	case "hoard":
		var keep [][]byte
		for i := 0; ; i++ {
			b := make([]byte, 1<<20)
			for k := range b {
				b[k] = byte(i)
			}
			keep = append(keep, b)
			if len(keep) > 1<<20 {
				return 0
			}
		}
	case "recurse":
		return deep(1)
	case "panic":
		panic("as a parser would")
	case "own":
		return sandbox.ExitInternal
	case "fds":
		for i := range 64 {
			var st syscall.Stat_t
			if syscall.Fstat(i, &st) == nil {
				fmt.Fprint(out, strconv.Itoa(i)+" ")
			}
		}
	}
	return 0
}

func deep(n int) int {
	var pad [128]int
	pad[n%128] = n
	if n < 0 {
		return 0
	}
	return deep(n+1) + pad[(n+1)%128]
}
