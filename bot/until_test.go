package bot

import (
	"testing"
	"time"
)

func TestPauseEnd(t *testing.T) {
	t.Parallel()
	berlin := zoneOf(t, "Europe/Berlin")
	now := time.Date(2026, 11, 24, 15, 4, 0, 0, berlin) // a Tuesday
	cases := []struct{ text, want string }{
		{"tomorrow", "2026-11-25T00:00:00+01:00"},
		{"friday", "2026-11-27T00:00:00+01:00"},
		{"FRI", "2026-11-27T00:00:00+01:00"},
		{" Monday ", "2026-11-30T00:00:00+01:00"},
		{"tuesday", "2026-12-01T00:00:00+01:00"}, // never today
		{"2026-12-01", "2026-12-01T00:00:00+01:00"},
		{"2026-11-24", "2026-11-24T00:00:00+01:00"}, // over: the caller says so
		{"2025-01-01", "2025-01-01T00:00:00+01:00"},
		{"1 december", "2026-12-01T00:00:00+01:00"},
		{"december 1", "2026-12-01T00:00:00+01:00"},
		{"1 Dec", "2026-12-01T00:00:00+01:00"},
		{"1 dec 2028", "2028-12-01T00:00:00+01:00"},
		{"24 november", "2027-11-24T00:00:00+01:00"}, // today began
		{"1 july", "2027-07-01T00:00:00+02:00"},
		{"29 february", "2028-02-29T00:00:00+01:00"},
		{"3d", "2026-11-27T15:04:00+01:00"},
		{"2W", "2026-12-08T15:04:00+01:00"},
		{"200d", "2027-06-12T15:04:00+02:00"}, // the time of day, not 24 h each
		{"", ""},
		{"0d", ""},
		{"9999999d", ""},
		{"99999999999999999999d", ""},
		{"3x", ""},
		{"d", ""},
		{"today", ""},
		{"until", ""},
		{"31 november", ""},
		{"29 february 2027", ""},
		{"32 december", ""},
		{"2026-13-01", ""},
		{"2026-02-30", ""},
		{"december", ""},
		{"1 2 december", ""},
		{"1 december 26", ""},
		{"fr", ""},
		{"thurs", "2026-11-26T00:00:00+01:00"},
		{"Wednes", "2026-11-25T00:00:00+01:00"},
		{"fridays", ""},
		{"1st december", "2026-12-01T00:00:00+01:00"},
		{"december 22nd", "2026-12-22T00:00:00+01:00"},
		{"3rd sept 2027", "2027-09-03T00:00:00+02:00"},
		{"1x december", ""},
		{"st december", ""},
		{"30.11.2026", "2026-11-30T00:00:00+01:00"},
		{"31.12.", "2026-12-31T00:00:00+01:00"},
		{"31.12", "2026-12-31T00:00:00+01:00"},
		{"1.11.", "2027-11-01T00:00:00+01:00"},
		{"next friday", "2026-11-27T00:00:00+01:00"},
		{"next Mon", "2026-11-30T00:00:00+01:00"},
		{"31.13.", ""},
		{"31.11.2026", ""},
		{"30.11.26", ""},
		{"1.2.3.4", ""},
		{"0.12.", ""},
		{".", ""},
		{"next", ""},
	}
	for _, c := range cases {
		end, ok := pauseEnd(c.text, now)
		got := ""
		if ok {
			got = end.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("until %q = %q, want %q", c.text, got, c.want)
		}
	}
}

// A day begins where the asker is.
func TestPauseEnd_zones(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"UTC":                 "2026-11-25T00:00:00Z",
		"Asia/Tokyo":          "2026-11-26T00:00:00+09:00", // there it is Wednesday already
		"America/Los_Angeles": "2026-11-25T00:00:00-08:00",
	} {
		end, ok := pauseEnd("tomorrow", now.In(zoneOf(t, zone)))
		if got := end.Format(time.RFC3339); !ok || got != want {
			t.Errorf("tomorrow in %s = %s, want %s", zone, got, want)
		}
	}
}

// Chile puts its clocks forward at midnight: the day begins at one.
func TestPauseEnd_noMidnight(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 9, 0, 0, 0, zoneOf(t, "America/Santiago"))
	end, ok := pauseEnd("2026-09-06", now)
	if got := end.Format(time.RFC3339); !ok || got != "2026-09-06T01:00:00-03:00" {
		t.Errorf("the day begins at %s", got)
	}
}

func FuzzPauseEnd(f *testing.F) {
	for _, s := range []string{"friday", "1 december 2026", "3d", "2026-12-01", "december 31"} {
		f.Add(s, int64(1_795_000_000))
	}
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		now := time.Unix(unix%4_000_000_000, 0).UTC()
		end, ok := pauseEnd(s, now)
		if ok != !end.IsZero() {
			t.Errorf("until %q at %s = %s, %v", s, now, end, ok)
		}
	})
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return zone
}
