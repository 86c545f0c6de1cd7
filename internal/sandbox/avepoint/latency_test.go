package avepoint_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// timed serves a request in memory, so that a bubble's clock runs, and says
// how long it took.
func timed(p *avepoint.Platform, method, path, token, body string) (time.Duration, *httptest.ResponseRecorder) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", token)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	began := time.Now()
	p.Handler().ServeHTTP(w, r)
	return time.Since(began), w
}

func TestLatency_isThatOfTheVendor(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{0, 1, 0.1} {
		synctest.Test(t, func(t *testing.T) {
			o := avepoint.Options{Latency: true, LatencyScale: scale, Start: start(), Now: start}
			p := avepoint.New(o)
			factor := map[bool]float64{true: 1, false: scale}[scale == 0]
			_, w := timed(p, http.MethodPost, "/connect/token", "", secretForm().Encode())
			token, _ := decode(t, w.Body.String())["access_token"].(string)
			for _, test := range []struct {
				customer    string
				least, most time.Duration
			}{
				{"Fabrikam", 3600 * time.Millisecond, 5400 * time.Millisecond},
				{"Wide World Importers", 3600 * time.Millisecond, 5400 * time.Millisecond},
				{"Bellows College", 700 * time.Millisecond, 700 * time.Millisecond},
				{"Proseware", 700 * time.Millisecond, 700 * time.Millisecond},
				{"Humongous Insurance", 14400 * time.Millisecond, 21600 * time.Millisecond},
			} {
				id, _ := p.ID(test.customer)
				took, _ := timed(p, http.MethodGet, overviewPath(id), "Bearer "+token, "")
				scaled := time.Duration(float64(took) / factor).Round(time.Microsecond)
				if scaled < test.least || scaled > test.most {
					t.Errorf("%s took %v at scale %v", test.customer, took, scale)
				}
			}
		})
	}
}

func TestLatency_ofTheDirectory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := avepoint.New(avepoint.Options{Latency: true})
		_, w := timed(p, http.MethodPost, "/connect/token", "", secretForm().Encode())
		token, _ := decode(t, w.Body.String())["access_token"].(string)
		took, w := timed(p, http.MethodPost, general+"/batch", "Bearer "+token, "")
		if took != 1700*time.Millisecond || w.Code != http.StatusOK {
			t.Errorf("%d after %v, want 1.7 s", w.Code, took)
		}
	})
}

func TestLatency_ofTheStory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := avepoint.New(avepoint.Options{})
		id, _ := p.ID("Contoso Retail GmbH")
		_, w := timed(p, http.MethodPost, "/connect/token", "", secretForm().Encode())
		token, _ := decode(t, w.Body.String())["access_token"].(string)
		protected := func() string {
			_, w := timed(p, http.MethodGet, overviewPath(id), "Bearer "+token, "")
			_, text, _ := strings.Cut(w.Body.String(), `"totalProtectedObjects":`)
			return text[:4]
		}
		before := protected()
		time.Sleep(91 * time.Second)
		if after := protected(); before != "1247" || after != "1097" {
			t.Errorf("protected: %s, then %s; want the story to run by the clock", before, after)
		}
		time.Sleep(time.Hour)
		if _, w := timed(p, http.MethodGet, overviewPath(id), "Bearer "+token, ""); w.Code != http.StatusUnauthorized {
			t.Errorf("%d an hour later, want 401", w.Code)
		}
	})
}
