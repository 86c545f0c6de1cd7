package main

import (
	"fmt"
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
