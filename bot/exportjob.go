package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
)

// exportJob is one export, which may outlast the answer to who asked for it.
type exportJob struct {
	done    chan struct{}
	message formatting.Message // after done
	nothing bool               // there was nothing to write, so that no file has come
	err     error

	mu   sync.Mutex
	left bool // who asked was told that it goes on
}

// outcome is how an export went, where nothing failed.
type outcome struct {
	message formatting.Message
	nothing bool // no file was made
}

func (j *exportJob) end(o outcome, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.message, j.nothing, j.err = o.message, o.nothing, err
	close(j.done)
}

// wait gives the outcome, or goesOn after a while.
func (j *exportJob) wait(ctx context.Context, goesOn formatting.Message) (formatting.Message, error) {
	timer := time.NewTimer(exportPatience)
	defer timer.Stop()
	select {
	case <-j.done:
		return j.message, j.err
	case <-timer.C:
	case <-ctx.Done():
		if cause := context.Cause(ctx); errors.Is(cause, errStopping) {
			return formatting.Message{}, cause
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.done:
		return j.message, j.err
	default:
		j.left = true
		return goesOn, nil
	}
}

// unheard reports whether nobody waits for the outcome.
func (j *exportJob) unheard() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.left
}

// late tells what the answer could not tell any more: a failure, or that there
// was nothing to write. A file that has come tells itself.
func (e *exports) late(ctx context.Context, q Request, job *exportJob) {
	if !job.unheard() || job.err == nil && !job.nothing {
		return
	}
	message := job.message
	if job.err != nil {
		var ref string
		message, ref = explain(job.err, q.Command)
		if errors.Is(context.Cause(ctx), errStopping) {
			message = formatting.Restarting()
		}
		e.memory.log.Warn("an export failed after its answer", "ref", ref, "user_id", q.Person.UserID, "err", job.err)
	}
	if err := e.files.web.post(context.WithoutCancel(ctx), q.Person.UserID, message); err != nil {
		e.memory.log.Warn("answer not delivered", "user_id", q.Person.UserID, "err", err)
	}
}
