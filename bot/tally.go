package bot

import (
	"sync/atomic"
	"time"
)

// Counts are what the bot has done since it started.
type Counts struct {
	Commands    int64         `json:"commands"`    // slash commands taken in, each once
	Presses     int64         `json:"presses"`     // presses on buttons and choices in menus, each once
	Acks        int64         `json:"acks"`        // envelopes acknowledged
	AckTime     time.Duration `json:"ack_time"`    // in all, from a frame's arrival until its ack was on its way
	Answers     int64         `json:"answers"`     // messages that Slack took for an answer
	Failures    int64         `json:"failures"`    // requests that ended with a reference
	TurnedAway  int64         `json:"turned_away"` // requests answered with "busy" or "restarting"
	Undelivered int64         `json:"undelivered"` // answers that Slack took on no way
}

// tally counts. Its zero value has counted nothing.
type tally struct {
	commands, presses, acks, ackTime, answers, failures, turnedAway, undelivered atomic.Int64
}

// acked notes an ack that took so long.
func (t *tally) acked(took time.Duration) {
	t.acks.Add(1)
	t.ackTime.Add(int64(took))
}

func (t *tally) read() Counts {
	return Counts{
		Commands:    t.commands.Load(),
		Presses:     t.presses.Load(),
		Acks:        t.acks.Load(),
		AckTime:     time.Duration(t.ackTime.Load()),
		Answers:     t.answers.Load(),
		Failures:    t.failures.Load(),
		TurnedAway:  t.turnedAway.Load(),
		Undelivered: t.undelivered.Load(),
	}
}
