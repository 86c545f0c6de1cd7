package slack

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// triggerLife is how long a trigger_id opens a view.
const triggerLife = 3 * time.Second

// trigger is one trigger_id.
type trigger struct {
	userID string
	viewID string // of the view that it came from, "" for messages and commands
	born   time.Time
	used   bool
}

// newTrigger makes a trigger_id, and forgets those of hours ago.
func (w *Workspace) newTrigger(userID, viewID string) string {
	now := w.Now()
	if len(w.triggers) > keptRecords {
		for id, t := range w.triggers {
			if now.Sub(t.born) > time.Hour {
				delete(w.triggers, id)
			}
		}
	}
	id := fmt.Sprintf("%d.%d.%s", rand.Int64N(1e13), rand.Int64N(1e12), hexID(16))
	w.triggers[id] = &trigger{userID: userID, viewID: viewID, born: now}
	return id
}

// pull uses a trigger_id up.
func (w *Workspace) pull(id string) (*trigger, *callError) {
	t := w.triggers[id]
	code := ""
	switch {
	case t == nil:
		code = "invalid_trigger_id"
	case t.used:
		code = "exchanged_trigger_id"
	case w.Now().Sub(t.born) > triggerLife:
		code = "expired_trigger_id"
	}
	if code != "" {
		return nil, &callError{kind: RefusedTrigger, code: code}
	}
	t.used = true
	return t, nil
}
