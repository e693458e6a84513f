package house

import (
	"context"
	"errors"
	"net/url"
	"time"

	"hoso/shared/access"
	"hoso/shared/onebox/meter"
	"hoso/shared/pictures"
	"hoso/shared/web"
	"hoso/shared/web/assets"
)

// buildPortal puts the pages on the rooms.
func (h *House) buildPortal() error {
	people := access.Open(h.Desk, h.Keys)
	if u, err := url.Parse(h.cfg.PublicURL); err == nil && secureContext(u) {
		if people.Passkeys, err = access.NewPasskeys(h.cfg.PublicURL, u.Hostname()); err != nil {
			return err
		}
	}
	behind := h.rooms.behind
	if h.cfg.Pictures != nil {
		behind.Pages = &web.Pages{Room: pictures.New(h.cfg.Pictures, &lately{}), Spool: spool}
	}
	figures, err := meter.New()
	if err != nil {
		return err
	}
	handler, err := web.New(web.Config{
		Access: people, Store: h.Desk.Store, Calendar: h.Cal, PublicURL: h.cfg.PublicURL, ObjectsURL: h.S3URL(),
		Ready: h.ready, Log: h.Log, Metrics: figures, Now: h.Clock.Now, Wall: time.Now, NewID: newID,
		Rooms: behind, Assets: assets.Files,
	})
	h.portal = handler
	return err
}

// secureContext says whether browsers give this address what needs one:
// hashing, __Host- cookies, passkeys.
func secureContext(u *url.URL) bool {
	return u.Scheme == "https" || u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
}

// ready says whether the parts the portal depends on answer.
func (h *House) ready(ctx context.Context) error {
	return errors.Join(h.Store.Healthy(), h.gateway.Failed(), h.Objects.Ready(ctx))
}
