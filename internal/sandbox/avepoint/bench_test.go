package avepoint_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// A replay of ninety days asks for hundreds of thousands of these.
func BenchmarkPlatform_State(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start()})
	names := p.Names()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.State(names[i%len(names)].ID, start().Add(time.Duration(i)*time.Minute))
	}
}

func BenchmarkPlatform_Names_hundredThousand(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start(), Customers: 100_000})
	for b.Loop() {
		p.Names()
	}
}

// served asks a platform's handler without a socket, one path after the other.
func served(b *testing.B, p *avepoint.Platform, method, body string, path func(i int) string) {
	b.Helper()
	b.Cleanup(p.Close)
	handler := p.Handler()
	form := httptest.NewRequest(http.MethodPost, "/connect/token", strings.NewReader(secretForm().Encode()))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	handler.ServeHTTP(httptest.NewRecorder(), form)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := httptest.NewRequest(method, path(i), strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+p.Tokens()[0])
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError || w.Code == http.StatusUnauthorized {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkPlatform_overview(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start(), Now: start})
	names := p.Names()[24:]
	served(b, p, http.MethodGet, "", func(i int) string { return overviewPath(names[i%len(names)].ID) })
}

func BenchmarkPlatform_directoryPage(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start(), Now: start, Customers: 100_000})
	served(b, p, http.MethodPost, "{}", func(i int) string {
		return general + "/batch?pageSize=100&pageIndex=" + strconv.Itoa(1+i%1000)
	})
}
