//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package store

import "os"

// flock does nothing: a system without flock does not keep a second process
// away. SQLite's own locks still keep the file whole.
func flock(*os.File) error { return nil }
