package engine

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// migrating is the key of the advisory lock under which one replica at a time
// brings River's tables up to date. The number only has to be nobody else's.
const migrating = 0x72697665_72746162

// unlockLimit bounds the goodbye to a database that answers no more.
const unlockLimit = 5 * time.Second

// Migrate brings River's tables up to date. Replicas that start together wait
// for each other. It is called after the migrations of our own tables and not
// within them: River's are several transactions, which need each other's commit.
func Migrate(ctx context.Context, pool *pgxpool.Pool) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("river's tables: %w", err)
		}
	}()
	unlock, err := lock(ctx, pool)
	if err != nil {
		return err
	}
	defer unlock()
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// lock takes the advisory lock. A connection of its own holds it: one of the
// pool's could be the last one, for which the migration would wait for ever.
func lock(ctx context.Context, pool *pgxpool.Pool) (unlock func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	unlock = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockLimit)
		defer cancel()
		_ = conn.Close(ctx) // the lock ends with its connection, however that ends
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrating)); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}
