package alert

import (
	"encoding/json"
	"slices"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// body is what a delivery says: which incidents, not what of them.
type body struct {
	Root     string `json:"root,omitempty"` // the delivery of the message
	Incident string `json:"incident,omitempty"`
	Step     int64  `json:"step,omitempty"` // of a line
	Page     int    `json:"page,omitempty"`
	Kind     int    `json:"kind,omitempty"` // of a reminder: the line's
	At       int64  `json:"at,omitempty"`
	Wide     bool   `json:"wide,omitempty"` // of a reminder: the channel sees it too
	Batch    *batch `json:"batch,omitempty"`

	Customers int `json:"customers,omitempty"` // of a headline
	Watched   int `json:"watched,omitempty"`
	Channels  int `json:"channels,omitempty"`
}

// batch counts the steps of a group since its last line.
type batch struct {
	Fired  int `json:"fired,omitempty"`
	Worse  int `json:"worse,omitempty"`
	Closed int `json:"closed,omitempty"`
	Awake  int `json:"awake,omitempty"` // snoozes that are over

	Waiting int   `json:"waiting,omitempty"` // reminders of what nobody looks after
	Acked   int   `json:"acked,omitempty"`   // reminders of what somebody does
	Wide    bool  `json:"wide,omitempty"`    // the channel sees it too
	Call    bool  `json:"call,omitempty"`    // something became critical: whoever is mentioned is called
	Acts    []act `json:"acts,omitempty"`
}

// act counts what a person did with incidents of a group.
type act struct {
	Kind coverage.LineKind `json:"kind"`
	By   string            `json:"by,omitempty"`
	N    int               `json:"n"`
}

// did counts an act.
func (b *batch) did(kind coverage.LineKind, by string) {
	same := func(a act) bool { return a.Kind == kind && a.By == by }
	if n := slices.IndexFunc(b.Acts, same); n >= 0 {
		b.Acts[n].N++
		return
	}
	b.Acts = append(b.Acts, act{kind, by, 1})
}

// empty reports whether it says nothing.
func (b *batch) empty() bool {
	return b.Fired+b.Worse+b.Closed+b.Awake+b.Waiting+b.Acked+len(b.Acts) == 0
}

func (b body) encode() []byte {
	raw, _ := json.Marshal(b) //nolint:errchkjson // numbers and strings
	return raw
}
