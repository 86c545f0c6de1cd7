package formatting

// MaxName is the longest name from outside that a message shows, in
// characters; a longer one is cut in the middle.
const MaxName = 80

// Slack's limits, in characters unless said otherwise.
// https://docs.slack.dev/reference/block-kit
const (
	maxHeader  = 150
	maxButton  = 75
	maxOption  = 75
	maxChosen  = 150  // value of an option
	maxValue   = 2000 // value of a button
	maxURL     = 3000
	maxID      = 255 // action_id
	maxOptions = 100
	maxButtons = 25 // elements of an actions block
	maxTitle   = 24 // title and buttons of a form
	maxLabel   = 2000

	maxConfirmTitle  = 100
	maxConfirm       = 300
	maxConfirmButton = 30
)

// Our own limits, below Slack's.
const (
	// maxRows is how many rows a table shows; Slack would take 100.
	maxRows = 30
	// maxBytes is the size of all blocks of a message as JSON. Slack's limit
	// is unpublished; msg_blocks_too_long was seen at about 13,200.
	maxBytes = 12_000
	// maxPlain is the longest text that is sent without blocks.
	maxPlain = 3500
	// maxPattern is the longest pattern that can be typed into a form.
	maxPattern = 1000
	// maxNearest is how many near hits get a button.
	maxNearest = 5
)
