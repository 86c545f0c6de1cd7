package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
)

// Who asked waits for a while; from then on the outcome is told in another way.
func TestExportJob_wait(t *testing.T) {
	t.Parallel()
	ready, goesOn := formatting.Message{Text: "ready"}, formatting.Message{Text: "goes on"}
	for name, c := range map[string]struct {
		after   time.Duration
		want    string
		unheard bool
	}{
		"at once":      {0, "ready", false},
		"just in time": {exportPatience - time.Second, "ready", false},
		"too late":     {exportPatience + time.Second, "goes on", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				job := &exportJob{done: make(chan struct{})}
				go func() {
					time.Sleep(c.after)
					job.end(outcome{message: ready}, nil)
				}()
				got, err := job.wait(t.Context(), goesOn)
				if err != nil || got.Text != c.want {
					t.Errorf("%q, %v; want %q", got.Text, err, c.want)
				}
				<-job.done
				if job.unheard() != c.unheard {
					t.Errorf("unheard: %v", job.unheard())
				}
			})
		})
	}
}

// When the bot stops, an export under way does not look like one that goes on.
func TestExportJob_stopping(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopping)
	job := &exportJob{done: make(chan struct{})}
	if m, err := job.wait(ctx, formatting.Message{Text: "goes on"}); !errors.Is(err, errStopping) {
		t.Errorf("%q, %v", m.Text, err)
	}
}

// A failure that nobody waits for comes by direct message, and so does that
// there was nothing to write; a success does not, for the file is there already.
func TestExports_late(t *testing.T) {
	t.Parallel()
	var told []string
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told = append(told, r.FormValue("channel")+": "+r.FormValue("text"))
		_, _ = w.Write([]byte(`{"ok":true,"channel":"D1","ts":"1.1"}`))
	}))
	defer slack.Close()
	e := newExports(&memory{log: slog.New(slog.DiscardHandler)}, newWeb(slack.URL+"/"), nil)
	q := Request{}
	q.Person.UserID = "UBEN"
	refusal := &UserError{Message: formatting.Message{Text: "Slack did not take the file."}}
	for _, job := range []*exportJob{
		{left: true, err: refusal},
		{left: true, message: formatting.Message{Text: "The file is there."}},
		{left: true, nothing: true, message: formatting.Message{Text: "There is nothing to export."}},
		{nothing: true, message: formatting.Message{Text: "Heard."}},
		{err: refusal}, // who asked has heard it
	} {
		e.late(t.Context(), q, job)
	}
	if want := []string{"UBEN: Slack did not take the file.", "UBEN: There is nothing to export."}; !slices.Equal(told, want) {
		t.Errorf("told: %q", told)
	}
}

// An export that is asked for while the bot stops is not told that it is busy.
func TestExports_beginStopping(t *testing.T) {
	t.Parallel()
	for v, want := range map[verdict]formatting.Message{closed: formatting.Restarting(), full: formatting.Overloaded()} {
		m, q := filled(t, 1)
		e := newExports(m, newWeb("http://127.0.0.1/"), func(func(context.Context)) verdict { return v })
		for range 2 { // and nothing is left of the first
			if _, err := e.begin(t.Context(), q, order{}); err == nil || err.Error() != want.Text {
				t.Errorf("%v: %v", v, err)
			}
		}
	}
}
