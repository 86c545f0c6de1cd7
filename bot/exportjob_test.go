package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
					job.end(ready, nil)
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

// A failure that nobody waits for comes by direct message; a success does not,
// for the file is there already.
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
		{left: true},
		{err: refusal}, // who asked has heard it
	} {
		e.late(t.Context(), q, job)
	}
	if len(told) != 1 || told[0] != "UBEN: Slack did not take the file." {
		t.Errorf("told: %q", told)
	}
}
