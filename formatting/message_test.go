package formatting

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

func TestMessage_Rungs(t *testing.T) {
	t.Parallel()
	m := Overview(contoso())
	rungs := slices.Collect(m.Rungs())
	if len(rungs) != 3 {
		t.Fatalf("%d rungs, want 3", len(rungs))
	}
	if diff := cmp.Diff(wire(t, m), wire(t, rungs[0])); diff != "" {
		t.Error("the first rung is not the message", diff)
	}
	var kinds []slack.MessageBlockType
	for _, b := range rungs[1].Blocks {
		kinds = append(kinds, b.BlockType())
	}
	want := []slack.MessageBlockType{slack.MBTHeader, slack.MBTRichText, slack.MBTRichText, slack.MBTRichText, slack.MBTContext, slack.MBTAction}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	wantText := m.Text + `
🟠 Microsoft 365 Group: protected 70 of 77 · coverage 90.9 % · no backup 7 · last job 93.5 GB (own storage)
🟠 Exchange Online: protected 1,247 of 1,250 · coverage 99.7 % · no backup 3 · last job 812.4 GB
OneDrive: protected 1,180 of 1,180 · coverage 100 % · last job 2.31 TB
Teams Chat: protected 300 of 300 · coverage 100 % · last job 4.1 GB`
	if diff := cmp.Diff(wantText, rungs[2].Text); diff != "" {
		t.Error(diff)
	}
}

// The rung with lines says the same as the table.
func TestMessage_Rungs_lines(t *testing.T) {
	t.Parallel()
	lines := indented(t, slices.Collect(Overview(contoso()).Rungs())[1])
	for _, text := range []string{`"🟠 Microsoft 365 Group"`, `"70 of 77"`, `"90.9 %"`, `"7"`, `"93.5 GB (own storage)"`, `" · no backup "`} {
		if !strings.Contains(string(lines), text) {
			t.Errorf("%s is missing in %s", text, lines)
		}
	}
}

func TestMessage_Rungs_withoutTable(t *testing.T) {
	t.Parallel()
	if rungs := slices.Collect(Restarting().Rungs()); len(rungs) != 2 || rungs[1].Text != Restarting().Text || rungs[1].Blocks != nil {
		t.Errorf("%+v", rungs)
	}
	bare := Message{Text: "only text"}
	if diff := cmp.Diff([]Message{bare}, slices.Collect(bare.Rungs())); diff != "" {
		t.Error(diff)
	}
}

func TestMessage_Rungs_longest(t *testing.T) {
	t.Parallel()
	m := Overview(many(137, strings.Repeat("漢", 300)))
	m.Text = strings.Repeat("long ", 500)
	text := slices.Collect(m.Rungs())[2].Text
	if utf8.RuneCountInString(text) > maxPlain || !strings.HasSuffix(text, " GB\n…") {
		t.Errorf("%d characters that end in %q", utf8.RuneCountInString(text), text[len(text)-20:])
	}
	text = slices.Collect(Message{Text: strings.Repeat("&amp;", 3000), Blocks: Restarting().Blocks}.Rungs())[1].Text
	if utf8.RuneCountInString(text) > maxPlain || strings.Trim(text, "&amp;…") != "" {
		t.Errorf("%d characters", utf8.RuneCountInString(text))
	}
}

// A picker says how many it lists, and never more than Slack takes.
func TestPicker_bounds(t *testing.T) {
	t.Parallel()
	hits := func(n int, name string) []Choice {
		choices := make([]Choice, n)
		for i := range choices {
			choices[i] = Choice{Name: name + number(int64(i)), Value: strings.Repeat("v", 20) + number(int64(i)), Gap: 1 << 40, Known: true}
		}
		return choices
	}
	for _, tt := range []struct {
		hits []Choice
		all  bool
	}{
		{hits(2, "Contoso"), true}, {hits(60, "Contoso"), true}, {hits(101, "C"), false}, {hits(5000, strings.Repeat("漢", 300)), false},
	} {
		m := Picker(PickerView{Query: "c", Hits: tt.hits})
		assertAccepted(t, m)
		picked := m.Blocks[1].(*slack.ActionBlock).Elements.ElementSet[0].(*slack.SelectBlockElement)
		n := len(picked.Options)
		if n > maxOptions || n == 0 || (n == len(tt.hits)) != tt.all {
			t.Errorf("%d of %d hits are listed", n, len(tt.hits))
		}
		if says := strings.Contains(m.Text, "the first "+number(int64(n))+" are listed"); says == tt.all {
			t.Errorf("%d of %d hits: %q", n, len(tt.hits), m.Text)
		}
		for _, o := range picked.Options {
			if !strings.HasSuffix(o.Text.Text, " without backup") || utf8.RuneCountInString(o.Text.Text) > maxOption {
				t.Fatalf("option %q", o.Text.Text)
			}
		}
	}
}

func BenchmarkOverview(b *testing.B) {
	for name, v := range map[string]OverviewView{
		"usual": contoso(), "modules=137": many(137, ""), "modules=137,long": many(137, strings.Repeat("漢", 300)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Overview(v)
			}
		})
	}
}

func BenchmarkOverview_wire(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		wire(b, Overview(contoso()))
	}
}
