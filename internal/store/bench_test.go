package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

func benchStart() time.Time { return time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC) }

// benchFleet saves n customers.
func benchFleet(b *testing.B, s *store.Store, n int) []string {
	b.Helper()
	customers := make([]store.Customer, n)
	ids := make([]string, n)
	for i := range customers {
		ids[i] = fmt.Sprintf("%08x-4c1b-4b6e-9a3e-%012x", i*2654435761%(1<<32), i)
		customers[i] = store.Customer{
			ID: ids[i], Name: fmt.Sprintf("Customer %d GmbH", i), Owner: fmt.Sprintf("it@c%d.example", i),
			Tenants: []store.Tenant{{ID: fmt.Sprintf("%032x", i), Name: "Main tenant"}},
		}
	}
	if _, err := s.SaveDirectory(b.Context(), customers, benchStart()); err != nil {
		b.Fatal(err)
	}
	return ids
}

// module names as AvePoint has them.
func benchModules() []string {
	return []string{"Exchange Online", "OneDrive for Business", "SharePoint Online", "Microsoft Teams", "Microsoft 365 Groups", "Planner", "Power BI", "Teams Chat"}
}

// benchReading makes up a good reading of eight modules with a body of a
// usual size.
func benchReading(id string, at time.Time, counts []coverage.Count) store.Reading {
	r := store.Reading{CustomerID: id, At: at, Kind: store.Good}
	r.Body = fmt.Appendf(r.Body, `{"customerId":%q,"data":[`, id)
	for i, name := range benchModules()[:len(counts)] {
		r.Rows = append(r.Rows, coverage.Row{Tenant: "Main tenant", Module: name, Count: counts[i]})
		r.Body = fmt.Appendf(r.Body, `{"tenant":"Main tenant","module":%q,"scanned":%d,"protected":%d},`, name, counts[i].Scanned, counts[i].Protected)
	}
	return r
}

func benchCounts(random *rand.Rand) []coverage.Count {
	counts := make([]coverage.Count, len(benchModules()))
	for i := range counts {
		scanned := random.Int64N(3000)
		counts[i] = coverage.Count{Scanned: scanned, Protected: scanned - min(scanned, max(0, random.Int64N(60)-50))}
	}
	return counts
}

func BenchmarkStore_Fleet(b *testing.B) {
	for _, database := range storetest.Databases(b) {
		b.Run(database.Name, func(b *testing.B) {
			const n = 100_000
			s := storetest.Open(b, database.URL)
			began := time.Now()
			ids := benchFleet(b, s, n)
			saved := time.Since(began)
			random := rand.New(rand.NewPCG(1, 2))
			for from := 0; from < n; from += 64 {
				var group []store.Reading
				for i, id := range ids[from:min(from+64, n)] {
					if (from+i)%50 == 0 {
						continue // never read
					}
					group = append(group, benchReading(id, benchStart().Add(time.Duration(from)*time.Millisecond), benchCounts(random)))
				}
				if err := s.Record(b.Context(), "me", group); err != nil {
					b.Fatal(err)
				}
			}
			b.Logf("directory of %d in %v, first readings in %v", n, saved, time.Since(began)-saved)
			if pool := s.Pool(); pool != nil { // what its autovacuum does within a minute
				if _, err := pool.Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
					b.Fatal(err)
				}
			}
			began = time.Now()
			stats, err := store.Check(b.Context(), store.Options{URL: database.URL})
			if err != nil {
				b.Fatal(err)
			}
			b.Logf("%d MiB looked through in %v", stats.Bytes>>20, time.Since(began))
			now := benchStart().Add(time.Hour)
			for name, q := range map[string]store.FleetQuery{
				"gap":   {Order: store.ByGap, GapsOnly: true},
				"drop":  {Order: store.ByDrop},
				"age":   {Order: store.ByAge},
				"deep":  {Order: store.ByGap, Offset: n / 2},
				"stale": {Order: store.ByGap, StaleBefore: now},
				"list":  {Order: store.ByGap, IDs: ids[:10_000]},
			} {
				q.Limit, q.Now = 20, now
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						f, err := s.Fleet(b.Context(), q)
						if err != nil || len(f.Page) != 20 {
							b.Fatal(err, len(f.Page))
						}
					}
				})
			}
		})
	}
}

// BenchmarkStore_Record records a group of 64 readings that repeat the last.
func BenchmarkStore_Record(b *testing.B) {
	for _, database := range storetest.Databases(b) {
		b.Run(database.Name, func(b *testing.B) {
			s := storetest.Open(b, database.URL)
			ids := benchFleet(b, s, 6400)
			random := rand.New(rand.NewPCG(1, 2))
			counts := make([][]coverage.Count, len(ids))
			for i := range counts {
				counts[i] = benchCounts(random)
			}
			group := func(n int) []store.Reading {
				var readings []store.Reading
				for i := n * 64 % len(ids); len(readings) < 64; i++ {
					readings = append(readings, benchReading(ids[i], benchStart().Add(time.Duration(n)*time.Minute), counts[i]))
				}
				return readings
			}
			n := 0
			for ; n < len(ids)/64; n++ {
				if err := s.Record(b.Context(), "me", group(n)); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if err := s.Record(b.Context(), "me", group(n)); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/64, "µs/reading")
		})
	}
}

// BenchmarkStore_Year lives a year of a fleet of which 2 % of the modules
// change a day, read every hour, with the upkeep each day, and reports the
// size of the database for each module and day.
func BenchmarkStore_Year(b *testing.B) {
	days := 365
	if testing.Short() {
		days = 60
	}
	for _, database := range storetest.Databases(b) {
		b.Run(database.Name, func(b *testing.B) {
			for b.Loop() {
				year(b, storetest.Open(b, freshURL(b, database)), days)
			}
		})
	}
}

func freshURL(b *testing.B, d storetest.Database) string {
	b.Helper()
	if d.Name == "SQLite" {
		return storetest.SQLite(b)
	}
	return storetest.Postgres(b)
}

func year(b *testing.B, s *store.Store, days int) {
	b.Helper()
	const n, perDay = 64, 24
	empty, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	ids := benchFleet(b, s, n)
	random := rand.New(rand.NewPCG(1, 2))
	counts := make([][]coverage.Count, n)
	for i := range counts {
		counts[i] = benchCounts(random)
	}
	for hour := range days * perDay {
		at := benchStart().Add(time.Duration(hour) * time.Hour)
		readings := make([]store.Reading, n)
		for i, id := range ids {
			for m := range counts[i] {
				if random.IntN(50*perDay) == 0 {
					scanned := random.Int64N(3000)
					counts[i][m] = coverage.Count{Scanned: scanned, Protected: random.Int64N(scanned + 1)}
				}
			}
			readings[i] = benchReading(id, at, counts[i])
		}
		if err := s.Record(b.Context(), "me", readings); err != nil {
			b.Fatal(err)
		}
		if hour%perDay == 0 {
			if _, err := s.Upkeep(b.Context(), store.Retention{Readings: 35 * 24 * time.Hour, Rollups: 730 * 24 * time.Hour}, at); err != nil {
				b.Fatal(err)
			}
			if pool := s.Pool(); pool != nil { // a day is a fraction of a second here: autovacuum has no time
				if _, err := pool.Exec(b.Context(), `VACUUM`); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	full, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	perModuleDay := float64(full.Bytes-empty.Bytes) / float64(n*len(benchModules())*days)
	b.ReportMetric(perModuleDay, "B/module/day")
	if perModuleDay >= 100 && os.Getenv("CI") != "" {
		b.Errorf("%.1f bytes a module and day", perModuleDay)
	}
}
