package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kelseyhightower/envconfig"
)

// Templates over the variables of Config. A SecretFile has no row of its own;
// fileNote speaks of all of them.
const (
	namesTemplate = "{{range .}}{{usage_key .}}\n{{end}}"
	helpTemplate  = "{{range .}}{{if ne (usage_type .) \"SecretFile\"}}" +
		"  {{usage_key .}}\t{{usage_default .}}\t{{usage_description .}}\n{{end}}{{end}}"
	readmeTemplate = "| Variable | Default | Meaning |\n|---|---|---|\n" +
		"{{range .}}{{if ne (usage_type .) \"SecretFile\"}}" +
		"| `{{usage_key .}}` | {{with usage_default .}}`{{.}}`{{end}} | {{usage_description .}} |\n{{end}}{{end}}"
	fileNote = "Each secret (both Slack tokens, the client secret, the certificate's password, DATABASE_URL) can come from a file instead: set NAME_FILE to its path."
)

const helpText = `Backup Overview answers /backup-overview in Slack with the coverage of backups
made with AvePoint Cloud Backup.

Usage: backup-overview [command]

  run       the bot (this is the default)
  demo      the bot against a simulated Slack and AvePoint, with a page to try it; needs no variable but HTTP_ADDR
  check     tries credentials, scopes, endpoints, the database and the clock, and says how to mend what is wrong; --json
  replay    runs the alert rules over a file of readings, or over what is remembered: replay [--customer ID] [--set rule=value] [--summary] [FILE]
  version   prints the version
  help      prints this

It is configured by the environment:

`

// printHelp writes the commands and the table of variables.
func printHelp(w io.Writer) {
	_, _ = io.WriteString(w, helpText)
	tabs := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = io.WriteString(tabs, describe(&Config{}, helpTemplate))
	_ = tabs.Flush()
	fmt.Fprintf(w, "\n%s\n", fileNote)
}

// variables lists the names that envconfig reads for spec.
func variables(spec any) []string {
	return strings.Fields(describe(spec, namesTemplate))
}

// describe runs one of the templates above over the variables of spec.
func describe(spec any, template string) string {
	var b strings.Builder
	if err := envconfig.Usagef("", spec, &b, template); err != nil {
		panic(err) // a mistake in one of the templates above
	}
	return b.String()
}
