package engine

import (
	"context"
	"database/sql"
	"testing"
	"time"
)

// A table is the suite's own: rows that are due once, claimed by leases, and a
// list of the runs that were started. One SQL text is for both databases.
type table struct{ db *sql.DB }

// create lays the table out, with rows due.
func (tb table) create(ctx context.Context) error {
	for _, statement := range []string{
		`CREATE TABLE due (key BIGINT PRIMARY KEY, owner TEXT NOT NULL, lease BIGINT NOT NULL, done BIGINT NOT NULL)`,
		`CREATE TABLE starts (at BIGINT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL)`,
	} {
		if _, err := tb.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// add makes rows due whose keys nobody has.
func (tb table) add(t *testing.T, rows int) {
	t.Helper()
	const statement = `WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < $1)
		INSERT INTO due SELECT n + (SELECT COALESCE(MAX(key), 0) FROM due), '', 0, 0 FROM k`
	if _, err := tb.db.ExecContext(t.Context(), statement, rows); err != nil {
		t.Fatal(err)
	}
}

// claim leases up to max rows to owner.
func (tb table) claim(ctx context.Context, owner string, limit int, lease time.Duration) ([]int64, error) {
	now := time.Now()
	rows, err := tb.db.QueryContext(ctx, `UPDATE due SET owner = $1, lease = $2
		WHERE key IN (SELECT key FROM due WHERE done = 0 AND lease <= $3 ORDER BY key LIMIT $4) AND done = 0 AND lease <= $3
		RETURNING key`, owner, now.Add(lease).UnixMilli(), now.UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []int64
	for rows.Next() {
		var key int64
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// finish counts one doing of a row that owner still has.
func (tb table) finish(ctx context.Context, owner string, key int64) error {
	_, err := tb.db.ExecContext(ctx, `UPDATE due SET done = done + 1 WHERE key = $1 AND owner = $2`, key, owner)
	return err
}

// release gives up owner's claims.
func (tb table) release(ctx context.Context, owner string) error {
	_, err := tb.db.ExecContext(ctx, `UPDATE due SET owner = '', lease = 0 WHERE owner = $1 AND done = 0`, owner)
	return err
}

// started takes down the start of a run.
func (tb table) started(ctx context.Context, kind, owner string) error {
	_, err := tb.db.ExecContext(ctx, `INSERT INTO starts VALUES ($1, $2, $3)`, time.Now().UnixMilli(), kind, owner)
	return err
}

// number is the answer to a question that has one.
func (tb table) number(t *testing.T, query string, args ...any) int {
	t.Helper()
	var n int
	if err := tb.db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func (tb table) pending(t *testing.T) int {
	t.Helper()
	return tb.number(t, `SELECT COUNT(*) FROM due WHERE done = 0`)
}

// starts counts the runs of kind that began in the time given.
func (tb table) starts(t *testing.T, kind string, from, to time.Time) int {
	t.Helper()
	return tb.number(t, `SELECT COUNT(*) FROM starts WHERE kind = $1 AND at >= $2 AND at < $3`, kind, from.UnixMilli(), to.UnixMilli())
}

// verify sees that all rows are done, each once, and that no process ran two of
// a kind at a time.
func (tb table) verify(t *testing.T, rows int) {
	t.Helper()
	if got := tb.number(t, `SELECT COUNT(*) FROM due WHERE done = 1`); got != rows {
		t.Errorf("%d of %d rows are done once; %d never", got, rows, tb.pending(t))
	}
	if overlaps := tb.number(t, `SELECT COUNT(*) FROM starts WHERE kind = 'overlap'`); overlaps > 0 {
		t.Errorf("%d runs overlapped another of their kind and process", overlaps)
	}
}

// eventually waits for what other processes do, and tells how long that took.
func eventually(t *testing.T, limit time.Duration, what string, done func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	ticker := time.NewTicker(25 * time.Millisecond)
	defer ticker.Stop()
	for !done() {
		if time.Since(began) > limit {
			t.Fatalf("%s did not come within %v", what, limit)
		}
		<-ticker.C
	}
	return time.Since(began)
}

// drained waits until no row is due.
func (tb table) drained(t *testing.T, limit time.Duration) time.Duration {
	t.Helper()
	return eventually(t, limit, "the end of the rows", func() bool { return tb.pending(t) == 0 })
}
