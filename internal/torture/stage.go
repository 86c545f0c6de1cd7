package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

// A stage is all that a run has for itself.
type stage struct {
	*world
	database database
	dir      string

	mu        sync.Mutex
	ambiguous map[string]bool // attempts that a kill has left open
}

func newStage(ctx context.Context, s settings) (*stage, error) {
	dir, err := os.MkdirTemp("", "torture-")
	if err != nil {
		return nil, err
	}
	st := &stage{dir: dir, ambiguous: map[string]bool{}}
	if st.database, err = newDatabase(ctx, s.database, s.server, dir); err == nil {
		err = st.database.prepare(ctx)
	}
	if err == nil {
		st.world, err = newWorld(s.seed, s.channels, s.history)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return st, nil
}

func (st *stage) close() error {
	st.world.close()
	return errors.Join(st.database.drop(), os.RemoveAll(st.dir))
}

// figures are what a run counts beside the tally.
type figures struct {
	kills     int
	ambiguous int // outcomes left open by a kill or a lost answer
	possible  int // doubles that the outbox itself counts as possible
}

// verdict prints the figures and returns errWrong where the tally is wrong.
// Where the app could not look into the history, a double is allowed for each
// outcome left open.
func (s settings) verdict(t tally, f figures) error {
	fmt.Fprintf(s.stdout, "wanted %d, found %d; lost %d, doubled %d, order broken %d, strange %d; kills %d, ambiguous %d, possible doubles %d\n",
		t.Wanted, t.Found, len(t.Lost), len(t.Doubled), len(t.Broken), len(t.Strange), f.kills, f.ambiguous, f.possible)
	allowed := 0
	if !s.history {
		allowed = min(f.ambiguous, f.possible)
	}
	for name, lines := range map[string][]string{"lost": t.Lost, "doubled": t.Doubled, "order broken": t.Broken, "strange": t.Strange} {
		most := 0
		if name == "doubled" {
			most = allowed
		}
		for _, line := range lines[:min(len(lines), 10)] {
			if len(lines) > most {
				fmt.Fprintf(s.stdout, "  %s: %s\n", name, line)
			}
		}
	}
	if len(t.Lost)+len(t.Broken)+len(t.Strange) > 0 || len(t.Doubled) > allowed {
		return fmt.Errorf("%w: lost %d, doubled %d of at most %d, order broken %d, strange %d",
			errWrong, len(t.Lost), len(t.Doubled), allowed, len(t.Broken), len(t.Strange))
	}
	return nil
}
