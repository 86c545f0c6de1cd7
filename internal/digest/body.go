package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// body is what a delivery says: ids and numbers. Names, and what the channel
// may see, are looked up when it is rendered.
type body struct {
	Subscription string    `json:"subscription,omitempty"`
	Customer     string    `json:"customer,omitempty"` // id; empty: all of the channel
	Schedule     string    `json:"schedule,omitempty"`
	Zone         string    `json:"zone,omitempty"`
	Planned      time.Time `json:"planned,omitzero"`
	Late         bool      `json:"late,omitempty"`
	Skipped      int       `json:"skipped,omitempty"`
	By           string    `json:"by,omitempty"`     // of a test, who wanted it
	Before       time.Time `json:"before,omitzero"`  // the digest that changes compare with; zero: none
	Changes      changes   `json:"changes,omitzero"` // at most mostKept of a kind
	Counts       [4]int    `json:"counts"`           // how many there were of the lists of Changes
	Scope        string    `json:"scope,omitempty"`  // stands for the customers that were counted

	// Was is what customers with the largest gaps lacked at Before, by id.
	Was map[string]int64 `json:"was,omitempty"`

	CSV   bool      `json:"csv,omitempty"`   // a file follows
	Since time.Time `json:"since,omitzero"`  // of a summary, since when nothing could be posted
	Class string    `json:"class,omitempty"` // and why

	Several []string `json:"several,omitempty"` // of a summary, the customers of whom alone the channel hears
}

// with gives the body its changes, cut to what is worth keeping.
func (b body) with(c changes) body {
	for i, list := range c.lists() {
		b.Counts[i] = len(*list)
		*list = (*list)[:min(len(*list), mostKept)]
	}
	b.Changes = c
	return b
}

// compared gives the body what the customers with the largest gaps lacked
// before, as far as the channel heard of them and that is known.
func (b body) compared(before, now snapshot) body {
	was, gaps := before.gaps(), now.gaps()
	for _, c := range b.Changes.New {
		if _, had := was[c.same().Customer]; !had && c.Known {
			was[c.same().Customer] = 0
		}
	}
	ids := make([]string, 0, len(gaps))
	for id := range gaps {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		if gaps[a] != gaps[b] {
			return int(min(1, max(-1, gaps[b]-gaps[a])))
		}
		return strings.Compare(a, b)
	})
	b.Was = map[string]int64{}
	for _, id := range ids[:min(len(ids), 2*tableRows)] {
		if gap, known := was[id]; known {
			b.Was[id] = gap
		}
	}
	return b
}

// ids are the customers that a body is about, of those of a scope, as the store
// takes them.
func (b body) ids(scope access.Scope) ([]string, access.Reason) {
	ids, reason := chosen(scope, access.ReasonNone, b.Customer)
	if b.Customer != "" || len(b.Several) == 0 || reason != access.ReasonNone {
		return ids, reason
	}
	several := []string{}
	for _, id := range b.Several {
		if scope.Includes(id) {
			several = append(several, id)
		}
	}
	return several, access.ReasonNone
}

// mark stands for some customers, nil for all.
func mark(ids []string) string {
	if ids == nil {
		return "all"
	}
	sum := sha256.New()
	for _, id := range ids {
		_, _ = fmt.Fprintln(sum, strings.ToLower(id))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func (b body) encode() []byte {
	data, err := json.Marshal(b)
	if err != nil { // strings, numbers and times of this century
		panic(fmt.Sprintf("encode a digest: %v", err))
	}
	return data
}

func readBody(d store.Delivery) (body, error) {
	var b body
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return b, fmt.Errorf("read digest %s: %w", d.ID, err)
	}
	return b, nil
}
