package store

import (
	"context"
	"database/sql"
	"time"
)

// OpenBusy opens a store that waits for locks as long as busy says.
func OpenBusy(ctx context.Context, o Options, busy time.Duration) (*Store, error) {
	o.busy = busy
	return Open(ctx, o)
}

// Writer is the connection that writes.
func (s *Store) Writer() *sql.DB { return s.db }

// Tables are those of the newest schema.
func Tables() []string { return tables() }

// LeaseStatement is how customers are claimed.
const LeaseStatement = leaseStatement

// SendQuery is how it is found which deliveries may be claimed.
func SendQuery() string {
	return (&sendClaim{lane: openLane, due: mayGo}).channelsDue()
}
