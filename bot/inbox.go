package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A press that changes something is stored before Slack is told that it has
// arrived, for Slack does not send it again: acked and lost must not be. Then it
// is worked on as every other. What a process that ends leaves undone is done by
// the next one. Presses that only read are acked first.

const (
	// inboxPatience bounds the storing of a press, which takes a few
	// milliseconds. Slack waits for three seconds for the ack.
	inboxPatience = time.Second
	// inboxEvery is how often somebody looks for presses left undone.
	inboxEvery = 30 * time.Second
	// inboxMost is how many are taken up in one look.
	inboxMost = 100
	// abandoned is the age from which nobody works on a press any more who began
	// to when it came.
	abandoned = personBudget + 10*time.Second
)

// inbox stores presses.
type inbox struct {
	store *store.Store
	alone bool      // no other process uses the store
	began time.Time // this process
	log   *slog.Logger

	mu   sync.Mutex
	owed map[string]bool // items that nobody is to work on, which the store has not heard of yet
}

func newInbox(s *store.Store, began time.Time, log *slog.Logger) *inbox {
	return &inbox{store: s, alone: s.Pool() == nil, began: began, log: log, owed: map[string]bool{}}
}

// inboxID is the id under which a press is stored.
func inboxID(press string) string {
	sum := sha256.Sum256([]byte(press)) // it holds the response_url, which is a secret
	return hex.EncodeToString(sum[:16])
}

// letter is a press as it is stored: without what would let its reader answer in
// the bot's place.
type letter struct {
	Team    string `json:"team"`
	User    string `json:"user"`
	Channel string `json:"channel"`
	Command string `json:"command"`
	Action  string `json:"action"`
	Value   string `json:"value"`
	Public  bool   `json:"public,omitempty"`
}

func letterOf(from caller, r Request) letter {
	return letter{
		Team: from.team, User: from.user, Channel: r.Channel.ID,
		Command: r.Command, Action: r.Action, Value: r.Value, Public: r.Public,
	}
}

// request is the press once more. What is answered is shown in the channel to
// who pressed.
func (l letter) request(id string) (caller, Request) {
	return caller{team: l.Team, user: l.User}, Request{
		Command: l.Command, Action: l.Action, Value: l.Value, Public: l.Public, press: id,
		Channel: place(l.Channel), answer: newAddress("", l.Channel, l.User),
	}
}

// taken is what the store says of a press.
type taken struct {
	first bool
	err   error
}

// take stores a press, once however often it comes. Late gives the store's
// answer where that took too long, which is the error.
func (b *inbox) take(ctx context.Context, from caller, r Request) (first bool, late <-chan taken, err error) {
	payload, err := json.Marshal(letterOf(from, r))
	if err != nil {
		return false, nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, inboxPatience, errStoreHangs)
	answer := make(chan taken, 1)
	go func() { // a database that is held by another program does not mind the context
		defer cancel()
		first, err := b.store.Take(ctx, store.InboxItem{ID: r.press, At: time.Now(), Payload: payload})
		answer <- taken{first, err}
	}()
	select {
	case t := <-answer:
		return t.first, nil, t.err
	case <-ctx.Done():
		return false, answer, fmt.Errorf("store a press: %w", context.Cause(ctx))
	}
}

// disown sees to it that nobody works on a press that may have been stored after
// its person was told that it was not.
func (b *inbox) disown(ctx context.Context, id string, late <-chan taken) {
	if late != nil {
		select {
		case <-late:
		case <-ctx.Done():
		}
	}
	b.finish(ctx, id)
}

// finish notes that a press was worked on, or is not to be.
func (b *inbox) finish(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
	defer cancel()
	err := b.store.Finish(ctx, id, time.Now())
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		delete(b.owed, id)
		return
	}
	b.owed[id] = true
	b.log.Warn("a press stays in the inbox", "err", err)
}

// debts are the presses that the store has still to hear of.
func (b *inbox) debts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []string
	for id := range b.owed {
		ids = append(ids, id)
	}
	return ids
}

// left are the presses that nobody works on, the oldest first: those from before
// this process began, where no other can have them, and those that are too old.
func (b *inbox) left(ctx context.Context, now time.Time) ([]store.InboxItem, error) {
	before := now.Add(-abandoned)
	if own := b.began.Add(-time.Millisecond); b.alone && own.After(before) {
		before = own
	}
	ctx, cancel := context.WithTimeoutCause(ctx, storePatience, errStoreHangs)
	defer cancel()
	return b.store.Unfinished(ctx, before, inboxMost)
}

// storing returns who stores an interaction before it is acked; nil where that
// comes first.
func (in *intake) storing(payload json.RawMessage) func(string, json.RawMessage, func(any)) error {
	var p struct {
		Type    slack.InteractionType `json:"type"`
		Actions []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
			Selected struct {
				Value string `json:"value"`
			} `json:"selected_option"`
		} `json:"actions"`
	}
	if json.Unmarshal(payload, &p) != nil {
		return nil
	}
	if p.Type == slack.InteractionTypeViewSubmission {
		return in.sent
	}
	for _, a := range p.Actions {
		value := a.Value
		if a.Selected.Value != "" {
			value = a.Selected.Value
		}
		if in.router.changed(formatting.ActionOf(a.ActionID), value) {
			return in.keep
		}
	}
	return nil
}

// keep takes a press that changes something. ack is called once, when it is
// stored, or cannot be.
func (in *intake) keep(envelopeID string, payload json.RawMessage, ack func(any)) error {
	from, presses, err := in.presses(envelopeID, payload)
	if len(presses) == 0 {
		ack(nil)
		return err
	}
	verdict := in.desk.submit(func(life context.Context) { in.kept(life, from, presses, ack) })
	if verdict == accepted {
		return nil
	}
	ack(nil)
	for _, r := range presses {
		in.turnAway(r, verdict)
	}
	return nil
}

// kept stores presses, acks them, and works on them.
func (in *intake) kept(life context.Context, from caller, presses []Request, ack func(any)) {
	work := make([]func(), 0, len(presses))
	for _, r := range presses {
		if r.press == "" { // beside one that changes something
			work = append(work, func() { in.work(life, from, r) })
			continue
		}
		first, late, err := in.inbox.take(life, from, r)
		switch {
		case err != nil:
			work = append(work, func() { in.unrecorded(life, r, late, err) })
		case first:
			work = append(work, func() { in.carryOut(life, from, r) })
		}
	}
	ack(nil)
	for _, do := range work {
		do()
	}
}

// carryOut works on a press that is stored. Cut off by the stop of the bot, it
// stays in the inbox.
func (in *intake) carryOut(life context.Context, from caller, r Request) {
	if in.work(life, from, r) {
		in.inbox.finish(life, r.press)
	}
}

// unrecorded says that a press could not be stored, and so is not worked on.
func (in *intake) unrecorded(life context.Context, r Request, late <-chan taken, err error) {
	ref := reference()
	in.tally.failures.Add(1)
	in.log.Warn("a press could not be stored", "ref", ref, "user_id", r.answer.user, "channel_id", r.Channel.ID, "action", r.Action, "err", err)
	ctx, cancel := context.WithTimeout(life, personBudget)
	defer cancel()
	in.say(ctx, r, formatting.NotRecorded(ref))
	in.inbox.disown(ctx, r.press, late)
}

// resume works on what was left undone, now and again until ctx ends.
func (in *intake) resume(ctx context.Context) {
	for {
		in.takeUp(ctx)
		if sleep(ctx, inboxEvery) != nil {
			return
		}
	}
}

// takeUp works on what was left undone, one after the other, for they may build
// on each other.
func (in *intake) takeUp(ctx context.Context) {
	for _, id := range in.inbox.debts() {
		in.inbox.finish(ctx, id)
	}
	items, err := in.inbox.left(ctx, time.Now())
	if err != nil && ctx.Err() == nil {
		in.log.Warn("nobody knows which presses are left undone", "err", err)
	}
	if len(items) == 0 {
		return
	}
	in.log.Info("presses left undone are taken up", "presses", len(items))
	done := make(chan struct{})
	verdict := in.desk.submit(func(life context.Context) {
		defer close(done)
		for _, item := range items {
			if life.Err() == nil {
				in.takeUpOne(life, item)
			}
		}
	})
	if verdict == accepted {
		<-done
	}
}

func (in *intake) takeUpOne(life context.Context, item store.InboxItem) {
	var l letter
	err := json.Unmarshal(item.Payload, &l)
	if err == nil && l.Channel == "" {
		err = errors.New("it names no channel")
	}
	if err != nil {
		in.log.Error("a press in the inbox cannot be read", "err", err)
		in.inbox.finish(life, item.ID)
		return
	}
	from, r := l.request(item.ID)
	in.carryOut(life, from, r)
}
