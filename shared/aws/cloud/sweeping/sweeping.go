// Package sweeping puts the function sweep together, which also takes
// operators' orders.
package sweeping

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"hoso/shared/access"
	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/parts"
	"hoso/shared/aws/cloud/services"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/dispatch"
	"hoso/shared/fault"
	"hoso/shared/people"
)

// quiet is how long a subject must not have changed before its run may count
// as lost.
const quiet = 10 * time.Minute

// Order is what an operator may ask of the sweep function, by invoking it
// with his own rights on AWS. No order: a sweep.
type Order struct {
	// Redrive drives every run again that is not alive.
	Redrive bool `json:"redrive,omitempty"`
	// Restored records that the table was restored to an earlier state, and then
	// drives every run again.
	Restored bool `json:"restored,omitempty"`
	// Dead says what to do with news that was given up: "list" gives the
	// reasons, "redrive" tries each again.
	Dead string `json:"dead,omitempty"`
	// Invite makes the first operator and gives a one-time secret.
	Invite *struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"invite,omitempty"`
}

// Sweep is the function that finds what an event forgot, and takes operators'
// orders.
func Sweep() cloud.Function {
	return cloud.Function{
		Name: "sweep", Settings: []string{cloud.Table, cloud.Demo, cloud.Inbox, cloud.Archive, cloud.MasterKey, cloud.Dead, cloud.Documents, cloud.Dossiers, cloud.Rounds},
		Build: func(ctx context.Context, h *cloud.Host) (lambda.Handler, error) {
			obj, err := h.Objects()
			if err != nil {
				return nil, err
			}
			runs, err := services.Runs(h)
			if err != nil {
				return nil, err
			}
			keys, err := h.Keys(ctx)
			if err != nil {
				return nil, err
			}
			if err := h.Clock.Begin(ctx, h.Setting(cloud.Demo)); err != nil {
				return nil, err
			}
			park, err := h.Parking(ctx)
			if err != nil {
				return nil, err
			}
			persons := access.Open(park.Desk, keys)
			with := parts.Of(h, park)
			with.Runs, with.Objects = runs, obj
			room := with.Sweep()
			letters := letters{services.DeadLetters(h), services.Pinned(obj, with.Intake().Register), services.CameBack(dispatch.Room{Desk: h.Desk()}.Return, h.Log)}
			return lambdahost.Func(func(ctx context.Context, payload []byte) ([]byte, error) {
				var o Order
				if err := json.Unmarshal(payload, &o); err != nil {
					return nil, fault.Wrap(fault.Invalid, "sweep", err)
				}
				if o.Invite != nil {
					return invite(ctx, persons, o.Invite.Name, o.Invite.Email, h.NewID())
				}
				if o.Dead != "" {
					return letters.order(ctx, o.Dead)
				}
				if o.Restored {
					r, erased, err := noteRestore(ctx, h.Desk(), h.ReadLog(), obj)
					if err != nil {
						return nil, err
					}
					h.Log.WarnContext(ctx, "restored", "size", r.Size, "lost", len(r.Lost), "erased", erased)
				}
				wait := quiet
				if o.Redrive || o.Restored {
					wait = 0
				}
				rep, err := room.Run(ctx, wait)
				if err != nil {
					return nil, err
				}
				// The template makes a metric of "unbalanced".
				h.Log.InfoContext(ctx, "swept", "registered", rep.Registered, "closed", rep.Closed, "redriven", rep.Redriven, "unbalanced", rep.Unbalanced, "collected", rep.Collected)
				return json.Marshal(rep)
			}), nil
		},
	}
}

// invite makes an operator and gives the secret of his invitation.
func invite(ctx context.Context, room access.Room, name, email, act string) ([]byte, error) {
	id, err := room.AddPerson(ctx, "cli/person/"+email, access.Operator(),
		access.Details{Name: name, Email: email, Roles: []people.Role{people.Operator}})
	if err != nil {
		return nil, err
	}
	secret, err := room.InviteLocally(ctx, "cli/invite/"+id+"/"+act, id)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{"secret": secret})
}
