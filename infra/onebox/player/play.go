package player

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Options say where the play takes place.
type Options struct {
	Server string  // root address of the portal
	Box    Mailbox // every mail the server sends
	// Secret is the one-time secret by which the operator comes in, as the
	// command line printed it; "": the operator is invited by mail.
	Secret        string
	OperatorEmail string
	Out           io.Writer // progress and the table at the end
}

// Play is one performance.
type Play struct {
	Options
	clock  Clock
	mail   *Reader
	cast   map[string]*Person // by key
	order  []string           // keys in order of appearance
	units  map[string]string  // unit id by name
	day    time.Time          // the server's day when the round opened
	round  string
	files  map[string]*dossierFile // by key of the case
	wrong  []string
	played int // steps of the script that were played
}

// dossierFile is what the play knows of a dossier on the way.
type dossierFile struct {
	Case
	ID      string
	Receipt string
	Token   string // of the unit's program
	State   string // as the unit's page last called it
}

// New prepares a performance.
func New(o Options) *Play {
	o.Server = strings.TrimRight(o.Server, "/")
	if o.Out == nil {
		o.Out = io.Discard
	}
	return &Play{Options: o, clock: Clock{Root: o.Server}, mail: &Reader{Box: o.Box}, cast: map[string]*Person{}, units: map[string]string{}, files: map[string]*dossierFile{}}
}

// step is one line of the script.
type step struct {
	mark Mark // if others may want to look around after it
	says string
	do   func(*Play, context.Context) error
}

// ErrWrong: the play went to its end, and something was not as it should be.
var ErrWrong = errors.New("kết quả không như mong đợi")

// Run plays what is left of the script. It ends at the first step that fails;
// what a check finds wrong is noted and the play goes on.
func (p *Play) Run(ctx context.Context) error { return p.RunTo(ctx, "") }

// RunTo plays on up to and including the step with a mark.
func (p *Play) RunTo(ctx context.Context, mark Mark) error {
	script := script()
	for p.played < len(script) {
		s := script[p.played]
		start, wrong := time.Now(), len(p.wrong)
		p.played++
		err := s.do(p, ctx)
		sign := "✓"
		if err != nil || len(p.wrong) > wrong {
			sign = "✗"
		}
		p.printf("[%2d/%d] %s %s (%s)\n", p.played, len(script), sign, s.says, seconds(time.Since(start)))
		if err != nil {
			return fmt.Errorf("bước %d (%s): %w", p.played, s.says, err)
		}
		if mark != "" && s.mark == mark {
			return nil
		}
	}
	if len(p.wrong) > 0 {
		return fmt.Errorf("%w: %s", ErrWrong, strings.Join(p.wrong, "; "))
	}
	return nil
}

func seconds(d time.Duration) string {
	return strings.ReplaceAll(fmt.Sprintf("%.1f giây", d.Seconds()), ".", ",")
}

func (p *Play) printf(format string, a ...any) { fmt.Fprintf(p.Out, format, a...) }

// note says something about the step that is going on.
func (p *Play) note(format string, a ...any) { p.printf("        "+format+"\n", a...) }

// check notes what is not as it should be.
func (p *Play) check(ok bool, format string, a ...any) {
	if !ok {
		w := fmt.Sprintf(format, a...)
		p.wrong = append(p.wrong, w)
		p.note("SAI: %s", w)
	}
}

// who gives a person of the cast.
func (p *Play) who(key string) *Person { return p.cast[key] }

// later moves the demonstration's clock.
func (p *Play) later(ctx context.Context, by time.Duration) error {
	now, err := p.clock.Advance(ctx, by)
	if err == nil {
		p.note("đồng hồ trình diễn: %s", now.In(vietnam()).Format("15:04 02/01/2006"))
	}
	return err
}

func vietnam() *time.Location { return time.FixedZone("+07", 7*3600) }
