package bot_test

import (
	"database/sql"
	"net"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// hanger stands before a PostgreSQL that can be made to hang: connections stay
// open, and nothing comes through any more.
type hanger struct {
	url   string
	hangs atomic.Bool
}

func newHanger(t *testing.T) *hanger {
	t.Helper()
	u, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hanger{}
	t.Cleanup(func() {
		h.hangs.Store(false)
		_ = listener.Close()
	})
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				_ = in.Close()
				continue
			}
			go h.pipe(out, in)
			go h.pipe(in, out)
		}
	}()
	u.Host = listener.Addr().String()
	h.url = u.String()
	return h
}

func (h *hanger) pipe(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		for h.hangs.Load() {
			time.Sleep(5 * time.Millisecond)
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// While PostgreSQL hangs, an overview is answered from the cache and by live
// calls as ever in a direct message, and what needs the database says soon that
// it does not answer. In a channel nobody knows what may be shown, so that the
// same is said of everything there.
func TestMemory_hungDatabase(t *testing.T) {
	t.Parallel()
	database := newHanger(t)
	s := newStage(t, func(s *setup) { s.database = database.url })
	defer database.hangs.Store(false) // before the stage ends
	s.forgive("storage")
	s.sweep()
	s.slash(ana, direct, "fabrikam")
	s.sees(ana, direct, "Fabrikam", "Refresh")
	database.hangs.Store(true)
	s.slash(ana, direct, "fabrikam")
	s.seesWithin(1500*time.Millisecond, ana, direct, "Fabrikam", "Refresh")
	for range 2 { // and once more, with the database left alone
		calls := s.avepoint.Calls(fakeavepoint.EndpointOverview)
		start := time.Now()
		s.pressIn(ana, direct, s.sees(ana, direct, "Fabrikam", "Refresh"), "overview_refresh")
		s.eventually(func() bool { return s.avepoint.Calls(fakeavepoint.EndpointOverview) > calls })
		if took := time.Since(start); took > 1500*time.Millisecond {
			t.Errorf("the live call begins after %v", took)
		}
		s.settle()
	}
	s.slash(ana, direct, "contoso retail") // in nobody's cache
	s.seesWithin(3*time.Second, ana, direct, "10 of 2,807", "Refresh")
	s.slash(ana, direct, "conto")
	s.seesWithin(1500*time.Millisecond, ana, direct, "Which one?")
	for _, text := range []string{"", "gaps", "trend fabrikam", "status", "export"} {
		s.slash(ana, direct, text)
		s.seesWithin(5*time.Second, ana, direct, "cannot reach its memory")
	}
	s.never(ana, direct, "AvePoint is busy")
	for _, text := range []string{"fabrikam", "conto", "", "gaps", "trend fabrikam", "status", "export", "scope", "bind fabrikam"} {
		s.slash(ana, ops, text)
		s.seesWithin(5*time.Second, ana, ops, "cannot reach its memory")
	}
	s.never(ana, ops, "Fabrikam")
}

// locked has another program hold the file of the store, until free is called.
func (s *stage) locked() (free func()) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(s.t.TempDir()), "*", "bot.db"))
	if err != nil || len(files) != 1 {
		s.t.Fatalf("%q: %v", files, err)
	}
	other, err := sql.Open("sqlite", files[0])
	if err != nil {
		s.t.Fatal(err)
	}
	held, err := other.Conn(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := held.ExecContext(s.t.Context(), "BEGIN IMMEDIATE"); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _, _ = held.Close(), other.Close() })
	return func() {
		if _, err := held.ExecContext(s.t.Context(), "ROLLBACK"); err != nil {
			s.t.Fatal(err)
		}
	}
}

// While another program holds the file, whoever wants to change something is
// told so, with a reference that is in the log; reading goes on, and afterwards
// everything does.
func TestMemory_lockedDatabase(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	free := s.locked()
	s.slash(ana, ops, "unwatch fabrikam")
	s.seesWithin(30*time.Second, ana, ops, "cannot reach its memory", "ref")
	s.slash(ana, ops, "trend fabrikam")
	s.sees(ana, ops, "Fabrikam", "protected")
	free()
	s.slash(ana, ops, "unwatch fabrikam")
	s.sees(ana, ops, "Fabrikam is not watched")
}

// With a store that is lost for good every question still has an answer.
func TestMemory_lostStore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.forgive("storage")
	s.sweep()
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "gaps", "trend fabrikam", "export", "unwatch fabrikam", "unwatch", "forget fabrikam"} {
		s.slash(ana, ops, text)
		s.sees(ana, ops, "(ref ")
	}
	s.slash(ana, ops, "status")
	s.pressOn(ana, s.sees(ana, ops, "cannot reach its memory", "Version"), "status_refresh")
	s.settle()
	s.sees(ana, ops, "cannot reach its memory", "Version")
	s.slash(ana, direct, "fabrikam") // which needs no store
	s.sees(ana, direct, "Fabrikam", "Refresh")
	s.never(ana, ops, "Fabrikam") // where the store says what may be shown
}
