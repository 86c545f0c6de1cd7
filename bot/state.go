package bot

import (
	"errors"
	"sync"
	"time"
)

// State is what an operator may know of the bot from outside: no name, no id.
type State struct {
	// Connections is the number of sockets on which Slack was heard within
	// the last 35 s. Slack pings about every ten.
	Connections int `json:"connections"`
	// Refused says that Slack does not accept the tokens.
	Refused bool `json:"refused"`
	// Customers is the size of the directory; 0 before it was first read.
	Customers int `json:"customers"`
	// Stopping says that no new command is taken.
	Stopping bool `json:"stopping"`
	// Counts are what it has done.
	Counts Counts `json:"counts"`
}

// Ready reports whether a command would be answered now.
func (s State) Ready() bool { return s.Connections > 0 && !s.Refused && !s.Stopping }

// state is what is known of the connections.
type state struct {
	mu        sync.Mutex
	lines     []*line
	connected bool // ever
	refused   error
}

// freshness is how old the last sign of Slack may be for a socket to count.
const freshness = 35 * time.Second

// State returns how the bot is now.
func (b *Bot) State() State {
	s := b.state.read(time.Now())
	s.Customers = b.customers.size()
	s.Stopping = b.intake.desk.stopping()
	s.Counts = b.intake.tally.read()
	return s
}

func (s *state) read(now time.Time) State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := State{Refused: errors.Is(s.refused, ErrRefused)}
	for _, l := range s.lines {
		heard := time.Unix(0, l.state.heard.Load())
		if l.state.open.Load() > 0 && now.Sub(heard) <= freshness {
			out.Connections++
		}
	}
	return out
}

// connect notes the lines of a new session.
func (s *state) connect(lines []*line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines, s.refused = lines, nil
}

// refuse notes why there is no session.
func (s *state) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines, s.refused = nil, err
}

// wasConnected reports whether Slack ever said hello.
func (s *state) wasConnected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		s.connected = s.connected || l.state.connections.Load() > 0
	}
	return s.connected
}
