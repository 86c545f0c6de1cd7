// Package store remembers customers and their readings, in SQLite or
// PostgreSQL, through one SQL text.
package store
