package avepoint_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// A second platform whose clock the caller moves serves the past of the first:
// each overview as the first would have answered it then, and one directory.
func TestPlatform_pastOfAnother(t *testing.T) {
	t.Parallel()
	live := serve(t, avepoint.Options{Seed: 3})
	var at atomic.Pointer[time.Time]
	past := serve(t, avepoint.Options{Seed: 3, Start: start(), Now: func() time.Time { return *at.Load() }})
	names := live.Names()
	if diff := cmp.Diff(names, past.Names()); diff != "" {
		t.Fatal(diff)
	}
	for _, back := range []time.Duration{90, 71, 57, 34, 20, 3, 1, 0} {
		then := start().Add(-back * 24 * time.Hour)
		at.Store(&then)
		once := serve(t, avepoint.Options{Seed: 3, Start: start(), Now: func() time.Time { return then }})
		for _, n := range append(names[:24:24], names[100:110]...) {
			want, _ := live.State(n.ID, then)
			have, _ := past.State(n.ID, then)
			if diff := cmp.Diff(want, have); diff != "" {
				t.Fatalf("%s %d days back: %s", n.Organization, back, diff)
			}
			res, body := past.get(overviewPath(n.ID))
			_, other := once.get(overviewPath(n.ID))
			if body != other && want.Status == 0 {
				t.Errorf("%s %d days back: two answers: %s", n.Organization, back, cmp.Diff(other, body))
			}
			if wanted := max(want.Status, http.StatusOK); res.StatusCode != wanted {
				t.Errorf("%s %d days back: status %d, want %d", n.Organization, back, res.StatusCode, wanted)
			}
			if want.Status == 0 {
				comparePages(t, n, want.Rows, decode(t, body))
			}
		}
	}
}

// comparePages holds the first page of an overview against the rows of a state.
func comparePages(t *testing.T, n avepoint.Name, rows []avepoint.Row, page map[string]any) {
	t.Helper()
	data, _ := page["data"].([]any)
	if total := page["metadata"].(map[string]any)["totalCount"]; fmt.Sprint(total) != strconv.Itoa(len(rows)) {
		t.Errorf("%s: totalCount %v, want %d", n.Organization, total, len(rows))
	}
	for i, row := range data {
		got := row.(map[string]any)
		want := fmt.Sprintln(rows[i].Module, rows[i].Scanned, rows[i].Protected)
		if fmt.Sprintln(got["serviceModule"], got["totalScannedObjects"], got["totalProtectedObjects"]) != want {
			t.Errorf("%s: row %v, want %+v", n.Organization, got, rows[i])
		}
	}
}

// quarter is the coverage of a row on each of the ninety days before Start, in
// per mille rounded down; -1 where the row or the answer is missing.
func quarter(p *avepoint.Platform, organization, module string) []int64 {
	id, _ := p.ID(organization)
	days := make([]int64, 0, 91)
	for back := 90; back >= 0; back-- {
		s, _ := p.State(id, start().Add(-time.Duration(back)*24*time.Hour))
		value := int64(-1)
		for _, r := range s.Rows {
			if r.Module == module && s.Status == 0 && value < 0 {
				value = 1000 * min(r.Scanned, r.Protected) / max(1, r.Scanned)
			}
		}
		days = append(days, value)
	}
	return days
}

// The quarter before Start has in it what a chart is looked at for.
func TestStory_quarter(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	for what, test := range map[string]struct {
		organization, module string
		holds                func(days []int64) bool // oldest first, 90 is Start
	}{
		"an incident that was mended": {"Contoso Retail GmbH", "Exchange Online", func(d []int64) bool {
			return d[51] == 1000 && d[53] < 870 && d[56] == 1000
		}},
		"a slow onboarding, covered late": {"Fabrikam", "Exchange Online", func(d []int64) bool {
			return d[12] < 985 && d[30] < 1000 && d[80] >= 999
		}},
		"a leak that goes on": {"Fourth Coffee", "Exchange Online", func(d []int64) bool {
			return d[1] > 985 && d[30] < d[10] && d[60] < d[30] && d[90] < d[60]
		}},
		"a leak that was mended": {"Contoso Pharma AG", "SharePoint Online", func(d []int64) bool {
			return d[5] >= 990 && d[57] < 800 && d[62] == 1000
		}},
		"a hole": {"Tailspin Toys", "OneDrive", func(d []int64) bool {
			return d[31] >= 0 && d[34] < 0 && d[38] >= 0
		}},
		"a module that came later": {"Northwind Traders", "Teams Chat", func(d []int64) bool {
			return d[39] < 0 && d[41] >= 0 && d[90] >= 0
		}},
		"a customer that came later": {"Status GmbH", "OneDrive", func(d []int64) bool {
			return d[19] < 0 && d[90] == 1000
		}},
	} {
		if days := quarter(p, test.organization, test.module); !test.holds(days) {
			t.Errorf("%s: %v", what, days)
		}
	}
}

// Nobody has more protected than was ever scanned, and no count is negative,
// on any hour of the quarter and of any seed; what is at Start is what the
// scripts were written for.
func TestStory_countsHold(t *testing.T) {
	t.Parallel()
	for seed := range int64(3) {
		p := avepoint.New(avepoint.Options{Seed: seed, Start: start().AddDate(0, 0, int(seed))})
		for i, n := range p.Names() {
			for back := range 90 * 4 {
				s, _ := p.State(n.ID, start().Add(-time.Duration(back)*6*time.Hour))
				for _, r := range s.Rows {
					surplus := r.Protected > r.Scanned && r.Module != "Teams Chat" && i < 24
					if r.Scanned < 0 || r.Protected < 0 || surplus {
						t.Fatalf("seed %d, %s, %d h back: %+v", seed, n.Organization, back*6, r)
					}
				}
			}
		}
	}
}

// Changes of an ordinary week happen on working days.
func TestStory_weekends(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()}) // a Tuesday, 9:00
	changes := map[time.Weekday]int{}
	for _, n := range p.Names()[24:] {
		last := map[string]int64{}
		for back := 63 * 2; back >= 0; back-- {
			at := start().Add(-time.Duration(back) * 12 * time.Hour)
			s, _ := p.State(n.ID, at)
			for _, r := range s.Rows {
				key := r.TenantID + r.Module
				if was, ok := last[key]; ok && was != r.Scanned {
					changes[at.Add(-12*time.Hour).Weekday()]++
				}
				last[key] = r.Scanned
			}
		}
	}
	quiet, busy := changes[time.Saturday]+changes[time.Sunday], changes[time.Wednesday]+changes[time.Thursday]
	if quiet*4 > busy || quiet == 0 {
		t.Errorf("%d changes of the scan on two days of a weekend, %d on two working days", quiet, busy)
	}
}
