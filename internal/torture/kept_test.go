package main

import (
	"slices"
	"testing"

	"github.com/backup-overview/backup-overview/internal/store"
)

// TestWantsOf: what may be missing, and what may not.
func TestWantsOf(t *testing.T) {
	t.Parallel()
	var optional []string
	for _, w := range wantsOf([]row{
		{ID: "old", Channel: "C1", Topic: "digest/1", State: store.Superseded},
		{ID: "its file", Channel: "C1", Root: "old", Kind: store.ThreadFile, State: store.Superseded},
		{ID: "sent", Channel: "C1", Topic: "digest/1", State: store.Sent},
		{ID: "file of a sent one", Channel: "C1", Root: "sent", Kind: store.ThreadFile, State: store.Superseded},
		{ID: "newest, but superseded", Channel: "C2", Topic: "digest/1", State: store.Superseded},
		{ID: "superseded by nothing", Channel: "C1", State: store.Superseded},
		{ID: "dead", Channel: "C1", State: store.Dead},
		{ID: "open", Channel: "C3", State: store.Pending},
		{ID: "on its way", Channel: "C3", State: store.Sending},
	}) {
		if w.Optional {
			optional = append(optional, w.ID)
		}
		if (w.Kind == reply) != (w.Root != "") {
			t.Errorf("%+v", w)
		}
	}
	if !slices.Equal(optional, []string{"old", "its file", "open", "on its way"}) {
		t.Errorf("%q may be missing", optional)
	}
}
