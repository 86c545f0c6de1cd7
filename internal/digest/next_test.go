package digest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// instantOf is a moment as RFC 3339 writes it.
func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// zoneOf is a zone of the database that comes with Go.
func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	clock, ok := everyClock(t)[name]
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return clock.zone
}

// The clocks of the world at their strangest: what is skipped is due right
// after, what comes twice is due once, the first time.
func TestSchedule_Next_strangeClocks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, zone, schedule, after string
		want                        []string // what is due, with the local time that was meant where it is another
	}{
		{
			name: "02:30 is skipped", zone: "Europe/Berlin", schedule: "daily 02:30", after: "2026-03-28T00:00:00+01:00",
			want: []string{"2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00 for 2026-03-29 02:30", "2026-03-30T02:30:00+02:00"},
		},
		{
			name: "02:00 is the first that is skipped", zone: "Europe/Berlin", schedule: "daily 02:00", after: "2026-03-29T00:00:00+01:00",
			want: []string{"2026-03-29T03:00:00+02:00 for 2026-03-29 02:00", "2026-03-30T02:00:00+02:00"},
		},
		{
			name: "02:30 comes twice", zone: "Europe/Berlin", schedule: "daily 02:30", after: "2026-10-24T12:00:00+02:00",
			want: []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		},
		{
			name: "between the two", zone: "Europe/Berlin", schedule: "daily 02:30", after: "2026-10-25T02:15:00+01:00",
			want: []string{"2026-10-26T02:30:00+01:00"},
		},
		{
			name: "02:30 is skipped", zone: "America/New_York", schedule: "daily 02:30", after: "2026-03-07T12:00:00-05:00",
			want: []string{"2026-03-08T03:00:00-04:00 for 2026-03-08 02:30", "2026-03-09T02:30:00-04:00"},
		},
		{
			name: "01:30 comes twice", zone: "America/New_York", schedule: "daily 01:30", after: "2026-10-31T12:00:00-04:00",
			want: []string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"},
		},
		{
			name: "midnight is skipped", zone: "America/Sao_Paulo", schedule: "daily 00:00", after: "2018-11-03T00:00:00-03:00",
			want: []string{"2018-11-04T01:00:00-02:00 for 2018-11-04 00:00", "2018-11-05T00:00:00-02:00"},
		},
		{
			name: "midnight is shown once although the hour before comes twice", zone: "America/Sao_Paulo", schedule: "daily 00:00", after: "2018-02-17T00:00:00-02:00",
			want: []string{"2018-02-18T00:00:00-03:00", "2018-02-19T00:00:00-03:00"},
		},
		{
			name: "the hour before midnight comes twice", zone: "America/Sao_Paulo", schedule: "daily 23:30", after: "2018-02-17T00:00:00-02:00",
			want: []string{"2018-02-17T23:30:00-02:00", "2018-02-18T23:30:00-03:00"},
		},
		{
			name: "half an hour is skipped", zone: "Australia/Lord_Howe", schedule: "daily 02:15", after: "2026-10-03T00:00:00+10:30",
			want: []string{"2026-10-03T02:15:00+10:30", "2026-10-04T02:30:00+11:00 for 2026-10-04 02:15", "2026-10-05T02:15:00+11:00"},
		},
		{
			name: "half an hour comes twice", zone: "Australia/Lord_Howe", schedule: "daily 01:45", after: "2026-04-04T12:00:00+11:00",
			want: []string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"},
		},
		{
			name: "a day is missing", zone: "Pacific/Apia", schedule: "daily 08:30", after: "2011-12-29T00:00:00-10:00",
			want: []string{"2011-12-29T08:30:00-10:00", "2011-12-31T00:00:00+14:00 for 2011-12-30 08:30", "2011-12-31T08:30:00+14:00"},
		},
		{
			name: "a day is missing, and the next begins at the same moment", zone: "Pacific/Apia", schedule: "daily 00:00", after: "2011-12-29T00:00:00-10:00",
			want: []string{"2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"},
		},
		{
			name: "a week's only day is missing", zone: "Pacific/Apia", schedule: "weekly fri 16:00", after: "2011-12-26T00:00:00-10:00",
			want: []string{"2011-12-31T00:00:00+14:00 for 2011-12-30 16:00", "2012-01-06T16:00:00+14:00"},
		},
		{
			name: "a day comes twice", zone: "Pacific/Kwajalein", schedule: "daily 12:00", after: "1969-09-29T00:00:00+11:00",
			want: []string{"1969-09-29T12:00:00+11:00", "1969-09-30T12:00:00+11:00", "1969-10-01T12:00:00-12:00"},
		},
		{
			name: "44 and a half minutes are skipped", zone: "Africa/Monrovia", schedule: "daily 00:10", after: "1972-01-06T12:00:00Z",
			want: []string{"1972-01-07T00:45:00Z for 1972-01-07 00:10", "1972-01-08T00:10:00Z"},
		},
		{
			name: "the end of a day is skipped", zone: "America/Scoresbysund", schedule: "daily 23:30", after: "2026-03-28T00:00:00-02:00",
			want: []string{"2026-03-29T00:00:00-01:00 for 2026-03-28 23:30", "2026-03-29T23:30:00-01:00"},
		},
		{
			name: "the last day of a leap year", zone: "Europe/Berlin", schedule: "daily 08:30", after: "2028-12-30T12:00:00+01:00",
			want: []string{"2028-12-31T08:30:00+01:00", "2029-01-01T08:30:00+01:00"},
		},
		{
			name: "all that is skipped is one slot", zone: "Europe/Berlin", schedule: "*/20 * * * *", after: "2026-03-29T01:20:00+01:00",
			want: []string{"2026-03-29T01:40:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00"},
		},
		{
			name: "an hour that comes twice has its slots once", zone: "Europe/Berlin", schedule: "0,30 * * * *", after: "2026-10-25T02:00:00+02:00",
			want: []string{"2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+01:00"},
		},
		{
			name: "every second hour knows no clock", zone: "Europe/Berlin", schedule: "@every 2h", after: "2026-03-29T00:00:00+01:00",
			want: []string{
				"2026-03-29T01:00:00+01:00 for 2026-03-29 00:00:00", "2026-03-29T04:00:00+02:00 for 2026-03-29 02:00:00",
				"2026-03-29T06:00:00+02:00 for 2026-03-29 04:00:00",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.zone+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			s, zone, after := parsed(t, tt.schedule), zoneOf(t, tt.zone), instantOf(t, tt.after)
			var got []string
			for range tt.want {
				slot := s.Next(after, zone)
				after = slot.Planned
				got = append(got, told(slot))
				if latest := s.latest(after, zone); latest != slot {
					t.Errorf("the latest at %v is %v", slot, latest)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

// In St. John's the clock was set back at 00:01: after the first minute of a
// day came the last hour of the day before once more.
func TestSchedule_Next_backOverMidnight(t *testing.T) {
	t.Parallel()
	s, zone := parsed(t, "daily 00:00"), zoneOf(t, "America/St_Johns")
	const first, second = "2010-11-07T00:00:00-02:30", "2010-11-08T00:00:00-03:30"
	if got := told(s.Next(instantOf(t, "2010-11-06T12:00:00-02:30"), zone)); got != first {
		t.Errorf("Next = %s, want %s", got, first)
	}
	for _, now := range []string{"2010-11-06T23:30:00-03:30", "2010-11-07T00:00:00-03:30", "2010-11-07T12:00:00-03:30"} {
		if got := told(s.latest(instantOf(t, now), zone)); got != first {
			t.Errorf("the latest at %s is %s, want %s", now, got, first)
		}
		if got := told(s.Next(instantOf(t, now), zone)); got != second {
			t.Errorf("Next after %s = %s, want %s", now, got, second)
		}
	}
}

// told is when a slot is due, and what it is for where the clock does not show
// that.
func told(s Slot) string {
	due := s.Planned.Format(time.RFC3339)
	if s.Planned.Format(localForm) == s.Local {
		return due
	}
	return fmt.Sprintf("%s for %s", due, s.Local)
}

// Ends of weeks and months, and leap days.
func TestSchedule_Next_calendar(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		schedule, after string
		want            []string
	}{
		{"weekdays 08:30", "2026-11-27T08:29:59Z", []string{"Fri 2026-11-27 08:30", "Mon 2026-11-30 08:30", "Tue 2026-12-01 08:30"}},
		{"weekdays 08:30", "2026-11-27T08:30:00Z", []string{"Mon 2026-11-30 08:30"}},
		{"weekly sat,sun 23:59", "2026-12-31T00:00:00Z", []string{"Sat 2027-01-02 23:59", "Sun 2027-01-03 23:59", "Sat 2027-01-09 23:59"}},
		{"monthly last 08:00", "2027-01-01T00:00:00Z", []string{"Sun 2027-01-31 08:00", "Sun 2027-02-28 08:00", "Wed 2027-03-31 08:00", "Fri 2027-04-30 08:00"}},
		{"monthly last 08:00", "2028-02-01T00:00:00Z", []string{"Tue 2028-02-29 08:00", "Fri 2028-03-31 08:00"}},
		{"monthly 28 08:00", "2028-02-28T08:00:00Z", []string{"Tue 2028-03-28 08:00"}},
		{"monthly 1 00:00", "2026-12-01T00:00:00Z", []string{"Fri 2027-01-01 00:00"}},
		{"0 8 29 2 *", "2026-01-01T00:00:00Z", []string{"Tue 2028-02-29 08:00", "Sun 2032-02-29 08:00"}},
		{"0 8 29 2 *", "2096-03-01T00:00:00Z", []string{"Fri 2104-02-29 08:00"}},
		{"0 8 31 * *", "2027-01-31T08:00:00Z", []string{"Wed 2027-03-31 08:00", "Mon 2027-05-31 08:00"}},
		{"0 8 13 * 5", "2026-11-07T00:00:00Z", []string{"Fri 2026-11-13 08:00", "Fri 2026-11-20 08:00", "Fri 2026-11-27 08:00", "Fri 2026-12-04 08:00", "Fri 2026-12-11 08:00", "Sun 2026-12-13 08:00"}},
		{"0 9,17 * * MON", "2026-11-23T09:00:00Z", []string{"Mon 2026-11-23 17:00", "Mon 2026-11-30 09:00"}},
		{"@every 25s", "2026-11-24T08:30:00Z", []string{"Tue 2026-11-24 08:30", "Tue 2026-11-24 08:30", "Tue 2026-11-24 08:31"}},
		{"@every 24h", "2026-11-24T08:30:00Z", []string{"Wed 2026-11-25 00:00"}},
		{"@every 1s", "1969-12-31T23:59:58Z", []string{"Wed 1969-12-31 23:59", "Thu 1970-01-01 00:00"}},
	} {
		t.Run(tt.schedule+" "+tt.after, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, moment := range Preview(parsed(t, tt.schedule), time.UTC, instantOf(t, tt.after), len(tt.want)) {
				got = append(got, moment.Format("Mon "+localForm))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Preview (-want +got):\n%s", diff)
			}
		})
	}
}

// Slots of @every are multiples of it since 1970, whenever one looks.
func TestSchedule_Next_every(t *testing.T) {
	t.Parallel()
	s := parsed(t, "@every 7s")
	for _, nanos := range []int64{0, 1, 6_999_999_999, 7_000_000_000, -1, -7_000_000_000, 1_795_508_999_123_456_789} {
		after := time.Unix(0, nanos)
		slot := s.Next(after, time.UTC)
		if unix := slot.Planned.UnixNano(); unix%7_000_000_000 != 0 || unix <= nanos || unix-nanos > 7_000_000_000 {
			t.Errorf("after %d comes %d", nanos, unix)
		}
	}
}

func BenchmarkSchedule_Next(b *testing.B) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range []string{"daily 08:30", "monthly last 08:30", "*/5 * * * *", "0 8 29 2 *", "@every 1h"} {
		s, err := ParseSchedule(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
			for b.Loop() {
				s.Next(now, zone)
			}
		})
	}
}
