package digest

import (
	"archive/zip"
	"flag"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// full walks over every day of every zone, and looks for the changes of the
// clocks itself: some minutes.
var full = flag.Bool("full", false, "try every day of every zone from 1970 to 2040")

var (
	from = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC)
)

// clock is a zone with the changes of its clock.
type clock struct {
	zone    *time.Location
	link    bool // only another name of a zone that is there already
	changes []shift
}

// shift is a moment at which a clock is set, by so many seconds.
type shift struct{ at, by int64 }

// clocks are the zones of the tz database that comes with Go, by name.
var clocks = sync.OnceValues(func() (map[string]clock, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	all, seen := map[string]clock{}, map[string][]shift{}
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		r, err := file.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		zone, err := time.LoadLocationFromTZData(file.Name, data)
		if err != nil {
			return nil, err
		}
		changes, link := seen[string(data)]
		if !link {
			changes = changesOf(zone, 6*60*60)
			seen[string(data)] = changes
		}
		all[file.Name] = clock{zone, link, changes}
	}
	return all, nil
})

// everyClock is clocks for a test.
func everyClock(t *testing.T) map[string]clock {
	t.Helper()
	all, err := clocks()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 500 {
		t.Fatalf("only %d zones", len(all))
	}
	return all
}

// changesOf looks at a clock every so many seconds and finds out when it was
// set between two looks.
func changesOf(zone *time.Location, every int64) []shift {
	var changes []shift
	before := offset(from.Unix(), zone)
	for at := from.Unix(); at < to.Unix(); at += every {
		after := offset(at+every, zone)
		if after == before {
			continue
		}
		set := at + int64(sort.Search(int(every), func(n int) bool { return offset(at+int64(n), zone) != before }))
		changes = append(changes, shift{set, after - before})
		before = after
	}
	return changes
}

func offset(unix int64, zone *time.Location) int64 {
	_, seconds := time.Unix(unix, 0).In(zone).Zone()
	return int64(seconds)
}

// watch looks at the clock on the wall every half minute between two moments
// and notes when each whole minute is due: when the clock first shows it or a
// later one. Minutes are seconds since 1970 on the wall.
func watch(zone *time.Location, since, until int64) map[int64]int64 {
	due, shown := map[int64]int64{}, floor(since+offset(since, zone), 60)
	for at := floor(since, 60); at <= until; at += 30 {
		shows := at + offset(at, zone)
		if shows%60 != 0 {
			continue
		}
		for ; shown < shows; shown += 60 {
			due[shown+60] = at
		}
	}
	return due
}

// Around every change of every clock, each minute is due exactly when somebody
// who watches the clock would say so, and each day has exactly one slot. Clocks
// that are set at the same moment in the same way are tried once.
func TestSchedule_Next_atEveryChange(t *testing.T) {
	t.Parallel()
	type setting struct {
		shift
		before int64
	}
	tried := map[setting]bool{}
	for name, clock := range everyClock(t) {
		zone := clock.zone
		for _, c := range clock.changes {
			this := setting{c, offset(c.at-1, zone)}
			if tried[this] && !*full {
				continue
			}
			tried[this] = true
			margin := 2*60*60 + max(c.by, -c.by)
			due := watch(zone, c.at-margin, c.at+margin)
			for shows, want := range due {
				if got := instant(shows, zone).Unix(); got != want {
					t.Fatalf("%s: the minute %s is due %s, want %s", name, at(shows), at(got), at(want))
				}
			}
			for _, shows := range telling(c, zone) {
				oneSlotADay(t, name, zone, int(floor(shows, 60)-floor(shows, daySeconds))/60, c.at-2*daySeconds, c.at+2*daySeconds, due)
			}
		}
	}
}

func at(unix int64) string { return time.Unix(unix, 0).UTC().Format(everyForm) }

// telling are minutes on the wall at which a mistake about a change would show:
// those of its edges and in its middle.
func telling(c shift, zone *time.Location) []int64 {
	before, after := c.at+offset(c.at-1, zone), c.at+offset(c.at, zone)
	return []int64{before, after, (before + after) / 2, min(before, after) - 60, max(before, after) - 60}
}

// oneSlotADay walks over the slots of a daily schedule: each local day has
// exactly one, at the minute that is due, and each is later than the one
// before. Only where a day is missing altogether may two fall together.
func oneSlotADay(t *testing.T, name string, zone *time.Location, minute int, since, until int64, due map[int64]int64) {
	t.Helper()
	s := Schedule{kind: Daily, at: minute}
	before := Slot{Planned: time.Unix(since, 0)}
	day := int64(0)
	for before.Planned.Unix() < until {
		slot := s.Next(before.Planned, zone)
		shows := localOf(t, slot)
		if !slot.Planned.After(before.Planned) {
			t.Fatalf("%s: after %v comes %v", name, before, slot)
		}
		if want, ok := due[shows]; ok && slot.Planned.Unix() != want {
			t.Fatalf("%s: %v, want %s", name, slot, at(want))
		}
		if shows-floor(shows, daySeconds) != int64(minute)*60 {
			t.Fatalf("%s: %v is not at minute %d", name, slot, minute)
		}
		next := floor(shows, daySeconds) / daySeconds
		missing := day != 0 && next == day+2 && instant(shows-daySeconds, zone).Equal(slot.Planned)
		if day != 0 && next != day+1 && !missing {
			t.Fatalf("%s: after %v comes %v", name, before, slot)
		}
		before, day = slot, next
	}
}

func localOf(t *testing.T, slot Slot) int64 {
	t.Helper()
	shows, err := time.Parse(localForm, slot.Local)
	if err != nil {
		t.Fatal(err)
	}
	return shows.Unix()
}

// At any time in any zone, any schedule is due next when a search through all
// days and minutes says so.
func TestSchedule_Next_anywhere(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20261124, 2400))
	texts := []string{
		"daily 00:00", "daily 02:30", "weekdays 08:30", "weekly sat,sun 23:59", "weekly fri 00:00", "monthly 1 00:00",
		"monthly 28 02:00", "monthly last 23:45", "*/20 * * * *", "0 */3 * * 0", "59 23 31 * *", "30 1,2,3 1-7 * 1",
	}
	rounds := 2
	if *full {
		rounds = 50
	}
	for name, clock := range everyClock(t) {
		zone := clock.zone
		if clock.link {
			continue
		}
		for range rounds {
			s, err := ParseSchedule(texts[random.IntN(len(texts))])
			if err != nil {
				t.Fatal(err)
			}
			after := time.Unix(from.Unix()+random.Int64N(to.Unix()-from.Unix()), random.Int64N(1e9))
			checkNext(t, name, zone, s, after)
			if n := len(clock.changes); n > 0 {
				near := clock.changes[random.IntN(n)].at + random.Int64N(3*daySeconds) - 2*daySeconds
				checkNext(t, name, zone, s, time.Unix(near, 0))
			}
		}
	}
}

// checkNext compares Next and latest with a search.
func checkNext(t *testing.T, name string, zone *time.Location, s Schedule, now time.Time) {
	t.Helper()
	next, latest := s.Next(now, zone), s.latest(now, zone)
	if !next.Planned.After(now) || latest.Planned.After(now) {
		t.Fatalf("%s, %s at %v: next %v, latest %v", name, s, now, next, latest)
	}
	for _, slot := range []Slot{next, latest} {
		shows := localOf(t, slot)
		due := watch(zone, slot.Planned.Unix()-2*daySeconds, slot.Planned.Unix()+60)
		if due[shows] != slot.Planned.Unix() || !s.on(floor(shows, daySeconds)/daySeconds) {
			t.Fatalf("%s, %s: %v, want %s", name, s, slot, at(due[shows]))
		}
	}
	// Nothing that the schedule asks for lies between the two.
	times, end := s.times(), localOf(t, next)
	for shows := localOf(t, latest) + 60; shows < end; shows += 60 {
		minute := int(shows-floor(shows, daySeconds)) / 60
		if !slices.Contains(times, minute) || !s.on(floor(shows, daySeconds)/daySeconds) {
			continue
		}
		if moment := instant(shows, zone); moment.After(latest.Planned) && moment.Before(next.Planned) {
			t.Fatalf("%s, %s at %v: %s lies between %v and %v", name, s, now, at(shows), latest, next)
		}
	}
}

// Every day of every zone, where the clocks are looked at every quarter of an
// hour.
func TestSchedule_Next_everyDay(t *testing.T) {
	t.Parallel()
	if !*full {
		t.Skip("only with -full")
	}
	for name, clock := range everyClock(t) {
		if clock.link {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(clock.changes, changesOf(clock.zone, 15*60), cmp.AllowUnexported(shift{})); diff != "" {
				t.Errorf("changes that were overlooked (-known +found):\n%s", diff)
			}
			for _, minute := range []int{0, 2*60 + 30, 8*60 + 30, 23*60 + 59} {
				oneSlotADay(t, name, clock.zone, minute, from.Unix(), to.Unix(), nil)
			}
		})
	}
}
