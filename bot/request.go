package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
)

// Request is what one person asks, out of its envelope: a command, a press
// on a button, a choice in a menu, or a form.
type Request struct {
	Command string // the command as Slack sends it, with its slash
	Text    string // what stands after it, unescaped
	Action  string // of a button or menu: the constant in package formatting
	Value   string // its opaque value

	Trigger string      // Slack's leave to open a form, for three seconds
	View    *slack.View // the form that was pressed on or sent; nil is a message

	FormShared bool // whether that form was made for a shared channel

	Public bool // whether the message that was pressed on is for the whole channel

	// press tells a press that was stored from all others, also when it is worked
	// on again after a restart; "" is none that was.
	press string
	// pressedAt is Slack's time of the press, which orders presses on a form.
	pressedAt string

	Person  access.Person
	Channel access.Channel

	// lost is why nobody knows what the channel is bound to. Only what names no
	// customer is asked then, see [Router.Admits].
	lost error

	// answer is where the answer goes; handlers do not look at it.
	answer address
}

// Reply is what a [Handler] answers.
type Reply struct {
	formatting.Message

	// Then, where it is set, gives the answer, and Message is only said while
	// it takes time.
	Then func(context.Context) (formatting.Message, error)

	// Apart says that Message is no new state of the message that was pressed
	// on but stands beside it.
	Apart bool

	// Quiet says that nothing is to be said: what was asked for has appeared.
	Quiet bool
}

// Handler answers requests of one kind. An error becomes a sentence, see
// [UserError].
type Handler func(context.Context, Request) (Reply, error)

// UserError is an error that says itself what a person reads. Every other
// error is shown as one of AvePoint's troubles or as "something went wrong".
type UserError struct {
	Message formatting.Message
	Err     error // the cause, for the log; nil where nothing broke
}

func (e *UserError) Error() string {
	if e.Err == nil {
		return e.Message.Text
	}
	return e.Err.Error()
}

func (e *UserError) Unwrap() error { return e.Err }
