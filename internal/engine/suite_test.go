package engine

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// The suite: both engines, as real processes, through what a process and its
// replicas go through.
const (
	// silence is the longest time without a tick of one second, whoever was
	// killed. River's own ticks take up to 25 seconds.
	silence = 15 * time.Second
	// resume is how long one process may take from its start to having done
	// what is due, the leases of a killed one included. Both are logged; on a
	// quiet machine they are below 5 seconds.
	resume = 15 * time.Second
	// election is how long River may take to have a leader.
	election = 30 * time.Second
)

func TestEngine_kill(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		rows := 2000
		if testing.Short() {
			rows = 300
		}
		b.add(t, rows)
		kills := 0
		for deadline := time.Now().Add(2 * time.Minute); b.pending(t) > rows/20; kills++ {
			if time.Now().After(deadline) {
				t.Fatalf("%d of %d rows are still due after %d kills", b.pending(t), rows, kills)
			}
			p := b.start(t, role{Owner: "killed", Row: time.Millisecond})
			if kills%2 == 1 { // on a busy machine others are killed before they have begun
				p.ready(t)
			}
			time.Sleep(50*time.Millisecond + rand.N(250*time.Millisecond))
			p.kill(t)
			b.sound(t)
		}
		b.start(t, role{Owner: "last", Row: time.Millisecond})
		took := b.drained(t, resume)
		t.Logf("%d kills; the last start did the rest in %v", kills, took)
		b.verify(t, rows)
	})
}

// sound sees that the database took no harm.
func (b *bench) sound(t *testing.T) {
	t.Helper()
	if b.engine != "local" {
		return
	}
	var verdict string
	if err := b.db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity_check says %q, %v", verdict, err)
	}
}

func TestEngine_kill_of_the_replica_that_works(t *testing.T) {
	t.Parallel()
	b := riverBench(t)
	slow := role{Row: 20 * time.Millisecond, Lease: 2 * time.Second}
	replicas := map[string]*replica{}
	for _, owner := range []string{"one", "two"} {
		r := slow
		r.Owner = owner
		replicas[owner] = b.start(t, r)
		replicas[owner].ready(t)
	}
	const rows = 300
	b.add(t, rows)
	var owner string
	eventually(t, silence, "a row under work", func() bool {
		return b.db.QueryRowContext(t.Context(), `SELECT owner FROM due WHERE done = 0 AND owner <> ''`).Scan(&owner) == nil
	})
	replicas[owner].kill(t)
	t.Logf("the rest was done in %v", b.drained(t, slow.Lease+silence+rows*slow.Row))
	b.verify(t, rows)
}

func TestEngine_loss_of_the_leader(t *testing.T) {
	t.Parallel()
	b := riverBench(t)
	replicas := map[string]*replica{} // by the name of the engine
	join := func(owner string) {
		p := b.start(t, role{Owner: owner})
		replicas[p.ready(t)] = p
	}
	join("one")
	join("two")
	leader := b.leader(t)
	replicas[leader].stop(t)
	delete(replicas, leader)
	t.Logf("SIGTERM: next tick after %v", b.nextTick(t, silence))
	join("three")
	leader = b.leader(t)
	replicas[leader].kill(t)
	delete(replicas, leader)
	t.Logf("SIGKILL: next tick after %v", b.nextTick(t, silence))
}

// leader waits until one replica leads, and is its engine's name.
func (b *bench) leader(t *testing.T) string {
	t.Helper()
	var name string
	eventually(t, election, "a leader", func() bool {
		return b.db.QueryRowContext(t.Context(), `SELECT leader_id FROM river_leader WHERE expires_at > now()`).Scan(&name) == nil
	})
	return name
}

// nextTick waits for a tick from now on that was not on its way already, and
// tells after what time it came.
func (b *bench) nextTick(t *testing.T, limit time.Duration) time.Duration {
	t.Helper()
	const underWay = 500 * time.Millisecond
	began := time.Now()
	eventually(t, limit, "a tick", func() bool {
		return b.starts(t, "tick", began.Add(underWay), began.Add(time.Hour)) > 0
	})
	return time.Since(began)
}

func TestEngine_kill_inside_a_tick(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		hanging := b.start(t, role{Owner: "hanging", Hang: true})
		hanging.ready(t)
		eventually(t, resume, "a hanging tick", func() bool {
			return b.starts(t, "tick", time.Time{}, time.Now()) > 0
		})
		if b.engine == "local" {
			hanging.kill(t)
		}
		b.start(t, role{Owner: "other"}).ready(t)
		if b.engine == "river" {
			hanging.kill(t)
		}
		for range 3 {
			t.Logf("next tick after %v", b.nextTick(t, silence))
		}
	})
}

func TestEngine_freeze(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		const rows, frozen = 1000, 10 * time.Second
		b.add(t, rows)
		p := b.start(t, role{Owner: "frozen", Row: time.Millisecond})
		p.ready(t)
		eventually(t, resume, "the first rows", func() bool { return b.pending(t) < rows })
		p.signal(t, syscall.SIGSTOP)
		time.Sleep(frozen)
		p.signal(t, syscall.SIGCONT)
		woken := time.Now()
		eventually(t, silence, "ticks after the freeze", func() bool {
			return b.starts(t, "tick", woken.Add(time.Second), time.Now()) > 0
		})
		for _, kind := range []string{"tick", "drain"} {
			if n := b.starts(t, kind, woken, woken.Add(time.Second)); n > 2 {
				t.Errorf("%d runs of %s started in the second after a freeze of %v", n, kind, frozen)
			}
		}
		b.drained(t, resume)
		b.verify(t, rows)
	})
}

func TestEngine_restart_before_the_first_period_ends(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		const lives, each = 5, 40
		for range lives {
			b.add(t, each)
			p := b.start(t, role{Owner: "short", Every: time.Minute, Row: time.Millisecond})
			p.ready(t)
			b.drained(t, resume)
			p.stop(t)
		}
		b.verify(t, lives*each)
	})
}

func TestEngine_four_starts_at_once_on_an_empty_database(t *testing.T) {
	t.Parallel()
	b := emptyBench(t)
	var replicas []*replica
	for _, owner := range []string{"one", "two", "three", "four"} {
		replicas = append(replicas, b.start(t, role{Owner: owner, Migrate: true}))
	}
	for _, p := range replicas {
		p.ready(t)
	}
}

// The lease is longer than the test, so that only a release, or the end of what
// was under way, lets the rows be done in time.
func TestEngine_stop_during_work(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		const rows = 100
		slow := role{Owner: "stopped", Row: 30 * time.Millisecond, Lease: time.Hour}
		b.add(t, rows)
		p := b.start(t, slow)
		name := p.ready(t)
		eventually(t, resume, "the first rows", func() bool { return b.pending(t) < rows })
		if b.engine == "local" {
			b.quick(t, p, name)
		}
		slow.Owner = "other"
		b.start(t, slow).ready(t)
		if b.engine == "river" {
			b.quick(t, p, name)
		}
		t.Logf("the rest was done in %v", b.drained(t, silence+rows*slow.Row))
		b.verify(t, rows)
	})
}

// quick stops p and sees that it took no time and left nothing behind that
// somebody would have to wait for.
func (b *bench) quick(t *testing.T, p *replica, name string) {
	t.Helper()
	if took := p.stop(t); took > 2*time.Second {
		t.Errorf("the stop took %v", took)
	}
	if held := b.number(t, `SELECT COUNT(*) FROM due WHERE done = 0 AND owner = $1`, p.role.Owner); held > 0 {
		t.Errorf("%d rows are still claimed", held)
	}
	if b.engine != "river" {
		return
	}
	if running := b.number(t, `SELECT COUNT(*) FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`, name); running > 0 {
		t.Errorf("%d jobs wait for their rescue", running)
	}
}
