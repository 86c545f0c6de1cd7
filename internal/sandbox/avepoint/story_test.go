package avepoint_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// moment reads one row of a customer at a time since Start.
func moment(t *testing.T, p *avepoint.Platform, organization, module string, at time.Duration) [2]int64 {
	t.Helper()
	id, ok := p.ID(organization)
	if !ok {
		t.Fatalf("no customer %q", organization)
	}
	s, _ := p.State(id, start().Add(at))
	for _, r := range s.Rows {
		if r.Module == module {
			return [2]int64{r.Scanned, r.Protected}
		}
	}
	t.Fatalf("%s has no %s", organization, module)
	return [2]int64{}
}

func TestStory_incidentsWhileOneWatches(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	for _, test := range []struct {
		organization, module string
		at                   time.Duration
		want                 [2]int64
	}{
		{"Contoso Retail GmbH", "Exchange Online", 89 * time.Second, [2]int64{1250, 1247}},
		{"Contoso Retail GmbH", "Exchange Online", 90 * time.Second, [2]int64{1250, 1097}},
		{"Contoso Retail GmbH", "Exchange Online", 4 * time.Minute, [2]int64{1250, 1075}},
		{"Contoso Retail GmbH", "Exchange Online", 7 * time.Minute, [2]int64{1250, 1135}},
		{"Contoso Retail GmbH", "Exchange Online", 10 * time.Minute, [2]int64{1250, 1247}},
		{"Contoso Retail GmbH", "Microsoft 365 Group", 10 * time.Minute, [2]int64{77, 70}},
		{"Fabrikam", "Exchange Online", 2 * time.Minute, [2]int64{1200, 1200}},
		{"Fabrikam", "Exchange Online", 3 * time.Minute, [2]int64{12, 12}},
		{"Fabrikam", "Exchange Online", 13 * time.Minute, [2]int64{1200, 1200}},
		{"Contoso Logistics", "SharePoint Online", 0, [2]int64{420, 388}},
		{"Contoso Logistics", "SharePoint Online", 6 * time.Minute, [2]int64{420, 420}},
		{"Contoso Energy", "Teams", 8 * time.Minute, [2]int64{64, 0}},
	} {
		if got := moment(t, p, test.organization, test.module, test.at); got != test.want {
			t.Errorf("%s, %s at %v: %v, want %v", test.organization, test.module, test.at, got, test.want)
		}
	}
}

func TestStory_past(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	missing := func(organization, module string, at time.Duration) int64 {
		m := moment(t, p, organization, module, at)
		return m[0] - m[1]
	}
	const day = 24 * time.Hour
	for _, test := range []struct {
		organization, module string
		at                   time.Duration
		want                 int64
	}{
		{"Contoso Retail GmbH", "Microsoft 365 Group", -19 * time.Hour, 7},
		{"Contoso Retail GmbH", "Microsoft 365 Group", -21 * time.Hour, 4},
		{"Fabrikam", "OneDrive", -13 * time.Hour, 2},
		{"Northwind Traders", "Exchange Online", -8 * time.Hour, 0},
		{"Northwind Traders", "Exchange Online", -10 * time.Hour, 14},
		{"Contoso Logistics", "SharePoint Online", -day, 32},
	} {
		if got := missing(test.organization, test.module, test.at); got != test.want {
			t.Errorf("%s, %s at %v: %d missing, want %d", test.organization, test.module, test.at, got, test.want)
		}
	}
	id, _ := p.ID("Tailspin Toys")
	for at, want := range map[time.Duration]int{-17 * time.Hour: 0, -15 * time.Hour: 503, 0: 503, 6 * time.Minute: 0} {
		if s, _ := p.State(id, start().Add(at)); s.Status != want {
			t.Errorf("Tailspin Toys at %v: %d, want %d", at, s.Status, want)
		}
	}
}

// The same story must be told wherever its origin is put, and in whatever
// order it is asked for.
func TestStory_isAFunctionOfTimeSinceStart(t *testing.T) {
	t.Parallel()
	later := start().AddDate(0, 0, 21)
	one, other := avepoint.New(avepoint.Options{Start: start()}), avepoint.New(avepoint.Options{Start: later})
	for _, at := range []time.Duration{90 * time.Hour, -2000 * time.Hour, 0, 90 * time.Hour} {
		for _, n := range one.Names() {
			a, _ := one.State(n.ID, start().Add(at))
			b, _ := other.State(n.ID, later.Add(at))
			for i := range a.Rows {
				a.Rows[i].LastRun, b.Rows[i].LastRun = time.Time{}, time.Time{} // jobs run by the clock, weeks by the calendar
			}
			if diff := cmp.Diff(a, b); diff != "" {
				t.Fatalf("%s at %v:\n%s", n.Organization, at, diff)
			}
		}
	}
}

// Over sixty days the fleet lives: people come and are protected within a
// day, some leave, incidents begin and end, and nobody's counts run away.
func TestStory_ordinaryLife(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	var all life
	for _, n := range p.Names()[24:] {
		begin, _ := p.State(n.ID, start())
		lives := make([]life, len(begin.Rows))
		for at := -30 * 24 * time.Hour; at <= 30*24*time.Hour; at += 4 * time.Hour {
			s, _ := p.State(n.ID, start().Add(at))
			all.failed += min(s.Status, 1)
			for i, r := range s.Rows {
				lives[i].see(r)
			}
		}
		for i, l := range lives {
			l.judge(t, n, begin.Rows[i])
			all.add(l)
		}
	}
	for what, got := range map[string]int{
		"arrivals": all.grew, "departures": all.shrank, "waits for a first backup": all.waits,
		"losses": all.losses, "failed answers": all.failed,
	} {
		if got < 8 {
			t.Errorf("%d %s in sixty days", got, what)
		}
	}
}

// life is what has been seen of a row, four hours apart.
type life struct {
	last                                avepoint.Row
	seen                                bool
	grew, shrank, waits, losses, failed int
	openSteps, longest                  int
	smallest, largest                   int64
}

func (l *life) see(r avepoint.Row) {
	missing := r.Scanned - r.Protected
	if l.seen {
		grew, fell := r.Scanned > l.last.Scanned, r.Protected < l.last.Protected
		l.grew += one(grew)
		l.shrank += one(r.Scanned < l.last.Scanned)
		l.waits += one(grew && missing > l.last.Scanned-l.last.Protected)
		l.losses += one(fell && r.Scanned == l.last.Scanned)
	} else {
		l.smallest = r.Scanned
	}
	l.openSteps++
	if missing <= 0 {
		l.openSteps = 0
	}
	l.longest = max(l.longest, l.openSteps)
	l.smallest, l.largest = min(l.smallest, r.Scanned, r.Protected), max(l.largest, r.Scanned)
	l.last, l.seen = r, true
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (l *life) add(o life) {
	l.grew, l.shrank, l.waits, l.losses = l.grew+o.grew, l.shrank+o.shrank, l.waits+o.waits, l.losses+o.losses
}

// judge checks one row, given as it stands at Start.
func (l *life) judge(t *testing.T, n avepoint.Name, begin avepoint.Row) {
	t.Helper()
	if l.smallest < 0 {
		t.Errorf("%s, %s: a count of %d", n.Organization, begin.Module, l.smallest)
	}
	if l.largest > 2*begin.Scanned+20 {
		t.Errorf("%s, %s: %d objects, %d at Start", n.Organization, begin.Module, l.largest, begin.Scanned)
	}
	// An incident lasts 48 h at most; newcomers may be waiting as it ends.
	if complete := begin.Protected >= begin.Scanned; complete && l.longest > 72/4 {
		t.Errorf("%s, %s: complete at Start, yet lacking for %d h", n.Organization, begin.Module, 4*l.longest)
	}
}

// A newcomer is first scanned, then protected, hours later.
func TestStory_protectionFollowsScan(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	id, _ := p.ID("Tailwind Traders")
	waited, longest := time.Duration(0), time.Duration(0)
	for at := time.Duration(0); at < 14*24*time.Hour; at += 30 * time.Minute {
		s, _ := p.State(id, start().Add(at))
		if s.Rows[0].Scanned == s.Rows[0].Protected {
			waited = 0
		} else {
			waited += 30 * time.Minute
		}
		longest = max(longest, waited)
		if s.Rows[0].Protected > s.Rows[0].Scanned {
			t.Fatalf("at %v: protected before it was scanned", at)
		}
	}
	if longest < 4*time.Hour {
		t.Errorf("nobody waited longer than %v", longest)
	}
}
