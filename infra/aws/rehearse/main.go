// Command rehearse deploys the very template to a stand-in for AWS on this
// machine and plays the demonstration through it: the functions as they are
// built, the flows, the table, the buckets, the HTTP API. What the stack then
// holds is compared with what the one-machine edition holds after the same
// play; what each function asked of AWS with what its role allows; and every
// condition that the store states is taken out once, to see it missed.
//
//	-troubles   instead, make one request in ten of every function fail, and lose
//	            news of uploads and runs on the way: the outcome must be the same
//	-thorough   both, one after the other, and nothing that a role allows may be
//	            left unused by both
//	-seed N     chooses which requests fail
//	-built      the functions are built already
//	-keep       go on serving until interrupted
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	var o options
	thorough := flag.Bool("thorough", false, "play twice: as it should be, and through troubles")
	flag.BoolVar(&o.keep, "keep", false, "keep serving after the play")
	flag.BoolVar(&o.play, "play", true, "play the demonstration")
	flag.BoolVar(&o.built, "built", false, "functions are built already")
	flag.BoolVar(&o.troubles, "troubles", false, "let requests fail and news be lost")
	flag.Uint64Var(&o.seed, "seed", 1, "chooses which requests fail")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := rehearsals(ctx, o, *thorough); err != nil {
		slog.Error("rehearse", "error", err.Error())
		os.Exit(1)
	}
}

type options struct {
	keep, play, built, troubles bool
	seed                        uint64
	one                         string // data folder of the play on one machine
}

// rehearsals rehearses once, or twice. What the one-machine edition holds is
// the same for both.
func rehearsals(ctx context.Context, o options, thorough bool) error {
	dir, err := os.MkdirTemp("", "hoso-rehearse-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o.one = filepath.Join(dir, "data")
	left, err := rehearse(ctx, o)
	if err != nil || !thorough {
		return err
	}
	o.built, o.troubles = true, !o.troubles
	again, err := rehearse(ctx, o)
	if err != nil {
		return err
	}
	for l := range left {
		if !again[l] {
			delete(left, l)
		}
	}
	return unneeded(left)
}

func rehearse(ctx context.Context, o options) (left map[string]bool, err error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	s := &stage{root: root}
	end, err := s.start(ctx, o.seed)
	if err != nil {
		return nil, err
	}
	defer end()
	front, portal, err := listen()
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := s.deploy(ctx, portal, o.built); err != nil {
		return nil, err
	}
	say("deployed in %.1f s: %s", time.Since(begun).Seconds(), portal)
	go serve(front, s.portal())
	back, mails, err := listen()
	if err != nil {
		return nil, err
	}
	box, err := s.mailbox()
	if err != nil {
		return nil, err
	}
	go serve(back, box)
	left, err = s.perform(ctx, o, portal, mails)
	if err != nil {
		s.complaints(context.WithoutCancel(ctx))
	}
	if o.keep {
		if err != nil {
			say("%v", err)
		}
		say("serving at %s, mails at %s (Ctrl-C ends)", portal, mails)
		<-ctx.Done()
	}
	return left, err
}

// perform plays, and looks at what came of it. It gives the rights that were
// not used.
func (s *stage) perform(ctx context.Context, o options, portal, mails string) (map[string]bool, error) {
	if !o.play {
		return nil, nil
	}
	play := s.played
	if o.troubles {
		play = s.troubled
	}
	if err := play(ctx, portal, mails); err != nil {
		return nil, err
	}
	one := make(chan error, 1)
	go func() { one <- s.oneMachine(ctx, o.one) }()
	err := s.audit(ctx)
	if !o.troubles {
		err = errors.Join(err, s.minutes(ctx), s.smoke(ctx), s.badNews(ctx), s.spoiled(ctx))
	}
	if err := errors.Join(err, <-one); err != nil {
		return nil, err
	}
	if err := s.compare(ctx, o.one, o.troubles); err != nil {
		return nil, err
	}
	if err := s.cameBack(ctx); err != nil {
		return nil, err
	}
	left, err := s.rights(ctx)
	if err != nil || o.troubles {
		return left, err
	}
	return left, s.conditionsCount(ctx)
}
