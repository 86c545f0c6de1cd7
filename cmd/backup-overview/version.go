package main

import (
	"fmt"
	"io"
	"runtime/debug"
)

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "devel"
	}
	if settings["vcs.modified"] == "true" {
		return revision[:min(12, len(revision))] + "+changes"
	}
	return revision[:min(12, len(revision))]
}

// printVersion writes a line with the version, and one with what built it.
func printVersion(w io.Writer) {
	fmt.Fprintf(w, "backup-overview %s\n", version())
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintf(w, "%s %s\n", info.GoVersion, info.Main.Path)
	}
}
