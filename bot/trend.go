package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// trendUsual is the span of a trend for which none was asked.
const trendUsual = formatting.Month

// trend answers /backup-overview trend <customer> [30d].
func (m *memory) trend(ctx context.Context, q Request, roll *roll) (Reply, error) {
	asked, span := parse(q.Text, m.finder.words()).span()
	if span != "" {
		if _, ok := trendSpan(span); !ok {
			return Reply{}, badSpan()
		}
	}
	if asked.Customer == "" {
		return Reply{}, noCustomer(q, "trend contoso 30d")
	}
	return m.about(ctx, q, roll, asked, span, m.trendOf)
}

// trendSpan reads a span as one types it.
func trendSpan(text string) (formatting.TrendSpan, bool) {
	spans := formatting.TrendSpans()
	switch strings.ToLower(text) {
	case "365d", "12m":
		return formatting.Year, true
	}
	i := slices.IndexFunc(spans, func(s formatting.TrendSpan) bool { return strings.EqualFold(s.String(), text) })
	if i < 0 {
		return trendUsual, false
	}
	return spans[i], true
}

// pressTrend answers the button Trend and those that change the span. On a
// message for the whole channel the trend stands beside it, for who pressed.
func (m *memory) pressTrend(ctx context.Context, q Request) (Reply, error) {
	reply, err := m.pressed(m.trendOf)(ctx, q)
	reply.Apart = q.Public
	return reply, err
}

// trendOf answers with the trend of one customer; the argument is the span.
func (m *memory) trendOf(ctx context.Context, q Request, c directory.Entry, argument string) (Reply, error) {
	view, err := m.trendView(ctx, q, c, argument)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: formatting.Trend(view)}, nil
}

// sharedTrend is a trend as it is shared: a [side]. The channel has no use for
// its buttons, whose answers are for one person.
func (m *memory) sharedTrend(ctx context.Context, q Request, c directory.Entry) (sides, error) {
	argument, _, _ := strings.Cut(readTicket(q.Value).note, ".")
	view, err := inTime(ctx, func(ctx context.Context) (formatting.TrendView, error) { return m.trendView(ctx, q, c, argument) })
	if err != nil {
		return sides{}, err
	}
	public := view
	public.SharedBy = q.Person.UserID
	return sides{
		channel: formatting.Trend(public),
		own: func(posted time.Time) formatting.Message {
			view.Posted = posted
			return formatting.Trend(view)
		},
	}, nil
}

// trendView is the trend of one customer as who asks sees it.
func (m *memory) trendView(ctx context.Context, q Request, c directory.Entry, argument string) (formatting.TrendView, error) {
	span, _ := trendSpan(argument)
	now := m.clock(ctx, q)
	from, to := span.Window(now)
	history, err := m.store.History(ctx, c.ID, from, to)
	if err != nil {
		return formatting.TrendView{}, m.changed(q, err)
	}
	token := m.customers.sealer.token(c.ID)
	view := formatting.TrendView{
		Customer:   c.Name,
		Command:    q.Command,
		Now:        now,
		Span:       span,
		Trend:      coverage.Lowest(history, from, to, span.Points()),
		DailyUntil: history.DailyUntil,
		Open:       token,
	}
	view.Began = view.Trend.First.At
	for _, s := range formatting.TrendSpans() {
		view.Spans[s] = ticket{token, s.String()}.String()
	}
	if !q.Channel.Direct {
		view.Share = ticket{token, span.String() + "." + nonce()}.String()
	}
	return view, nil
}
