package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const (
	minPool        = 8 // connections for the store, and for the engine that shares the pool
	connectTimeout = 5 * time.Second
	// pongTimeout is how long a connection that has rested may take to show that
	// it still leads to a server, before it is replaced by another.
	pongTimeout = 2 * time.Second
	// greetTimeout bounds the first question: a server that takes connections
	// and says nothing is as good as none.
	greetTimeout = 10 * time.Second
	// unlockTimeout and closeTimeout bound the goodbyes to a server that may say
	// nothing any more. Locks and leases end without them.
	unlockTimeout = 2 * time.Second
	closeTimeout  = time.Second
	// migrateLock is the advisory lock under which replicas migrate, one after
	// the other: "backupov" in ASCII.
	migrateLock = 0x6261636b75706f76
)

// openPostgres makes the pool and sees that PostgreSQL takes writes.
func (s *Store) openPostgres(ctx context.Context, url string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The error holds the URL.
		return badURL("PostgreSQL's driver cannot read it")
	}
	config.MaxConns = max(config.MaxConns, minPool)
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	config.PingTimeout = pongTimeout
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		// Compiling a question that takes milliseconds takes longer than it.
		_, err := conn.Exec(ctx, `SET jit = off`)
		return err
	}
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return badURL("PostgreSQL's driver cannot use it")
	}
	s.db = stdlib.OpenDBFromPool(s.pool)
	s.reads = s.db
	return s.greet(ctx)
}

// greet sees that PostgreSQL answers and takes writes.
func (s *Store) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, greetTimeout)
	defer cancel()
	var readOnly string
	if err := s.db.QueryRowContext(ctx, `SHOW transaction_read_only`).Scan(&readOnly); err != nil {
		return err
	}
	if readOnly == "on" {
		return problem(ErrReadOnly, nil, "PostgreSQL takes no writes: it is a replica or set read-only. Point DATABASE_URL to the primary.")
	}
	return nil
}

// closePostgres closes the pool, which waits for every connection, but not for
// those that lead to nobody any more: these end with the process.
func (s *Store) closePostgres() error {
	closed := make(chan error, 1)
	go func() {
		var err error
		if s.db != nil {
			err = s.db.Close()
		}
		s.pool.Close()
		closed <- err
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeTimeout):
		s.log.Warn("connections to PostgreSQL left open", "waited", closeTimeout)
		return nil
	}
}

// migratePostgres migrates while no other replica does.
func (s *Store) migratePostgres(ctx context.Context) (err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connection for the migrations: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(migrateLock)); err != nil {
		return fmt.Errorf("lock for the migrations: %w", err)
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockTimeout)
		defer cancel()
		_, unlock := conn.Exec(ending, `SELECT pg_advisory_unlock($1)`, int64(migrateLock))
		err = errors.Join(err, unlock)
	}()
	p, err := schema(goose.DialectPostgres, s.db)
	if err != nil {
		return err
	}
	current, newest, err := versions(ctx, s.db, p)
	if err == nil {
		err = fits(current, newest)
	}
	if err == nil {
		err = migrate(ctx, p)
	}
	if err == nil {
		err = complete(ctx, s.db)
	}
	return err
}
