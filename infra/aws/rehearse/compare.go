package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hoso/infra/aws/likeness"
	"hoso/infra/onebox/house"
	"hoso/shared/aws/cloud/services"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
)

// oneMachine plays the same on the one-machine edition, on a new data folder,
// unless that was done before.
func (s *stage) oneMachine(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.root, "bin/hoso"), "demo", "--exit", "--data", dir)
	cmd.Env = append(os.Environ(), "HOSO_LISTEN=127.0.0.1:0")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the play on one machine: %w\n%s", err, said.Bytes())
	}
	return nil
}

// compare holds what both editions say against each other. driven: runs were
// driven again on the way, which is said as well.
func (s *stage) compare(ctx context.Context, dir string, driven bool) error {
	here, err := folder(ctx, dir)
	if err != nil {
		return fmt.Errorf("one machine: %w", err)
	}
	there, err := s.image(ctx)
	if err != nil {
		return fmt.Errorf("the stack: %w", err)
	}
	if driven {
		here, there = here.Undriven(), there.Undriven()
	}
	if d := likeness.Differences(here, there, 20); len(d) > 0 {
		return fmt.Errorf("one machine (here) and the stack (there) differ:\n%s", strings.Join(d, "\n"))
	}
	say("one machine and the stack hold the same: %v", there.Size())
	return nil
}

// folder takes the image of a data folder.
func folder(ctx context.Context, dir string) (im likeness.Image, err error) {
	r, err := sqlitestore.OpenReader(ctx, filepath.Join(dir, "hoso.db"))
	if err != nil {
		return im, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	disk := s3gateway.Disk{Dir: dir}
	w := likeness.World{Store: r, Data: house.Archive, Inbox: house.Inbox, Read: func(_ context.Context, bucket, key, version string) ([]byte, error) {
		f, err := disk.Open(bucket, key, version)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		return io.ReadAll(f)
	}}
	mails, err := filepath.Glob(filepath.Join(dir, "outbox", "*.eml"))
	if err != nil {
		return im, err
	}
	for _, m := range mails {
		raw, err := os.ReadFile(m)
		if err != nil {
			return im, err
		}
		w.Mails = append(w.Mails, raw)
	}
	return likeness.Take(ctx, w)
}

// image takes the image of the stack.
func (s *stage) image(ctx context.Context) (im likeness.Image, err error) {
	table, err := s.table(s.standIn)
	if err != nil {
		return im, err
	}
	obj, err := s.objects()
	if err != nil {
		return im, err
	}
	read := func(ctx context.Context, bucket, key, version string) ([]byte, error) {
		r, _, err := obj.Open(ctx, objects.Ref{Bucket: bucket, Key: key, Version: version})
		if err != nil {
			return nil, err
		}
		defer func() { _ = r.Close() }()
		return io.ReadAll(r)
	}
	w := likeness.World{Store: table, Data: obj.Data(), Inbox: obj.Inbox(), Read: read}
	err = obj.Walk(ctx, obj.Archive(), services.Outbox, func(i objects.Info) error {
		raw, err := read(ctx, i.Bucket, i.Key, i.Version)
		w.Mails = append(w.Mails, raw)
		return err
	})
	if err != nil {
		return im, err
	}
	return likeness.Take(ctx, w)
}
