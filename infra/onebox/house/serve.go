package house

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"hoso/shared/fault"
	"hoso/shared/web/frame"
)

// Serve serves the portal until ctx ends. ready is called once portal and
// object store answer, with their addresses as browsers reach them.
func (h *House) Serve(ctx context.Context, ready func(portal, s3 string)) error {
	server := &http.Server{Handler: h.handler(), TLSConfig: h.tls}
	frame.Harden(server)
	ended := make(chan error, 1)
	go func() {
		if h.tls != nil {
			ended <- server.ServeTLS(h.listener, "", "")
			return
		}
		ended <- server.Serve(h.listener)
	}()
	ready(h.cfg.PublicURL, h.S3URL())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// listen takes the portal's address early: its public address must be known
// before the object store is told whose pages may use it.
func (h *House) listen(ctx context.Context) error {
	var err error
	if h.tls, err = loadTLS(h.cfg.TLSCert, h.cfg.TLSKey); err != nil {
		return err
	}
	if h.cfg.Listen == "" { // a command on the folder: nothing is served
		if h.cfg.PublicURL == "" {
			h.cfg.PublicURL = "http://localhost"
		}
		return nil
	}
	if h.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", h.cfg.Listen); err != nil {
		return &fault.Error{Kind: fault.Invalid, Op: "house.listen", Err: err, Public: "Không mở được địa chỉ " + h.cfg.Listen + "; có thể một chương trình khác đang dùng."}
	}
	if h.cfg.PublicURL == "" {
		scheme := "http://"
		if h.tls != nil {
			scheme = "https://"
		}
		h.cfg.PublicURL = scheme + h.listener.Addr().String()
	}
	return nil
}

// handler is the portal, with the demonstration's clock where there is one.
func (h *House) handler() http.Handler {
	if !h.Clock.Demo {
		return h.portal
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/clock", func(w http.ResponseWriter, r *http.Request) { h.tell(w, h.Clock.Now()) })
	mux.HandleFunc("POST /demo/clock", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Advance string `json:"advance"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in); err != nil {
			http.Error(w, "advance is missing", http.StatusBadRequest)
			return
		}
		by, err := time.ParseDuration(in.Advance)
		if err != nil {
			http.Error(w, "advance is no duration", http.StatusBadRequest)
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if key == "" || len(key) > 200 {
			key = newID()
		}
		now, err := h.advance(r.Context(), key, by)
		if err != nil {
			http.Error(w, fault.Public(err), http.StatusBadRequest)
			return
		}
		h.tell(w, now)
	})
	mux.Handle("/", h.portal)
	return mux
}

func (h *House) tell(w http.ResponseWriter, now time.Time) {
	w.Header().Set("Content-Type", "application/json")
	body, err := json.Marshal(map[string]string{"now": now.Format(time.RFC3339Nano)})
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(body) // a client that went away is not our error
}
