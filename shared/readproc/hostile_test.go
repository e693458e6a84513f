package readproc_test

import (
	"context"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/readproc"
	"hoso/shared/sandbox"
)

// TestHostileFilesEndWithAReason reads every hostile file in a process with
// the ordinary limits. None may make the process crash or run into its time
// or memory: the reader's own bounds come first.
func TestHostileFilesEndWithAReason(t *testing.T) {
	r := reader(t, readproc.Settings{})
	for _, c := range pdftest.Hostile() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			in, err := sandbox.Spool(c.Data)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			got, err := r.Read(context.Background(), in)
			code := fault.CodeOf(err)
			t.Logf("%d bytes: %q %v", len(c.Data), code, got.Problems)
			switch {
			case err != nil && !fault.Is(err, fault.Unreadable):
				t.Errorf("not the document's fault: %v", err)
			case err != nil && fault.Public(err) == "":
				t.Errorf("no sentence for %s", code)
			case len(code) > 5 && code[:5] == "read-":
				t.Errorf("ended by the walls, not by the reader: %s (%v)", code, err)
			case c.Want != "" && code != c.Want:
				t.Errorf("refused with %q, want %q", code, c.Want)
			}
		})
	}
}
