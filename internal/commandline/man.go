package commandline

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// WriteMan writes a manual page for each command that is shown into a directory.
func WriteMan(root *cobra.Command, header doc.GenManHeader, dir string) error {
	var failed error
	Each(root, func(cmd *cobra.Command) {
		if cmd != root && !cmd.IsAvailableCommand() {
			return
		}
		var b bytes.Buffer
		own := header
		own.Title = "" // cobra fills in that of the command
		failed = errors.Join(failed, doc.GenMan(cmd, &own, &b))
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + "." + header.Section
		failed = errors.Join(failed, os.WriteFile(filepath.Join(dir, name), roff(b.Bytes()), 0o644))
	})
	return failed
}

var (
	// option is an option as cobra writes it: its names, its default, and on the next line
	// what it does.
	option = regexp.MustCompile(`(?m)^(?:\.PP\n)?(\\fB-[^\n]*\\fP)(\[=|=)?[^\n]*\n\t([^\n]*)\n`)
	// named is the name of a value in what an option does.
	named = regexp.MustCompile(`\\fB([A-Z]+)\\fR`)
	// long is the long name of an option.
	long = regexp.MustCompile(`\\fB--([a-z-]+)\\fP$`)
	// example is a run of lines that are to stand as they are.
	example = regexp.MustCompile(`(?m)(^  .+\n)+`)
)

// roff returns a page of cobra's with options as manual pages have them, a name for each
// value and what it does below, and with lines of examples that are not run together.
func roff(page []byte) []byte {
	text := option.ReplaceAllStringFunc(string(page), func(s string) string {
		m := option.FindStringSubmatch(s)
		value := ""
		if m[2] == "=" {
			value = ` \fI` + valueName(m[1], m[3]) + `\fP`
		}
		return ".TP\n" + m[1] + value + "\n" + m[3] + "\n"
	})
	text = example.ReplaceAllStringFunc(text, func(s string) string { return ".nf\n" + s + ".fi\n" })
	return []byte(text)
}

// valueName is what the text of an option calls its value, else the option's own name.
func valueName(names, what string) string {
	if m := named.FindStringSubmatch(what); m != nil {
		return m[1]
	}
	if m := long.FindStringSubmatch(names); m != nil {
		return strings.ToUpper(m[1])
	}
	return "VALUE"
}
