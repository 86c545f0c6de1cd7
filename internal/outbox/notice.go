package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// noticeWhat is the What of the outbox's own notices.
	noticeWhat = "notice"
	// noticeFor is how long a notice is worth sending.
	noticeFor = 7 * 24 * time.Hour
	// repostedKey begins the Key of a message in the place of one that is gone.
	repostedKey = "re-posted/"
)

func isReposted(d store.Delivery) bool { return strings.HasPrefix(d.Key, repostedKey) }

// Kinds of notes.
const (
	noteParked  = "parked"
	noteDead    = "dead"
	noteDoubles = "doubles"
	noteBack    = "back"
)

// note is a trouble of the outbox, as it stands in a notice's Body.
type note struct {
	Kind    string `json:"kind"`
	Channel string `json:"channel,omitempty"`
	Class   string `json:"class,omitempty"`
	Since   int64  `json:"since,omitempty"` // ms
	Count   int    `json:"count,omitempty"`
}

// key lets a trouble be told once: a parked channel each time it is parked,
// messages given up once a day for each channel and cause, doubles once a day.
func (n note) key(now time.Time) string {
	day := now.UTC().Format(time.DateOnly)
	switch n.Kind {
	case noteDead:
		return fmt.Sprintf("notice/%s/%s/%s/%s", n.Kind, n.Channel, n.Class, day)
	case noteDoubles:
		return fmt.Sprintf("notice/%s/%s", n.Kind, day)
	}
	if n.Channel == "" { // the whole workspace
		return fmt.Sprintf("notice/%s//%s/%s", n.Kind, n.Class, day)
	}
	return fmt.Sprintf("notice/%s/%s/%d", n.Kind, n.Channel, n.Since)
}

// tell enqueues a notice to each who is told of troubles. Nobody is told in a
// channel about that channel, which could not be reached; that it is so stands
// in the log, the status and the metrics.
func (o *Outbox) tell(ctx context.Context, about store.Delivery, n note) {
	if o.options.Ops == nil {
		return
	}
	asking, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	rows, err := o.notices(o.options.Ops(asking), n)
	if err == nil && len(rows) > 0 {
		err = o.options.Store.Enqueue(ctx, o.now(), rows...)
		o.times.note(o.now())
	}
	if err != nil {
		o.log.Error("a notice could not be enqueued", "kind", n.Kind, "about", about.ID, "error", err.Error())
	}
}

// notices are the deliveries that tell a trouble.
func (o *Outbox) notices(targets []string, n note) ([]store.Delivery, error) {
	body, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	now := o.now()
	var rows []store.Delivery
	for _, target := range slices.Compact(slices.Sorted(slices.Values(targets))) {
		if target == "" || target == n.Channel {
			continue
		}
		rows = append(rows, store.Delivery{
			ID: store.NewDeliveryID(), Key: n.key(now) + "/" + target, Kind: store.NewMessage, Channel: target,
			What: noticeWhat, Body: body, Created: now, Expires: now.Add(noticeFor),
		})
	}
	return rows, nil
}

// notice renders a notice, with what is known now.
func (o *Outbox) notice(ctx context.Context, d store.Delivery) (formatting.Message, error) {
	var n note
	if err := json.Unmarshal(d.Body, &n); err != nil {
		return formatting.Message{}, fmt.Errorf("read a notice: %w", err)
	}
	v := formatting.DeliveryNoticeView{Channel: n.Channel, Class: n.Class, Count: n.Count, Now: o.now()}
	if o.options.Command != nil {
		v.Command = o.options.Command()
	}
	if n.Since != 0 {
		v.Since = time.UnixMilli(n.Since).UTC()
	}
	switch n.Kind {
	case noteDead:
		v.Kind = formatting.DeliveryDead
	case noteBack:
		v.Kind = formatting.DeliveryBack
	case noteDoubles:
		v.Kind = formatting.DeliveryDoubles
		stats, err := o.options.Store.DeliveryStats(ctx, o.now())
		if err != nil {
			return formatting.Message{}, err
		}
		v.Count, v.Since = int(stats.PossibleDoubles), time.Time{}
	default:
		v.Kind = formatting.DeliveryParked
		lane, _, err := o.parked(ctx, n.Channel)
		if err != nil {
			return formatting.Message{}, err
		}
		v.Waiting = lane.Waiting
	}
	return formatting.DeliveryNotice(v), nil
}

// returning remembers lanes that were parked and may come back.
type returning struct {
	mu    sync.Mutex
	since map[string]store.Lane
}

func (r *returning) add(l store.Lane) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since == nil {
		r.since = map[string]store.Lane{}
	}
	r.since[l.Channel] = l
}

func (r *returning) take(channel string) (store.Lane, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.since[channel]
	delete(r.since, channel)
	return l, ok
}

// tellBack tells of a lane that was parked and takes messages again.
func (o *Outbox) tellBack(ctx context.Context, channel string) {
	lane, ok := o.back.take(channel)
	if !ok {
		return
	}
	o.log.Info("a channel can be reached again", "channel", channel)
	o.tell(ctx, store.Delivery{}, note{Kind: noteBack, Channel: channel, Class: lane.Class, Since: lane.Parked.UnixMilli()})
}
