package slack

import (
	"context"
	"encoding/json"
	"slices"
)

// Submission is a press of a modal's submit button.
type Submission struct {
	UserID, ViewID string
	// Inputs are what the person typed or chose, by action_id or
	// "block_id/action_id"; initial values count where an input is not named.
	Inputs map[string][]string
	Mutate func(payload map[string]any)
}

// Closing is a press of a modal's cancel button or cross.
type Closing struct {
	UserID, ViewID string
	All            bool // the whole stack (is_cleared)
}

// SubmitView sends view_submission and does what the ack asks for (close, clear,
// update, push, errors). Its errors are those of Click.
func (w *Workspace) SubmitView(ctx context.Context, s Submission) (Receipt, error) {
	w.mu.Lock()
	payload, v, err := w.submission(s)
	w.mu.Unlock()
	if err != nil {
		return Receipt{}, err
	}
	payload = mutated(payload, s.Mutate)
	receipt, err := w.deliver(ctx, envelope{kind: "interactive", payload: payload, accepts: true})
	receipt.TriggerID, _ = payload["trigger_id"].(string)
	if err != nil {
		return receipt, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	receipt.Errors = w.afterSubmit(v, receipt.Payload)
	return receipt, nil
}

func (w *Workspace) submission(s Submission) (map[string]any, View, error) {
	user, known := w.users[s.UserID]
	v, ok := w.viewByID(s.ViewID)
	switch {
	case !known:
		return nil, v, ErrUnknown
	case !ok || v.UserID != s.UserID || v.Type != "modal":
		return nil, v, ErrNoElement
	}
	tree, _ := decoded(v.JSON).(map[string]any)
	if !w.fillIn(tree["blocks"], s.Inputs, v.ID+"/"+v.UserID) {
		return nil, v, ErrNoElement
	}
	w.render(&v, tree)
	w.store(v)
	payload := w.interaction("view_submission", user)
	payload["trigger_id"] = w.newTrigger(user.ID, v.ID)
	payload["view"] = v.JSON
	payload["response_urls"] = w.responseURLs(tree["blocks"], user, v)
	return payload, v, nil
}

// fillIn enters a person's values; false where an input does not exist or cannot
// take its value.
func (w *Workspace) fillIn(tree any, inputs map[string][]string, key string) bool {
	used := 0
	for _, e := range elements(tree) {
		values, ok := inputs[e.blockID+"/"+e.id()]
		if !ok {
			values, ok = inputs[e.id()]
		}
		if !ok {
			continue
		}
		members, ok := e.choice(values)
		if !ok {
			return false
		}
		if w.chosen[key] == nil {
			w.chosen[key] = map[string]any{}
		}
		w.chosen[key][e.blockID+"/"+e.id()] = members
		used++
	}
	return used >= len(inputs)
}

// responseURLs are those of conversation inputs that ask for one.
func (w *Workspace) responseURLs(tree any, u User, v View) []any {
	urls := []any{}
	for _, e := range elements(tree) {
		if e.object["response_url_enabled"] != true {
			continue
		}
		held, _ := w.chosen[v.ID+"/"+v.UserID][e.blockID+"/"+e.id()].(map[string]any)
		channelID := text(held, "selected_conversation") + text(held, "selected_channel")
		if _, ok := w.channels[channelID]; ok {
			h := w.newHook("actions", u.ID, channelID)
			urls = append(urls, map[string]any{
				"block_id": e.blockID, "action_id": e.id(), "channel_id": channelID, "response_url": w.base + h.path,
			})
		}
	}
	return urls
}

// afterSubmit does what the app's answer to a submission asks for.
func (w *Workspace) afterSubmit(v View, payload json.RawMessage) map[string]string {
	var response struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if payload != nil && json.Unmarshal(payload, &response) != nil {
		w.refuse(Refusal{Kind: RefusedAckPayload, Where: "socket", Detail: "view_submission"})
		return nil
	}
	switch response.Action {
	case "errors":
		return w.inputErrors(v, response.Errors)
	case "clear":
		w.closeStack(v.UserID)
	case "update", "push":
		w.answeredView(v, response.Action, response.View)
	default:
		w.closeView(v)
	}
	return nil
}

// inputErrors keeps the view open. Keys that are no input blocks make Slack say
// that it has trouble connecting.
func (w *Workspace) inputErrors(v View, errors map[string]string) map[string]string {
	tree, _ := decoded(v.JSON).(map[string]any)
	for _, block := range objects(tree["blocks"]) {
		if text(block, "type") != "input" {
			delete(errors, text(block, "block_id"))
		}
	}
	if len(errors) == 0 {
		w.refuse(Refusal{Kind: RefusedAckPayload, Where: "socket", Detail: "errors name no input block"})
	}
	return errors
}

func (w *Workspace) answeredView(v View, action string, definition json.RawMessage) {
	failure := w.inspectView(definition)
	if failure == nil && action == "push" {
		_, failure = w.pushView(v.UserID, definition)
	} else if failure == nil {
		w.updateView(v, definition)
	}
	if failure != nil {
		w.refuse(Refusal{Kind: RefusedAckPayload, Where: "socket", Code: failure.code, Problems: failure.problems})
	}
}

// CloseView closes a modal; view_closed is sent if the view asked for it.
func (w *Workspace) CloseView(ctx context.Context, c Closing) (Receipt, error) {
	w.mu.Lock()
	v, ok := w.viewByID(c.ViewID)
	user, known := w.users[c.UserID]
	if !ok || !known || v.UserID != c.UserID || v.Type != "modal" {
		w.mu.Unlock()
		return Receipt{}, ErrNoElement
	}
	tree, _ := decoded(v.JSON).(map[string]any)
	payload := w.interaction("view_closed", user)
	payload["view"], payload["is_cleared"] = v.JSON, c.All
	if c.All {
		w.closeStack(c.UserID)
	} else {
		w.closeView(v)
	}
	w.mu.Unlock()
	if tree["notify_on_close"] != true {
		return Receipt{}, nil
	}
	return w.deliver(ctx, envelope{kind: "interactive", payload: payload})
}

// closeView takes a modal, and what lies on it, off the stack.
func (w *Workspace) closeView(v View) {
	stack := w.views.stacks[v.UserID]
	if i := slices.IndexFunc(stack, func(other View) bool { return other.ID == v.ID }); i >= 0 {
		w.views.stacks[v.UserID] = stack[:i:i]
		w.publish(Change{Kind: ViewClosed, UserID: v.UserID, View: v})
	}
}

func (w *Workspace) closeStack(userID string) {
	if stack := w.views.stacks[userID]; len(stack) > 0 {
		w.closeView(stack[0])
	}
}
