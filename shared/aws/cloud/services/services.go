// Package services puts dispatch and clock together as Lambda
// functions, and what others share with them.
package services

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	smithytime "github.com/aws/smithy-go/time"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/parts"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/aws/sesmail"
	"hoso/shared/aws/sfnrun"
	"hoso/shared/aws/sqsdead"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/parking"
	"hoso/shared/translog/auditors"
	"hoso/shared/wiring"
)

// Runs opens the state machines.
func Runs(h *cloud.Host) (*sfnrun.Runs, error) {
	return sfnrun.New(sfn.NewFromConfig(h.AWS), map[string]string{
		flow.Document: h.Setting(cloud.Documents), flow.Dossier: h.Setting(cloud.Dossiers), flow.Round: h.Setting(cloud.Rounds),
	})
}

// transport hands mails over to SES, or, in a demonstration, whose people do
// not exist, keeps them in the archive bucket.
func transport(h *cloud.Host, obj *objects.Store) mail.Transport {
	set := h.Setting(cloud.MailSet)
	if h.Clock.Demonstration() {
		return kept{obj, h.Clock.Now}
	}
	return sesmail.Transport{Client: sesv2.NewFromConfig(h.AWS), Set: set, Now: h.World.Now}
}

// kept is a mail transport into a bucket.
type kept struct {
	obj *objects.Store
	now func() time.Time
}

// Outbox is where a demonstration's mails lie in the archive bucket.
const Outbox = "outbox/"

// Send keeps the mail under its notice's id; a second one of that id is the
// same mail and changes nothing.
func (k kept) Send(ctx context.Context, m mail.Message) error {
	raw, err := m.Bytes(k.now())
	if err != nil {
		return err
	}
	id, sum := sha256.Sum256([]byte(m.ID)), sha256.Sum256(raw)
	_, err = k.obj.PutArchive(ctx, Outbox+hex.EncodeToString(id[:16])+".eml", "message/rfc822", int64(len(raw)), hex.EncodeToString(sum[:]), bytes.NewReader(raw))
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// Dispatch is the function that delivers the outbox and registers uploads.
func Dispatch() cloud.Function {
	return cloud.Function{
		Name: "dispatch", Settings: []string{cloud.Table, cloud.Demo, cloud.Inbox, cloud.Archive, cloud.MasterKey, cloud.LogKey, cloud.Portal, cloud.Sender, cloud.SenderAs, cloud.MailSet, cloud.Dead, cloud.Documents, cloud.Dossiers, cloud.Rounds},
		Build: func(ctx context.Context, h *cloud.Host) (lambda.Handler, error) {
			obj, err := h.Objects()
			if err != nil {
				return nil, err
			}
			keys, err := h.Keys(ctx)
			if err != nil {
				return nil, err
			}
			runs, err := Runs(h)
			if err != nil {
				return nil, err
			}
			log, public, err := h.SignLog(ctx, auditors.Mails)
			if err != nil {
				return nil, err
			}
			log.Publish = cloud.Publisher(obj, public)
			park, err := h.Parking(ctx)
			if err != nil {
				return nil, err
			}
			with := parts.Of(h, park)
			with.Runs, with.Objects = runs, obj
			room := with.Dispatch(wiring.Mails{
				Transport: transport(h, obj), Portal: h.Setting(cloud.Portal), Keeper: keys,
				Sender: mail.Sender{Name: h.Setting(cloud.SenderAs), Email: h.Setting(cloud.Sender)},
			}, log)
			return dispatcher{
				h: h, inbox: obj.Inbox(), set: h.Setting(cloud.MailSet), pass: room.Pass, returned: CameBack(room.Return, h.Log), dead: DeadLetters(h), register: Pinned(obj, with.Intake().Register),
				bell: dynamostore.Bell{Store: h.Store, Name: "outbox", Who: h.NewID(), Lease: BellLease, Now: h.World.Now, Wait: smithytime.SleepWithContext},
			}, nil
		},
	}
}

// BellLease is after how long without a word a dispatcher counts as dead, and
// another takes over. endBefore is how long before its end it takes up no
// more, stopBefore how long before it what is not done yet is left to the next.
const (
	BellLease  = time.Minute
	endBefore  = 20 * time.Second
	stopBefore = 5 * time.Second
)

// dispatcher answers what wakes the function.
type dispatcher struct {
	h        *cloud.Host
	inbox    string
	set      string // configuration set that mails are sent by
	returned func(context.Context, lambdahost.Returned) error
	pass     func(context.Context) (int, error)
	register func(context.Context, intake.Stored) (bool, error)
	dead     sqsdead.Queue
	bell     dynamostore.Bell
}

// Invoke takes in the news of a queue's event and delivers the outbox on every
// other. Only messages of the queue that failed come again.
func (d dispatcher) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	news, err := lambdahost.ReadNews(payload)
	if err != nil {
		return nil, err
	}
	failed := d.take(ctx, news)
	if news.Outbox {
		if _, err := d.bell.Ring(ctx, d.deliver); err != nil {
			return nil, err
		}
	}
	return lambdahost.Failed(failed)
}

// deliver makes passes until nothing is due or the function's time ends; the
// next minute's event takes up the rest. The template makes a metric of what
// it says of that.
func (d dispatcher) deliver(ctx context.Context) error {
	end, limited := ctx.Deadline()
	if limited {
		var done context.CancelFunc
		ctx, done = context.WithDeadline(ctx, end.Add(-stopBefore))
		defer done()
	}
	for {
		if limited && end.Sub(d.h.World.Now()) < endBefore {
			d.h.Log.InfoContext(ctx, "outbox", "left", 1)
			return nil
		}
		n, err := d.pass(ctx)
		if ctx.Err() != nil {
			d.h.Log.InfoContext(ctx, "outbox", "left", 1)
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			d.h.Log.InfoContext(ctx, "outbox", "left", 0)
			return nil
		}
	}
}

// Clock is the function that looks at what is due, each minute.
func Clock() cloud.Function {
	return cloud.Function{
		Name: "clock", Settings: []string{cloud.Table, cloud.Demo, cloud.MasterKey, cloud.LogKey},
		Build: func(ctx context.Context, h *cloud.Host) (lambda.Handler, error) {
			log, _, err := h.SignLog(ctx, auditors.Mails)
			if err != nil {
				return nil, err
			}
			park, err := h.Parking(ctx)
			if err != nil {
				return nil, err
			}
			tick := ticker(h, park)
			return lambdahost.Func(func(ctx context.Context, _ []byte) ([]byte, error) {
				if err := tick(ctx); err != nil {
					return nil, err
				}
				if _, err := log.Checkpoint(ctx, false); err != nil && !fault.Is(err, fault.NotFound) {
					h.Log.WarnContext(ctx, "log: no checkpoint", "error", err.Error())
				}
				return []byte("{}"), nil
			}), nil
		},
	}
}

// ticker looks at everything that is due. A row that fails is logged and
// looked at again in the next minute.
func ticker(h *cloud.Host, park parking.Desk) func(context.Context) error {
	room := parts.Of(h, park).Clock()
	return func(ctx context.Context) error {
		for {
			n, err := room.Tick(ctx)
			if err != nil || n < 200 {
				return err
			}
		}
	}
}
