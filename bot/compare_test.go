package bot

import (
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

func TestRecalled_compare(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 14, 3, 0, 0, time.UTC)
	reading := func(at time.Time, exchange, teams int64) avepoint.Overview {
		return avepoint.Overview{FetchedAt: at, Modules: []avepoint.Module{
			{Name: "Exchange Online", Tenant: "t", Scanned: 100, Protected: exchange},
			{Name: "Teams", Tenant: "t", Scanned: 100, Protected: teams},
		}}
	}
	turned := reading(now, 90, 100)
	turned.Modules[0], turned.Modules[1] = turned.Modules[1], turned.Modules[0]
	elsewhere := reading(now, 90, 100)
	elsewhere.Modules[0].Tenant = "u"
	read, day := now.Add(-time.Hour), int64(7)
	for name, c := range map[string]struct {
		read      time.Time         // of the store's last reading
		last      avepoint.Overview // in memory
		shown     avepoint.Overview
		unchanged bool
		changed   bool
	}{
		"the store's own":            {read, reading(read, 90, 100), reading(read, 90, 100), true, true},
		"its time is in whole ms":    {read, reading(read, 90, 100), reading(read.Add(900*time.Microsecond), 90, 100), true, true},
		"a new one that says so too": {read, reading(read, 90, 100), reading(now, 90, 100), true, true},
		"in another order":           {read, reading(read, 90, 100), turned, true, true},
		"the gap moved":              {read, reading(read, 100, 90), reading(now, 90, 100), false, true},
		"to another tenant":          {read, reading(read, 90, 100), elsewhere, false, true},
		"the store has a newer one":  {now, reading(read, 90, 100), reading(read, 90, 100), false, true},
		"nothing to compare with":    {read, avepoint.Overview{}, reading(now, 90, 100), false, true},
		"an old one":                 {now.Add(-7 * time.Hour), reading(now.Add(-7*time.Hour), 90, 100), reading(now.Add(-7*time.Hour), 90, 100), false, false},
		"nothing is known":           {time.Time{}, reading(now, 90, 100), reading(now, 90, 100), false, false},
	} {
		known := recalled{
			last: avepoint.Answer{Overview: c.last}, read: len(c.last.Modules) > 0,
			standing: store.Standing{Read: c.read, Since: read.AddDate(0, 0, -12), DayGap: &day, Scanned: 200, Kept: 190, Gap: 10},
		}
		view := formatting.OverviewView{Now: now}
		known.compare(&view, c.shown)
		if !view.UnchangedSince.IsZero() != c.unchanged {
			t.Errorf("%s: unchanged since %v", name, view.UnchangedSince)
		}
		if (view.Change != nil) != c.changed || c.changed && *view.Change != 3 {
			t.Errorf("%s: change %v", name, view.Change)
		}
	}
}
