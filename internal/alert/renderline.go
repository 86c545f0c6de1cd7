package alert

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/store"
)

// line is a step of an incident.
func (p *page) line(ctx context.Context) (formatting.Message, error) {
	i, found, err := p.a.options.Store.Incident(ctx, p.body.Incident)
	if err != nil {
		return formatting.Message{}, err
	}
	if !found { // its customer was forgotten
		return formatting.Message{}, &digest.ClosedError{Reason: access.ReasonOutOfScope}
	}
	l, err := p.stepOf(ctx, i)
	if err != nil {
		return formatting.Message{}, err
	}
	v := formatting.AlertLineView{Now: p.now, Family: i.Family, Line: l}
	critical := l.Severity == coverage.Crit && (l.Kind == coverage.LineEscalated || l.Kind == coverage.LineReopened)
	if l.Kind == coverage.LineReminder || critical { // a change of the message itself would call nobody
		settings, err := p.a.options.Store.ChannelAlerts(ctx, p.row.Channel)
		if err != nil {
			return formatting.Message{}, err
		}
		v.Mention = settings.Mention
		if p.body.Wide {
			v.Customer = i.Name
		}
	}
	if l.Key.Tenant != "" {
		standing, err := p.a.options.Store.Standing(ctx, i.CustomerID, p.now)
		if err != nil && !errors.Is(err, store.ErrUnknown) {
			return formatting.Message{}, err
		}
		v.Tenant = standing.TenantNames()[l.Key.Tenant]
	}
	return formatting.AlertLine(v), nil
}

// batch is a line about several incidents.
func (p *page) batch(ctx context.Context) (formatting.Message, error) {
	b := p.body.Batch
	v := formatting.AlertBatchView{
		At: time.UnixMilli(p.body.At), Now: p.now, Fired: b.Fired, Worse: b.Worse, Closed: b.Closed, Awake: b.Awake, Waiting: b.Waiting, Acked: b.Acked,
	}
	for _, a := range b.Acts {
		v.Acts = append(v.Acts, formatting.AlertBatchAct(a))
	}
	if b.Waiting > 0 || b.Call {
		settings, err := p.a.options.Store.ChannelAlerts(ctx, p.row.Channel)
		if err != nil {
			return formatting.Message{}, err
		}
		v.Mention = settings.Mention
	}
	return formatting.AlertBatch(v), nil
}

// stepOf is the line that a delivery is about.
func (p *page) stepOf(ctx context.Context, i store.Incident) (coverage.Line, error) {
	if p.body.Kind != 0 {
		return coverage.Line{
			At: time.UnixMilli(p.body.At).UTC(), Kind: coverage.LineKind(p.body.Kind), Severity: i.Severity, By: i.Acked.By,
			For: time.UnixMilli(p.body.At).Sub(i.Began()),
		}, nil
	}
	lines, err := p.a.options.Store.Lines(ctx, i.ID, p.body.Step-1)
	if err != nil {
		return coverage.Line{}, err
	}
	if len(lines) == 0 || lines[0].Step != p.body.Step {
		return coverage.Line{}, fmt.Errorf("alert %s: incident %s has no line %d", p.row.ID, i.ID, p.body.Step)
	}
	return lines[0].Line, nil
}
