package formatting

import (
	"slices"

	"github.com/slack-go/slack"
)

// maxWhole bounds a name that is shown in full; AvePoint's are a few hundred
// characters at most.
const maxWhole = 1000

// FullNames lists the whole names that [Overview] cuts on the same page: of
// the customer, the modules and the tenants.
func FullNames(v OverviewView) Message {
	names := judge(v).cutNames()
	if len(names) == 0 {
		return notice(line{say("No name was cut.")})
	}
	lines := []line{{say("In full:")}}
	for _, n := range names {
		lines = append(lines, line{span{kind: outside, text: shorten(n, maxWhole)}})
	}
	text := lines[0].text()
	for _, l := range lines[1:] {
		text += "\n" + l.text()
	}
	return Message{
		Text:   cut(text, maxPlain),
		Blocks: []slack.Block{paragraph(fitting(lines, maxBytes-200, "more name", "more names")...)},
	}
}

// cutNames are the cleaned names on the page that are longer than a message
// shows, each once.
func (o overview) cutNames() []string {
	var names []string
	note := func(s string) {
		if s = clean(s); s != unnamed && name(s) != s && !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	note(o.view.Customer)
	for _, m := range o.modulesShown() {
		note(m.Name)
		for _, r := range m.Rows {
			note(r.Tenant)
		}
	}
	for _, r := range o.view.Other[:min(len(o.view.Other), maxNoted)] {
		note(r.Module)
		note(r.Service)
	}
	return names
}
