package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const (
	pingEvery = 15 * time.Second      // the page takes 40 s of silence for a lost connection
	patience  = 30 * time.Second      // for a browser that does not read
	gather    = 20 * time.Millisecond // changes so close together go out as one event
)

type changeJSON struct {
	Kind      string `json:"kind"`
	ChannelID string `json:"channel,omitempty"`
	UserID    string `json:"user,omitempty"`
	Sockets   int    `json:"sockets,omitempty"`
	Seq       int    `json:"seq,omitempty"`
}

// events streams what changes, as Server-Sent Events: "hello" at once, then
// "changes" with a list, and "ping". It says where something changed, not what:
// the page reads that again, so a lost event loses nothing for long.
func (p *page) events(w http.ResponseWriter, r *http.Request) {
	changes, stop := p.Workspace.Changes()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()

	err := send(w, "hello", map[string]string{"boot": p.boot})
	for err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-ping.C:
			err = send(w, "ping", struct{}{})
		case c, open := <-changes:
			if !open {
				return
			}
			err = send(w, "changes", batch(c, changes))
		}
	}
}

// batch waits a moment for more, and folds what is the same into one. Of frames
// only the last is told.
func batch(first slack.Change, more <-chan slack.Change) []changeJSON {
	var list []changeJSON
	seen := map[changeJSON]bool{}
	var frame changeJSON
	add := func(c slack.Change) {
		j := changeJSON{Kind: c.Kind, ChannelID: c.ChannelID, UserID: c.UserID, Sockets: c.Sockets, Seq: c.Seq}
		if c.Kind == slack.FrameRecorded {
			frame = j
			return
		}
		if !seen[j] || c.Kind == slack.MessagePosted { // posts are counted
			seen[j] = true
			list = append(list, j)
		}
	}
	add(first)
	enough := time.After(gather)
	for {
		select {
		case c, open := <-more:
			if !open {
				more = nil // the caller's next receive ends the stream
				continue
			}
			add(c)
		case <-enough:
			if frame.Kind != "" {
				list = append(list, frame)
			}
			return list
		}
	}
}

// send writes one event at once. The deadline replaces the server's own, which
// is meant for answers that end; where none can be set, the server's holds.
func send(w http.ResponseWriter, event string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	controller := http.NewResponseController(w)
	_ = controller.SetWriteDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, body); err != nil {
		return err
	}
	return controller.Flush()
}
