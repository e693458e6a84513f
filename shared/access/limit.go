package access

import (
	"sync"
	"time"
)

// Rate allows Burst uses at once and as many again in every Per.
type Rate struct {
	Burst int
	Per   time.Duration
}

// Rates are the limits of the product (threats.md, section 5).
type Rates struct {
	MailPerAccount  Rate // sign-in codes mailed to one address
	MailPerOrigin   Rate // sign-in codes asked for from one network address
	TriesPerOrigin  Rate // codes and secrets typed from one network address
	WrongLinks      Rate // unknown links opened from one network address
	CallsPerSession Rate // API calls of one session or token
	Uploads         Rate // uploads asked for by one unit
	Exports         Rate // lists and packages taken by one person
	Views           Rate // looks at dossiers by one person, before it is told (threats.md T59)
}

// DefaultRates are the limits to start from.
func DefaultRates() Rates {
	return Rates{
		MailPerAccount:  Rate{5, time.Hour},
		MailPerOrigin:   Rate{20, time.Hour},
		TriesPerOrigin:  Rate{100, time.Hour},
		WrongLinks:      Rate{30, time.Minute},
		CallsPerSession: Rate{20, time.Second},
		Uploads:         Rate{240, time.Hour},
		Exports:         Rate{10, time.Hour},
		Views:           Rate{200, 10 * time.Minute},
	}
}

// maxTracked bounds the memory of a Limiter; beyond it the entries that are
// free again are dropped, and then the oldest.
const maxTracked = 50_000

// Limiter holds rates by the generic cell rate algorithm: for each key the
// instant at which it would be idle again. It lives in memory: with several
// processes each has its own, which only ever allows that many times more.
type Limiter struct {
	mu   sync.Mutex
	now  func() time.Time
	idle map[string]time.Time
}

// NewLimiter makes a limiter on a clock.
func NewLimiter(now func() time.Time) *Limiter {
	return &Limiter{now: now, idle: map[string]time.Time{}}
}

// Spend is one use of a limit.
type Spend struct {
	Rate Rate
	Key  string
}

// Take uses every limit once, or none of them: if one is exhausted it gives
// the longest time to wait for. A zero Rate never limits.
func (l *Limiter) Take(spends ...Spend) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	next := make([]time.Time, len(spends))
	for i, s := range spends {
		if s.Rate.Burst <= 0 || s.Rate.Per <= 0 {
			continue
		}
		step := s.Rate.Per / time.Duration(s.Rate.Burst)
		at := l.idle[s.Key]
		if at.Before(now) {
			at = now
		}
		next[i] = at.Add(step)
		if over := next[i].Sub(now.Add(s.Rate.Per)); over > wait {
			wait = over
		}
	}
	if wait > 0 {
		return wait, false
	}
	for i, s := range spends {
		if !next[i].IsZero() {
			l.idle[s.Key] = next[i]
		}
	}
	l.trim(now)
	return 0, true
}

// trim keeps the table bounded.
func (l *Limiter) trim(now time.Time) {
	if len(l.idle) <= maxTracked {
		return
	}
	for k, at := range l.idle {
		if !at.After(now) {
			delete(l.idle, k)
		}
	}
	for k := range l.idle {
		if len(l.idle) <= maxTracked/2 {
			return
		}
		delete(l.idle, k)
	}
}
