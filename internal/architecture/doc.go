// Package architecture holds the tests that keep the project's shape: which
// package may import which. It has no code of its own.
package architecture
