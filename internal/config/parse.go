package config

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"koyomi/internal/source"
	"koyomi/internal/strict"
)

// An Env is what a file may refer to. What is nil has nothing.
type Env struct {
	// Lookup returns a variable of the environment, as os.LookupEnv does.
	Lookup func(name string) (value string, ok bool)
	// ReadFile returns the bytes of a file that holds a secret.
	ReadFile func(name string) ([]byte, error)
	// Mode returns who may read it; nil looks away.
	Mode func(name string) (fs.FileMode, error)
}

// Parse reads the operator's file, by the name that problems carry. All that is
// wrong is said at once; the Config is then of no use. Secrets that cannot be had
// are no problem here: see Config.SecretProblems.
func Parse(data []byte, name string, env Env) (Config, []strict.Problem) {
	p := &parser{config: Default(), env: env}
	doc, problems := strict.Parse(data, name)
	p.doc, p.config.doc = doc, doc
	if len(problems) > 0 && !doc.Has("") {
		return p.config, problems
	}
	p.decoding = slices.Concat(problems, doc.Decode("", &p.config))
	p.expand()
	p.check()
	p.readSecrets()
	all := slices.Concat(p.decoding, p.problems)
	strict.Sort(all)
	return p.config, all
}

// A parser is one file being read.
type parser struct {
	config   Config
	doc      *strict.Document
	env      Env
	decoding []strict.Problem
	problems []strict.Problem
}

// wrongIf notes a problem where there is one.
func (p *parser) wrongIf(isWrong bool, at, format string, args ...any) {
	if isWrong {
		p.wrong(at, format, args...)
	}
}

// wrong notes a problem, unless decoding has said already that the value is none.
func (p *parser) wrong(at, format string, args ...any) {
	if !slices.ContainsFunc(
		p.decoding,
		func(d strict.Problem) bool { return isWithin(d.Path, at) },
	) {
		p.problems = append(p.problems, p.doc.Problem(at, fmt.Sprintf(format, args...), ""))
	}
}

// isWithin reports whether a path leads to a value or to a part of it.
func isWithin(path, value string) bool {
	rest, ok := strings.CutPrefix(path, value)
	return ok && (rest == "" || strings.ContainsAny(rest[:1], ".["))
}

// oneOf checks a word against those there are, and names the nearest.
func (p *parser) oneOf(at, word, what string, all []string) {
	if slices.Contains(all, word) {
		return
	}
	n := len(p.problems)
	p.wrong(at, "no %s %q (use %s)", what, word, strings.Join(all, ", "))
	if hint := strict.DidYouMean(word, all); hint != "" && len(p.problems) > n {
		p.problems[n].Message, p.problems[n].Hint = fmt.Sprintf(
			"no %s %q",
			what,
			word,
		), hint
	}
}

// expand puts the environment's values for ${NAME}.
func (p *parser) expand() {
	c := &p.config
	for _, v := range []struct {
		at   string
		text *string
	}{
		{"contact", &c.Contact},
		{"public_url", &c.PublicURL},
		{"listen", &c.Listen},
		{"database", &c.Database},
		{"archive.directory", &c.Archive.Directory},
		{"sources", &c.Sources},
		{"mail.host", &c.Mail.Host},
		{"mail.user", &c.Mail.User},
		{"mail.from", &c.Mail.From},
		{"mail.bounces", &c.Mail.Bounces},
		{"mail.mailbox", &c.Mail.Mailbox},
		{"mail.dkim_selector", &c.Mail.DKIMSelector},
		{"mail.operator", &c.Mail.Operator},
	} {
		*v.text = reference.ReplaceAllStringFunc(*v.text, func(m string) string {
			name := m[2 : len(m)-1]
			if p.env.Lookup != nil {
				if value, ok := p.env.Lookup(name); ok {
					return value
				}
			}
			p.wrong(
				v.at,
				"%s is not set in the environment (use its value, or set the variable)",
				m,
			)
			return ""
		})
	}
}

// Live says why sites must not be polled with this config, nil where they may: an
// honest poller says whom to write to, and has the secrets that it needs.
func (c Config) Live() error {
	var all []error
	if c.Contact == "" {
		all = append(
			all,
			errors.New(
				c.file()+": contact: expected an e-mail address, or a page, by which the people who run the polled sites reach you, found nothing; "+
					"use contact: you@example.org (`koyomi serve --replay` needs none)",
			),
		)
	}
	for _, p := range c.secrets.problems {
		all = append(all, errors.New(p.String()))
	}
	return errors.Join(all...)
}

// file is the name of the operator's file, also where there is none.
func (c Config) file() string {
	if c.doc == nil {
		return "config.yaml"
	}
	return c.doc.File
}

// Against says which sources the config turns on or off that are none, or cannot
// be turned on.
func (c Config) Against(catalogue *source.Catalogue) []strict.Problem {
	var problems []strict.Problem
	add := func(at, format string, args ...any) {
		problems = append(problems, c.doc.Problem(at, fmt.Sprintf(format, args...), ""))
	}
	for id := range c.Enable {
		switch s, err := catalogue.Find(id); {
		case err != nil:
			add("enable."+id, "%s", err)
		case s.ID != id:
			add(
				"enable."+id,
				"expected the id of a source, found that of a community (use %s)",
				s.ID,
			)
		case s.Archived != "":
			add("enable."+id, "%s is archived and polled no more: %s", id, s.Archived)
		}
	}
	for i, id := range c.Disable {
		if _, err := catalogue.Find(id); err != nil {
			add(fmt.Sprintf("disable[%d]", i), "%s", err)
		}
	}
	strict.Sort(problems)
	return problems
}
