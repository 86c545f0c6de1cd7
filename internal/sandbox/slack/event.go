package slack

import (
	"context"
	"errors"
	"time"
)

// SendEvent delivers an inner event ({"type":"channel_archive",…}) in its outer
// event_callback and waits for the ack, repeating it as Options.EventRetries
// says, with retry_attempt and retry_reason. ErrNoAck or ErrNoSocket means that
// every try failed.
func (w *Workspace) SendEvent(ctx context.Context, event map[string]any) (Receipt, error) {
	payload := w.eventPayload(event)
	receipt, err := w.deliver(ctx, envelope{kind: "events_api", payload: payload})
	attempts := 1
	for retry, pause := range w.options.EventRetries {
		if !errors.Is(err, ErrNoAck) && !errors.Is(err, ErrNoSocket) {
			break
		}
		if !w.pause(ctx, pause) {
			return receipt, context.Cause(ctx)
		}
		attempts++
		receipt, err = w.deliver(ctx, envelope{
			kind: "events_api", payload: payload, retry: retry + 1, retryReason: retryReason(err),
		})
	}
	receipt.Attempts = attempts
	return receipt, err
}

func retryReason(err error) string {
	if errors.Is(err, ErrNoSocket) {
		return "connection_failed"
	}
	return "timeout"
}

func (w *Workspace) eventPayload(event map[string]any) map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.Now()
	id := objectID("Ev")
	inner := map[string]any{"event_ts": w.nextTS()}
	for key, value := range event {
		inner[key] = value
	}
	channelID, _ := event["channel"].(string)
	return map[string]any{
		"type": "event_callback", "token": verificationToken,
		"team_id": w.options.TeamID, "api_app_id": w.options.AppID,
		"event_id": id, "event_time": now.Truncate(time.Second).Unix(),
		"event_context":         "4-" + id,
		"is_ext_shared_channel": w.channels[channelID].IsExtShared,
		"authorizations": []map[string]any{{
			"enterprise_id": nullable(w.options.EnterpriseID), "team_id": w.options.TeamID,
			"user_id": w.options.BotUserID, "is_bot": true, "is_enterprise_install": false,
		}},
		"event": inner,
	}
}

// nullable is null for "".
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
