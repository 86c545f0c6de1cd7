package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
)

const (
	// avepointTimeout bounds one call; the client's own budgets are shorter.
	avepointTimeout = 30 * time.Second
	// customersTried are asked for their overview until one answers: an app can
	// be limited to some customers.
	customersTried = 3
	// countingTime bounds the counting of customers: 100,000 take minutes.
	countingTime = 20 * time.Second
)

// probed is what the checks of AvePoint measured on their way.
type probed struct {
	ids       []string      // to be asked for an overview
	customers int           // counted
	more      bool          // customers that there was no time to count
	latency   time.Duration // of an overview; 0: none was read
}

// checkAvePoint tries the credentials, the scopes, the directory of customers
// and an overview. Each step needs the one before it.
func checkAvePoint(ctx context.Context, cfg Config, clock *clockWatch) ([]finding, probed) {
	options := cfg.AvePoint.options(nil)
	options.HTTPClient = clock.client("AvePoint", avepointTimeout)
	client, err := avepoint.New(options)
	if err != nil {
		return []finding{{Verdict: failed, What: "AvePoint settings", Detail: err.Error(), Mend: "correct the AVEPOINT_ variables"}}, probed{}
	}
	// The checks wait as a person would, with a person's time budget.
	client = client.ForPerson()
	scopes, err := client.Scopes(ctx)
	if err != nil {
		return []finding{avepointFailure("AvePoint sign-in", "AVEPOINT_TOKEN_URL", err)}, probed{}
	}
	findings := []finding{{Verdict: passed, What: "AvePoint sign-in", Detail: "signed in with the " + credentialKind(cfg)}}
	findings = append(findings, avepointScopes(scopes, cfg)...)
	var p probed
	listed := checkDirectory(ctx, client, cfg, &p)
	read := checkOverview(ctx, client, &p)
	return append(findings, listed, read), p
}

func credentialKind(cfg Config) string {
	if cfg.AvePoint.certificate != nil {
		return "certificate"
	}
	return "client secret"
}

// avepointScopes compares what was granted with what is needed.
func avepointScopes(granted []string, cfg Config) []finding {
	var findings []finding
	missing := func(v verdict, scope, lost string) {
		if !slices.Contains(granted, scope) {
			findings = append(findings, finding{Verdict: v, What: "AvePoint scope " + scope, Detail: "is not granted: " + lost, Mend: "grant it to the app under Elements, API app registration"})
		}
	}
	missing(failed, avepoint.ScopeOverview, "no overview can be read")
	if len(cfg.AvePoint.Customers.V) > 0 {
		missing(warned, avepoint.ScopeCustomers, "only the customers of AVEPOINT_CUSTOMERS are found")
	} else {
		missing(failed, avepoint.ScopeCustomers, "no customer is found, and AVEPOINT_CUSTOMERS names none")
	}
	if len(findings) == 0 {
		return []finding{{Verdict: passed, What: "AvePoint scopes", Detail: "all that are needed are granted"}}
	}
	return findings
}

// checkDirectory reads the list of customers, as far as there is time. Those of
// AVEPOINT_CUSTOMERS come without a call, so an overview is asked of the first
// that AvePoint named, too.
func checkDirectory(ctx context.Context, client *avepoint.Client, cfg Config, p *probed) finding {
	const what = "AvePoint customers"
	known := map[string]bool{}
	for _, c := range cfg.AvePoint.Customers.V {
		known[strings.ToLower(c.ID)] = true
	}
	fromAvePoint, until := 0, time.Now().Add(countingTime)
	for c, err := range client.Customers(ctx) {
		if err != nil {
			return avepointFailure(what, "AVEPOINT_GRAPH_URL", err)
		}
		if p.customers++; fromAvePoint < customersTried {
			p.ids = append(p.ids, c.ID)
		}
		if !known[strings.ToLower(c.ID)] {
			fromAvePoint++
		}
		if p.more = fromAvePoint >= customersTried && time.Now().After(until); p.more {
			break
		}
	}
	switch {
	case p.customers == 0:
		return finding{Verdict: failed, What: what, Detail: "AvePoint lists no customer for this app", Mend: "widen the app's customer scope under Elements, API app registration, or set AVEPOINT_CUSTOMERS"}
	case fromAvePoint == 0:
		// The client goes on without a directory that it may not read.
		return finding{Verdict: warned, What: what, Detail: "AvePoint lists none beside those of AVEPOINT_CUSTOMERS", Mend: "nothing, if that is meant; else grant " + avepoint.ScopeCustomers + " to the app"}
	}
	return finding{Verdict: passed, What: what, Detail: "can be listed: " + p.count()}
}

// count says how many customers there are.
func (p *probed) count() string {
	if p.more {
		return fmt.Sprintf("more than %d", p.customers)
	}
	return fmt.Sprint(p.customers)
}

// checkOverview reads one overview. That an answer belongs to another customer
// is told before everything else: no number of such an AvePoint can be shown.
func checkOverview(ctx context.Context, client *avepoint.Client, p *probed) finding {
	const what = "AvePoint overview"
	if len(p.ids) == 0 {
		return finding{Verdict: failed, What: what, Detail: "was not tried, because no customer is known", Mend: "mend the customers first"}
	}
	var f finding
	for _, id := range p.ids[:min(len(p.ids), customersTried)] {
		began := time.Now()
		overview, err := client.Overview(ctx, id)
		if err == nil {
			p.latency = time.Since(began)
			return finding{Verdict: passed, What: what, Detail: fmt.Sprintf("customer %s has %d rows, read in %.1f s", id, len(overview.Modules), p.latency.Seconds())}
		}
		f = avepointFailure(what, "AVEPOINT_GRAPH_URL", err)
		f.Detail = fmt.Sprintf("customer %s: %s", id, f.Detail)
		if errors.Is(err, avepoint.ErrOtherCustomer) {
			f.first = true
			return f
		}
		// Only these two can be different for the next customer.
		if !errors.Is(err, avepoint.ErrForbidden) && !errors.Is(err, avepoint.ErrNotFound) {
			return f
		}
	}
	return f
}

// avepointFailure says what a failed call means and what to do. variable holds
// the address that was called.
func avepointFailure(what, variable string, err error) finding {
	f := finding{Verdict: failed, What: what, Detail: err.Error()}
	switch {
	case errors.Is(err, avepoint.ErrCredentials):
		f.Detail = "AvePoint refuses the credentials"
		f.Mend = "check AVEPOINT_CLIENT_ID and its secret or certificate under Elements, API app registration, whether it has ended, and AVEPOINT_ENVIRONMENT"
	case errors.Is(err, avepoint.ErrForbidden):
		f.Mend = "grant the scope to the app, or add the customer to it, under Elements, API app registration"
	case errors.Is(err, avepoint.ErrNotFound):
		f.Mend = "check the ids in AVEPOINT_CUSTOMERS, AVEPOINT_ENVIRONMENT and " + variable
	case errors.Is(err, avepoint.ErrOtherCustomer):
		f.Mend = "ask AvePoint's support, with the request-id: the bot shows none of these answers"
	case errors.Is(err, avepoint.ErrUnreadable):
		f.Mend = "check " + variable + ", and that no proxy or login page answers in AvePoint's place"
	case errors.Is(err, avepoint.ErrRateLimited), errors.Is(err, avepoint.ErrBusy):
		f.Mend = "try again in a minute; if it stays so, lower AVEPOINT_RATE"
	default:
		f.Mend = unreachable(what, variable, err).Mend
	}
	return f
}
