package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// childMode tells this test binary to be another process that uses the store.
const childMode = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childMode) {
	case "":
		goleak.VerifyTestMain(m)
	case "write":
		os.Exit(childWrites(os.Args[len(os.Args)-1]))
	default:
		os.Exit(childOpens(os.Args[len(os.Args)-1]))
	}
}

// childOpens opens the store and says how that went, then waits to be told to
// end.
func childOpens(url string) int {
	s, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		fmt.Println(errors.Is(err, store.ErrInUse), err)
		return 3
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	if s.Close() != nil {
		return 4
	}
	return 0
}

// childWrites records readings for ever, and says each that is committed.
func childWrites(url string) int {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		fmt.Println(err)
		return 3
	}
	for n := int64(0); ; n++ {
		st, err := s.Standing(ctx, "c0", at(0))
		if err != nil {
			fmt.Println(err)
			return 3
		}
		n = max(n, st.Read.Unix()-at(0).Unix())
		group := []store.Reading{goodReading("c0", at(n+1), n+1), goodReading("c1", at(n+1), n+1)}
		if err := s.Record(ctx, "me", group); err != nil {
			fmt.Println(err)
			return 3
		}
		fmt.Println(n + 1)
		if n%50 == 0 {
			if _, err := s.Upkeep(ctx, store.Retention{Readings: time.Hour, Rollups: 24 * time.Hour}, at(n)); err != nil {
				fmt.Println(err)
				return 3
			}
		}
	}
}

// child starts this test binary as another process.
func child(t *testing.T, mode, url string) (*exec.Cmd, *bufio.Scanner, io.WriteCloser) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], url)
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out), in
}

// A second process is refused while the first lives, in either direction, and
// the sentence names the process.
func TestOpen_second_process(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	cmd, out, _ := child(t, "open", url)
	out.Scan()
	if text := out.Text(); !strings.HasPrefix(text, "true ") || !strings.Contains(text, "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("the second process says %q", text)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 3 {
		t.Error(err)
	}
	if _, err := store.Check(t.Context(), store.Options{URL: url}); err != nil {
		t.Errorf("looking at it is no second process: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	cmd, out, in := child(t, "open", url)
	if out.Scan(); out.Text() != "open" {
		t.Fatalf("%q", out.Text())
	}
	_, err := store.Open(t.Context(), store.Options{URL: url})
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "process "+strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("%v", err)
	}
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Error(err)
	}
	storetest.Open(t, url)
}

// A process that is killed in the middle of writing loses nothing that it said
// was recorded, and leaves a whole file.
func TestRecord_killed(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), store.Options{URL: database.URL})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.SaveDirectory(t.Context(), []store.Customer{{ID: "c0"}, {ID: "c1"}}, at(0)); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			last := int64(0)
			for round := range 8 {
				last = killWriter(t, database.URL, last, time.Duration(5+round*7)*time.Millisecond)
			}
			if last < 16 {
				t.Errorf("only %d readings in all", last)
			}
		})
	}
}

// killWriter has a process write, kills it a while after its second reading,
// and sees what is there. It returns the last reading of which it said so.
func killWriter(t *testing.T, url string, last int64, after time.Duration) int64 {
	t.Helper()
	cmd, out, _ := child(t, "write", url)
	said := last
	kill := time.AfterFunc(time.Hour, func() { _ = cmd.Process.Kill() })
	for n := 0; out.Scan(); n++ {
		var err error
		if said, err = strconv.ParseInt(out.Text(), 10, 64); err != nil {
			t.Fatalf("the writer says %q", out.Text())
		}
		if n == 1 {
			kill.Reset(after)
		}
	}
	_ = cmd.Wait()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	integrity(t, s)
	for _, id := range []string{"c0", "c1"} {
		st, err := s.Standing(t.Context(), id, at(0))
		if err != nil || st.Read.Before(at(said)) || st.Read.After(at(said+1)) || st.Gap != st.Read.Unix()-at(0).Unix() {
			t.Errorf("%s: read %v, gap %d, %v; said was %v", id, st.Read, st.Gap, err, at(said))
		}
		h, err := s.History(t.Context(), id, at(0), at(said+1))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(h.Spans); int64(got) != st.Gap {
			t.Errorf("%s: %d spans of %d readings", id, got, st.Gap)
		}
	}
	return said
}

// integrity has SQLite look at the whole file.
func integrity(t *testing.T, s *store.Store) {
	t.Helper()
	if s.Pool() != nil {
		return
	}
	var verdict string
	if err := s.Writer().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %q %v", verdict, err)
	}
}
