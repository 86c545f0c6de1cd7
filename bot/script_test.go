package bot_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestScripts plays the conversations in testdata/script. A script reads like
// one: who types what where, and what is then seen.
//
//	slash WHO WHERE text…          types the command
//	press WHO WHERE action [label] presses a button, or chooses the option that says label
//	again                          repeats the last press, as fast as who has not seen its answer
//	sees WHO WHERE 'words'…        waits for the last message to hold all the words
//	never WHO WHERE 'words'        no message holds the words
//	messages WHO WHERE n           how many messages are seen
//	calls endpoint n               calls of AvePoint since the start
//	customer name module scanned protected …
//	avepoint endpoint key=value…   a fault (customer= status= retry= body= cut= drop= delay= times=)
//	slack method key=value…        a fault (status= error= times= retry=)
//	refused kind…                  Slack's refusals so far, which the script wants
//	later duration                 Slack's clock moves
//	logged 'words'                 the log holds the words
//	sweep                          the directory and all customers are read
//	file WHO 'words'…              waits for a new file in WHO's direct messages that holds all the words
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := &player{stage: newStage(t), t: t}
			for i, line := range strings.Split(string(archive.Comment), "\n") {
				p.line = fmt.Sprintf("%s:%d: %s", file, i+1, line)
				p.play(words(line))
			}
		})
	}
}

// player plays one script.
type player struct {
	*stage
	t    *testing.T
	line string
	last fakeslack.Click

	files int // seen
}

func (p *player) play(w []string) {
	p.t.Helper()
	if len(w) == 0 {
		return
	}
	defer func() {
		if p.t.Failed() {
			p.t.Log("at ", p.line)
		}
	}()
	switch w[0] {
	case "slash":
		p.slash(w[1], w[2], strings.Join(w[3:], " "))
	case "press":
		p.presses(w[1], w[2], w[3], strings.Join(w[4:], " "))
	case "again":
		p.click(p.last)
	case "sees":
		p.sees(w[1], w[2], w[3:]...)
	case "never":
		p.never(w[1], w[2], w[3])
	case "messages":
		p.count("messages", len(p.slack.Messages(w[2], w[1])), w[3])
	case "calls":
		p.count("calls of "+w[1], p.avepoint.Calls(fakeavepoint.Endpoint(w[1])), w[2])
	case "customer":
		p.customer(w[1], w[2:])
	case "avepoint":
		p.avepointFault(w[1], w[2:])
	case "slack":
		p.slackFault(w[1], w[2:])
	case "refused":
		p.forgive(w[1:]...)
	case "later":
		p.later(w[1])
	case "logged":
		if !strings.Contains(p.log.String(), w[1]) {
			p.t.Fatalf("the log does not hold %q:\n%s", w[1], p.log)
		}
	case "sweep":
		p.sweep()
	case "file":
		p.file(w[1], w[2:])
	default:
		p.t.Fatalf("unknown word %q", w[0])
	}
}

// words splits a line at spaces; 'quotes' hold words together, # begins a
// comment.
func words(line string) []string {
	line, _, _ = strings.Cut(line, "# ")
	var all []string
	for line = strings.TrimSpace(line); line != "" && line != "#"; line = strings.TrimSpace(line) {
		if rest, quoted := strings.CutPrefix(line, "'"); quoted {
			word, after, _ := strings.Cut(rest, "'")
			all, line = append(all, word), after
			continue
		}
		word, after, _ := strings.Cut(line, " ")
		all, line = append(all, word), after
	}
	return all
}

func (p *player) presses(user, channel, action, label string) {
	p.t.Helper()
	m := p.stage.last(user, channel, func(m fakeslack.Message) bool { return elementID(m.Blocks, action) != "" })
	click := fakeslack.Click{UserID: user, ChannelID: channel, MessageTS: m.TS, ActionID: elementID(m.Blocks, action)}
	if label != "" {
		click.Value = optionValue(m.Blocks, label)
		click.ActionID = elementIDOf(m.Blocks, action, click.Value)
	}
	p.click(click)
	p.last = click
	p.last.Mutate = sameValue(buttonValue(m.Blocks, click.ActionID))
}

func (p *player) click(c fakeslack.Click) {
	p.t.Helper()
	if _, err := p.slack.Click(p.t.Context(), c); err != nil {
		p.t.Fatalf("press: %v", err)
	}
}

// buttonValue is the value of the first button with this id.
func buttonValue(blocks json.RawMessage, id string) string {
	value := ""
	walk(blocks, func(o map[string]any) {
		if v, ok := o["value"].(string); ok && o["action_id"] == id && value == "" {
			value = v
		}
	})
	return value
}

// sameValue has a button say what it said, though the message may have another
// by now: who presses twice has not seen that yet.
func sameValue(value string) func(payload map[string]any) {
	return func(payload map[string]any) {
		if action := payload["actions"].([]any)[0].(map[string]any); value != "" {
			action["value"] = value
		}
	}
}

// elementIDOf is the id of the button with this value, or of the only element
// with this action.
func elementIDOf(blocks json.RawMessage, action, value string) string {
	found := elementID(blocks, action)
	walk(blocks, func(o map[string]any) {
		if id, _ := o["action_id"].(string); strings.HasPrefix(id, action) && o["value"] == value {
			found = id
		}
	})
	return found
}

func (p *player) count(what string, got int, want string) {
	p.t.Helper()
	if strconv.Itoa(got) != want {
		p.t.Fatalf("%s: %d, want %s", what, got, want)
	}
}

// customer puts a customer with these rows, before the bot looks.
func (p *player) customer(name string, rows []string) {
	p.t.Helper()
	c := fakeavepoint.Customer{Organization: name}
	for i := 0; i+2 < len(rows); i += 3 {
		scanned, _ := strconv.ParseInt(rows[i+1], 10, 64)
		protected, _ := strconv.ParseInt(rows[i+2], 10, 64)
		c.Rows = append(c.Rows, fakeavepoint.Row{Module: rows[i], Scanned: scanned, Protected: protected})
	}
	if id, ok := p.avepoint.ID(name); ok {
		p.avepoint.SetRows(id, c.Rows)
		return
	}
	p.avepoint.Put(c)
}

func (p *player) avepointFault(endpoint string, settings []string) {
	p.t.Helper()
	match := fakeavepoint.Match{Endpoint: fakeavepoint.Endpoint(endpoint)}
	var fault fakeavepoint.Fault
	if len(settings) == 1 && settings[0] == "well" {
		p.avepoint.ClearFaults()
		return
	}
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		n, _ := strconv.Atoi(value)
		switch key {
		case "customer":
			match.CustomerID, _ = p.avepoint.ID(strings.ReplaceAll(value, "_", " "))
		case "status":
			fault.Status = n
		case "retry":
			fault.RetryAfter = value
		case "body":
			fault.Body, fault.ContentType = value, "text/html"
		case "cut":
			fault.TruncateAt = n
		case "drop":
			fault.DropMidway = true
		case "other":
			fault.WrongCustomer = value
		case "oauth":
			fault.OAuthError = value
		case "delay":
			fault.Delay, _ = time.ParseDuration(value)
		case "times":
			fault.Times = n
		default:
			p.t.Fatalf("unknown setting %q", s)
		}
	}
	p.avepoint.Fault(match, fault)
}

func (p *player) slackFault(method string, settings []string) {
	p.t.Helper()
	var fault fakeslack.Fault
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		n, _ := strconv.Atoi(value)
		switch key {
		case "status":
			fault.Status = n
		case "error":
			fault.Error = value
		case "retry":
			fault.RetryAfter = value
		case "times":
			fault.Times = n
		default:
			p.t.Fatalf("unknown setting %q", s)
		}
	}
	p.slack.Fail(method, fault)
}

func (p *player) later(by string) {
	p.t.Helper()
	d, err := time.ParseDuration(by)
	if err != nil {
		p.t.Fatal(err)
	}
	p.slack.Advance(d)
}

// file waits for the next file, and for the person to have it.
func (p *player) file(user string, words []string) {
	p.t.Helper()
	p.eventually(func() bool { return len(p.slack.Files()) > p.files })
	f := p.slack.Files()[p.files]
	p.files++
	for _, w := range words {
		if !strings.Contains(string(f.Content), w) {
			p.t.Fatalf("%s does not hold %q:\n%s", f.Name, w, f.Content)
		}
	}
	if len(f.ChannelIDs) != 1 || len(p.slack.Messages(f.ChannelIDs[0], user)) == 0 {
		p.t.Fatalf("%s is in %v, and not in %s's direct messages", f.Name, f.ChannelIDs, user)
	}
}
