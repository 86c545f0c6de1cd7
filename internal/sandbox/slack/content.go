package slack

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// Slack cuts a message's text here.
const textLimit = 40_000

// content checks text, blocks, attachments and metadata as Slack does and returns
// them as a message without a place.
func (w *Workspace) content(where string, a args, update bool) (Message, *callError) {
	blocks, okBlocks := a.structure("blocks")
	attachments, okAttachments := a.structure("attachments")
	switch {
	case !okBlocks:
		return Message{}, &callError{kind: RefusedBlocks, code: "invalid_blocks_format"}
	case !okAttachments:
		return Message{}, &callError{kind: RefusedBlocks, code: "invalid_attachments"}
	}
	text, failure := a.messageText()
	if failure != nil {
		return Message{}, failure
	}
	if failure := w.inspect(where, text, blocks, attachments, update); failure != nil {
		return Message{}, failure
	}
	metadata, failure := a.metadata()
	if failure != nil {
		return Message{}, failure
	}
	return Message{
		Text: cutText(text), Blocks: settle(blocks), Attachments: settle(attachments), Metadata: metadata,
	}, nil
}

// messageText is the text, or the markdown_text that may stand in its place.
func (a args) messageText() (string, *callError) {
	markdown := a.text("markdown_text")
	switch {
	case markdown == "":
		return a.text("text"), nil
	case a.text("text") != "" || a.listed("blocks"):
		return "", fail("markdown_text_conflict")
	case utf8.RuneCountInString(markdown) > 12_000:
		return "", fail("msg_too_long")
	}
	return markdown, nil
}

// inspect runs the validator. A missing fallback text is noted, not refused.
func (w *Workspace) inspect(where, text string, blocks, attachments json.RawMessage, update bool) *callError {
	payload := map[string]any{"text": text}
	if blocks != nil {
		payload["blocks"] = blocks
	}
	if attachments != nil {
		payload["attachments"] = attachments
	}
	check := blockcheck.Message
	if update {
		check = blockcheck.Update
	}
	problems := check(marshal(payload))
	refused := blockcheck.Refused(problems)
	if len(refused) > 0 {
		return &callError{kind: RefusedBlocks, code: refused[0].Code, problems: refused}
	}
	if failure := w.withhold(blocks, attachments); failure != nil {
		return failure
	}
	for _, p := range problems {
		if p.Code == blockcheck.CodeMissingText {
			w.refuse(Refusal{Kind: RefusedNoFallback, Where: where, Code: p.Code, Problems: problems})
		}
	}
	return nil
}

// metadata is a message's event_type and event_payload. An empty object counts as
// none: some clients send it with every answer.
func (a args) metadata() (json.RawMessage, *callError) {
	raw, ok := a.structure("metadata")
	if !ok {
		return nil, fail("invalid_metadata_format")
	}
	if raw == nil || string(raw) == "{}" {
		return nil, nil
	}
	var m struct {
		Type    string                     `json:"event_type"`
		Payload map[string]json.RawMessage `json:"event_payload"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return nil, fail("invalid_metadata_format")
	}
	if m.Type == "" && m.Payload == nil {
		return nil, nil
	}
	if m.Type == "" || m.Payload == nil {
		return nil, fail("invalid_metadata_schema")
	}
	return raw, nil
}

func cutText(text string) string {
	if utf8.RuneCountInString(text) <= textLimit {
		return text
	}
	return string([]rune(text)[:textLimit])
}
