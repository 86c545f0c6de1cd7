package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// ruleBook are the alert rules: those of the environment and of RULES_FILE's
// defaults, and what differs for some customers and modules.
type ruleBook struct {
	environment coverage.Rules
	base        coverage.Rules
	overrides   []override
	sets        []setting // of --set, which beat all
}

// override is a part of RULES_FILE: what holds for some. Of several that fit, a
// later one counts.
type override struct {
	Line      int
	Customers []string // ids or names; empty: all
	Groups    []string // name patterns, as in bindings; empty: all
	Modules   []string // names; empty: all
	Sets      []setting
}

// setting is one rule with its value.
type setting struct{ Name, Value string }

// of are the rules of a customer.
func (b ruleBook) of(c store.Customer) coverage.RuleSet {
	set := coverage.RuleSet{Customer: b.sum(c, "")}
	if slices.ContainsFunc(b.overrides, func(o override) bool { return len(o.Modules) > 0 && o.fits(c) }) {
		set.Module = func(k coverage.Key) coverage.Rules { return b.sum(c, k.Module) }
	}
	return set
}

// sum are the rules of a module of a customer; "" is the customer as a whole.
func (b ruleBook) sum(c store.Customer, module string) coverage.Rules {
	r := b.base
	for _, o := range b.overrides {
		if o.fits(c) && o.holds(module) {
			r = applied(r, o.Sets)
		}
	}
	return applied(r, b.sets)
}

// source says where the value of a rule comes from, for a module of a customer.
func (b ruleBook) source(c store.Customer, module, name string) string {
	source := ""
	is := func(s setting) bool { return s.Name == name }
	for _, o := range b.overrides {
		if o.fits(c) && o.holds(module) && slices.ContainsFunc(o.Sets, is) {
			source = fmt.Sprintf("RULES_FILE, line %d", o.Line)
		}
	}
	if slices.ContainsFunc(b.sets, is) {
		source = "--set"
	}
	return source
}

// sources are the rules of a module of a customer that are not as they come, with
// where they are set.
func (b ruleBook) sources(c store.Customer, module string) []formatting.RuleSource {
	usual, now := coverage.DefaultRules(), b.sum(c, module)
	var all []formatting.RuleSource
	for _, name := range coverage.Names() {
		if usual.Get(name) == now.Get(name) {
			continue
		}
		from := b.source(c, module, name)
		if from == "" && b.environment.Get(name) == now.Get(name) {
			from = "the environment"
		}
		if from == "" {
			from = "RULES_FILE, defaults"
		}
		all = append(all, formatting.RuleSource{Name: name, Value: now.Get(name), From: from})
	}
	return all
}

// applied sets what was checked before.
func applied(r coverage.Rules, sets []setting) coverage.Rules {
	for _, s := range sets {
		if changed, err := r.Set(s.Name, s.Value); err == nil {
			r = changed
		}
	}
	return r
}

// fits reports whether an override is for a customer.
func (o override) fits(c store.Customer) bool {
	if len(o.Customers) == 0 && len(o.Groups) == 0 {
		return true
	}
	same := func(s string) bool { return strings.EqualFold(s, c.ID) || strings.EqualFold(s, c.Name) }
	if slices.ContainsFunc(o.Customers, same) {
		return true
	}
	one := func(yield func(string, string) bool) { yield(c.ID, c.Name) }
	return slices.ContainsFunc(o.Groups, func(pattern string) bool {
		return len(access.Rule{Pattern: pattern}.Resolve(iter.Seq2[string, string](one))) > 0
	})
}

// holds reports whether an override is for a module. One that names modules says
// nothing of the customer as a whole.
func (o override) holds(module string) bool {
	return len(o.Modules) == 0 || slices.ContainsFunc(o.Modules, func(m string) bool { return strings.EqualFold(m, module) })
}

// rulesYAML is RULES_FILE.
type rulesYAML struct {
	Defaults  yaml.Node   `yaml:"defaults"`
	Overrides []yaml.Node `yaml:"overrides"`
}

// overrideYAML is one of its overrides.
type overrideYAML struct {
	Customers []string  `yaml:"customers"`
	Groups    []string  `yaml:"groups"`
	Modules   []string  `yaml:"modules"`
	Set       yaml.Node `yaml:"set"`
}

// readRules reads RULES_FILE over the rules of the environment.
//
//	defaults:
//	  drop_points: 3
//	overrides:
//	  - customers: [Contoso Retail GmbH]
//	    modules: [Exchange Online]
//	    set: {confirm: 1h}
//	  - groups: ["Fabrikam*"]
//	    set: {crit_points: 20}
func readRules(path string, base coverage.Rules) (ruleBook, error) {
	data, err := readBounded(path)
	if err != nil {
		return ruleBook{}, fmt.Errorf("is set, but %w", err)
	}
	return parseRules(data, base)
}

func parseRules(data []byte, base coverage.Rules) (ruleBook, error) {
	var file rulesYAML
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) { // nothing but comments changes nothing
		return ruleBook{}, fmt.Errorf("is no YAML with the parts defaults and overrides%s", lineOf(err))
	}
	if err := decoder.Decode(new(yaml.Node)); err == nil {
		return ruleBook{}, errors.New("holds a second document; want one")
	}
	book := ruleBook{environment: base, base: base}
	sets, err := settingsOf(&file.Defaults, base)
	errs := []error{err}
	book.base = applied(base, sets)
	if err := book.base.Check(); err != nil {
		errs = append(errs, err)
	}
	for _, node := range file.Overrides {
		o, err := overrideOf(&node, book.base)
		errs = append(errs, err)
		book.overrides = append(book.overrides, o)
	}
	return book, errors.Join(errs...)
}

// overrideOf reads one override.
func overrideOf(node *yaml.Node, base coverage.Rules) (override, error) {
	var in overrideYAML
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains([]string{"customers", "groups", "modules", "set"}, key.Value) {
			return override{}, fmt.Errorf("line %d: an override has customers, groups, modules and set", key.Line)
		}
	}
	if err := node.Decode(&in); err != nil || node.Kind != yaml.MappingNode {
		return override{}, fmt.Errorf("line %d: an override has lists of customers, groups and modules, and set with rules", node.Line)
	}
	sets, err := settingsOf(&in.Set, base)
	if err == nil && len(sets) == 0 {
		err = fmt.Errorf("line %d: an override sets nothing; give it set with rules", node.Line)
	}
	for _, pattern := range in.Groups {
		if bad := (access.Rule{Pattern: pattern}).Check(); bad != nil && err == nil {
			err = fmt.Errorf("line %d: a group is a name pattern such as Contoso*", node.Line)
		}
	}
	if err == nil {
		if bad := applied(base, sets).Check(); bad != nil {
			err = fmt.Errorf("line %d: %w", node.Line, bad)
		}
	}
	return override{Line: node.Line, Customers: in.Customers, Groups: in.Groups, Modules: in.Modules, Sets: sets}, err
}

// settingsOf reads rules with their values.
func settingsOf(node *yaml.Node, base coverage.Rules) ([]setting, error) {
	if node.Kind == 0 || node.Tag == "!!null" { // not there, or nothing below it
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: want names of rules with their values", node.Line)
	}
	var sets []setting
	var errs []error
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if _, err := base.Set(key.Value, value.Value); err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", key.Line, err))
			continue
		}
		if slices.ContainsFunc(sets, func(s setting) bool { return s.Name == key.Value }) {
			errs = append(errs, fmt.Errorf("line %d: %s is set twice", key.Line, key.Value))
			continue
		}
		sets = append(sets, setting{key.Value, value.Value})
	}
	return sets, errors.Join(errs...)
}
