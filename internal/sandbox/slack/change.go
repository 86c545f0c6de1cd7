package slack

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
)

// ErrClosed is returned by waits that Close ended.
var ErrClosed = errors.New("the workspace is closed")

// Kinds of change.
const (
	MessagePosted  = "message_posted"
	MessageChanged = "message_changed"
	MessageDeleted = "message_deleted"
	ViewOpened     = "view_opened" // also pushed
	ViewUpdated    = "view_updated"
	ViewClosed     = "view_closed"
	HomePublished  = "home_published"
	SocketOpened   = "socket_opened"
	SocketClosed   = "socket_closed"
	FileShared     = "file_shared"
	FrameRecorded  = "frame"     // Traffic has newer frames; Seq is the newest
	DirectoryMoved = "directory" // a user, channel or group was added or changed
	ChangesLost    = "lost"      // the reader was too slow; read everything again
)

// Change is one thing that happened, for the demo's page and for tests.
type Change struct {
	Kind      string
	ChannelID string
	UserID    string  // whose view or ephemeral message it is; "" for all
	Message   Message // for the message kinds; before its deletion for MessageDeleted
	View      View    // for the view kinds
	Sockets   int     // open sockets after a socket kind
	Seq       int     // of a frame
}

const feedLength = 1024

// feed is one reader of changes.
type feed struct {
	changes chan Change
	lost    bool
}

// Changes returns a feed of what happens from now on, and a function that ends
// it. The workspace never waits for a reader: one that lags by more than 1,024
// changes gets ChangesLost in place of those it missed. The feed is closed by
// its function and by Close.
func (w *Workspace) Changes() (<-chan Change, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := &feed{changes: make(chan Change, feedLength)}
	if w.closed {
		close(f.changes)
		return f.changes, func() {}
	}
	w.feeds[f] = struct{}{}
	return f.changes, sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.endFeed(f)
	})
}

func (w *Workspace) endFeed(f *feed) {
	if _, ok := w.feeds[f]; ok {
		delete(w.feeds, f)
		close(f.changes)
	}
}

func (w *Workspace) publish(c Change) {
	for f := range w.feeds {
		f.send(c)
	}
	w.stir()
}

// stir has everyone who waits look again.
func (w *Workspace) stir() {
	close(w.tick)
	w.tick = make(chan struct{})
}

// publishFrame tells of traffic only to readers who keep up: whoever reads
// Traffic later sees every frame anyway, and messages must not be lost for it.
func (w *Workspace) publishFrame(seq int) {
	for f := range w.feeds {
		if len(f.changes) < feedLength/2 {
			f.send(Change{Kind: FrameRecorded, Seq: seq})
		}
	}
}

func (f *feed) send(c Change) {
	if f.lost {
		select {
		case f.changes <- Change{Kind: ChangesLost}:
			f.lost = false
		default:
			return
		}
	}
	select {
	case f.changes <- c:
	default:
		f.lost = true
	}
}

// await waits until done, which is called with mu held, says so. It takes mu
// itself.
func (w *Workspace) await(ctx context.Context, done func() bool) error {
	for {
		w.mu.Lock()
		finished, tick := done(), w.tick
		w.mu.Unlock()
		if finished {
			return nil
		}
		select {
		case <-tick:
		case <-ctx.Done():
			return ctx.Err()
		case <-w.life.Done():
			return ErrClosed
		}
	}
}

// compareTS orders time stamps ("1700000000.000100"): by length first, since the
// seconds have no leading zero.
func compareTS(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
