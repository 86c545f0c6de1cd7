package watch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

func TestClassify_good(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	got := classify("C-1", wholeOverview(), nil, at)
	want := store.Reading{CustomerID: "C-1", At: at, Kind: store.Good, Rows: []coverage.Row{
		{Tenant: "t-1", Module: "Exchange Online", Count: coverage.Count{Scanned: 300, Protected: 1 << 53}},
		{Module: "OneDrive"},
	}}
	body, err := Decode(got.Body)
	got.Body = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(body.Other) != 1 || !body.FetchedAt.IsZero() {
		t.Errorf("body %v, %v", body, err)
	}
}

func TestClassify_nothingElseCarriesRows(t *testing.T) {
	t.Parallel()
	other := wholeOverview()
	other.Modules = nil
	for name, test := range map[string]struct {
		o    avepoint.Overview
		err  error
		kind store.Kind
	}{
		"empty":             {avepoint.Overview{CustomerID: "C-1"}, nil, store.Empty},
		"another service":   {other, nil, store.Empty},
		"error beside rows": {wholeOverview(), errors.New("half"), store.Failed},
	} {
		got := classify("C-1", test.o, test.err, time.Now())
		if got.Kind != test.kind || got.Rows != nil || got.Body != nil {
			t.Errorf("%s: %+v", name, got)
		}
		if (got.Class != "") != (test.kind == store.Failed) {
			t.Errorf("%s: class %q", name, got.Class)
		}
	}
}

func TestFailure_classes(t *testing.T) {
	t.Parallel()
	for kind, want := range map[error]struct {
		class    string
		troubled bool
	}{
		avepoint.ErrForbidden:     {"forbidden", false},
		avepoint.ErrNotFound:      {"not_found", false},
		avepoint.ErrRateLimited:   {"rate_limited", true},
		avepoint.ErrBusy:          {"busy", true},
		avepoint.ErrUnavailable:   {"unavailable", true},
		avepoint.ErrUnreadable:    {"unreadable", false},
		avepoint.ErrPartial:       {"partial", false},
		avepoint.ErrCredentials:   {"credentials", false},
		avepoint.ErrOtherCustomer: {"other_customer", false},
		avepoint.ErrTooLarge:      {"too_large", false},
		errPanicked:               {"unreadable", false},
		context.DeadlineExceeded:  {"unreadable", false},
	} {
		err := fmt.Errorf("overview of customer C-1: %w", &avepoint.Error{Kind: kind, Path: "/x"})
		gotKind, class := failure(err)
		wantKind := store.Failed
		if want.class == "partial" {
			wantKind = store.Partial
		}
		if gotKind != wantKind || class != want.class || troubled(class) != want.troubled {
			t.Errorf("%v: %v %q troubled %v", kind, gotKind, class, troubled(class))
		}
	}
}
