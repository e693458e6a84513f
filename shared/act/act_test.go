package act_test

import (
	"testing"

	"hoso/shared/act"
)

func TestARequestConfirmsNoGuessWithoutTheKey(t *testing.T) {
	t.Parallel()
	asked := []any{"withdraw", "p1", "d1", "Ốm nặng"}
	one, same, other := act.Desk{Blind: []byte("one")}, act.Desk{Blind: []byte("one")}, act.Desk{Blind: []byte("other")}
	if one.Request(asked) != same.Request(asked) {
		t.Error("a repeat is not known again")
	}
	if one.Request(asked) == other.Request(asked) || one.Request(asked) == act.Digest(asked) {
		t.Error("what was asked can be guessed from what is kept")
	}
	if one.Request(asked) == one.Request([]any{"withdraw", "p1", "d1", "Khác"}) {
		t.Error("another request looks like the same")
	}
}

func TestATextIsFoundOnTheChainThatKeepsIt(t *testing.T) {
	t.Parallel()
	for ref, want := range map[act.TextRef][3]string{
		"act.1/ab":                          {"dossier/1", "act.1", "ab"},
		act.TextRef("g/ab").On("round/r-1"): {"round/r-1", "g", "ab"},
		act.TextRef("g/ab").On("round/r-1").On("round/r-2"): {"round/r-1", "g", "ab"},
	} {
		chain, group, c, ok := ref.Split("dossier/1")
		if got := [3]string{chain, group, string(c)}; !ok || got != want {
			t.Errorf("%s: %v, want %v", ref, got, want)
		}
	}
	if ref := act.TextRef("").On("round/r"); ref != "" {
		t.Errorf("no text became %q", ref)
	}
	if _, _, _, ok := act.TextRef("").Split("c"); ok {
		t.Error("no text is found somewhere")
	}
}
