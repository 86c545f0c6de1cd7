package bot

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

// audit answers /backup-overview audit, for admins: all acts as a CSV file in their
// direct messages.
func (a *alarms) audit(ctx context.Context, q Request) (Reply, error) {
	if err := a.memory.admin(q, "audit"); err != nil {
		return Reply{}, err
	}
	if err := parse(q.Text, a.memory.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	return Reply{
		Message: formatting.AuditStarted(),
		Then: func(ctx context.Context) (formatting.Message, error) {
			content, lines, err := auditCSV(ctx, a.memory.store)
			if err != nil {
				return formatting.Message{}, err
			}
			name := "backup-overview-audit-" + time.Now().UTC().Format("2006-01-02-1504") + ".csv"
			url, err := a.memory.exports.files.send(ctx, q.Person.UserID, name, bytes.NewReader(content), int64(len(content)))
			if err != nil {
				return formatting.Message{}, a.memory.exports.refused(err)
			}
			a.memory.log.Info("audit exported", "user_id", q.Person.UserID, "channel_id", q.Channel.ID, "lines", lines)
			return formatting.AuditReady(lines, url), nil
		},
	}, nil
}

// auditCSV is the audit as a file, and how many lines it has without its heading.
func auditCSV(ctx context.Context, s *store.Store) ([]byte, int64, error) {
	var b bytes.Buffer
	b.WriteString("at,who,action,channel,customer id,before,after\r\n")
	lines := int64(0)
	for e, err := range s.Audit(ctx) {
		if err != nil {
			return nil, 0, err
		}
		fields := []string{
			e.At.UTC().Format(time.RFC3339), formatting.Field(e.Who), formatting.Field(e.Action), formatting.Field(e.Channel),
			formatting.Field(e.Customer), formatting.Field(e.Before), formatting.Field(e.After),
		}
		b.WriteString(strings.Join(fields, ",") + "\r\n")
		lines++
	}
	return b.Bytes(), lines, nil
}
