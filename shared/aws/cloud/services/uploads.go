package services

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/aws/sqsdead"
	"hoso/shared/dispatch"
	"hoso/shared/fault"
	"hoso/shared/intake"
	"hoso/shared/objects"
)

// LastTry is the try after which news is given up. The template's queue gives
// up after as many, without a reason.
const LastTry = 5

// DeadLetters is where news goes that was given up.
func DeadLetters(h *cloud.Host) sqsdead.Queue {
	return sqsdead.Queue{Client: sqs.NewFromConfig(h.AWS), URL: h.Setting(cloud.Dead)}
}

// Pinned registers the first version of an object whose news names none: what
// is stored under its key later is another object.
func Pinned(obj *objects.Store, register func(context.Context, intake.Stored) (bool, error)) func(context.Context, intake.Stored) (bool, error) {
	return func(ctx context.Context, s intake.Stored) (bool, error) {
		if s.Version == "" && s.Bucket == obj.Inbox() {
			versions, err := obj.LatestVersions(ctx, s.Bucket, s.Key)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return false, err
			}
			if len(versions) == 0 {
				return false, nil // gone, or never there
			}
			first := versions[len(versions)-1]
			s.Version, s.Size = first.Version, first.Size
		}
		return register(ctx, s)
	}
}

// take registers the objects and records the mails that the news is about, and
// gives the messages
// that are to come again. What is foreign is passed over; what fails for good
// is put aside with the reason. The template makes a metric of each.
func (d dispatcher) take(ctx context.Context, news lambdahost.News) (failed []string) {
	for _, why := range news.Foreign {
		d.passOver(ctx, why)
	}
	for id, m := range news.Returned {
		if m.Set != d.set {
			d.passOver(ctx, "another configuration set")
			continue
		}
		if err := d.returned(ctx, m); err != nil && !d.settled(ctx, m.Body, m.Tries, err) {
			failed = append(failed, id)
		}
	}
	for id, o := range news.Stored {
		if o.Bucket != d.inbox {
			d.passOver(ctx, "another bucket")
			continue
		}
		if _, _, _, ours := objects.ParseUploadKey(o.Key); !ours {
			d.passOver(ctx, "unknown key")
			continue
		}
		first, err := d.register(ctx, intake.Stored{Bucket: o.Bucket, Key: o.Key, Version: o.Version, Size: o.Size})
		switch {
		case err == nil && !first:
			// Known before, or a paper of a round, which its page takes in.
			d.h.Log.InfoContext(ctx, "upload: nothing waits for it")
		case err == nil:
		case !d.settled(ctx, o.Body, o.Tries, err):
			failed = append(failed, id)
		}
	}
	return failed
}

// settled reports whether a message that failed is not to come again: it was
// put aside after its last try.
func (d dispatcher) settled(ctx context.Context, body string, tries int, why error) bool {
	if tries >= LastTry && d.giveUp(ctx, body, tries, why) {
		return true
	}
	d.h.Log.WarnContext(ctx, "news: not taken in", "try", tries, "reason", Reason(why))
	return false
}

func (d dispatcher) passOver(ctx context.Context, why string) {
	d.h.Log.WarnContext(ctx, "news: passed over", "reason", why)
}

// giveUp puts a message aside with the reason. If that fails as well, SQS will.
func (d dispatcher) giveUp(ctx context.Context, body string, tries int, why error) bool {
	err := d.dead.Put(ctx, sqsdead.Letter{Body: body, Reason: Reason(why), Tries: tries})
	if err != nil {
		d.h.Log.WarnContext(ctx, "news: not put aside", "reason", Reason(err))
		return false
	}
	d.h.Log.ErrorContext(ctx, "news: given up", "try", tries, "reason", Reason(why))
	return true
}

// CameBack records that mails came back, for each address that they were for.
func CameBack(returned func(context.Context, dispatch.Returned) (bool, error), log *slog.Logger) func(context.Context, lambdahost.Returned) error {
	return func(ctx context.Context, m lambdahost.Returned) error {
		var failed error
		for _, to := range m.Addresses {
			known, err := returned(ctx, dispatch.Returned{
				ID: m.ID, Email: to, Notice: m.Headers["x-hoso-message"], Template: m.Headers["x-hoso-purpose"],
				Dossier: m.Headers["x-hoso-dossier"], Round: m.Headers["x-hoso-round"],
			})
			switch {
			case fault.Is(err, fault.Invalid) || err == nil && !known:
				log.WarnContext(ctx, "mail: came back from an address that nobody has")
			case err != nil:
				failed = errors.Join(failed, err)
			default:
				log.WarnContext(ctx, "mail: came back", "template", m.Headers["x-hoso-purpose"])
			}
		}
		return failed
	}
}

// Reason names an error by its kind and place, without content.
func Reason(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return string(fault.KindOf(err))
	}
	return string(f.Kind) + ": " + f.Op
}
