package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// pingTimeout bounds one ping, its answer included.
const pingTimeout = 10 * time.Second

// goodSweep reports whether a sweep is worth a ping: it ended, AvePoint
// answered, and less than a fifth of its readings failed. A sweep of no
// customers is good: nobody is watched, and the bot works.
func goodSweep(s store.Sweep) bool {
	n := tried(s)
	return !s.Ended.IsZero() && (n == 0 || 5*s.Failed < n)
}

// ping calls a URL that raises an alarm elsewhere when no call comes. The zero
// value calls nobody.
type ping struct {
	url  string
	http *http.Client
}

func newPing(address string, client *http.Client) ping {
	if client == nil {
		client = &http.Client{}
	}
	return ping{url: address, http: client}
}

// send calls the URL. Its error does not hold the URL, whose path is a secret.
func (p ping) send(ctx context.Context) error {
	if p.url == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, http.NoBody)
	if err != nil {
		return errors.New("ping: the URL cannot be used")
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return fmt.Errorf("ping: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("ping: answered with status %d", resp.StatusCode)
	}
	return nil
}

// withoutURL takes the URL off an error of net/http. After a redirect it is
// that of the last hop.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
