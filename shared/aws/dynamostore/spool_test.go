package dynamostore

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func scratch(t *testing.T) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "spool")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// some makes an item that nobody has made, with every kind of attribute.
func some(chance *rand.Rand, kind string) item {
	it := keyOf(fmt.Sprint(kind, chance.IntN(50)), fmt.Sprint(chance.Int64()))
	it[attrRev], it[attrPacked] = num(chance.Int64()), &types.AttributeValueMemberB{Value: []byte(strings.Repeat("đ\x00", chance.IntN(200)))}
	it[attrBody] = str(strings.Repeat("y", chance.IntN(200)))
	return it
}

func TestASpoolSortsWhatDoesNotFitIntoMemory(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for _, most := range []int{1, 3000, 1 << 30} {
		s, want := newSpool(scratch(t), most), map[string][]item{}
		for range 400 {
			kind := shown[chance.IntN(len(shown))]
			it := some(chance, kind)
			want[kind] = append(want[kind], it)
			if err := s.add(kind, encode(it)); err != nil {
				t.Fatal(err)
			}
		}
		if runs := len(s.runs[recordPart]); (runs > 0) != (most < 1<<30) {
			t.Errorf("with %d bytes in memory %d runs were written", most, runs)
		}
		for range 2 { // a view is walked several times
			for kind, list := range want {
				slices.SortFunc(list, func(a, b item) int {
					return cmp.Or(cmp.Compare(getS(a, attrPart), getS(b, attrPart)), cmp.Compare(getS(a, attrSort), getS(b, attrSort)))
				})
				var got []item
				if err := s.each(kind, func(it item) error { got = append(got, it); return nil }); err != nil || !reflect.DeepEqual(got, list) {
					t.Errorf("with %d bytes in memory: %d items of %s, want %d in order (%v)", most, len(got), kind, len(list), err)
				}
			}
		}
	}
}

// TestASpoolHoldsLittle: sixty times what may be in memory passes through.
func TestASpoolHoldsLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 240 MB")
	}
	const most, items = 4 << 20, 60_000
	s := newSpool(scratch(t), most)
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, peak := held(), uint64(0)
	body := strings.Repeat("x", 4000)
	for n := range items {
		it := keyOf(fmt.Sprint(recordPart, n%1000), fmt.Sprint(n))
		it[attrBody] = str(body)
		if err := s.add(recordPart, encode(it)); err != nil {
			t.Fatal(err)
		}
		if n%5000 == 0 {
			peak = max(peak, held())
		}
	}
	seen := 0
	if err := s.each(recordPart, func(item) error {
		if seen++; seen%5000 == 0 {
			peak = max(peak, held())
		}
		return nil
	}); err != nil || seen != items {
		t.Errorf("%d items came back (%v)", seen, err)
	}
	if over := int64(peak) - int64(before); over > 4*most {
		t.Errorf("%d bytes were held, of which %d were allowed for", over, most)
	}
}

// TestATruncatedSpoolIsAnError and no end of it.
func TestATruncatedSpoolIsAnError(t *testing.T) {
	f := scratch(t)
	s := newSpool(f, 1)
	for n := range 3 {
		if err := s.add(recordPart, encode(keyOf(recordPart, fmt.Sprint(n)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(s.end - 1); err != nil {
		t.Fatal(err)
	}
	seen := 0
	if err := s.each(recordPart, func(item) error { seen++; return nil }); err == nil {
		t.Errorf("%d items and no error", seen)
	}
	if err := s.each(messagePart, func(item) error { return errors.New("none there") }); err != nil {
		t.Error(err)
	}
}

// TestAStateIsNoOrder: the same items in another order are the same state, any
// other value is another.
func TestAStateIsNoOrder(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	list := []item{some(chance, recordPart), some(chance, eventPart), some(chance, counterPart)}
	of := func(items ...item) (s state) {
		for _, it := range items {
			s.add(encode(it))
		}
		return s
	}
	first := of(list...)
	slices.Reverse(list)
	if of(list...) != first {
		t.Error("another order is another state")
	}
	changed := maps.Clone(list[0])
	changed[attrRev] = num(getN(changed, attrRev) + 1)
	if of(changed, list[1], list[2]) == first || of(list[0], list[1]) == first {
		t.Error("a change is not seen")
	}
}
