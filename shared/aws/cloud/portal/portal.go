// Package portal puts the portal together as a Lambda function.
package portal

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"hoso/shared/access"
	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/parts"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/web"
	"hoso/shared/wiring/pages"
)

// Web is the function that serves the portal.
func Web() cloud.Function {
	return cloud.Function{
		Name: "web", Settings: []string{cloud.Table, cloud.Demo, cloud.Inbox, cloud.Archive, cloud.MasterKey, cloud.Portal},
		Build: func(ctx context.Context, h *cloud.Host) (lambda.Handler, error) {
			if err := h.Clock.Begin(ctx, h.Setting(cloud.Demo)); err != nil {
				return nil, err
			}
			handler, err := portal(ctx, h)
			if err != nil {
				return nil, err
			}
			return lambda.NewHandler(func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
				return lambdahost.HTTP{Handler: handler}.Answer(ctx, e)
			}), nil
		},
	}
}

func portal(ctx context.Context, h *cloud.Host) (http.Handler, error) {
	obj, err := h.Objects()
	if err != nil {
		return nil, err
	}
	park, err := h.Parking(ctx)
	if err != nil {
		return nil, err
	}
	reader, err := h.Reader()
	if err != nil {
		return nil, err
	}
	keys, err := h.Keys(ctx)
	if err != nil {
		return nil, err
	}
	people := access.Open(park.Desk, keys)
	u, err := url.Parse(h.Setting(cloud.Portal))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "cloud.web", err)
	}
	if u.Scheme == "https" || u.Hostname() == "localhost" {
		if people.Passkeys, err = access.NewPasskeys(h.Setting(cloud.Portal), u.Hostname()); err != nil {
			return nil, err
		}
	}
	with := parts.Of(h, park)
	with.Objects = obj
	paper := &filing.Reader{Open: obj.Open, Spool: cloud.Spool, Reader: reader}
	rooms, err := pages.Rooms(with, h.Setting(cloud.Inbox), paper)
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Config{
		Access: people, Store: h.Store, Calendar: h.Cal, PublicURL: h.Setting(cloud.Portal), ObjectsURL: bucketsURL(h),
		Ready: func(ctx context.Context) error {
			_, err := h.Store.Counter(ctx, "ready")
			if fault.Is(err, fault.NotFound) {
				err = nil
			}
			return errors.Join(err, obj.Ready(ctx))
		},
		Log: h.Log, Now: h.Clock.Now, Wall: h.World.Now, NewID: h.NewID,
		Rooms: rooms, Assets: os.DirFS(h.Beside("assets")),
	})
	if err != nil {
		return nil, err
	}
	if !h.Clock.Demonstration() {
		return site, nil
	}
	return demonstration(h, site), nil
}

// bucketsURL is the object store as browsers reach it: presigned addresses
// name the bucket in the host, or in the path where an endpoint is given.
func bucketsURL(h *cloud.Host) string {
	if e := aws.ToString(h.AWS.BaseEndpoint); e != "" {
		return e
	}
	return "https://*.s3." + h.AWS.Region + "." + cloud.Domain(h.AWS.Region)
}

// demonstration puts the demonstration's clock beside the portal. What becomes
// due by it the function clock finds within the minute.
func demonstration(h *cloud.Host, site http.Handler) http.Handler {
	tell := func(w http.ResponseWriter, now time.Time) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"now": now.Format(time.RFC3339Nano)})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/clock", func(w http.ResponseWriter, r *http.Request) { tell(w, h.Clock.Now()) })
	mux.HandleFunc("POST /demo/clock", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Advance string `json:"advance"`
		}
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in)
		by, perr := time.ParseDuration(in.Advance)
		if err != nil || perr != nil {
			http.Error(w, "advance is no duration", http.StatusBadRequest)
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if key == "" || len(key) > 200 {
			key = h.NewID()
		}
		now, err := h.Clock.Advance(r.Context(), key, by)
		if err != nil {
			http.Error(w, fault.Public(err), http.StatusBadRequest)
			return
		}
		tell(w, now)
	})
	mux.Handle("/", site)
	return mux
}
