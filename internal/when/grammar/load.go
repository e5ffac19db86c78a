// Package grammar finds the forms in which dates and times are written. The forms are
// data files that a reader of the language can review (forms/README.md); the code
// compiles and matches them. It says what is written, not what it means: that is for
// package parse.
package grammar

import (
	"embed"
	"strings"
)

//go:embed forms/*.txt
var files embed.FS

var compiled = compile()

// compile reads every file of forms; a mistake in one is a mistake of the program.
func compile() *compiler {
	c := &compiler{forms: map[string]*Form{}}
	entries, err := files.ReadDir("forms")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile("forms/" + e.Name())
		if err != nil {
			panic(err)
		}
		if err := c.read(string(text)); err != nil {
			panic("forms/" + e.Name() + ": " + err.Error())
		}
	}
	if err := c.index(); err != nil {
		panic(err)
	}
	return c
}

func (c *compiler) read(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := c.add(line); err != nil {
			return err
		}
	}
	return nil
}

// Named returns the form of a name that some file defines.
func Named(name string) *Form {
	f := compiled.forms[name]
	if f == nil || len(f.patterns) == 0 {
		panic("no form " + name)
	}
	return f
}
