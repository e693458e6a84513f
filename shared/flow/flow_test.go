package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"hoso/shared/fault"
)

// TestAnswersOfOneStageNeverMix runs one stage many times at once: each caller
// keeps the answer to its own question.
func TestAnswersOfOneStageNeverMix(t *testing.T) {
	h := Of("echo", func(_ context.Context, in In) (Out, error) { return in.To("next"), nil })
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			var kept [][]byte
			for i := range 200 {
				out, name, cause := Invoke(context.Background(), h, fmt.Appendf(nil, `{"subject":"%d-%d","revision":%d}`, g, i, i))
				if name != "" {
					t.Errorf("%s: %s", name, cause)
				}
				kept = append(kept, out)
			}
			for i, out := range kept {
				var o Out
				if err := json.Unmarshal(out, &o); err != nil || o != (Out{Subject: fmt.Sprint(g, "-", i), Revision: i, From: "next"}) {
					t.Errorf("question %d-%d was answered %q, %v", g, i, out, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestErrorsLeaveByTheirName(t *testing.T) {
	h := Of("stage", func(context.Context, In) (Out, error) {
		return Out{}, &fault.Error{Kind: fault.Conflict, Op: "secret", Public: "bí mật"}
	})
	for payload, want := range map[string]string{`{"subject":"a"}`: "Conflict", `{}`: "Invalid", `{"subject":1}`: "Invalid", `{`: "Invalid"} {
		out, name, cause := Invoke(context.Background(), h, []byte(payload))
		if name != want || out != nil || strings.Contains(cause, "bí mật") {
			t.Errorf("%s gave %q %q %q, want %s", payload, out, name, cause, want)
		}
	}
}
