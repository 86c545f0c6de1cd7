package slack

import (
	"encoding/json"
	"slices"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// viewStackLimit is how many modals may lie on each other.
const viewStackLimit = 3

// viewsOpen answers views.open.
func viewsOpen(w *Workspace, c call) (answer, *callError) {
	return w.openView(c, func(t *trigger, definition json.RawMessage) (View, *callError) {
		w.closeStack(t.userID)
		return w.pushView(t.userID, definition)
	})
}

// viewsPush answers views.push, whose trigger_id comes from a modal.
func viewsPush(w *Workspace, c call) (answer, *callError) {
	return w.openView(c, func(t *trigger, definition json.RawMessage) (View, *callError) {
		if t.viewID == "" || len(w.views.stacks[t.userID]) == 0 {
			return View{}, &callError{kind: RefusedTrigger, code: "invalid_trigger_id"}
		}
		return w.pushView(t.userID, definition)
	})
}

func (w *Workspace) openView(c call, open func(*trigger, json.RawMessage) (View, *callError)) (answer, *callError) {
	definition, failure := w.viewArgument(c, "modal")
	if failure != nil {
		return nil, failure
	}
	id := c.text("trigger_id")
	if id == "" {
		id = c.text("interactivity_pointer")
	}
	t, failure := w.pull(id)
	if failure != nil {
		return nil, failure
	}
	v, failure := open(t, definition)
	if failure != nil {
		return nil, failure
	}
	return answer{"view": v.JSON}, nil
}

// viewArgument takes and checks the view of a call.
func (w *Workspace) viewArgument(c call, kind string) (json.RawMessage, *callError) {
	definition, ok := c.structure("view")
	if !ok || definition == nil {
		return nil, &callError{kind: RefusedBlocks, code: "invalid_arguments"}
	}
	if failure := w.inspectView(definition); failure != nil {
		return nil, failure
	}
	if tree, _ := decoded(definition).(map[string]any); text(tree, "type") != kind {
		return nil, &callError{kind: RefusedBlocks, code: "invalid_arguments"}
	}
	return definition, nil
}

func (w *Workspace) inspectView(definition json.RawMessage) *callError {
	refused := blockcheck.Refused(blockcheck.View(definition))
	if len(refused) > 0 {
		return &callError{kind: RefusedBlocks, code: refused[0].Code, problems: refused}
	}
	view, _ := decoded(definition).(map[string]any)
	return w.withhold(marshal(view["blocks"]), nil)
}

// pushView lays a modal on the user's stack.
func (w *Workspace) pushView(userID string, definition json.RawMessage) (View, *callError) {
	stack := w.views.stacks[userID]
	if len(stack) >= viewStackLimit {
		return View{}, fail("push_limit_reached")
	}
	old := View{}
	if len(stack) > 0 {
		old.RootID, old.PreviousID = stack[0].ID, stack[len(stack)-1].ID
	}
	v := w.makeView(userID, definition, old)
	if w.externalTaken(v) {
		return View{}, fail("duplicate_external_id")
	}
	w.views.stacks[userID] = append(slices.Clone(stack), v)
	w.publish(Change{Kind: ViewOpened, UserID: userID, View: v})
	return v, nil
}

func (w *Workspace) externalTaken(v View) bool {
	if v.ExternalID == "" {
		return false
	}
	_, taken := w.viewWhere(func(other View) bool { return other.ExternalID == v.ExternalID && other.ID != v.ID })
	return taken
}

// updateView gives a view new content under its id.
func (w *Workspace) updateView(old View, definition json.RawMessage) View {
	v := w.makeView(old.UserID, definition, old)
	w.store(v)
	w.publish(Change{Kind: ViewUpdated, UserID: v.UserID, View: v})
	return v
}

// viewsUpdate answers views.update.
func viewsUpdate(w *Workspace, c call) (answer, *callError) {
	definition, ok := c.structure("view")
	if !ok || definition == nil {
		return nil, &callError{kind: RefusedBlocks, code: "invalid_arguments"}
	}
	if failure := w.inspectView(definition); failure != nil {
		return nil, failure
	}
	id, external := c.text("view_id"), c.text("external_id")
	old, found := w.viewWhere(func(v View) bool {
		return id != "" && v.ID == id || id == "" && external != "" && v.ExternalID == external
	})
	switch hash := c.text("hash"); {
	case !found:
		return nil, fail("not_found")
	case hash != "" && hash != old.Hash:
		return nil, fail("hash_conflict")
	}
	return answer{"view": w.updateView(old, definition).JSON}, nil
}

// viewsPublish answers views.publish.
func viewsPublish(w *Workspace, c call) (answer, *callError) {
	if !w.options.HomeTab {
		return nil, fail("not_enabled")
	}
	userID := c.text("user_id")
	if _, ok := w.users[userID]; !ok {
		return nil, fail("user_not_found")
	}
	definition, failure := w.viewArgument(c, "home")
	if failure != nil {
		return nil, failure
	}
	old := w.views.homes[userID]
	if hash := c.text("hash"); hash != "" && hash != old.Hash {
		return nil, fail("hash_conflict")
	}
	v := w.makeView(userID, definition, old)
	w.views.homes[userID] = v
	w.publish(Change{Kind: HomePublished, UserID: userID, View: v})
	return answer{"view": v.JSON}, nil
}
