package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// longestLine bounds a line of a file of readings.
const longestLine = 1 << 20

// replayReading is a line of the input.
type replayReading struct {
	T         *time.Time `json:"t"`
	Customer  string     `json:"customer"`
	Module    string     `json:"module"`
	Tenant    string     `json:"tenant"`
	Status    string     `json:"status"`
	Class     string     `json:"class"`
	Scanned   *int64     `json:"scanned"`
	Protected *int64     `json:"protected"`
}

// snapshot collects the lines of one time and customer.
type snapshot struct {
	customer string
	status   string
	line     int
	coverage.Snapshot
}

// lines replays a file of readings, one a line. Lines of one time and customer are
// one snapshot; time never runs back.
func (r *replay) lines(in io.Reader) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 0, 64<<10), longestLine)
	var open instant
	n := 0
	for scanner.Scan() {
		n++
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		line := scanner.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		reading, err := readLine(line)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if len(open.all) > 0 && !reading.T.Equal(open.all[0].At) {
			if before := open.all[0].At; reading.T.Before(before) {
				return fmt.Errorf("line %d: time runs back, from %s to %s", n, before.Format(time.RFC3339), reading.T.Format(time.RFC3339))
			}
			if err := r.flush(open); err != nil {
				return err
			}
			open = instant{}
		}
		if err := open.collect(reading, n); err != nil {
			return err
		}
	}
	if err := scanner.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("line %d: longer than %d bytes", n+1, longestLine)
		}
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return r.flush(open)
}

// readLine reads a line and checks it for itself.
func readLine(line []byte) (replayReading, error) {
	var in replayReading
	if err := json.Unmarshal(line, &in); err != nil {
		if field, want := misfit(err); field != "" {
			return in, fmt.Errorf("%s is no %s", field, want)
		}
		return in, errors.New(`want a reading as JSON, as {"t":"2026-01-05T08:00:00Z","customer":"c1","module":"Exchange Online","status":"ok","scanned":1250,"protected":1247}`)
	}
	switch {
	case in.T == nil || in.T.IsZero():
		return in, errors.New("t is missing: the time of the reading")
	case in.Customer == "":
		return in, errors.New("customer is missing")
	}
	switch in.Status {
	case "ok":
		switch {
		case in.Module == "":
			return in, errors.New("module is missing")
		case in.Scanned == nil || in.Protected == nil:
			return in, errors.New("scanned or protected is missing")
		case *in.Scanned < 0 || *in.Protected < 0:
			return in, errors.New("scanned or protected is negative")
		}
	case "empty", "error":
	default:
		return in, fmt.Errorf("status is ok, empty or error, not %q", in.Status)
	}
	return in, nil
}

// misfit is the field of a line that holds what it cannot hold, and what it can.
func misfit(err error) (field, want string) {
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &moment):
		return "t", "time as 2026-01-05T08:00:00Z"
	case !errors.As(err, &kind):
		return "", ""
	case kind.Field == "scanned", kind.Field == "protected":
		return kind.Field, "whole number"
	case kind.Field == "t":
		return "t", "time as 2026-01-05T08:00:00Z"
	case kind.Field != "":
		return kind.Field, "text"
	}
	return "", ""
}

// instant are the snapshots of one time, in the order of their first lines.
type instant struct {
	all []*snapshot
	of  map[string]*snapshot // by customer
}

// collect adds a line to the snapshot of its customer.
func (m *instant) collect(in replayReading, n int) error {
	s := m.of[in.Customer]
	if s == nil {
		s = &snapshot{customer: in.Customer, status: in.Status, line: n, Snapshot: coverage.Snapshot{
			At: in.T.UTC(), Failed: in.Status == "error", Class: in.Class, Modules: map[coverage.Key]coverage.Count{},
		}}
		if m.of == nil {
			m.of = map[string]*snapshot{}
		}
		m.of[in.Customer], m.all = s, append(m.all, s)
	}
	if s.status != in.Status {
		return fmt.Errorf("line %d: the snapshot of line %d is %s, this line is %s", n, s.line, s.status, in.Status)
	}
	if in.Status == "ok" {
		key := coverage.Key{Tenant: in.Tenant, Module: in.Module}
		c := s.Modules[key]
		s.Modules[key] = coverage.Count{Scanned: c.Scanned + *in.Scanned, Protected: c.Protected + min(*in.Scanned, *in.Protected)}
		if s.Modules[key].Scanned < c.Scanned {
			return fmt.Errorf("line %d: scanned is too large", n)
		}
	}
	return nil
}

// flush judges the snapshots of one time.
func (r *replay) flush(open instant) error {
	for _, s := range open.all {
		if err := r.step(store.Customer{ID: s.customer, Name: s.customer}, s.Snapshot); err != nil {
			return err
		}
	}
	return nil
}
