package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// attempts is how often a transaction is tried that PostgreSQL gave up in
// favour of another, or whose connection was lost.
const attempts = 5

// queryer is what a database and a transaction have in common.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// write runs do in a transaction, again where that can help. After a
// connection that was lost during the commit, nobody knows whether it counted:
// do is run again with unsure set, and must find out where it matters.
func (s *Store) write(ctx context.Context, do func(tx *sql.Tx, unsure bool) error) error {
	unsure := false
	for attempt := 1; ; attempt++ {
		committing, err := once(ctx, s.db, nil, func(tx *sql.Tx) error { return do(tx, unsure) })
		again := err != nil && s.pool != nil && (isContested(err) || isLost(err))
		if !again || attempt == attempts || !s.pause(ctx, attempt, err) {
			return s.explain(ctx, err)
		}
		unsure = unsure || committing && isLost(err)
	}
}

// read runs do in a transaction that sees one state of the database.
func (s *Store) read(ctx context.Context, do func(tx *sql.Tx) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if s.pool != nil {
		options.Isolation = sql.LevelRepeatableRead
	}
	for attempt := 1; ; attempt++ {
		_, err := once(ctx, s.reads, options, do)
		again := err != nil && s.pool != nil && isLost(err)
		if !again || attempt == attempts || !s.pause(ctx, attempt, err) {
			return s.explain(ctx, err)
		}
	}
}

// once runs do in a transaction. It tells whether an error came from the
// commit.
func once(ctx context.Context, db *sql.DB, o *sql.TxOptions, do func(tx *sql.Tx) error) (committing bool, err error) {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return false, err
	}
	if err := do(tx); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			return false, errors.Join(err, back)
		}
		return false, err
	}
	return true, tx.Commit()
}

// pause waits before another attempt, and reports whether there is one. Where
// one connection was lost, the others that rest are as a rule lost too, and
// there may be more of them than attempts.
func (s *Store) pause(ctx context.Context, attempt int, err error) bool {
	if isLost(err) {
		s.pool.Reset()
	}
	wait := time.NewTimer(time.Duration(attempt) * (10*time.Millisecond + rand.N(20*time.Millisecond)))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}

// run executes statements that take nothing.
func run(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// perStatement bounds the rows of one statement: both databases bound its
// parameters, SQLite to 32,766.
const perStatement = 64

// insert adds rows, between the head of the statement up to VALUES and its
// tail.
func insert(ctx context.Context, tx *sql.Tx, head, tail string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), perStatement)
		var text strings.Builder
		text.WriteString(head)
		var args []any
		for i, row := range rows[:n] {
			if i > 0 {
				text.WriteString(", ")
			}
			text.WriteString("(" + marks(len(args)+1, len(row)) + ")")
			args = append(args, row...)
		}
		text.WriteString(" " + tail)
		if _, err := tx.ExecContext(ctx, text.String(), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// marks are n placeholders from $first on.
func marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
	}
	return b.String()
}

// each ranges over the rows of a query, scanning each.
func each(ctx context.Context, q queryer, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// forUpdate ends a SELECT whose rows of a table no other transaction may
// change until this one ends. SQLite has one writer, and no words for it.
func (s *Store) forUpdate(table string) string {
	if s.pool == nil {
		return ""
	}
	return " FOR UPDATE OF " + table
}

// alone has the transactions that begin with it wait for each other, over all
// replicas.
func (s *Store) alone(ctx context.Context, tx *sql.Tx) error {
	var one int
	return tx.QueryRowContext(ctx, `SELECT one FROM directory`+s.forUpdate("directory")).Scan(&one)
}

// ms is a time as the tables hold it: milliseconds since 1970, 0 for none.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the opposite of ms.
func at(t int64) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMilli(t).UTC()
}

// fold gives an id, or the name of a tenant, the spelling by which it is
// compared: AvePoint does not keep the case of ids.
func fold(id string) string { return strings.ToLower(strings.TrimSpace(text(id))) }

// folded are ids as they are compared, in order, each once.
func folded(ids []string) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = fold(id)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// text makes a string that both databases take: PostgreSQL refuses NUL and
// what is not UTF-8.
func text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
