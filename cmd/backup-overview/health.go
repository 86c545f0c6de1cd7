package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// listen opens HTTP_ADDR. Its error is a sentence for the operator.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("HTTP_ADDR %s is taken by another process; stop that process or set HTTP_ADDR to another address", addr)
	case err != nil:
		return nil, fmt.Errorf("HTTP_ADDR %s cannot be opened: %w", addr, err)
	}
	return ln, nil
}

// healthHandler answers /livez (the process runs), /readyz (it can do its work
// now) and /metrics. problems names each reason why it cannot, warnings what is
// wrong beside that, in words that hold no name and no id: whoever reaches the
// port may read them.
func healthHandler(version string, problems, warnings func(context.Context) []string, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusOK, health{Status: "live", Version: version})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		h := health{Status: "ready", Problems: problems(r.Context()), Warnings: warnings(r.Context()), Version: version}
		code := http.StatusOK
		if len(h.Problems) > 0 {
			h.Status, code = "not ready", http.StatusServiceUnavailable
		}
		writeHealth(w, code, h)
	})
	mux.Handle("GET /metrics", metrics)
	return http.MaxBytesHandler(mux, 1<<10)
}

type health struct {
	Status   string   `json:"status"`
	Problems []string `json:"problems,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Version  string   `json:"version"`
}

func writeHealth(w http.ResponseWriter, code int, h health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(h) // the asker has gone: nobody is left to tell
}

// serveHTTP serves handler on ln until ctx ends, then lets requests in flight
// finish for a second. It owns ln.
func serveHTTP(ctx context.Context, ln net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			_ = server.Close()
		}
	})()
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP_ADDR: %w", err)
	}
	<-stopped
	return nil
}
