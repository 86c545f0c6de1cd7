package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// checkToken tells the usual mistakes with Slack's tokens apart, without
// repeating any of the token.
func checkToken(p *problems, name string, token Secret, prefix, where string) {
	value := token.Reveal()
	switch {
	case value == "":
		p.addf(name, "is not set; it starts with %s (%s)", prefix, where)
	case strings.ContainsAny(value, " \t\r\n"):
		p.addf(name, "holds white space; copy the token again")
	case strings.HasPrefix(value, "xoxe"):
		p.addf(name, "is a rotating token, which this bot does not use; rotation cannot be switched off in an app, so create the app again from deploy/slack-manifest.yaml")
	case !strings.HasPrefix(value, prefix):
		p.addf(name, "is not the right kind of token; it starts with %s (%s)", prefix, where)
	case value == prefix:
		p.addf(name, "ends after %s; copy the whole token", prefix)
	}
}

// expiryNotice is how long before its end a credential is warned of.
const expiryNotice = 30 * 24 * time.Hour

// expiryWarning names the variable that tells the end. It is loud in the last
// week and after.
func expiryWarning(a *AvePointConfig, end, now time.Time) warning {
	w := warning{Variable: "AVEPOINT_CREDENTIAL_EXPIRES", Loud: end.Sub(now) < 7*24*time.Hour}
	if a.certificate != nil && end.Equal(a.certificate.NotAfter()) {
		w.Variable = "AVEPOINT_CERTIFICATE"
	}
	day := end.Format("2 January 2006")
	if end.Before(now) {
		w.Text = fmt.Sprintf("the credential ended on %s; make a new one in AvePoint's API app registration", day)
		return w
	}
	days := int(end.Sub(now).Hours() / 24)
	w.Text = fmt.Sprintf("the credential ends on %s (days left: %d); make a new one in AvePoint's API app registration", day, days)
	return w
}

// reminderDue reports whether today is one of the days before the end of the credential on which a
// running bot warns of it; past the end it does so every day.
func reminderDue(end, now time.Time) bool {
	days := int(end.Sub(now).Hours() / 24)
	return end.Before(now) || slices.Contains([]int{30, 14, 7, 1}, days)
}

// remind warns in the log of the credential's end, once a day, until ctx ends.
// The start has warned already.
func remind(ctx context.Context, a *AvePointConfig, log *slog.Logger) {
	end := a.credentialEnd()
	if end.IsZero() {
		return
	}
	day := time.NewTicker(24 * time.Hour)
	defer day.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-day.C:
			if reminderDue(end, now) {
				expiryWarning(a, end, now).log(ctx, log)
			}
		}
	}
}
