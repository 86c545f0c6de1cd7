package formatting

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// OverviewView is one customer's overview as one person sees it.
//
// Buttons appear where their opaque value is given. A value should stay under
// 100 characters: the message's size is reckoned with that.
type OverviewView struct {
	Customer string // name, from outside
	Command  string // the command as Slack sent it
	Modules  []ModuleRow
	Other    []ModuleRow // rows of another service: shown apart, never counted

	ReadAt time.Time // when AvePoint was read; zero is no reading
	Now    time.Time // when the message is built, for ages in words

	Reading bool     // a live call is under way
	Stale   *Trouble // why the reading is an old one; nil where it is not
	Change  *int64   // objects without backup, today's less yesterday's; nil is unknown

	UnchangedSince time.Time // since when every reading has said the same; zero is unknown

	EmptySince time.Time // since when AvePoint has sent no modules of a customer that had some: Modules are of the last reading that had; zero is that it sends them
	Unwatched  bool      // the sweep leaves it out
	Until      time.Time // end of that; zero is without end
	Gone       time.Time // since when AvePoint does not list it; zero is that it does

	SharedBy string    // user id: the message is for a channel, shared by this person
	Posted   time.Time // when the asker shared it from here; zero is not yet

	Page int // page of the table from 0; one past the last is the first again

	Refresh   string // value of Refresh, called Try again where the reading is old
	Trend     string // value of Trend
	Share     string // value of Share here; ignored in a shared message
	More      string // value of the button that shows page Page+1; shown where there is more than one
	Names     string // value of the button that answers with [FullNames]; shown where a name was cut
	PortalURL string // AvePoint's portal; "" leaves the button out
}

// ModuleRow is a row of the overview: one module of one tenant.
type ModuleRow struct {
	Module  string // from outside
	Tenant  string // from outside; "" where AvePoint does not say
	Service string // from outside; told for rows of another service only

	Scanned, Protected int64

	Stored, StoredBYOS Size // size of the last job, at AvePoint and in the customer's own storage
}

// Overview renders a customer's overview: the answer first, then the modules,
// worst first, then what is odd, the age, and what one can do.
func Overview(v OverviewView) Message {
	o := judge(v)
	blocks := []slack.Block{header(v.Customer), paragraph(v.headline(o.summary))}
	if v.Stale != nil {
		blocks = append(blocks, paragraph(v.stale()))
	} else if l := v.emptied(); len(l) > 0 {
		blocks = append(blocks, paragraph(l))
	}
	if len(o.pages) > 0 {
		blocks = append(blocks, table(o.pages[o.page].rows))
	}
	if len(o.pages) > 1 {
		blocks = append(blocks, context(o.rest()))
	}
	blocks = append(blocks, o.notes...)
	if v.SharedBy != "" {
		blocks = append(blocks, paragraph(line{say("Shared by "), by(v.SharedBy)}))
	}
	if age := v.age(len(o.pages) > 0); len(age) > 0 {
		blocks = append(blocks, context(age))
	}
	return Message{Text: v.text(o.summary), Blocks: append(blocks, o.buttons()...)}
}

// overview is a view with its rows judged and parted into pages.
type overview struct {
	view    OverviewView
	summary coverage.Summary
	notes   []slack.Block
	pages   []page
	page    int // index of the page that is shown
}

func judge(v OverviewView) overview {
	v.Modules = cleaned(v.Modules)
	o := overview{view: v, summary: coverage.Summarize(coverageRows(v.Modules))}
	o.notes = v.notes(o.summary)
	o.pages = paged(moduleGroups(v.Modules, o.summary), tableRoom(o.notes))
	o.page = max(0, v.Page) % max(1, len(o.pages))
	return o
}

// modulesShown are the modules in the table.
func (o overview) modulesShown() []coverage.Module {
	if len(o.pages) == 0 {
		return nil
	}
	p := o.pages[o.page]
	return o.summary.Modules[p.first : p.first+p.modules]
}

// buttons are what one can do with the overview.
func (o overview) buttons() []slack.Block {
	v := o.view
	refresh, more := "Refresh", "More modules"
	if v.Stale != nil {
		refresh = "Try again"
	}
	if o.page == len(o.pages)-1 {
		more = "Back to the worst"
	}
	if len(o.pages) < 2 {
		v.More = ""
	}
	if v.Names != "" && len(o.cutNames()) == 0 {
		v.Names = ""
	}
	if v.SharedBy != "" {
		v.Share = ""
	}
	return actions(
		button(ActionRefresh, v.Refresh, refresh),
		button(ActionMore, v.More, more),
		button(ActionNames, v.Names, "Names in full"),
		button(ActionTrend, v.Trend, "Trend"),
		button(ActionShare, v.Share, "Share here"),
		link(ActionPortal, v.PortalURL, "Open in AvePoint"),
	)
}

// cleaned returns the rows with clean names, so that one module of two
// tenants is one module however its name is spelt in bytes.
func cleaned(modules []ModuleRow) []ModuleRow {
	rows := make([]ModuleRow, len(modules))
	for i, m := range modules {
		m.Module = clean(m.Module)
		if m.Tenant = clean(m.Tenant); m.Tenant == unnamed {
			m.Tenant = ""
		}
		rows[i] = m
	}
	return rows
}

// coverageRows are the rows as the judgement takes them.
func coverageRows(modules []ModuleRow) []coverage.Row {
	rows := make([]coverage.Row, len(modules))
	for i, m := range modules {
		rows[i] = coverage.Row{
			Module: m.Module, Tenant: m.Tenant,
			Count: coverage.Count{Scanned: m.Scanned, Protected: m.Protected},
		}
	}
	return rows
}
