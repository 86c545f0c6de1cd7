package blockcheck_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// The builders make JSON that is right but for what a case changes.
type obj = map[string]any

type arr = []any

func x(n int) string { return strings.Repeat("ü", n) } // two bytes, one character

func many(n int, f func(i int) any) arr {
	list := arr{}
	for i := range n {
		list = append(list, f(i))
	}
	return list
}

// with copies an object and sets members; nil deletes one.
func with(o obj, pairs ...any) obj {
	copied := obj{}
	for k, v := range o {
		copied[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		if pairs[i+1] == nil {
			delete(copied, key)
			continue
		}
		copied[key] = pairs[i+1]
	}
	return copied
}

func mrkdwn(s string) obj  { return obj{"type": "mrkdwn", "text": s} }
func plainT(s string) obj  { return obj{"type": "plain_text", "text": s} }
func section(t obj) obj    { return obj{"type": "section", "text": t} }
func header(s string) obj  { return obj{"type": "header", "text": plainT(s)} }
func divider() obj         { return obj{"type": "divider"} }
func actions(e ...any) obj { return obj{"type": "actions", "elements": append(arr{}, e...)} }
func button(s string) obj  { return obj{"type": "button", "text": plainT(s)} }
func option(s string) obj  { return obj{"text": plainT(s), "value": s} }
func static(n int) obj {
	return obj{"type": "static_select", "options": options(n), "placeholder": plainT("p")}
}
func input(e obj) obj { return obj{"type": "input", "label": plainT("l"), "element": e} }

func options(n int) arr {
	return many(n, func(i int) any { return option("o" + string(rune('a'+i%26))) })
}

func picture() obj {
	return obj{"type": "image", "alt_text": "a", "image_url": "https://x.example/a.png"}
}

func rich(leaves ...any) obj {
	return obj{"type": "rich_text", "elements": arr{obj{"type": "rich_text_section", "elements": append(arr{}, leaves...)}}}
}

func leaf(s string) obj { return obj{"type": "text", "text": s} }
func cell(s string) obj { return obj{"type": "raw_text", "text": s} }

func row(n int) arr { return many(n, func(int) any { return cell("c") }) }

func table(rows ...any) obj { return obj{"type": "table", "rows": append(arr{}, rows...)} }

func dataTable(rows ...any) obj {
	return obj{"type": "data_table", "caption": "c", "rows": append(arr{}, rows...)}
}

func rows(n, width int) arr { return many(n, func(int) any { return row(width) }) }

func pie(n int) obj {
	return obj{"type": "data_visualization", "title": "t", "chart": obj{"type": "pie", "segments": many(n, func(int) any {
		return obj{"label": "l", "value": 1}
	})}}
}

// name makes distinct short names.
func name(i int) string { return "n" + string(rune('a'+i)) }

func line(series, points int) obj {
	categories := many(points, func(i int) any { return name(i) })
	return obj{"type": "data_visualization", "title": "t", "chart": obj{
		"type": "line", "axis_config": obj{"categories": categories},
		"series": many(series, func(s int) any {
			return obj{"name": name(s), "data": many(points, func(i int) any { return obj{"label": name(i), "value": -1.5} })}
		}),
	}}
}

// chart changes a chart's inside.
func chart(block obj, pairs ...any) obj {
	inner, _ := block["chart"].(obj)
	return with(block, "chart", with(inner, pairs...))
}

func card(pairs ...any) obj { return with(obj{"type": "card", "title": plainT("t")}, pairs...) }

func container(children ...any) obj {
	return obj{"type": "container", "title": plainT("t"), "child_blocks": append(arr{}, children...)}
}

func layout(items ...any) obj {
	return obj{"type": "layout", "label": "l", "rows": arr{obj{"items": many(len(items), func(i int) any {
		return obj{"block": items[i]}
	})}}}
}

func confirm(pairs ...any) obj {
	return with(obj{"title": plainT("t"), "text": plainT("t"), "confirm": plainT("c"), "deny": plainT("d")}, pairs...)
}

func modal(blocks ...any) obj {
	return obj{"type": "modal", "title": plainT("t"), "submit": plainT("s"), "blocks": append(arr{}, blocks...)}
}

func home(blocks ...any) obj { return obj{"type": "home", "blocks": append(arr{}, blocks...)} }

func encode(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// rule is one thing that Slack refuses: bad breaks it and nothing else, good is
// the same just within it.
type rule struct {
	name      string
	good, bad any
	at, code  string
	also      bool // the bad one breaks other rules too, elsewhere
}

// holds checks both sides of a rule.
func (r rule) holds(t *testing.T, check func([]byte) []blockcheck.Problem) {
	t.Helper()
	if problems := check(encode(t, r.good)); len(problems) > 0 {
		t.Errorf("the good one: %v", problems)
	}
	refused := blockcheck.Refused(check(encode(t, r.bad)))
	if len(refused) == 0 {
		t.Fatal("the bad one passes")
	}
	told := false
	for _, p := range refused {
		if p.Code != r.code {
			t.Errorf("code %q of %v, want %q", p.Code, p, r.code)
		}
		if p.Pointer != r.at && !r.also {
			t.Errorf("pointer %q of %v, want %q", p.Pointer, p, r.at)
		}
		told = told || p.Pointer == r.at
	}
	if !told {
		t.Errorf("nothing said of %q: %v", r.at, refused)
	}
}
