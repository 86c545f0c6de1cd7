package store

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// address is a database's URL, read.
type address struct {
	path     string // of the SQLite file
	postgres string // the URL of PostgreSQL; "": SQLite
}

// parseURL reads a URL. Its errors never repeat it: it may hold a password.
func parseURL(raw string) (address, error) {
	if strings.HasPrefix(raw, "postgres://") || strings.HasPrefix(raw, "postgresql://") {
		return address{postgres: raw}, nil
	}
	path, ok := strings.CutPrefix(raw, "sqlite://")
	switch {
	case !ok:
		return address{}, badURL("it begins neither with sqlite:// nor with postgres://")
	case path == "" || strings.HasSuffix(path, "/"):
		return address{}, badURL("it names no file")
	case strings.ContainsAny(path, "?#\x00") || strings.HasPrefix(path, ":memory:"):
		return address{}, badURL("after sqlite:// comes the path of a file and nothing else")
	}
	return address{path: filepath.Clean(path)}, nil
}

func badURL(why string) error {
	return problem(ErrURL, nil, "DATABASE_URL is not usable: %s. "+
		"Write sqlite://backup-overview.db, sqlite:///folder/backup-overview.db, or postgres://user:password@host:5432/database.", why)
}

// dsn is the file's name for the driver. Pragmas come in this order.
func dsn(path string, busy time.Duration, txlock string, pragmas ...string) string {
	q := url.Values{"_txlock": {txlock}}
	q.Add("_pragma", "busy_timeout("+strconv.FormatInt(busy.Milliseconds(), 10)+")")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}
