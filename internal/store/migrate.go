package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// tables are those of the newest schema.
func tables() []string {
	return []string{
		"directory", "customers", "standings", "overviews", "series", "points", "spans", "sweeps", "replicas",
		"bindings", "binding_customers", "audit",
		"subscriptions", "slots", "lanes", "deliveries", "totals", "inbox",
		"judgements", "incidents", "incident_lines", "tellings", "alert_messages", "channel_alerts", "alerting",
	}
}

// schema is goose over our migrations.
func schema(dialect goose.Dialect, db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, db, files,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

// versions says at which migration the database is, 0 for an empty one, and
// which is the newest that we know. It writes nothing.
func versions(ctx context.Context, db *sql.DB, p *goose.Provider) (current, newest int64, err error) {
	sources := p.ListSources()
	newest = sources[len(sources)-1].Version
	rows, err := db.QueryContext(ctx, `SELECT version_id FROM goose_db_version WHERE version_id > 0`)
	if err != nil {
		if isMissingTable(err) {
			return 0, newest, nil
		}
		return 0, newest, err
	}
	defer rows.Close()
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return 0, newest, err
		}
		current = max(current, v)
	}
	return current, newest, rows.Err()
}

// fits refuses a schema that this version must not touch.
func fits(current, newest int64) error {
	if current > newest {
		return problem(ErrNewer, nil, "The database has schema %d, of a newer version of backup-overview; this one knows %d. "+
			"Start that newer version, or restore a backup from before the update.", current, newest)
	}
	return nil
}

// migrate applies what is pending, each migration in a transaction of its own
// with its number, and then sees that everything is there.
func migrate(ctx context.Context, p *goose.Provider) error {
	if _, err := p.Up(ctx); err != nil {
		var partial *goose.PartialError
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.As(err, &partial) && isSchemaError(partial.Err) {
			return half(partial.Err)
		}
		return err
	}
	return nil
}

// complete sees that every table of the schema is there.
func complete(ctx context.Context, db *sql.DB) error {
	for _, table := range tables() {
		var one int
		err := db.QueryRowContext(ctx, `SELECT 1 FROM `+table+` WHERE 1 = 0`).Scan(&one)
		if isMissingTable(err) {
			return half(err)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

func half(cause error) error {
	return problem(ErrHalf, cause, "The schema of the database does not fit its number: a migration was applied by half, or tables were changed by hand. "+
		"Restore a backup (docs/operating.md), or start with an empty database.")
}
