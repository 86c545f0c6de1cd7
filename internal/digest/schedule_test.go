package digest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parsed is a schedule that has to be readable.
func parsed(t *testing.T, text string) Schedule {
	t.Helper()
	s, err := ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSchedule(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text   string
		kind   Kind
		stored string
		plain  string // the stored form of Plain, where it differs
		words  string // in Europe/Berlin
	}{
		{text: "daily 08:30", kind: Daily, stored: "daily 08:30", words: "daily at 08:30 Europe/Berlin"},
		{text: " Daily  at 8:05 ", kind: Daily, stored: "daily 08:05", words: "daily at 08:05 Europe/Berlin"},
		{text: "weekdays 08:30", kind: Weekdays, stored: "weekdays 08:30", words: "weekdays at 08:30 Europe/Berlin"},
		{text: "weekly 08:30", kind: Weekly, stored: "weekly mon 08:30", words: "Mondays at 08:30 Europe/Berlin"},
		{text: "weekly fri,MON 23:59", kind: Weekly, stored: "weekly mon,fri 23:59", words: "Mondays and Fridays at 23:59 Europe/Berlin"},
		{text: "weekly Sundays, tue and thurs 00:00", kind: Weekly, stored: "weekly tue,thu,sun 00:00", words: "Tuesdays, Thursdays and Sundays at 00:00 Europe/Berlin"},
		{text: "monthly 08:30", kind: Monthly, stored: "monthly 1 08:30", words: "monthly on the 1st at 08:30 Europe/Berlin"},
		{text: "monthly 22 08:30", kind: Monthly, stored: "monthly 22 08:30", words: "monthly on the 22nd at 08:30 Europe/Berlin"},
		{text: "monthly 28 08:30", kind: Monthly, stored: "monthly 28 08:30", words: "monthly on the 28th at 08:30 Europe/Berlin"},
		{text: "monthly last 08:30", kind: Monthly, stored: "monthly last 08:30", words: "monthly on the last day at 08:30 Europe/Berlin"},
		{text: "30 8 * * 1-5", kind: Cron, stored: "30 8 * * 1-5", plain: "weekdays 08:30", words: "weekdays at 08:30 Europe/Berlin"},
		{text: "  30  8 * *\tMON-FRI", kind: Cron, stored: "30 8 * * MON-FRI", plain: "weekdays 08:30", words: "weekdays at 08:30 Europe/Berlin"},
		{text: "0 0 * * *", kind: Cron, stored: "0 0 * * *", plain: "daily 00:00", words: "daily at 00:00 Europe/Berlin"},
		{text: "0 0 ? * 0-6", kind: Cron, stored: "0 0 ? * 0-6", plain: "daily 00:00", words: "daily at 00:00 Europe/Berlin"},
		{text: "0 8 * * 1,4", kind: Cron, stored: "0 8 * * 1,4", plain: "weekly mon,thu 08:00", words: "Mondays and Thursdays at 08:00 Europe/Berlin"},
		{text: "0 8 3 * *", kind: Cron, stored: "0 8 3 * *", plain: "monthly 3 08:00", words: "monthly on the 3rd at 08:00 Europe/Berlin"},
		{text: "0 8 31 * *", kind: Cron, stored: "0 8 31 * *", words: `by the rule "0 8 31 * *" Europe/Berlin`},
		{text: "0 8 1 * 1", kind: Cron, stored: "0 8 1 * 1", words: `by the rule "0 8 1 * 1" Europe/Berlin`},
		{text: "0 8 1-31 * 1", kind: Cron, stored: "0 8 1-31 * 1", words: `by the rule "0 8 1-31 * 1" Europe/Berlin`},
		{text: "0 8 * 1 *", kind: Cron, stored: "0 8 * 1 *", words: `by the rule "0 8 * 1 *" Europe/Berlin`},
		{text: "0 8,20 * * *", kind: Cron, stored: "0 8,20 * * *", words: `by the rule "0 8,20 * * *" Europe/Berlin`},
		{text: "0 8 29 2 *", kind: Cron, stored: "0 8 29 2 *", words: `by the rule "0 8 29 2 *" Europe/Berlin`},
		{text: "*/15 * * * *", kind: Cron, stored: "*/15 * * * *", words: `by the rule "*/15 * * * *" Europe/Berlin`},
		{text: "@hourly", kind: Cron, stored: "@hourly", words: `by the rule "@hourly" Europe/Berlin`},
		{text: "@daily", kind: Cron, stored: "@daily", plain: "daily 00:00", words: "daily at 00:00 Europe/Berlin"},
		{text: "@midnight", kind: Cron, stored: "@midnight", plain: "daily 00:00", words: "daily at 00:00 Europe/Berlin"},
		{text: "@weekly", kind: Cron, stored: "@weekly", plain: "weekly sun 00:00", words: "Sundays at 00:00 Europe/Berlin"},
		{text: "@monthly", kind: Cron, stored: "@monthly", plain: "monthly 1 00:00", words: "monthly on the 1st at 00:00 Europe/Berlin"},
		{text: "@yearly", kind: Cron, stored: "@yearly", words: `by the rule "@yearly" Europe/Berlin`},
		{text: "@every 5s", kind: Every, stored: "@every 5s", words: "every 5 seconds"},
		{text: "@EVERY 1h", kind: Every, stored: "@every 1h0m0s", words: "every hour"},
		{text: "@every 90m", kind: Every, stored: "@every 1h30m0s", words: "every 90 minutes"},
		{text: "@every 60s", kind: Every, stored: "@every 1m0s", words: "every minute"},
		{text: "@every 1h 30s", kind: Every, stored: "@every 1h0m30s", words: "every 3630 seconds"},
		{text: "@every 1s", kind: Every, stored: "@every 1s", words: "every second"},
		{text: "@every 48h", kind: Every, stored: "@every 48h0m0s", words: "every 48 hours"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			s := parsed(t, tt.text)
			if s.Kind() != tt.kind || s.String() != tt.stored {
				t.Errorf("%v %q, want %v %q", s.Kind(), s, tt.kind, tt.stored)
			}
			if again := parsed(t, s.String()); again != s {
				t.Errorf("%q is read as %+v, was %+v", s, again, s)
			}
			if tt.plain == "" {
				tt.plain = tt.stored
			}
			if got := s.Plain().String(); got != tt.plain {
				t.Errorf("Plain = %q, want %q", got, tt.plain)
			}
			if got := s.Words("Europe/Berlin"); got != tt.words {
				t.Errorf("Words = %q, want %q", got, tt.words)
			}
			if got, want := s.Words(""), strings.TrimSuffix(tt.words, " Europe/Berlin"); got != want {
				t.Errorf("Words without a zone = %q, want %q", got, want)
			}
		})
	}
}

func TestParseSchedule_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "no schedule is given: write one like weekdays 08:30",
		"daily":                       `"daily" has no time of day: write one like 08:30`,
		"daily 24:00":                 `"24:00" is no time of day: write one like 08:30`,
		"daily 08:60":                 `"08:60" is no time of day: write one like 08:30`,
		"daily 08:30 09:30":           `"08:30" is a second time of day: write one`,
		"daily 8":                     `"daily 8" is no schedule: write one like weekdays 08:30`,
		"daily noon 08:30":            `"daily noon 08:30" is no schedule: write one like weekdays 08:30`,
		"daily 08:30 UTC":             `"daily 08:30 UTC" is no schedule: write one like weekdays 08:30`,
		"daily weekdays 08:30":        `"daily weekdays 08:30" is no schedule: write one like weekdays 08:30`,
		"weekly noday 08:30":          `"noday" is no day of the week: write one like mon`,
		"weekly mo 08:30":             `"mo" is no day of the week: write one like mon`,
		"weekly and 08:30":            `"weekly and 08:30" is no schedule: write one like weekdays 08:30`,
		"monthly 0 08:30":             `"0" is no day that every month has: write 1 to 28, or last`,
		"monthly 29 08:30":            `"29" is no day that every month has: write 1 to 28, or last`,
		"monthly first 08:30":         `"first" is no day that every month has: write 1 to 28, or last`,
		"monthly 99999999999999999":   `"99999999999999999" is no day that every month has: write 1 to 28, or last`,
		"@every":                      `"" is no duration: write one like @every 1h`,
		"@every soon":                 `"soon" is no duration: write one like @every 1h`,
		"@every 999ms":                `"999ms" is no whole number of seconds from 1s to 366 days`,
		"@every 1500ms":               `"1500ms" is no whole number of seconds from 1s to 366 days`,
		"@every -1h":                  `"-1h" is no whole number of seconds from 1s to 366 days`,
		"@every 8785h":                `"8785h" is no whole number of seconds from 1s to 366 days`,
		"TZ=Europe/Berlin 30 8 * * *": "the zone does not stand in the schedule but beside it",
		"CRON_TZ=UTC":                 "the zone does not stand in the schedule but beside it",
		"TZ=":                         "the zone does not stand in the schedule but beside it",
		"0 8 30 2 *":                  `"0 8 30 2 *" is never due`,
		"0 8 31 4,6 *":                `"0 8 31 4,6 *" is never due`,
		", 8 * * *":                   `", 8 * * *" is never due`,
		"30 8 * *":                    `"30 8 * *" is no schedule: `,
		"0 30 8 * * *":                `"0 30 8 * * *" is no schedule: `,
		"60 8 * * *":                  `"60 8 * * *" is no schedule: `,
		"30 8 * * 7":                  `"30 8 * * 7" is no schedule: `,
		"*/0 * * * *":                 `"*/0 * * * *" is no schedule: `,
		"@fortnightly":                `"@fortnightly" is no schedule: `,
		"at eight":                    `"at eight" is no schedule: `,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s, err := ParseSchedule(text)
			if err == nil || s != (Schedule{}) {
				t.Fatalf("%v, %v", s, err)
			}
			if got := err.Error(); got != want && (!strings.HasSuffix(want, ": ") || !strings.HasPrefix(got, want)) {
				t.Errorf("the error is\n\t%s, want\n\t%s", got, want)
			}
		})
	}
}

func TestSchedule_parts(t *testing.T) {
	t.Parallel()
	type parts struct {
		Days  []time.Weekday
		Day   int
		Clock string
	}
	for text, want := range map[string]parts{
		"daily 00:05":            {Clock: "00:05"},
		"weekdays 08:30":         {Clock: "08:30"},
		"weekly sun,sat,mon 8:3": {}, // no time: refused
		"weekly sun,mon 08:30":   {Days: []time.Weekday{time.Monday, time.Sunday}, Clock: "08:30"},
		"monthly 17 08:30":       {Day: 17, Clock: "08:30"},
		"monthly last 08:30":     {Day: LastDay, Clock: "08:30"},
		"30 8 * * *":             {},
		"@every 1h":              {},
	} {
		s, _ := ParseSchedule(text)
		if diff := cmp.Diff(want, parts{s.Days(), s.Day(), s.Clock()}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// The zero schedule is never due, and says so.
func TestSchedule_zero(t *testing.T) {
	t.Parallel()
	var s Schedule
	now := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	if s.String() != "" || s.Words("Europe/Berlin") != "never" || s.Kind().String() != "unknown" {
		t.Errorf("%q, %q, %v", s, s.Words("Europe/Berlin"), s.Kind())
	}
	if slot := s.Next(now, time.UTC); !slot.None() {
		t.Errorf("Next = %v", slot)
	}
	if diff := cmp.Diff(Plan{Cursor: now}, s.Plan(now, now.Add(100*oneDay), time.UTC)); diff != "" {
		t.Errorf("Plan (-want +got):\n%s", diff)
	}
	if times := Preview(s, time.UTC, now, 3); times != nil {
		t.Errorf("Preview = %v", times)
	}
}

func TestKind_String(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for k := Kind(0); k <= Every; k++ {
		if seen[k.String()] || strings.Contains(k.String(), "(") {
			t.Errorf("kind %d is called %q", int(k), k)
		}
		seen[k.String()] = true
	}
	for _, k := range []Kind{-1, Every + 1} {
		if !strings.HasPrefix(k.String(), "Kind(") {
			t.Errorf("kind %d is called %q", int(k), k)
		}
	}
}

// What is stored is read again as it was, whatever was written.
func FuzzParseSchedule(f *testing.F) {
	for _, seed := range []string{
		"daily 08:30", "weekly mon,thu 8:00", "monthly last 23:59", "30 8 * * 1-5", "*/7 0-23/2 ? JAN,feb *", "@every 1h30m", "@weekly",
		"TZ= ", "TZ=UTC", "1-99999999999999999999 * * * *", "*/9223372036854775807 * * * *", "59/9223372036854775807 * * * *", "-", ",,,,,", "weekly and and 1:00",
	} {
		f.Add(seed)
	}
	zone := time.FixedZone("here", 5*60*60+45*60)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSchedule(text)
		if err != nil {
			if s != (Schedule{}) || err.Error() == "" {
				t.Fatalf("%q: %v, %v", text, s, err)
			}
			return
		}
		again, err := ParseSchedule(s.String())
		if err != nil || again != s {
			t.Fatalf("%q is stored as %q and read as %+v, %v", text, s, again, err)
		}
		now := time.Unix(1_790_000_000, 5)
		slot := s.Next(now, zone)
		if !slot.Planned.After(now) || s.Words("") == "" {
			t.Fatalf("%q: %v, %q", text, slot, s.Words(""))
		}
		if plain := s.Plain(); plain.Next(now, zone) != slot {
			t.Fatalf("%q is no %q: %v and %v", text, plain, slot, plain.Next(now, zone))
		}
		if due, _, skipped := s.Missed(now, slot.Planned, zone); due != slot || skipped != 0 {
			t.Fatalf("%q: at its time %v is due, want %v", text, due, slot)
		}
	})
}
