package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// Withhold makes the workspace one that does not have these kinds of block, as
// not every one has the newer data_table and data_visualization: whatever holds
// one is answered with invalid_blocks and a pointer to it. Like the answers of
// [Workspace.Fail] these stand in no [Workspace.Refusals]. It replaces the kinds
// of earlier calls; without any, nothing is withheld.
func (w *Workspace) Withhold(kinds ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.withheld = slices.Clone(kinds)
}

// withhold finds the blocks of a kind that the workspace does not have.
func (w *Workspace) withhold(blocks, attachments json.RawMessage) *callError {
	if len(w.withheld) == 0 {
		return nil
	}
	var problems []blockcheck.Problem
	look := func(at string, raw json.RawMessage) {
		for pointer, kind := range blockKinds(at, decoded(raw)) {
			if slices.Contains(w.withheld, kind) {
				problems = append(problems, blockcheck.Problem{
					Pointer: pointer + "/type", Code: blockcheck.CodeInvalidBlocks, Text: "unsupported type: " + kind,
				})
			}
		}
	}
	look("/blocks", blocks)
	look("/attachments", attachments)
	if len(problems) == 0 {
		return nil
	}
	slices.SortFunc(problems, func(a, b blockcheck.Problem) int { return strings.Compare(a.Pointer, b.Pointer) })
	return &callError{code: blockcheck.CodeInvalidBlocks, problems: problems, planned: true}
}

// blockKinds are the kinds of all blocks in a tree by their JSON pointers, those
// in containers and layouts too.
func blockKinds(at string, tree any) map[string]string {
	kinds := map[string]string{}
	var walk func(at string, node any, block bool)
	walk = func(at string, node any, block bool) {
		switch n := node.(type) {
		case []any:
			for i, item := range n {
				walk(fmt.Sprintf("%s/%d", at, i), item, block)
			}
		case map[string]any:
			if kind := text(n, "type"); block && kind != "" {
				kinds[at] = kind
			}
			for key, child := range n {
				walk(at+"/"+key, child, holdsBlocks(n, key))
			}
		}
	}
	walk(at, tree, true)
	return kinds
}
