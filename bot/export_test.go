package bot_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// rows reads a file.
func rows(t *testing.T, f fakeslack.File) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(string(f.Content))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return all
}

// The file holds a line for each module of each customer, as the store has
// them, whatever they are named.
func TestExport_hostileNames(t *testing.T) {
	t.Parallel()
	names := []string{
		`=HYPERLINK("https://evil.example","click")`, `+1+cmd|' /C calc'!A0`, "-1+1", "@SUM(1,1)", "\t=1+1",
		`Semicolon;=1+1;`, `"Quoted", Ltd`, "Line\nbreak", "Plain - Name + Co",
	}
	var customers []fakeavepoint.Customer
	for _, name := range names {
		customers = append(customers, fakeavepoint.Customer{Organization: name, Rows: []fakeavepoint.Row{
			{Module: "Exchange Online", Scanned: 1250, Protected: 1247},
			{Module: "=1+1", Scanned: 10, Protected: 10},
		}})
	}
	s := stageOf(t, customers...)
	s.sweep()
	s.slash(ben, ops, "export")
	s.sees(ben, ops, "is in your direct messages")
	s.eventually(func() bool { return len(s.slack.Files()) == 1 })
	file := s.slack.Files()[0]
	all := rows(t, file)
	if len(all) != 1+2*len(names) {
		t.Fatalf("%d lines:\n%s", len(all), file.Content)
	}
	for _, row := range all[1:] {
		for _, field := range row {
			if strings.ContainsAny(field[:min(1, len(field))], "=+-@\t\r") || strings.Contains(field, ";=") {
				t.Errorf("the cell %q begins a formula", field)
			}
		}
	}
	if strings.Contains(string(file.Content), "\ufeff") {
		t.Error("the file begins with a byte-order mark")
	}
	for _, m := range s.slack.Messages(file.ChannelIDs[0], ana) {
		t.Errorf("somebody else sees %+v", m)
	}
}

func TestExport_whatSlackRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, code, words string }{
		{"conversations.open", "missing_scope", "im:write"},
		{"files.getUploadURLExternal", "missing_scope", "files:write"},
		{"files.completeUploadExternal", "channel_not_found", "ref"},
		{"upload", "", "ref"},
	} {
		t.Run(c.method, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(s *setup) { s.avepoint.Customers = 20 })
			s.sweep()
			fault := fakeslack.Fault{Error: c.code, Times: 1}
			if c.code == "" {
				fault = fakeslack.Fault{Status: 500, Times: 1}
			}
			s.slack.Fail(c.method, fault)
			s.slash(ben, ops, "export")
			s.sees(ben, ops, c.words)
			s.never(ben, ops, "upload/v1") // the address is a secret
			s.slash(ben, ops, "export")    // and nothing is left of the first
			s.sees(ben, ops, "is in your direct messages")
			s.eventually(func() bool { return len(s.slack.Files()) == 1 })
		})
	}
}

// A second export of one person waits for the first to end; another person's
// does not.
func TestExport_oneAtATime(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.avepoint.Customers = 20 })
	s.sweep()
	s.slack.Fail("upload", fakeslack.Fault{Delay: 2 * time.Second, Times: 1})
	s.slash(ben, ops, "export")
	s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) == 1 })
	s.slash(ben, ops, "export")
	s.sees(ben, ops, "still being written")
	s.slash(ana, ops, "export")
	s.sees(ana, ops, "is in your direct messages")
	s.eventually(func() bool { return len(s.slack.Files()) == 2 })
	// The file is there a moment before the export is over.
	s.eventually(func() bool { return holds(s.slack.Messages(ops, ben)[0], []string{"is in your direct messages"}) })
	s.slash(ben, ops, "export")
	s.eventually(func() bool { return len(s.slack.Files()) == 3 })
}

// An export that is cut off says so, and no file stays behind, neither in
// Slack nor on the disk.
func TestExport_leavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder) // the one test with an environment of its own
	s := newStage(t, func(s *setup) {
		s.avepoint.Customers = 20
		s.bot.Grace = 200 * time.Millisecond
	})
	s.sweep()
	s.slash(ben, ops, "export")
	s.eventually(func() bool { return len(s.slack.Files()) == 1 })
	s.slack.Fail("upload", fakeslack.Fault{Delay: 20 * time.Second})
	s.slash(ben, ops, "export")
	s.eventually(func() bool { return s.slack.Calls("files.getUploadURLExternal") == 2 })
	s.stop()
	s.sees(ben, ops, "restarting")
	s.eventually(func() bool {
		left, err := filepath.Glob(filepath.Join(folder, "backup-overview-*"))
		return err == nil && len(left) == 0
	})
	if _, err := os.Stat(folder); err != nil {
		t.Error(err)
	}
}
