// Package setup asks an operator the first questions and writes the config that they
// answer.
package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"koyomi/internal/config"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"

	"golang.org/x/term"
)

// answers are what a person said.
type answers struct {
	contact, publicURL        string
	mailHost, from, user      string
	mailPassword, connpassKey string
	// area and topics are what a calendar of one's own is about, as words of a query.
	area, topics string
}

// The files that secrets go to, beside the config.
const (
	connpassFile = "connpass.key"
	mailFile     = "mail.password"
)

// Run asks, and writes what was answered.
func Run(ctx context.Context, ui *terminal.UI, name string) error {
	dir := filepath.Dir(name)
	for _, file := range []string{name, filepath.Join(dir, connpassFile), filepath.Join(dir, mailFile)} {
		if _, err := os.Lstat(file); err == nil {
			return usage.Errorf(
				"%s is there already and is left as it is; edit it, or write another: koyomi --config FILE init",
				usage.Quote(file),
			)
		}
	}
	d := &dialogue{
		ui:   ui,
		in:   bufio.NewReaderSize(ui.In, 4096),
		name: name,
	}
	got, err := d.all(ctx)
	if err != nil {
		return err
	}
	if err := write(name, got); err != nil {
		return err
	}
	ui.Sayf("\n%s is written. Next:", usage.Quote(name))
	ui.Sayf("  koyomi config check     see that nothing is wrong")
	ui.Sayf("  koyomi source list      see what is watched")
	ui.Sayf("  koyomi serve            poll and publish")
	return nil
}

// write writes the config and the files of secrets, all of them new.
func write(name string, got answers) error {
	dir := filepath.Dir(name)
	for _, f := range []struct {
		name, text string
		mode       fs.FileMode
	}{
		{filepath.Join(dir, connpassFile), got.connpassKey, 0o600},
		{filepath.Join(dir, mailFile), got.mailPassword, 0o600},
		{name, got.yaml(dir), 0o644},
	} {
		if f.text == "" {
			continue
		}
		if err := WriteNew(
			f.name,
			strings.TrimRight(f.text, "\n")+"\n",
			f.mode,
		); err != nil {
			return err
		}
	}
	return nil
}

// WriteNew writes a file that must not exist yet.
func WriteNew(name, content string, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", usage.Quote(name), errors.Unwrap(err))
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}

// yaml returns the config that says what was answered.
func (g answers) yaml(dir string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line(
		"# The operator's one file. `koyomi config show` prints every key with what is in force,",
	)
	line(
		"# `koyomi config check` names all that is wrong, `koyomi config schema` serves editors.",
	)
	line("")
	line("# How the people who run the polled sites reach you.")
	line("contact: %s", yamlText(g.contact))
	if g.publicURL != "" {
		line(
			"# The address under which readers reach this koyomi: every link begins with it.",
		)
		line("public_url: %s", yamlText(g.publicURL))
	}
	if g.connpassKey != "" {
		line("# Sources name secrets as ${NAME}; these files hold them.")
		line("secret_files:")
		line("  CONNPASS_API_KEY: %s", yamlText(filepath.Join(dir, connpassFile)))
	}
	if q := g.query(); q != "" {
		line(
			"# A calendar of your own, published as /c/mine.ics: any query that `koyomi events` takes.",
		)
		line("calendars:")
		line("  mine:")
		line("    title: %s", yamlText(strings.Trim(g.area+" "+g.topics, " ")))
		line("    query: %s", yamlText(q))
	}
	if g.mailHost != "" {
		line("# The daily mail.")
		line("mail:")
		line("  host: %s", yamlText(g.mailHost))
		line("  from: %s", yamlText(g.from))
		if g.user != "" {
			line("  user: %s", yamlText(g.user))
		}
		if g.mailPassword != "" {
			line("  password_file: %s", yamlText(filepath.Join(dir, mailFile)))
		}
	}
	return b.String()
}

// yamlText writes a text so that YAML reads it as it is: a JSON string is one.
func yamlText(s string) string {
	var b strings.Builder
	_ = terminal.Encoder(&b).Encode(s) // a string can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// A dialogue asks a person, or a pipe, a line an answer.
type dialogue struct {
	ui   *terminal.UI
	in   *bufio.Reader
	name string
	got  answers
}

// all asks everything.
func (d *dialogue) all(ctx context.Context) (answers, error) {
	d.ui.Sayf("Six questions; an empty answer skips what may be skipped.\n")
	g := &d.got
	err := d.ask(
		ctx,
		"Contact, an e-mail address or a page: every polled site sees it",
		&g.contact,
		d.required,
	)
	if err == nil {
		err = d.ask(
			ctx,
			"Public address of this koyomi, as https://koyomi.example.org (empty: this machine only)",
			&g.publicURL,
			d.fits,
		)
	}
	if err == nil {
		err = d.askMail(ctx)
	}
	if err == nil {
		err = d.askSecret(
			ctx,
			"connpass API key (empty: connpass groups are left alone)",
			&g.connpassKey,
		)
	}
	if err == nil {
		err = d.askInterests(ctx)
	}
	return d.got, err
}

// askInterests asks what a calendar of one's own is to hold. A pipe that ends before has
// answered both with nothing.
func (d *dialogue) askInterests(ctx context.Context) error {
	if !d.ui.ErrTTY && d.ended() {
		return nil
	}
	err := d.ask(
		ctx,
		"Area of a calendar of your own, a prefecture or region as 東京 or 関西 (empty: all of Japan)",
		&d.got.area,
		d.fits,
	)
	if err != nil {
		return err
	}
	return d.ask(
		ctx,
		"Its topics, as go, ruby, security (empty: all)",
		&d.got.topics,
		d.fits,
	)
}

// ended reports whether no further answer comes.
func (d *dialogue) ended() bool {
	_, err := d.in.Peek(1)
	return err != nil
}

// query is that of the calendar of one's own, "" for none.
func (g answers) query() string {
	var terms []string
	if g.area != "" {
		terms = append(terms, "area:"+quoted(g.area))
	}
	var topics []string
	for _, t := range strings.FieldsFunc(g.topics, func(r rune) bool { return strings.ContainsRune(",、，", r) }) {
		if t = strings.TrimSpace(t); t != "" {
			topics = append(topics, "tag:"+quoted(t))
		}
	}
	either := strings.Join(topics, " OR ")
	if len(topics) > 1 {
		either = "(" + either + ")"
	}
	if either != "" {
		terms = append(terms, either)
	}
	return strings.Join(terms, " ")
}

// quoted quotes a value of a query that holds more than one word.
func quoted(value string) string {
	if strings.ContainsAny(value, " \t\u3000()\"") {
		return `"` + strings.ReplaceAll(value, `"`, "") + `"`
	}
	return value
}

// askMail asks for the mail server, and for more where there is one.
func (d *dialogue) askMail(ctx context.Context) error {
	g := &d.got
	if g.publicURL == "" {
		return nil // links in mails would lead nowhere
	}
	var host string
	if err := d.ask(
		ctx,
		"Mail server for the daily digest, as mail.example.org (empty: no mail)",
		&host,
		func() string { return "" },
	); err != nil ||
		host == "" {
		return err
	}
	err := d.ask(
		ctx,
		"Sender of the mails, as koyomi <koyomi@example.org>",
		&g.from,
		func() string {
			g.mailHost = host
			return d.required()
		},
	)
	if err == nil {
		err = d.ask(ctx, "User at the mail server (empty: none)", &g.user, d.fits)
	}
	if err == nil && g.user != "" {
		err = d.askSecret(ctx, "Password of "+text.Line(g.user, 60), &g.mailPassword)
	}
	return err
}

// mostTries is how often a question is asked.
const mostTries = 3

// ask puts a question until the answer is right; wrong says what is wrong with it,
// "" for nothing.
func (d *dialogue) ask(
	ctx context.Context,
	question string,
	into *string,
	wrong func() string,
) error {
	for range mostTries {
		fmt.Fprintf(d.ui.ErrOut, "%s\n> ", question)
		line, err := d.line(ctx)
		if err != nil {
			return err
		}
		*into = text.Line(line, 400)
		problem := wrong()
		if problem == "" {
			return nil
		}
		d.ui.Sayf("%s\n", problem)
		*into = ""
		if !d.ui.ErrTTY {
			break
		}
	}
	return usage.Errorf("nothing is written")
}

// line reads one answer.
func (d *dialogue) line(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := d.in.ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("stopped; nothing is written")
	case r := <-got:
		if r.err != nil && (!errors.Is(r.err, io.EOF) || r.line == "") {
			return "", usage.Errorf("no answer came; nothing is written")
		}
		return r.line, nil
	}
}

// required is fits for what may not be left out.
func (d *dialogue) required() string {
	if problem := d.fits(); problem != "" {
		return problem
	}
	if d.got.contact == "" || d.got.mailHost != "" && d.got.from == "" {
		return "an answer is needed here"
	}
	return ""
}

// fits says what the config would find wrong with the answers so far.
func (d *dialogue) fits() string {
	_, problems := config.Parse(
		[]byte(d.got.yaml(filepath.Dir(d.name))),
		d.name,
		config.Env{},
	)
	for _, p := range problems {
		if p.Path != "secret_files" {
			return p.Message
		}
	}
	return ""
}

// askSecret asks for what is not to be seen while it is typed.
func (d *dialogue) askSecret(ctx context.Context, question string, into *string) error {
	if fd := int(d.ui.In.Fd()); term.IsTerminal(fd) && d.in.Buffered() == 0 {
		fmt.Fprintf(d.ui.ErrOut, "%s\n> ", question)
		secret, err := term.ReadPassword(fd)
		d.ui.Sayf("")
		*into = strings.TrimSpace(string(secret))
		return err
	}
	return d.ask(ctx, question, into, func() string { return "" })
}
