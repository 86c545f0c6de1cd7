package store_test

import (
	"testing"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

func TestStore_SQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB) *store.Store { return storetest.Open(t, storetest.SQLite(t)) })
}

func TestStore_PostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Postgres(t) // skips all at once where there is none
	storetest.Run(t, func(t testing.TB) *store.Store { return storetest.Open(t, storetest.Postgres(t)) })
}
