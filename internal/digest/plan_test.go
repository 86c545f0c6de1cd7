package digest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// F83: what is said after the program was down.
func TestSchedule_Missed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schedule, cursor, now string
		due                         string // "" is nothing
		late                        bool
		skipped                     int
	}{
		{name: "nothing is due", schedule: "daily 08:30", cursor: "2026-11-24T08:30:00+01:00", now: "2026-11-25T08:29:59+01:00"},
		{name: "on time", schedule: "daily 08:30", cursor: "2026-11-23T08:30:00+01:00", now: "2026-11-24T08:30:00+01:00", due: "2026-11-24T08:30:00+01:00"},
		{name: "a slow tick", schedule: "daily 08:30", cursor: "2026-11-23T08:30:00+01:00", now: "2026-11-24T08:35:00+01:00", due: "2026-11-24T08:30:00+01:00"},
		{name: "late", schedule: "daily 08:30", cursor: "2026-11-23T08:30:00+01:00", now: "2026-11-24T08:35:01+01:00", due: "2026-11-24T08:30:00+01:00", late: true},
		{name: "12 hours late", schedule: "daily 08:30", cursor: "2026-11-23T08:30:00+01:00", now: "2026-11-24T20:30:00+01:00", due: "2026-11-24T08:30:00+01:00", late: true},
		{name: "too late", schedule: "daily 08:30", cursor: "2026-11-23T08:30:00+01:00", now: "2026-11-24T20:30:01+01:00", skipped: 1},
		{name: "too late, several", schedule: "daily 08:30", cursor: "2026-11-20T08:30:00+01:00", now: "2026-11-24T22:00:00+01:00", skipped: 4},
		{name: "the next says so", schedule: "daily 08:30", cursor: "2026-11-20T08:30:00+01:00", now: "2026-11-25T08:30:01+01:00", due: "2026-11-25T08:30:00+01:00", skipped: 4},
		{name: "several, the newest late", schedule: "daily 08:30", cursor: "2026-11-20T08:30:00+01:00", now: "2026-11-24T09:12:00+01:00", due: "2026-11-24T08:30:00+01:00", late: true, skipped: 3},
		{name: "weekdays over a weekend", schedule: "weekdays 08:30", cursor: "2026-11-20T08:30:00+01:00", now: "2026-11-23T08:30:00+01:00", due: "2026-11-23T08:30:00+01:00"},
		{name: "weekdays, 12 hours", schedule: "weekdays 08:30", cursor: "2026-11-19T08:30:00+01:00", now: "2026-11-20T20:31:00+01:00", skipped: 1},
		{name: "a rule that says weekdays", schedule: "30 8 * * 1-5", cursor: "2026-11-19T08:30:00+01:00", now: "2026-11-20T20:31:00+01:00", skipped: 1},
		{name: "weekly, 3 days", schedule: "weekly mon 08:30", cursor: "2026-11-16T08:30:00+01:00", now: "2026-11-26T08:30:00+01:00", due: "2026-11-23T08:30:00+01:00", late: true},
		{name: "weekly, more", schedule: "weekly mon 08:30", cursor: "2026-11-16T08:30:00+01:00", now: "2026-11-26T08:30:01+01:00", skipped: 1},
		{name: "twice a week, 1 day", schedule: "weekly mon,thu 08:30", cursor: "2026-11-19T08:30:00+01:00", now: "2026-11-24T08:30:00+01:00", due: "2026-11-23T08:30:00+01:00", late: true},
		{name: "twice a week, more", schedule: "weekly mon,thu 08:30", cursor: "2026-11-19T08:30:00+01:00", now: "2026-11-24T08:30:01+01:00", skipped: 1},
		{name: "on neighbouring days, 12 hours", schedule: "weekly sat,sun 08:30", cursor: "2026-11-21T08:30:00+01:00", now: "2026-11-22T20:30:01+01:00", skipped: 1},
		{name: "monthly, 14 days", schedule: "monthly 1 08:30", cursor: "2026-10-01T08:30:00+02:00", now: "2026-11-15T08:30:00+01:00", due: "2026-11-01T08:30:00+01:00", late: true},
		{name: "monthly, more", schedule: "monthly 1 08:30", cursor: "2026-10-01T08:30:00+02:00", now: "2026-11-15T08:30:01+01:00", skipped: 1},
		{name: "once a year, 14 days", schedule: "@yearly", cursor: "2025-01-02T00:00:00+01:00", now: "2026-01-15T00:00:01+01:00", skipped: 1},
		{name: "a rule of two times, half way to the next", schedule: "0 8,20 * * *", cursor: "2026-11-24T08:00:00+01:00", now: "2026-11-25T02:00:00+01:00", due: "2026-11-24T20:00:00+01:00", late: true},
		{name: "a rule of two times, more", schedule: "0 8,20 * * *", cursor: "2026-11-24T08:00:00+01:00", now: "2026-11-25T02:00:01+01:00", skipped: 1},
		{name: "a rule under an hour", schedule: "0,45 8 * * *", cursor: "2026-11-23T08:45:00+01:00", now: "2026-11-24T08:44:59+01:00", due: "2026-11-24T08:00:00+01:00", late: true},
		{name: "every hour, half of it", schedule: "@every 1h", cursor: "2026-11-24T08:00:00+01:00", now: "2026-11-24T10:30:00+01:00", due: "2026-11-24T10:00:00+01:00", late: true, skipped: 1},
		{name: "every hour, more", schedule: "@every 1h", cursor: "2026-11-24T08:00:00+01:00", now: "2026-11-24T10:30:01+01:00", skipped: 2},
		{name: "every 59 minutes", schedule: "@every 59m", cursor: "2026-11-24T08:00:00Z", now: "2026-11-24T13:28:59Z", due: "2026-11-24T12:30:00Z", late: true, skipped: 4},
		{name: "every 5 seconds, on time", schedule: "@every 5s", cursor: "2026-11-24T08:00:00Z", now: "2026-11-24T08:00:07Z", due: "2026-11-24T08:00:05Z"},
		{name: "every 5 seconds, late", schedule: "@every 5s", cursor: "2026-11-24T08:00:00Z", now: "2026-11-24T08:00:08Z", due: "2026-11-24T08:00:05Z", late: true},
		{name: "every 5 seconds, several", schedule: "@every 5s", cursor: "2026-11-24T08:00:00Z", now: "2026-11-24T08:01:01Z", due: "2026-11-24T08:01:00Z", skipped: 11},
		{name: "every second is never late", schedule: "@every 1s", cursor: "2026-11-24T08:00:00Z", now: "2026-11-24T08:00:01.999Z", due: "2026-11-24T08:00:01Z"},
		{name: "cursor between slots", schedule: "@every 1h", cursor: "2026-11-24T08:20:00+01:00", now: "2026-11-24T10:00:00+01:00", due: "2026-11-24T10:00:00+01:00", skipped: 1},
		{name: "as many as are counted", schedule: "@every 5s", cursor: "2020-01-01T00:00:00Z", now: "2026-11-24T08:00:00Z", due: "2026-11-24T08:00:00Z", skipped: 1000},
		{name: "as many as are counted of a rule", schedule: "* * * * *", cursor: "2020-01-01T00:00:00Z", now: "2026-11-24T08:00:00Z", due: "2026-11-24T09:00:00+01:00", skipped: 1000},
		{name: "as many as are counted, too late", schedule: "daily 08:30", cursor: "2020-01-01T00:00:00Z", now: "2026-11-24T22:00:00Z", skipped: 1000},
		{name: "a skipped time, down over it", schedule: "daily 02:30", cursor: "2026-03-28T02:30:00+01:00", now: "2026-03-29T04:00:00+02:00", due: "2026-03-29T03:00:00+02:00", late: true},
		{name: "the second of two times", schedule: "daily 02:30", cursor: "2026-10-25T02:30:00+02:00", now: "2026-10-25T02:30:00+01:00"},
		{name: "cursor in the future", schedule: "daily 08:30", cursor: "2027-01-01T00:00:00+01:00", now: "2026-11-24T09:00:00+01:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			zone := zoneOf(t, "Europe/Berlin")
			slot, late, skipped := parsed(t, tt.schedule).Missed(instantOf(t, tt.cursor), instantOf(t, tt.now), zone)
			if tt.due == "" && !slot.None() || tt.due != "" && !slot.Planned.Equal(instantOf(t, tt.due)) {
				t.Errorf("due is %v, want %q", slot, tt.due)
			}
			if late != tt.late || skipped != tt.skipped {
				t.Errorf("late %v, skipped %d; want %v, %d", late, skipped, tt.late, tt.skipped)
			}
		})
	}
}

// F84: the clock is set, by much and by little, there and back.
func TestSchedule_Plan_clockSet(t *testing.T) {
	t.Parallel()
	const zone = "Europe/Berlin"
	said := "2026-11-24T08:30:00+01:00"
	tests := []struct {
		name, now string
		due, next string
		late      bool
		skipped   int
		cursor    string // where it is not the one passed in
	}{
		{name: "as it should be", now: "2026-11-24T10:00:00+01:00", next: "2026-11-25T08:30:00+01:00"},
		{name: "back by less than 5 minutes", now: "2026-11-24T08:25:00+01:00", next: "2026-11-25T08:30:00+01:00"},
		{name: "back by an hour", now: "2026-11-24T07:40:00+01:00", next: "2026-11-24T08:30:00+01:00", cursor: "2026-11-24T07:40:00+01:00"},
		{name: "back by a day", now: "2026-11-23T08:40:00+01:00", next: "2026-11-24T08:30:00+01:00", cursor: "2026-11-23T08:40:00+01:00"},
		{name: "back by a year", now: "2025-11-24T08:40:00+01:00", next: "2025-11-25T08:30:00+01:00", cursor: "2025-11-24T08:40:00+01:00"},
		{name: "forward by an hour", now: "2026-11-24T11:00:00+01:00", next: "2026-11-25T08:30:00+01:00"},
		{name: "forward by a day", now: "2026-11-25T10:00:00+01:00", next: "2026-11-26T08:30:00+01:00", due: "2026-11-25T08:30:00+01:00", late: true},
		{name: "forward by a year", now: "2027-11-24T10:00:00+01:00", next: "2027-11-25T08:30:00+01:00", due: "2027-11-24T08:30:00+01:00", late: true, skipped: 364},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cursor, now := instantOf(t, said), instantOf(t, tt.now)
			plan := parsed(t, "daily 08:30").Plan(cursor, now, zoneOf(t, zone))
			want := Plan{Late: tt.late, Skipped: tt.skipped, Cursor: cursor, Next: slotOf(t, tt.next)}
			if tt.due != "" {
				want.Due = slotOf(t, tt.due)
			}
			if tt.cursor != "" {
				want.Cursor, want.Ahead = now, cursor.Sub(now)
			}
			if diff := cmp.Diff(want, plan); diff != "" {
				t.Errorf("Plan (-want +got):\n%s", diff)
			}
		})
	}
}

func slotOf(t *testing.T, text string) Slot {
	t.Helper()
	planned := instantOf(t, text)
	return Slot{Planned: planned, Local: planned.Format(localForm)}
}

func TestJump(t *testing.T) {
	t.Parallel()
	before := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ wall, passed, want time.Duration }{
		{wall: time.Minute, passed: time.Minute},
		{wall: time.Minute + JumpLeast, passed: time.Minute},
		{wall: time.Minute - JumpLeast, passed: time.Minute},
		{wall: time.Minute + JumpLeast + 1, passed: time.Minute, want: JumpLeast + 1},
		{wall: -time.Hour, passed: time.Minute, want: -time.Hour - time.Minute},
		{wall: 8 * time.Hour, passed: time.Second, want: 8*time.Hour - time.Second},
		{wall: 366 * oneDay, passed: 0, want: 366 * oneDay},
		{wall: 10 * time.Minute, passed: 10 * time.Minute},
	} {
		if got := Jump(before, before.Add(tt.wall), tt.passed); got != tt.want {
			t.Errorf("the clock went by %v in %v: Jump = %v, want %v", tt.wall, tt.passed, got, tt.want)
		}
	}
	// The clock that nobody sets, which Go keeps beside the time, is not asked.
	start := time.Now()
	if got := Jump(start, start.Round(0).Add(time.Hour), 0); got != time.Hour {
		t.Errorf("Jump = %v, want an hour", got)
	}
}

var scheduleTexts = []string{
	"daily 02:30", "weekdays 08:30", "weekly mon,thu 00:00", "monthly last 23:59", "monthly 1 02:00", "0 8,20 * * *", "*/25 * * * *", "@every 5s", "@every 7h",
}

// However the clock is set and whenever the program is up: no slot is said
// twice, each said one is due and not too old, at most one is said at a time,
// and after the clock has come to rest the next slot is said in time.
func TestSchedule_Plan_property(t *testing.T) {
	t.Parallel()
	zones := everyClock(t)
	rapid.Check(t, func(t *rapid.T) {
		zone := zones[rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC"}).Draw(t, "zone")].zone
		s, err := ParseSchedule(rapid.SampledFrom(scheduleTexts).Draw(t, "schedule"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1_300_000_000, 1_800_000_000).Draw(t, "start"), 0)
		cursor, decided := now, map[int64]bool{} // decided is the unique key of the store
		steps := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 40 * time.Minute, 5 * time.Hour, 30 * time.Hour, 9 * oneDay, 370 * oneDay, -time.Minute, -time.Hour, -30 * time.Hour, -370 * oneDay})
		look := func() Plan {
			plan := s.Plan(cursor, now, zone)
			cursor = plan.Cursor
			if plan.Due.None() {
				return plan
			}
			switch {
			case plan.Due.Planned.After(now) || !plan.Due.Planned.After(cursor):
				t.Fatalf("at %v, after %v: %v is due", now, cursor, plan.Due)
			case now.Sub(plan.Due.Planned) > 14*oneDay:
				t.Fatalf("%v is said %v late", plan.Due, now.Sub(plan.Due.Planned))
			}
			decided[plan.Due.Planned.Unix()] = true
			cursor = plan.Due.Planned
			return plan
		}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			now = now.Add(steps.Draw(t, "step"))
			plan := look()
			if !plan.Next.Planned.After(now) {
				t.Fatalf("at %v the next is %v", now, plan.Next)
			}
			if again := look(); !again.Due.None() {
				t.Fatalf("at %v %v and then %v are due", now, plan.Due, again.Due)
			}
		}
		plan := look()
		now = plan.Next.Planned
		if last := look(); last.Due != plan.Next && !decided[now.Unix()] || last.Late {
			t.Fatalf("at its time %v is due, late %v, want %v", last.Due, last.Late, plan.Next)
		}
	})
}

// Missed finds what one finds by going from slot to slot.
func TestSchedule_Missed_asNext(t *testing.T) {
	t.Parallel()
	zones := everyClock(t)
	rapid.Check(t, func(t *rapid.T) {
		zone := zones[rapid.SampledFrom([]string{"Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe"}).Draw(t, "zone")].zone
		s, err := ParseSchedule(rapid.SampledFrom(scheduleTexts).Draw(t, "schedule"))
		if err != nil {
			t.Fatal(err)
		}
		cursor := time.Unix(rapid.Int64Range(0, 2_200_000_000).Draw(t, "cursor"), 0)
		steps := rapid.IntRange(0, 40).Draw(t, "slots")
		var newest Slot
		at := cursor
		for range steps {
			newest = s.Next(at, zone)
			at = newest.Planned
		}
		now := at.Add(time.Duration(rapid.Int64Range(0, int64(s.Next(at, zone).Planned.Sub(at))-1).Draw(t, "then")))
		due, _, skipped := s.Missed(cursor, now, zone)
		want := steps
		if !due.None() {
			want--
			if due != newest {
				t.Fatalf("due is %v, want %v", due, newest)
			}
		}
		if skipped != want {
			t.Fatalf("skipped %d, want %d", skipped, want)
		}
	})
}
