package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Run is the suite that every database must pass. open gives a new, empty
// store.
func Run(t *testing.T, open func(t testing.TB) *store.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *store.Store){
		"empty": empty,

		"directory save":   directorySave,
		"directory shrink": directoryShrink,
		"directory claim":  directoryClaim,
		"customers pages":  customersPages,
		"id case":          idCase,
		"id long":          idLong,
		"job status":       jobStatus,

		"clock ahead":  clockAhead,
		"rewound":      rewound,
		"slow sweeps":  slowSweeps,
		"upkeep ahead": upkeepAhead,
		"many series":  manySeries,
		"dead replica": deadReplica,

		"watch":  watching,
		"pause":  pauses,
		"forget": forgotten,

		"record good":     recordGood,
		"record failures": recordFailures,
		"record behind":   recordBehind,
		"failing":         failing,
		"record twice":    recordTwice,
		"record unknown":  recordUnknown,
		"record add up":   recordAddUp,
		"record spans":    recordSpans,
		"record absent":   recordAbsent,
		"record odd text": recordOddText,
		"body":            bodies,

		"sweep":       sweep,
		"sweep pace":  sweepPace,
		"sweep late":  sweepSkips,
		"lease":       leases,
		"claim race":  claimRace,
		"claim order": claimOrder,
		"live":        live,
		"beat":        beats,

		"fleet":        fleet,
		"fleet orders": fleetOrders,
		"fleet model":  fleetModel,
		"past gaps":    pastGaps,
		"everyone":     everyone,

		"history model": historyModel,
		"upkeep model":  upkeepModel,
		"upkeep expire": upkeepExpire,

		"stats": stats,

		"incident":           incident,
		"incident acts":      incidentActs,
		"incident accepted":  incidentAccepted,
		"incident snoozed":   incidentSnoozed,
		"incident woken":     incidentWoken,
		"rechecked still":    recheckedStill,
		"incident unwatched": incidentUnwatched,
		"incident told":      incidentTold,
		"incident forgotten": incidentForgotten,
		"rechecks":           rechecks,
		"notes":              notes,
		"installation":       installation,
		"alert settings":     alertSettings,

		"bindings":           bindings,
		"binding case":       bindingCase,
		"suspensions":        suspensions,
		"moves":              moves,
		"lapses":             lapses,
		"forgotten bindings": forgottenBindings,

		"subscriptions":        subscriptions,
		"subscription pause":   subscriptionPause,
		"subscription ends":    subscriptionEnds,
		"forgotten subscriber": subscriptionForget,
		"slots":                slots,
		"slot race":            slotRace,

		"delivery claim":    deliveryClaim,
		"delivery again":    deliveryAgain,
		"delivery unsure":   deliveryUnsure,
		"delivery together": deliveryTogether,
		"delivery steps":    deliverySteps,
		"delivery topics":   deliveryTopics,
		"delivery ends":     deliveryEnds,
		"delivery replace":  deliveryReplace,
		"delivery race":     deliveryRace,
		"look-up race":      lookUpRace,
		"delivery prune":    deliveryPrune,

		"parked":            parked,
		"parked unsure":     parkedUnsure,
		"summaries":         summaries,
		"probes":            probes,
		"moving deliveries": moveDeliveries,

		"inbox": inbox,

		"gaps":     gaps,
		"gap days": gapDays,
		"troubles": troubles,
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// noon is when the suite begins.
func noon() time.Time { return time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC) }

// customer makes up customer n.
func customer(n int) store.Customer {
	return store.Customer{ID: id(n), Name: fmt.Sprintf("Customer %d", n), Owner: fmt.Sprintf("it@c%d.example", n), JobStatus: 1}
}

func id(n int) string { return fmt.Sprintf("c%04d", n) }

func customers(n int) []store.Customer {
	all := make([]store.Customer, n)
	for i := range all {
		all[i] = customer(i)
	}
	return all
}

// save saves a directory of n customers.
func save(t *testing.T, s *store.Store, n int, now time.Time) {
	t.Helper()
	if _, err := s.SaveDirectory(t.Context(), customers(n), now); err != nil {
		t.Fatal(err)
	}
}

func module(tenant, name string, scanned, protected int64) coverage.Row {
	return coverage.Row{Tenant: tenant, Module: name, Count: coverage.Count{Scanned: scanned, Protected: protected}}
}

// good is a good reading of customer n with one module.
func good(n int, at time.Time, scanned, protected int64) store.Reading {
	return store.Reading{
		CustomerID: id(n), At: at, Kind: store.Good, Rows: []coverage.Row{module("", "Exchange", scanned, protected)},
		Body: fmt.Appendf(nil, `{"n":%d,"scanned":%d,"protected":%d}`, n, scanned, protected),
	}
}

func failed(n int, at time.Time, class string) store.Reading {
	return store.Reading{CustomerID: id(n), At: at, Kind: store.Failed, Class: class}
}

func record(t *testing.T, s *store.Store, readings ...store.Reading) {
	t.Helper()
	if err := s.Record(t.Context(), "me", readings); err != nil {
		t.Fatal(err)
	}
}

func standing(t *testing.T, s *store.Store, n int, now time.Time) store.Standing {
	t.Helper()
	st, err := s.Standing(t.Context(), id(n), now)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func history(t *testing.T, s *store.Store, n int, from, to time.Time) coverage.History {
	t.Helper()
	h, err := s.History(t.Context(), id(n), from, to)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
