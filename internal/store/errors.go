package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What is wrong with the database, for errors.Is. The text of each error that
// Open, Check and the methods return says the cause and the next step.
var (
	// ErrURL means that the address of the database is not usable.
	ErrURL = errors.New("database address not usable")
	// ErrInUse means that another process works on the SQLite file.
	ErrInUse = errors.New("database in use")
	// ErrNewer means that a newer version of the program has written the schema.
	ErrNewer = errors.New("database of a newer version")
	// ErrHalf means that a migration was applied by half.
	ErrHalf = errors.New("migration applied by half")
	// ErrCorrupt means that the SQLite file is damaged.
	ErrCorrupt = errors.New("database damaged")
	// ErrReadOnly means that the database cannot be written to.
	ErrReadOnly = errors.New("database read-only")
	// ErrUnreachable means that PostgreSQL cannot be reached or was lost, or
	// that the disk of the SQLite file gives errors.
	ErrUnreachable = errors.New("database unreachable")
	// ErrFull means that there is no room left.
	ErrFull = errors.New("no room for the database")
	// ErrBusy means that the database was locked for longer than the store waits.
	ErrBusy = errors.New("database busy")

	// ErrUnknown means that there is no such customer.
	ErrUnknown = errors.New("no such customer")
)

// Unavailable reports whether err means that the database cannot be used at
// the moment, so that nothing is wrong with what was asked of it.
func Unavailable(err error) bool {
	for _, kind := range []error{ErrUnreachable, ErrFull, ErrBusy, ErrCorrupt, ErrReadOnly} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// trouble is one of the errors above with words for the operator.
type trouble struct {
	kind, cause error
	text        string
}

func problem(kind, cause error, format string, args ...any) error {
	return &trouble{kind: kind, cause: cause, text: fmt.Sprintf(format, args...)}
}

// Error is the words, followed by what the driver said.
func (t *trouble) Error() string {
	if t.cause == nil {
		return t.text
	}
	return t.text + " (" + t.cause.Error() + ")"
}

// Unwrap gives the kind and the driver's error.
func (t *trouble) Unwrap() []error {
	if t.cause == nil {
		return []error{t.kind}
	}
	return []error{t.kind, t.cause}
}

// explain gives a driver's error its kind and words. Other errors stay as
// they are.
func (s *Store) explain(ctx context.Context, err error) error {
	var known *trouble
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, ErrUnknown):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errAltered):
		return s.lostBody(err)
	case s.pool == nil:
		return explainSQLite(s.path, err)
	}
	return explainPostgres(err)
}

func explainSQLite(path string, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return problem(ErrBusy, err, "The database %s is locked by another program. "+
			"Close whatever has it open; it works again by itself.", path)
	case sqlite3.SQLITE_FULL:
		return problem(ErrFull, err, "There is no room left for the database %s. "+
			"Make room on its disk; it works again by itself.", path)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return readOnly(path, err)
	case sqlite3.SQLITE_IOERR:
		return problem(ErrUnreachable, err, "The disk of the database %s gives errors. "+
			"See the system's log, and keep the database on a disk of this machine, not on a network share.", path)
	}
	return err
}

func explainPostgres(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if isLost(err) {
			return unreachable(err)
		}
		return err
	}
	switch {
	case e.Code == "53100":
		return problem(ErrFull, err, "PostgreSQL has no room left. Make room on its disk; it works again by itself.")
	case e.Code == "25006":
		return problem(ErrReadOnly, err, "PostgreSQL takes no writes: it is a replica or set read-only. "+
			"Point DATABASE_URL to the primary.")
	case e.Code == "42501":
		return problem(ErrReadOnly, err, "PostgreSQL does not let this user do what the store needs. "+
			"Let it make its tables and use them, as the owner of the database: GRANT CREATE, USAGE ON SCHEMA public TO the user of DATABASE_URL.")
	case e.Code == "57014":
		return problem(ErrBusy, err, "PostgreSQL ended a question because it took too long. "+
			"See what else loads the server, and that statement_timeout of this user leaves it a minute; it works again by itself.")
	case e.Code == "58030":
		return problem(ErrUnreachable, err, "The disk of PostgreSQL gives errors. See the log of the server and its disk.")
	case e.Code == "55P03", e.Code == "40001", e.Code == "40P01":
		return problem(ErrBusy, err, "PostgreSQL is busy with another change of the same rows. It works again by itself.")
	case isLost(err):
		return unreachable(err)
	}
	return err
}

func unreachable(err error) error {
	return problem(ErrUnreachable, err, "PostgreSQL cannot be reached. "+
		"See that it runs, that the network lets this machine through, and that DATABASE_URL names the right host, database and user; "+
		"it works again by itself.")
}

// isLost reports whether err means that there is no connection any more, or
// that none came about.
func isLost(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		// 08 connection; 28 and 3D refused at the door; 53300 too many; 57P stopped.
		for _, class := range []string{"08", "28", "3D", "53300", "57P"} {
			if strings.HasPrefix(e.Code, class) {
				return true
			}
		}
		return false
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// isContested reports whether PostgreSQL gave up this transaction in favour of
// another, so that it can be repeated.
func isContested(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// isMissingTable reports whether a table does not exist. SQLite has no code of
// its own for it.
func isMissingTable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "42P01"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_ERROR && strings.Contains(lite.Error(), "no such table")
}

// isSchemaError reports whether a statement of a migration met a schema that
// it does not fit.
func isSchemaError(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "42") && pg.Code != "42501" || strings.HasPrefix(pg.Code, "23")
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code()&0xff == sqlite3.SQLITE_ERROR || lite.Code()&0xff == sqlite3.SQLITE_CONSTRAINT)
}

func damaged(path string, cause error) error {
	return problem(ErrCorrupt, cause, "The database %[1]s is damaged. Stop the program and restore the newest copy: "+
		"mkdir damaged; mv %[1]s %[1]s-wal %[1]s-shm damaged/; cp %[2]s %[1]s. What was read since that copy is read anew.",
		path, backupName(path, "YYYY-MM-DD"))
}

func readOnly(path string, cause error) error {
	return problem(ErrReadOnly, cause, "The database %[1]s cannot be written to. "+
		"Give this process's user the right to write the file and its folder (chown), and see that the disk is not mounted read-only.", path)
}
