// Package fault gives every error of the product one of a few kinds.
//
// A kind is wire format: it is the name a state machine's Retry and Catch
// match, the code an API client sees, and what a log counts. Kinds are only
// ever added. The package imports nothing but the standard library and every
// other package may import it.
package fault

import (
	"context"
	"errors"
)

// Kind says what the caller can do about an error.
type Kind string

const (
	// Invalid: the input itself is wrong; the same input fails again.
	Invalid Kind = "Invalid"
	// NotFound: no such thing, or not for this person: the two look alike on purpose.
	NotFound Kind = "NotFound"
	// Conflict: somebody else changed the thing meanwhile; read again and retry.
	Conflict Kind = "Conflict"
	// Denied: the person is known and may not do this.
	Denied Kind = "Denied"
	// SignIn: nobody is signed in, or the session has ended.
	SignIn Kind = "SignIn"
	// OverQuota: no place, or not enough of a counted thing, is free.
	OverQuota Kind = "OverQuota"
	// Gone: the thing was there and no longer acts (expired link, stale revision).
	Gone Kind = "Gone"
	// Limited: too many requests; try again later.
	Limited Kind = "Limited"
	// Unreadable: a document cannot be read; another copy of it may be.
	Unreadable Kind = "Unreadable"
	// Transient: a part the product depends on did not answer; the same call may work later.
	Transient Kind = "Transient"
	// Unfinished: a long piece of work was done in part and kept; the same call goes on with it.
	Unfinished Kind = "Unfinished"
	// Internal: a defect, or a state that should not exist.
	Internal Kind = "Internal"
)

// Kinds lists every kind, in order of definition.
func Kinds() []Kind {
	return []Kind{Invalid, NotFound, Conflict, Denied, SignIn, OverQuota, Gone, Limited, Unreadable, Transient, Unfinished, Internal}
}

// Error is an error with a kind. Public may be shown to people; Err may not.
type Error struct {
	Kind   Kind
	Op     string // stage or act that failed, such as "intake" or "store.commit"
	Code   string // stable detail for programs, such as "file-not-pdf"; may be empty
	Public string // one Vietnamese sentence: what is wrong and what to do
	Err    error
}

// Error is for logs: operation, kind and cause, never the public sentence.
func (e *Error) Error() string {
	s := e.Op + ": " + string(e.Kind)
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a kind with a sentence for people.
func New(kind Kind, op, public string) *Error {
	return &Error{Kind: kind, Op: op, Public: public}
}

// Wrap gives err a kind; nil stays nil. A kind that err already carries is
// replaced: the outermost kind is the one that counts.
func Wrap(kind Kind, op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Op: op, Err: err, Public: Public(err), Code: CodeOf(err)}
}

// KindOf gives the kind of the outermost Error in err's chain. A deadline or
// a cancellation is Transient; any other error is Internal; nil is "".
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Transient
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// CodeOf gives the first code in err's chain, or "".
func CodeOf(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Code != "" {
			return e.Code
		}
		err = e.Err
	}
	return ""
}

// Public gives the first sentence for people in err's chain, or "" if there
// is none: the edge that shows errors has its own words for that.
func Public(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Public != "" {
			return e.Public
		}
		err = e.Err
	}
	return ""
}
