package watch

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

func TestGoodSweep(t *testing.T) {
	t.Parallel()
	ended := time.Now()
	for _, test := range []struct {
		sweep store.Sweep
		want  bool
	}{
		{store.Sweep{Ended: ended, Good: 100}, true},
		{store.Sweep{Good: 100}, false},
		{store.Sweep{Ended: ended}, true},
		{store.Sweep{Ended: ended, Good: 80, Failed: 20}, false},
		{store.Sweep{Ended: ended, Good: 60, Empty: 21, Failed: 20}, true},
		{store.Sweep{Ended: ended, Failed: 1}, false},
	} {
		if got := goodSweep(test.sweep); got != test.want {
			t.Errorf("%+v: %v", test.sweep, got)
		}
	}
}

func TestPing_errorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "/5c1d-secret?key=hidden"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "secret", http.StatusInternalServerError)
	}))
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	round := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secret, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(round.Close)
	for _, url := range []string{server.URL, away.URL, round.URL, "http://[::1"} {
		err := newPing(url+secret, nil).send(t.Context())
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
