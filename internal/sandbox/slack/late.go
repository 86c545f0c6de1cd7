package slack

import (
	"context"
	"net/http"
)

// serveLate does what was asked Fault.Late after the call came, whatever has
// become of the caller by then: so ends a request that waited in a queue of
// Slack's while its connection went. A fault that spoils answers long before
// that; any other answers the truth, to a caller who is still there.
func (w *Workspace) serveLate(rw http.ResponseWriter, r *http.Request, name string, f *Fault, perform func() ([]byte, []string, *callError)) {
	done := w.later(f, perform)
	if f.spoils() {
		if !w.pause(r.Context(), f.Delay) {
			panic(http.ErrAbortHandler)
		}
		w.noteFault(name, f)
		f.write(rw, nil)
		return
	}
	select {
	case e := <-done:
		w.writeAnswer(rw, name, e.body, e.scopes, e.failure)
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	case <-w.life.Done():
		panic(http.ErrAbortHandler)
	}
}

// ending is what a late call came to.
type ending struct {
	body    []byte
	scopes  []string
	failure *callError
}

// later performs a call after the fault's time, unless the workspace is closed
// before. It takes mu itself.
func (w *Workspace) later(f *Fault, perform func() ([]byte, []string, *callError)) <-chan ending {
	done := make(chan ending, 1)
	if !w.enter() {
		return done
	}
	w.countLate(1)
	go func() {
		defer w.running.Done()
		defer w.countLate(-1)
		if w.pause(w.life, f.Late) {
			body, scopes, failure := perform()
			done <- ending{body, scopes, failure}
		}
	}()
	return done
}

// countLate counts the calls still to be done, and wakes who waits for them. It
// takes mu itself.
func (w *Workspace) countLate(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late += n
	w.stir()
}

// AwaitLate waits until nothing is left that faults with Late have still to do.
// The error is the context's, or ErrClosed.
func (w *Workspace) AwaitLate(ctx context.Context) error {
	return w.await(ctx, func() bool { return w.late == 0 })
}
