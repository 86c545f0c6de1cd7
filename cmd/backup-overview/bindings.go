package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/backup-overview/backup-overview/internal/access"
)

// readBindings reads a file of bindings: YAML, a channel's id for each key.
//
//	C0123456789: all
//	C0123456790: [1f7c…, 9ab2…]        # customers, by id
//	C0123456791: {pattern: "Contoso*"} # customers, by name
//
// Its errors name the line, and repeat nothing of the file but a channel's id.
func readBindings(path string) (map[string]access.Rule, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, fmt.Errorf("is set, but %w", err)
	}
	return parseBindings(data)
}

func parseBindings(data []byte) (map[string]access.Rule, error) {
	var document yaml.Node
	file := yaml.NewDecoder(bytes.NewReader(data))
	if err := file.Decode(&document); err != nil || len(document.Content) != 1 {
		return nil, fmt.Errorf("is no YAML that binds channels%s", lineOf(err))
	}
	var more yaml.Node
	if err := file.Decode(&more); err == nil {
		return nil, fmt.Errorf("line %d: a second document begins; want one", more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("is no YAML that binds channels%s", lineOf(err))
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: want the id of a channel, a colon, and what it may see", root.Line)
	}
	bindings := map[string]access.Rule{}
	var errs []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		rule, err := ruleOf(value)
		switch _, twice := bindings[key.Value]; {
		case !isChannel(key.Value):
			err = errors.New("the key is not the id of a channel, such as C0123456789; Slack shows it below the channel's details")
		case twice:
			err = fmt.Errorf("%s is bound twice", key.Value)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", key.Line, err))
			continue
		}
		bindings[key.Value] = rule
	}
	return bindings, errors.Join(errs...)
}

// isChannel reports whether id looks like one of Slack's channels.
func isChannel(id string) bool { return regexp.MustCompile(`^[CG][A-Z0-9]{1,20}$`).MatchString(id) }

// lineOf is where YAML stops to be YAML, of the library's words for it.
func lineOf(err error) string {
	if err == nil {
		return ""
	}
	if at := regexp.MustCompile(`line \d+`).FindString(err.Error()); at != "" {
		return " (" + at + ")"
	}
	return ""
}

// isNull reports whether nothing stands there, in any of YAML's ways to say so.
func isNull(value *yaml.Node) bool { return value.ShortTag() == "!!null" }

// ruleOf reads what a channel is bound to.
func ruleOf(value *yaml.Node) (access.Rule, error) {
	var rule access.Rule
	switch value.Kind {
	case yaml.ScalarNode:
		rule.All = value.Value == "all"
		if !rule.All {
			return rule, errors.New("a single word must be all; one customer is a list of one: [id]")
		}
	case yaml.SequenceNode:
		for _, c := range value.Content {
			if c.Kind != yaml.ScalarNode || isNull(c) || strings.TrimSpace(c.Value) == "" {
				return rule, errors.New("a list holds the ids of customers")
			}
			rule.Customers = append(rule.Customers, strings.TrimSpace(c.Value))
		}
	case yaml.MappingNode:
		if len(value.Content) != 2 || value.Content[0].Value != "pattern" || value.Content[1].Kind != yaml.ScalarNode || isNull(value.Content[1]) {
			return rule, errors.New(`want all, a list of ids, or {pattern: "Contoso*"}`)
		}
		rule.Pattern = value.Content[1].Value
	default:
		return rule, errors.New(`want all, a list of ids, or {pattern: "Contoso*"}`)
	}
	return rule, rule.Check()
}
