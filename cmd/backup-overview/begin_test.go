package main

import (
	"net/http"
	"testing"

	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// A database that is lost before the engine has started ends nothing: the works
// begin when it is back.
func TestProgram_starts_its_works_when_the_database_is_back(t *testing.T) {
	t.Parallel()
	s, database := newStaller(t, storetest.Postgres(t))
	s.word.Store([]byte("river_queue")) // the engine's first question
	e := newEstate(t, 20, 0, "DATABASE_URL="+database, "SWEEP_INTERVAL=2s", "SLACK_CONNECTIONS=1")
	r := e.start(t)
	eventually(t, "a database that says nothing", func() bool {
		return s.stalls.Load() && status(t, r.health+"/readyz") == http.StatusServiceUnavailable
	})
	s.stalls.Store(false)
	eventually(t, "the end of a sweep", func() bool {
		read, told := r.metric(t, `last_sweep_readings{outcome="good"}`)
		return told && read > 0
	})
	r.stops(t)
}
