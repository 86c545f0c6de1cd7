package slack

import (
	"context"
	"time"
)

// Reasons of Disconnect.
const (
	ReasonWarning           = "warning"             // served on for Options.WarningGrace, then closed
	ReasonRefreshRequested  = "refresh_requested"   // no new envelopes if there is another socket; closed after Options.WarningGrace
	ReasonLinkDisabled      = "link_disabled"       // closed at once
	ReasonTooManyWebsockets = "too_many_websockets" // closed at once
)

// Disconnect sends a disconnect frame of this reason over the n oldest open
// sockets (0: all) and ends them as Slack does for the reason.
func (w *Workspace) Disconnect(reason string, n int) {
	for _, s := range w.oldest(n) {
		switch reason {
		case ReasonLinkDisabled, ReasonTooManyWebsockets:
			w.turnAway(s, reason)
		default:
			s.leaving.Store(reason == ReasonRefreshRequested)
			w.sendDisconnect(s, reason)
			w.goWith(func() { w.endLater(s, w.options.WarningGrace, false) })
		}
	}
}

// turnAway says why and closes at once. It takes mu itself.
func (w *Workspace) turnAway(s *socket, reason string) {
	w.sendDisconnect(s, reason)
	s.hangUp()
}

func (w *Workspace) sendDisconnect(s *socket, reason string) {
	w.sendFrame(s, "disconnect", map[string]any{
		"type": "disconnect", "reason": reason,
		"debug_info": map[string]any{"host": "wss-sandbox"},
	})
}

// endLater closes a socket after a while, with a word where asked for.
func (w *Workspace) endLater(s *socket, after time.Duration, announce bool) {
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
		if announce {
			w.sendDisconnect(s, ReasonRefreshRequested)
		}
		s.hangUp()
	case <-s.gone:
	case <-w.life.Done():
	}
}

// Cut breaks the n oldest sockets (0: all) without any frame, muted ones too.
func (w *Workspace) Cut(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, s := range w.wire.sockets {
		if n == 0 || i < n {
			s.cut()
		}
	}
}

// Mute makes the n oldest open sockets (0: all) half-open: nothing is read from
// or written to them any more, pings included, and they stay registered with
// Slack until Cut, so that an envelope routed to one is lost.
func (w *Workspace) Mute(n int) {
	for _, s := range w.oldest(n) {
		s.muted.Store(true)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.publish(Change{Kind: SocketClosed, Sockets: w.audible()})
}

// Unroutable makes every new socket get only hello and this disconnect reason;
// "" ends it. For link_disabled and too_many_websockets storms.
func (w *Workspace) Unroutable(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wire.refuseWith = reason
}

// Sockets returns how many sockets are open and not muted.
func (w *Workspace) Sockets() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.audible()
}

// AwaitSockets waits until at least n sockets are open.
func (w *Workspace) AwaitSockets(ctx context.Context, n int) error {
	return w.await(ctx, func() bool { return w.audible() >= n })
}

func (w *Workspace) audible() int {
	n := 0
	for _, s := range w.wire.sockets {
		if !s.muted.Load() {
			n++
		}
	}
	return n
}

// oldest returns the n oldest sockets that are not muted; 0: all of them. It
// takes mu itself.
func (w *Workspace) oldest(n int) []*socket {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []*socket
	for _, s := range w.wire.sockets {
		if !s.muted.Load() && (n == 0 || len(list) < n) {
			list = append(list, s)
		}
	}
	return list
}
