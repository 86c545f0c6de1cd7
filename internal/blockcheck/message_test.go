package blockcheck_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// padded is a message whose serialized blocks hold exactly n characters.
func padded(t *testing.T, n int) obj {
	t.Helper()
	blocks := arr{}
	for len(blocks) < 5 {
		blocks = append(blocks, section(mrkdwn("x")))
	}
	left := n - len(encode(t, blocks))
	for i := range blocks {
		more := min(left, 2999)
		blocks[i] = section(mrkdwn(strings.Repeat("x", 1+more)))
		left -= more
	}
	return obj{"text": "t", "blocks": blocks}
}

func TestMessage_rules(t *testing.T) {
	t.Parallel()
	attached := func(n int) obj {
		return obj{"text": "t", "attachments": many(n, func(int) any { return obj{"color": "good"} })}
	}
	tableText := obj{"text": "t", "blocks": arr{table(row(1))}}
	for _, r := range []rule{
		{name: "no text", good: obj{"text": "a"}, bad: obj{"text": "", "blocks": arr{}}, at: "/text", code: "no_text"},
		{name: "text type", good: obj{"text": "a"}, bad: obj{"text": 1}, at: "/text", code: "invalid_blocks"},
		{name: "no JSON object", good: obj{"text": "a"}, bad: "a", at: "", code: "invalid_blocks"},
		{name: "blocks no list", good: obj{"text": "a", "blocks": nil}, bad: obj{"text": "a", "blocks": "[]"}, at: "/blocks", code: "invalid_blocks_format"},
		{name: "tables", good: tableText, bad: obj{"text": "t", "blocks": arr{table(row(1)), dataTable(rows(2, 1)...)}}, at: "/blocks", code: "only_one_table_allowed"},
		{
			name: "table in attachment", good: tableText,
			bad: obj{"text": "t", "blocks": arr{table(row(1))}, "attachments": arr{obj{"blocks": arr{table(row(1))}}}}, at: "/blocks", code: "only_one_table_allowed",
		},
		{name: "attachments", good: attached(100), bad: attached(101), at: "/attachments", code: "too_many_attachments"},
		{
			name: "attachment block", good: obj{"text": "t", "attachments": arr{obj{"blocks": arr{divider()}}}},
			bad: obj{"text": "t", "attachments": arr{obj{"blocks": arr{obj{"type": "nope"}}}}}, at: "/attachments/0/blocks/0", code: "invalid_attachments",
		},
		{name: "serialized size", good: padded(t, 12_000), bad: padded(t, 13_201), at: "/blocks", code: "msg_blocks_too_long"},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			r.holds(t, blockcheck.Message)
		})
	}
	if refused := blockcheck.Refused(blockcheck.Message(encode(t, padded(t, 13_200)))); len(refused) > 0 {
		t.Errorf("13,200 characters: %v", refused)
	}
}

func TestUpdate_textLength(t *testing.T) {
	t.Parallel()
	rule{good: obj{"text": x(4000)}, bad: obj{"text": x(4001)}, at: "/text", code: "msg_too_long"}.holds(t, blockcheck.Update)
}

// TestWarnings: what Slack accepts, or may accept, is told and not refused.
func TestWarnings(t *testing.T) {
	t.Parallel()
	block := func(b ...any) obj { return obj{"text": "t", "blocks": b} }
	number := obj{"type": "raw_number", "value": 1}
	action := obj{"type": "action_cell", "element": with(button("a"), "action_id", "i")}
	for name, c := range map[string]struct {
		quiet, warned obj
		code          string
	}{
		"fallback text":    {block(divider()), obj{"blocks": arr{divider()}}, "missing_text"},
		"text cut":         {obj{"text": x(40_000)}, obj{"text": x(40_001)}, "msg_too_long"},
		"size":             {padded(t, 12_000), padded(t, 12_001), "disputed_limit"},
		"segments":         {block(pie(6)), block(pie(7)), "disputed_limit"},
		"series":           {block(line(6, 1)), block(line(7, 1)), "disputed_limit"},
		"data rows":        {block(dataTable(rows(101, 1)...)), block(dataTable(rows(102, 1)...)), "disputed_limit"},
		"data characters":  {block(dataTable(row(2), arr{cell(x(9000)), cell(x(998))})), block(dataTable(row(2), arr{cell(x(9000)), cell(x(999))})), "disputed_limit"},
		"number in table":  {block(table(row(1))), block(table(arr{with(number, "text", "1")})), "disputed_limit"},
		"number untexted":  {block(dataTable(row(1), arr{with(number, "text", "1")})), block(dataTable(row(1), arr{number})), "disputed_limit"},
		"number in header": {block(dataTable(row(1), row(1))), block(dataTable(arr{with(number, "text", "1")}, row(1))), "disputed_limit"},
		"action cells":     {block(dataTable(row(2), row(2))), block(dataTable(row(2), arr{action, action})), "disputed_limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if problems := blockcheck.Message(encode(t, c.quiet)); len(problems) > 0 {
				t.Errorf("quiet: %v", problems)
			}
			problems := blockcheck.Message(encode(t, c.warned))
			if !slices.ContainsFunc(problems, func(p blockcheck.Problem) bool { return p.Code == c.code && p.Warning }) {
				t.Errorf("no warning %q in %v", c.code, problems)
			}
			if refused := blockcheck.Refused(problems); len(refused) > 0 {
				t.Errorf("refused: %v", refused)
			}
		})
	}
	for name, b := range map[string]obj{"segments": pie(13), "series": line(13, 1), "rows": dataTable(rows(202, 1)...)} {
		if len(blockcheck.Refused(blockcheck.Message(encode(t, block(b))))) == 0 {
			t.Errorf("%s: beyond every page's limit, and passes", name)
		}
	}
}

func TestView_rules(t *testing.T) {
	t.Parallel()
	field := input(obj{"type": "plain_text_input"})
	filler := func(n int) obj { return with(modal(divider()), "note", strings.Repeat("x", n)) }
	alert := func(n int) obj { return obj{"type": "alert", "text": plainT(x(n)), "level": "error"} }
	for _, r := range []rule{
		{name: "title", good: with(modal(divider()), "title", plainT(x(24))), bad: with(modal(divider()), "title", plainT(x(25))), at: "/view/title/text"},
		{name: "no title", good: home(divider()), bad: with(modal(divider()), "title", nil), at: "/view"},
		{name: "submit", good: with(modal(divider()), "submit", plainT(x(24))), bad: with(modal(divider()), "submit", plainT(x(25))), at: "/view/submit/text"},
		{name: "close", good: with(modal(divider()), "close", plainT(x(24))), bad: with(modal(divider()), "close", plainT(x(25))), at: "/view/close/text"},
		{name: "close mrkdwn", good: with(modal(divider()), "close", plainT("a")), bad: with(modal(divider()), "close", mrkdwn("a")), at: "/view/close/type"},
		{name: "input needs submit", good: modal(field), bad: with(modal(field), "submit", nil), at: "/view"},
		{name: "callback_id", good: with(modal(divider()), "callback_id", x(255)), bad: with(modal(divider()), "callback_id", x(256)), at: "/view/callback_id"},
		{name: "private_metadata", good: with(modal(divider()), "private_metadata", x(3000)), bad: with(modal(divider()), "private_metadata", x(3001)), at: "/view/private_metadata"},
		{name: "external_id", good: with(modal(divider()), "external_id", x(255)), bad: with(modal(divider()), "external_id", x(256)), at: "/view/external_id"},
		{name: "blocks", good: modal(many(100, func(int) any { return divider() })...), bad: modal(many(101, func(int) any { return divider() })...), at: "/view/blocks"},
		{name: "no blocks", good: home(), bad: obj{"type": "home"}, at: "/view"},
		{name: "type", good: home(divider()), bad: obj{"type": "popup", "blocks": arr{}}, at: "/view/type"},
		{name: "alert", good: modal(alert(200)), bad: modal(alert(201)), at: "/view/blocks/0/text/text"},
		{name: "alert on Home", good: modal(alert(1)), bad: home(alert(1)), at: "/view/blocks/0"},
		{name: "table in modal", good: home(table(row(1))), bad: modal(table(row(1))), at: "/view/blocks/0"},
		{name: "markdown on Home", good: home(divider()), bad: home(obj{"type": "markdown", "text": "a"}), at: "/view/blocks/0"},
		{name: "file input", good: modal(input(obj{"type": "file_input"})), bad: home(input(obj{"type": "file_input"})), at: "/view/blocks/0/element"},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			r.code = "invalid_arguments"
			r.holds(t, blockcheck.View)
		})
	}
	size := len(encode(t, filler(0)))
	rule{good: filler(250<<10 - size), bad: filler(250<<10 - size + 1), at: "/view", code: "view_too_large"}.holds(t, blockcheck.View)
}

func TestProblem_String(t *testing.T) {
	t.Parallel()
	got := blockcheck.Message([]byte(`{"text":"t","blocks":[{"type":"section","text":{"type":"mrkdwn","text":""}}]}`))
	if len(got) != 1 || got[0].String() != "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]" {
		t.Errorf("got %v", got)
	}
}

func FuzzMessage(f *testing.F) {
	for _, seed := range []any{
		obj{"text": "t", "blocks": arr{table(row(2)), rich(leaf("a")), pie(2), line(2, 2)}},
		obj{"blocks": arr{container(layout(divider())), card("actions", arr{button("a")}), actions(static(2))}},
		modal(input(obj{"type": "checkboxes", "options": options(2)})),
	} {
		raw, err := json.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"blocks":[null,[],{"type":"table","rows":[[null],null]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, problems := range [][]blockcheck.Problem{
			blockcheck.Message(raw), blockcheck.Update(raw), blockcheck.View(raw), blockcheck.Blocks(raw),
		} {
			for _, p := range problems {
				if p.Code == "" || p.Text == "" {
					t.Errorf("empty problem %+v", p)
				}
			}
		}
	})
}
