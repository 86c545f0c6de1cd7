package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// vectorCase is one of the readings that every implementation of the rules has to
// judge alike, and what they lead to.
type vectorCase struct {
	Name, Why string
	Readings  []map[string]any
	Expect    []struct {
		T                                            time.Time
		Customer, Module, Condition, Event, Severity string
		Posted                                       bool
	}
}

func vectorCases(t *testing.T) []vectorCase {
	t.Helper()
	data, err := os.ReadFile("../../internal/coverage/testdata/coverage.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []vectorCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 93 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	return file.Cases
}

// input are the readings as replay reads them: each repeated as every and until say,
// in the order of their times.
func (c vectorCase) input(t *testing.T) []byte {
	t.Helper()
	type line struct {
		at   time.Time
		text []byte
	}
	var lines []line
	for _, r := range c.Readings {
		at, err := time.Parse(time.RFC3339, r["t"].(string))
		if err != nil {
			t.Fatal(err)
		}
		every, until := time.Duration(0), at
		if text, ok := r["every"].(string); ok {
			every, _ = time.ParseDuration(text)
			until, _ = time.Parse(time.RFC3339, r["until"].(string))
		}
		delete(r, "every")
		delete(r, "until")
		for ; !at.After(until); at = at.Add(every) {
			r["t"] = at.Format(time.RFC3339)
			text, _ := json.Marshal(r)
			lines = append(lines, line{at, text})
			if every == 0 {
				break
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var out bytes.Buffer
	for _, l := range lines {
		out.Write(l.text)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// The command says of the vectors what they want, and in their words.
func TestReplay_vectors(t *testing.T) {
	t.Parallel()
	for _, c := range vectorCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "readings.jsonl")
			if err := os.WriteFile(file, c.input(t), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			if code := run(t.Context(), []string{"replay", file}, &out, &errs); code != exitOK {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
			got := c.Expect[:0:0]
			for line := range strings.Lines(out.String()) {
				e := c.Expect[:0:0]
				if err := json.Unmarshal([]byte("["+line+"]"), &e); err != nil {
					t.Fatal(err)
				}
				got = append(got, e...)
			}
			if diff := cmp.Diff(fmt.Sprint(c.Expect), fmt.Sprint(got)); diff != "" {
				t.Errorf("%s\n%s", c.Why, diff)
			}
		})
	}
}

func TestReplay_refuses(t *testing.T) {
	t.Parallel()
	ok := `{"t":"2026-01-05T08:00:00Z","customer":"c1","module":"Teams","status":"ok","scanned":5,"protected":5}` + "\n"
	for name, c := range map[string]struct{ input, says string }{
		"no JSON":       {"hello", "line 1: want a reading as JSON"},
		"no time":       {`{"customer":"c1","status":"empty"}`, "line 1: t is missing"},
		"no customer":   {`{"t":"2026-01-05T08:00:00Z","status":"empty"}`, "line 1: customer is missing"},
		"no module":     {`{"t":"2026-01-05T08:00:00Z","customer":"c1","status":"ok","scanned":1,"protected":1}`, "line 1: module is missing"},
		"no count":      {`{"t":"2026-01-05T08:00:00Z","customer":"c1","module":"a","status":"ok","scanned":1}`, "line 1: scanned or protected is missing"},
		"no number":     {`{"t":"2026-01-05T08:00:00Z","customer":"c1","module":"a","status":"ok","scanned":1.5,"protected":1}`, "line 1: scanned is no whole number"},
		"no moment":     {`{"t":"yesterday","customer":"c1","status":"empty"}`, "line 1: t is no time as 2026"},
		"no text":       {`{"t":"2026-01-05T08:00:00Z","customer":7,"status":"empty"}`, "line 1: customer is no text"},
		"negative":      {`{"t":"2026-01-05T08:00:00Z","customer":"c1","module":"a","status":"ok","scanned":-1,"protected":1}`, "line 1: scanned or protected is negative"},
		"status":        {`{"t":"2026-01-05T08:00:00Z","customer":"c1","status":"well"}`, `line 1: status is ok, empty or error, not "well"`},
		"runs back":     {ok + `{"t":"2026-01-05T07:00:00Z","customer":"c1","status":"empty"}`, "line 2: time runs back"},
		"mixed":         {ok + `{"t":"2026-01-05T08:00:00Z","customer":"c1","status":"empty"}`, "line 2: the snapshot of line 1 is ok, this line is empty"},
		"too long":      {strings.Repeat("x", longestLine+1), "line 1: longer than"},
		"a BOM, fine":   {"\ufeff" + ok, ""},
		"of two, fine":  {ok + strings.ReplaceAll(ok, "c1", "c2"), ""},
		"empty is fine": {"\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReplay(ruleBook{base: coverage.DefaultRules()}, replayFlags{}, &bytes.Buffer{})
			err := r.lines(strings.NewReader(c.input))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

// drop is a month of hourly readings with a drop in it.
func drop(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for hour := range 30 * 24 {
		protected := 1250
		if hour >= 200 && hour < 220 {
			protected = 1100
		}
		fmt.Fprintf(&b, `{"t":%q,"customer":"c1","module":"Exchange Online","status":"ok","scanned":1250,"protected":%d}`+"\n", at.Add(time.Duration(hour)*time.Hour).Format(time.RFC3339), protected)
	}
	file := filepath.Join(t.TempDir(), "readings.jsonl")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReplay_summary(t *testing.T) {
	t.Parallel()
	file := drop(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"as it comes":      {[]string{"--summary", file}, "would have fired once in 30 days (1 customer, 720 readings)"},
		"flags behind":     {[]string{file, "--summary"}, "COVERAGE_DROP  1      1       1"},
		"less strict":      {[]string{"--summary", "--set", "confirm=48h", file}, "fired 0 times"},
		"another customer": {[]string{"--summary", "--customer", "c2", file}, `no reading of a customer with the id or name "c2"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			if code := run(t.Context(), append([]string{"replay"}, c.args...), &out, &errs); code != exitOK || !strings.Contains(out.String()+errs.String(), c.says) {
				t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
			}
		})
	}
	for name, args := range map[string][]string{
		"no rule":   {"replay", "--set", "speed=3", file},
		"no value":  {"replay", "--set", "confirm=soon", file},
		"two files": {"replay", file, file},
		"nonsense":  {"replay", "--set", "crit_points=1", file},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			if code := run(t.Context(), args, &out, &errs); code == exitOK || errs.Len() == 0 {
				t.Errorf("exit %d: %s", code, errs.String())
			}
		})
	}
}

// What is replayed from the store is what was read, as often as it was.
func TestReplay_store(t *testing.T) {
	url := "sqlite://" + filepath.Join(t.TempDir(), "replay.db")
	t.Setenv("DATABASE_URL", url)
	var said bytes.Buffer
	if code := run(t.Context(), []string{"replay"}, &said, &said); code != exitFailed || !strings.Contains(said.String(), "nothing is remembered yet") {
		t.Errorf("exit %d: %s", code, said.String())
	}
	if _, err := os.Stat(strings.TrimPrefix(url, "sqlite://")); err == nil {
		t.Error("it made a database")
	}
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now().Add(-10 * 24 * time.Hour).UTC().Truncate(time.Hour)
	if _, err := db.SaveDirectory(t.Context(), []store.Customer{{ID: "c1", Name: "Contoso"}, {ID: "c2", Name: "Fabrikam"}}, begin); err != nil {
		t.Fatal(err)
	}
	for hour := range 48 {
		at, protected := begin.Add(time.Duration(hour)*time.Hour), int64(1250)
		if hour >= 30 && hour < 40 {
			protected = 1100
		}
		var all []store.Reading
		for _, id := range []string{"c1", "c2"} {
			if id == "c2" {
				protected = 1250
			}
			all = append(all, store.Reading{
				CustomerID: id, At: at, Kind: store.Good, Body: fmt.Append(nil, protected),
				Rows: []coverage.Row{{Module: "Exchange Online", Count: coverage.Count{Scanned: 1250, Protected: protected}}},
			})
		}
		if err := db.Record(t.Context(), "me", all); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	replayed := func(args ...string) (string, string) {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"replay"}, args...), &out, &errs); code != exitOK {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return out.String(), errs.String()
	}
	out, note := replayed()
	var events []string
	for line := range strings.Lines(out) {
		var e replayEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, fmt.Sprintf("%.0f %s %s %s %s", e.T.Sub(begin).Hours(), e.Customer, e.Condition, e.Event, e.Severity))
	}
	if diff := cmp.Diff([]string{"32 c1 COVERAGE_DROP fires CRIT", "41 c1 COVERAGE_DROP resolved CRIT"}, events); diff != "" {
		t.Errorf("%s\n%s", diff, out)
	}
	if !strings.Contains(note, "failed and empty readings are not kept") {
		t.Errorf("it does not say what it cannot know: %s", note)
	}
	if out, _ := replayed("--summary"); !strings.Contains(out, "fired once in 2 days (2 customers, 96 readings)") {
		t.Error(out)
	}
	if out, _ := replayed("--summary", "--customer", "fabrikam"); !strings.Contains(out, "fired 0 times in 2 days (1 customer, 48 readings)") {
		t.Error(out)
	}
}

func FuzzReplay_lines(f *testing.F) {
	f.Add(`{"t":"2026-01-05T08:00:00Z","customer":"c1","module":"Teams","status":"ok","scanned":5,"protected":5}`)
	f.Add(`{"t":"2026-01-05T08:00:00Z","customer":"c1","status":"empty"}` + "\n" + `{"t":"2026-01-06T08:00:00Z","customer":"c1","status":"error"}`)
	f.Fuzz(func(_ *testing.T, text string) {
		r := newReplay(ruleBook{base: coverage.DefaultRules()}, replayFlags{}, &bytes.Buffer{})
		_ = r.lines(strings.NewReader(text))
	})
}
