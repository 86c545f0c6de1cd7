package outbox

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/slack-go/slack"
)

// spool is a file on its way. It leaves nothing behind where the system allows
// to remove an open file.
type spool struct {
	*os.File
	name string // as Slack shows it
	size int
}

func (s spool) remove() {
	_ = s.Close()
	_ = os.Remove(s.Name())
}

// spooled writes a file to the disk: its size is asked for before its content.
func spooled(name string, write func(io.Writer) error) (spool, error) {
	file, err := os.CreateTemp("", "backup-overview-*")
	if err != nil {
		return spool{}, err
	}
	_ = os.Remove(file.Name())
	s := spool{File: file, name: name}
	if err = write(file); err == nil {
		var size int64
		if size, err = file.Seek(0, io.SeekCurrent); err == nil {
			s.size = int(size)
			_, err = file.Seek(0, io.SeekStart)
		}
	}
	if err != nil {
		s.remove()
		return spool{}, err
	}
	return s, nil
}

var errNoFile = errors.New("nobody makes such a file")

// sendFile puts a file into a thread. Only the last of its three calls shares
// it, so only that one's outcome may be unknown. The file's id, by which it
// is looked up, is kept before.
func (a *attempt) sendFile(ctx context.Context) {
	s, err := a.makeFile(ctx)
	if err != nil {
		a.unrendered(ctx, err)
		return
	}
	defer s.remove()
	if s.size == 0 {
		a.supersede(ctx, "empty")
		return
	}
	id, out := a.upload(ctx, s)
	if out.Verdict == Ambiguous {
		out.Verdict = Failed // nothing is shared yet
	}
	if out.Verdict != Accepted {
		a.settle(ctx, out, "")
		return
	}
	a.d.File = id
	if !a.wrote(a.store().SetFile(ctx, a.d.ID, a.owner(), id)) || !a.renew(ctx) {
		return
	}
	a.settle(ctx, a.share(ctx, s.name), "")
}

func (a *attempt) makeFile(ctx context.Context) (spool, error) {
	files := a.o.options.Files[a.d.What]
	if files == nil {
		return spool{}, errNoFile
	}
	ctx, cancel := context.WithTimeout(ctx, a.o.limit)
	defer cancel()
	name, write, err := files(ctx, a.d)
	if err != nil {
		return spool{}, err
	}
	return spooled(name, write)
}

// upload sends the content, which nobody sees before it is shared.
func (a *attempt) upload(ctx context.Context, s spool) (id string, out Outcome) {
	token, err := a.o.options.Token()
	if err != nil {
		return "", Outcome{Verdict: Failed, Class: "no_token"}
	}
	ctx, cancel := a.o.underWay(ctx)
	defer cancel()
	w := &wire{o: a.o}
	client := a.o.client(token, w)
	place, err := client.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: s.name, FileSize: s.size})
	if err == nil && (place.FileID == "" || place.UploadURL == "") {
		err = errUnreadable
	}
	if err == nil {
		id = place.FileID
		err = client.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: place.UploadURL, Reader: s, Filename: s.name})
	}
	out = Classify(err)
	a.o.heard(out, token, w)
	return id, out
}

// share shows the file in the thread.
func (a *attempt) share(ctx context.Context, title string) Outcome {
	token, err := a.o.options.Token()
	if err != nil {
		return Outcome{Verdict: Failed, Class: "no_token"}
	}
	ctx, cancel := a.o.underWay(ctx)
	defer cancel()
	w := &wire{o: a.o}
	answer, err := a.o.client(token, w).CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
		Files:   []slack.FileSummary{{ID: a.d.File, Title: title}},
		Channel: a.d.Channel, ThreadTimestamp: a.d.RootTS,
	})
	if err == nil && len(answer.Files) == 0 {
		err = errUnreadable
	}
	a.o.at(afterCall, a.d)
	a.o.pace.called(a.d.Channel, time.Now())
	out := Classify(err)
	a.o.heard(out, token, w)
	return out
}
