// Package avepoint calls the AvePoint Elements API and gives its answers Go
// types: [Customer], [Overview], [Module].
//
// A [Client] reads the customers that a partner manages and, for each, how many
// objects Cloud Backup for Microsoft 365 scanned and how many it protects. It
// never writes.
//
//	client, err := avepoint.New(avepoint.Options{
//		Credentials: avepoint.Credentials{ClientID: id, ClientSecret: secret},
//	})
//	if err != nil {
//		return err
//	}
//	for customer, err := range client.Customers(ctx) {
//		if err != nil {
//			return err
//		}
//		overview, err := client.Overview(ctx, customer.ID)
//		…
//	}
//
// An overview takes the API about five seconds. Where people wait, use the view
// that [Client.ForPerson] returns, and a [Cache] before it.
//
// # Authentication
//
// The app is registered in AvePoint Elements under API app registration, with
// the scopes [ScopeOverview] and [ScopeCustomers]. It signs in with a client
// secret, or with a certificate, see [ParseCertificate]. Tokens are fetched when
// they are needed, shared by all calls, renewed after 80 % of their life, and
// replaced at once where the API refuses one. Credentials that are refused end
// in [ErrCredentials] and are tried once in five seconds at most, however many
// callers there are.
//
// An app may be registered for some customers only, and without one of the
// scopes. Both show as [ErrForbidden] or [ErrNotFound] for the calls concerned;
// the others work. [Options.Known] can stand in for the customer directory.
//
// # Rate limits
//
// AvePoint does not publish its limits. The client keeps to [Options.Rate] and
// [Options.Concurrency], halves its rate after a 429 and recovers over minutes,
// and honours Retry-After as seconds or as a date. People go first: calls of
// [Client.ForPerson] pass all others in the queue, and neither a lowered rate
// nor a pause applies to them. [Client.SetRate] changes the rate of a client at
// work, for one of several processes that share an app; [Client.Stats] says what
// was asked, what came of it, and how long AvePoint takes.
//
// # Retries
//
// All calls only read, so a call that failed in passing (429, 5xx, a connection
// that broke, an answer cut short) is sent again, as long as the wait fits into
// the time budget: 90 s for one customer, 25 s where a person waits. A single
// try takes 30 s at most, its body included.
//
// # Paging
//
// Lists come with pageIndex, pageSize and a totalCount, or as one bare list; the
// caller sees neither. What does not add up (a total that changes, a row that
// comes twice, a list without end) is an error. There is never half an answer:
// not an [Overview] that lacks a page, and no count that could not be read taken
// as 0. Bounds: 200 pages, 20,000 rows and 16 MiB a customer, 2,000 pages of
// customers.
//
// # Errors
//
// Use errors.Is with [ErrNotFound] and its neighbours to branch, and errors.As
// with [*Error] for the details: status, scope, Retry-After, AvePoint's
// request-id. The text of an error never holds a token, a secret or any of a
// response's body, so it may be logged.
package avepoint
