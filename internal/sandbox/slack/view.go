package slack

import (
	"encoding/json"
	"slices"
)

// View is an open modal, or a user's Home tab.
type View struct {
	ID, UserID, Type, CallbackID, Hash string
	RootID, PreviousID, ExternalID     string
	PrivateMetadata                    string
	JSON                               json.RawMessage // as payloads show it, state included
}

// views are the open modals by user, the topmost last, and the Home tabs.
type views struct {
	stacks map[string][]View
	homes  map[string]View
}

func newViews() views { return views{stacks: map[string][]View{}, homes: map[string]View{}} }

// Views returns the user's open modals, the topmost last.
func (w *Workspace) Views(userID string) []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.views.stacks[userID])
}

// Home returns what the app published as the user's Home tab.
func (w *Workspace) Home(userID string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v, ok := w.views.homes[userID]
	return v, ok
}

// viewByID finds a modal or Home view.
func (w *Workspace) viewByID(id string) (View, bool) {
	return w.viewWhere(func(v View) bool { return v.ID == id })
}

func (w *Workspace) viewWhere(match func(View) bool) (View, bool) {
	for _, stack := range w.views.stacks {
		if i := slices.IndexFunc(stack, match); i >= 0 {
			return stack[i], true
		}
	}
	for _, v := range w.views.homes {
		if match(v) {
			return v, true
		}
	}
	return View{}, false
}

// store puts a view in the place of the one with its id.
func (w *Workspace) store(v View) {
	stack := w.views.stacks[v.UserID]
	if i := slices.IndexFunc(stack, func(old View) bool { return old.ID == v.ID }); i >= 0 {
		stack[i] = v
		return
	}
	if v.Type == "home" {
		w.views.homes[v.UserID] = v
		return
	}
	w.views.stacks[v.UserID] = append(stack, v)
}

// makeView completes a view that the app sent. The definition has been checked.
func (w *Workspace) makeView(userID string, definition json.RawMessage, old View) View {
	tree, _ := decoded(definition).(map[string]any)
	settleNode(tree, false)
	v := View{
		ID: old.ID, UserID: userID, Type: text(tree, "type"), Hash: w.nextTS() + "." + hexID(4),
		CallbackID: text(tree, "callback_id"), ExternalID: text(tree, "external_id"),
		PrivateMetadata: text(tree, "private_metadata"),
		RootID:          old.RootID, PreviousID: old.PreviousID,
	}
	if v.ID == "" {
		v.ID = objectID("V")
	}
	if v.RootID == "" {
		v.RootID = v.ID
	}
	w.render(&v, tree)
	return v
}

// render writes a view's JSON as Slack shows it, with what the person has entered.
func (w *Workspace) render(v *View, tree map[string]any) {
	for key, value := range map[string]any{
		"id": v.ID, "team_id": w.options.TeamID, "app_id": w.options.AppID, "bot_id": w.options.BotID,
		"app_installed_team_id": w.options.TeamID, "hash": v.Hash, "root_view_id": v.RootID,
		"previous_view_id": nullable(v.PreviousID), "external_id": v.ExternalID,
		"callback_id": v.CallbackID, "private_metadata": v.PrivateMetadata,
	} {
		tree[key] = value
	}
	for _, key := range []string{"clear_on_close", "notify_on_close"} {
		setDefault(tree, key, false)
	}
	for _, key := range []string{"close", "submit"} {
		if _, ok := tree[key]; !ok {
			tree[key] = nil
		}
	}
	tree["state"] = map[string]any{"values": stateValues(tree["blocks"], w.chosen[v.ID+"/"+v.UserID])}
	v.JSON = marshal(tree)
}

// viewClick builds the payload of a click in a view.
func (w *Workspace) viewClick(c Click) (map[string]any, error) {
	user, known := w.users[c.UserID]
	if !known {
		return nil, ErrUnknown
	}
	v, ok := w.viewByID(c.ViewID)
	if c.ViewID == "home" {
		v, ok = w.views.homes[c.UserID]
	}
	if !ok || v.UserID != c.UserID && !c.Anyone {
		return nil, ErrNoElement
	}
	tree, _ := decoded(v.JSON).(map[string]any)
	action, _, err := w.act(tree["blocks"], c, v.ID+"/"+v.UserID)
	if err != nil {
		return nil, err
	}
	w.render(&v, tree)
	w.store(v)
	payload := w.actionPayload(user, action)
	payload["trigger_id"] = w.newTrigger(user.ID, v.ID)
	payload["container"] = map[string]any{"type": "view", "view_id": v.ID}
	payload["view"] = v.JSON
	return payload, nil
}
