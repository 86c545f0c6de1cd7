package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/slack-go/slack"
)

// files brings files to people's direct messages with the bot. Files cannot be
// ephemeral, and Slack takes them for channels only, so the conversation is
// opened first.
type files struct {
	web  *web
	http *http.Client // without a limit of time of its own: the body may be large
}

func newFiles(w *web) *files {
	return &files{web: w, http: &http.Client{Transport: w.http.Transport, CheckRedirect: stay}}
}

// fileError is a step of Slack's that failed.
type fileError struct {
	step  string // the method
	scope string // what it needs
	err   error
}

func (e *fileError) Error() string { return e.step + ": " + e.err.Error() }

func (e *fileError) Unwrap() error { return e.err }

// send uploads size bytes of content under a name and returns the address of
// the file in Slack, "" where Slack does not tell.
// https://docs.slack.dev/messaging/working-with-files/#uploading-files
func (f *files) send(ctx context.Context, user, name string, content io.ReadSeeker, size int64) (string, error) {
	var dm *slack.Channel
	err := f.step(ctx, "conversations.open", "im:write", func(ctx context.Context, api *slack.Client) (err error) {
		dm, _, _, err = api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
		return err
	})
	if err != nil {
		return "", err
	}
	var place *slack.GetUploadURLExternalResponse
	err = f.step(ctx, "files.getUploadURLExternal", "files:write", func(ctx context.Context, api *slack.Client) (err error) {
		place, err = api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: int(size)})
		return err
	})
	if err != nil {
		return "", err
	}
	if err := f.upload(ctx, place.UploadURL, content, size); err != nil {
		return "", &fileError{step: "upload", scope: "files:write", err: err}
	}
	err = f.step(ctx, "files.completeUploadExternal", "files:write", func(ctx context.Context, api *slack.Client) error {
		_, err := api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: place.FileID, Title: name}}, Channel: dm.ID,
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return f.address(place.FileID), nil
}

// step makes one call of the Web API.
func (f *files) step(ctx context.Context, method, scope string, do func(context.Context, *slack.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := f.web.call(ctx, func(api *slack.Client) error { return do(ctx, api) }); err != nil {
		return &fileError{step: method, scope: scope, err: err}
	}
	return nil
}

var errUploadURL = errors.New("Slack names no address of its own for the file")

// upload posts the bytes. slack-go would send the token along, which Slack
// does not ask for here; the address is a secret by itself and stays out of
// errors.
func (f *files) upload(ctx context.Context, address string, content io.ReadSeeker, size int64) error {
	if !f.ours(address) {
		return errUploadURL
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, io.NopCloser(content))
	if err != nil {
		return errUploadURL
	}
	request.ContentLength = size
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := f.http.Do(request)
	if err != nil {
		return bare(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return nil
}

// ours reports whether a file may be sent to an address: to Slack's own hosts,
// or to the one of the operator's SLACK_API_URL.
func (f *files) ours(address string) bool {
	u, err := url.Parse(address)
	base, baseErr := url.Parse(f.web.url)
	if err != nil || baseErr != nil || u.User != nil {
		return false
	}
	if u.Host == base.Host && u.Scheme == base.Scheme {
		return true
	}
	return u.Scheme == "https" && (strings.HasSuffix(u.Host, ".slack.com") || strings.HasSuffix(u.Host, ".slack-gov.com"))
}

// address is where a file of the bot is seen in Slack. The API tells it only to
// apps that may read files.
func (f *files) address(fileID string) string {
	home := f.web.home.Load()
	if home.URL == "" {
		return ""
	}
	return strings.TrimSuffix(home.URL, "/") + "/files/" + url.PathEscape(home.UserID) + "/" + url.PathEscape(fileID)
}
