package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL

	"github.com/backup-overview/backup-overview/internal/store"
)

// A database is one that a run has for itself.
type database struct {
	url    string
	driver string
	source string // for database/sql
	drop   func() error
}

// newDatabase makes an SQLite file in dir, or a new database of a PostgreSQL
// server, which drop takes away again.
func newDatabase(ctx context.Context, kind, server, dir string) (database, error) {
	switch kind {
	case "sqlite":
		path := filepath.Join(dir, "torture.db")
		return database{
			url: "sqlite://" + path, driver: "sqlite", source: "file:" + path + "?mode=ro&_pragma=busy_timeout(5000)",
			drop: func() error { return nil },
		}, nil
	case "postgres":
		return newPostgres(ctx, server)
	}
	return database{}, fmt.Errorf("-database is neither sqlite nor postgres: %q", kind)
}

func newPostgres(ctx context.Context, server string) (database, error) {
	u, err := url.Parse(server)
	if err != nil || server == "" {
		return database{}, errors.New("-server, or TEST_DATABASE_URL, has to be the URL of a PostgreSQL server")
	}
	name := fmt.Sprintf("torture_%d", time.Now().UnixNano())
	if err := administer(ctx, server, "CREATE DATABASE "+name); err != nil {
		return database{}, err
	}
	u.Path = "/" + name
	return database{url: u.String(), driver: "pgx", source: u.String(), drop: func() error {
		return administer(context.WithoutCancel(ctx), server, "DROP DATABASE "+name+" WITH (FORCE)")
	}}, nil
}

func administer(ctx context.Context, server, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// prepare makes the tables, so that what looks into them after the first kill
// finds them.
func (d database) prepare(ctx context.Context) error {
	db, err := store.Open(ctx, store.Options{URL: d.url})
	if err != nil {
		return err
	}
	return db.Close()
}

// look opens the database for reading what stands in it, beside the processes
// that work on it.
func (d database) look() (*sql.DB, error) {
	db, err := sql.Open(d.driver, d.source)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// joinClose closes c and keeps both errors.
func joinClose(err error, c io.Closer) error { return errors.Join(err, c.Close()) }
