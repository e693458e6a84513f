package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hoso/infra/reader/embedded"
	"hoso/shared/pictures"
)

// TestMain lets the test's binary be the command itself, and its reader.
func TestMain(m *testing.M) {
	if os.Getenv("HOSO_TEST_COMMAND") == "1" || len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		os.Exit(process())
	}
	if status, isReader := embedded.Main(); isReader {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// command runs hoso in a process of its own.
func command(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(append(os.Environ(), "HOSO_TEST_COMMAND=1", "HOSO_LISTEN=127.0.0.1:0", "DEMO_EXIT=1"), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestDemonstrationPlaysToItsEnd plays a whole round over the public
// interfaces, once as it is and once with lists that lag five seconds behind.
func TestDemonstrationPlaysToItsEnd(t *testing.T) {
	for name, env := range map[string][]string{"as it is": nil, "lists lag five seconds": {"HOSO_INDEX_LAG=5s"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			out, err := command(t, env, "demo", "--data", data)
			if err != nil || !strings.Contains(out, "Mọi thứ đều khớp.") {
				t.Fatalf("demo: %v\n%s", err, out)
			}
			copied := filepath.Join(t.TempDir(), "copy")
			if out, err := command(t, nil, "backup", "--data", data, "-o", copied); err != nil {
				t.Fatalf("backup: %v\n%s", err, out)
			}
			if out, err := command(t, nil, "drill", copied); err != nil {
				t.Fatalf("drill: %v\n%s", err, out)
			}
			if out, err := command(t, nil, "restore", copied, "--data", data); err == nil {
				t.Fatalf("restore over data was not refused:\n%s", out)
			}
			if out, err := command(t, nil, "rebuild", "--data", data); err != nil {
				t.Fatalf("rebuild: %v\n%s", err, out)
			}
		})
	}
}

func TestWrongUseSaysWhatToDo(t *testing.T) {
	for _, args := range [][]string{{}, {"serve"}, {"nonsense"}, {"verify"}, {"campaign", "show", "no-such-campaign"}} {
		out, err := command(t, nil, args...)
		if err == nil || strings.TrimSpace(out) == "" || strings.Contains(out, "panic") {
			t.Errorf("hoso %v: %v, says %q", args, err, out)
		}
	}
}
