package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/client"
	"koyomi/internal/publish/lint"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

func newLintCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "lint FILE|URL",
		Short: "find what calendar clients will not accept in an .ics file",
		Long: "Check an iCalendar file, koyomi's or any other, for what calendar clients do not accept:\n" +
			"the line, the reason, and the section of the standard. FILE is - for standard input; for\n" +
			"a URL the HTTP headers are checked too. With an error some client loses the file or the\n" +
			"event, with a warning some client shows it wrongly, notes have no effect.\n" +
			"Exit status 0: at most notes; 3: something to fix.",
		Example: "  koyomi lint basic.ics\n  koyomi lint https://example.jp/calendar.ics --format jsonl",
		Args:    commandline.Exactly(1, "lint takes one FILE or URL (use koyomi lint basic.ics)"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.lint(cmd.Context(), args[0], format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

// lint prints the findings about one calendar.
func (a *app) lint(ctx context.Context, name, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, func(w io.Writer, found []lint.Finding) error {
		return a.printer().WriteFindings(w, name, found)
	})
	if err != nil {
		return err
	}
	data, served, err := a.calendarFile(ctx, name)
	if err != nil {
		return err
	}
	found := append(lint.Check(data, a.now()), served...)
	if err := a.ui.Page(func(w io.Writer) error { return write(w, found) }); err != nil {
		return err
	}
	if lint.Worst(found) != lint.Note {
		return errAttention
	}
	return nil
}

// calendarFile reads a calendar, and looks at how it was served.
func (a *app) calendarFile(ctx context.Context, name string) (data []byte, served []lint.Finding, err error) {
	switch {
	case strings.HasPrefix(name, "http://"), strings.HasPrefix(name, "https://"):
		return fetchCalendar(ctx, name)
	case name == "-":
		data, err = io.ReadAll(io.LimitReader(a.ui.In, lint.MaxSize+1))
	default:
		data, err = readUpTo(name, lint.MaxSize+1)
	}
	if notThere(err) {
		return nil, nil, usage.Errorf("%s: no such file", usage.Quote(name))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the calendar: %w", err)
	}
	return data, nil, tooLarge(data)
}

// readUpTo reads a file, at most so many octets of it.
func readUpTo(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

func tooLarge(data []byte) error {
	if len(data) > lint.MaxSize {
		return fmt.Errorf("the calendar has more than %s, which no client reads", view.SizeWords(lint.MaxSize))
	}
	return nil
}

// fetchCalendar gets a calendar as a client would, once.
func fetchCalendar(ctx context.Context, address string) ([]byte, []lint.Finding, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, usage.Errorf("%s: not an address", usage.Quote(address))
	}
	req.Header.Set("Accept", "text/calendar, */*;q=0.5")
	req.Header.Set("User-Agent", "koyomi-lint/"+versionName())
	client := &http.Client{Timeout: client.RemoteTimeout}
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("get %s: %w", text.Line(address, 200), errors.Unwrap(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("get %s: status %d: Thunderbird turns a calendar off that answers so", text.Line(address, 200), resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, lint.MaxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("get %s: %w", text.Line(address, 200), err)
	}
	served := lint.CheckAnswer(lint.Answer{
		ContentType:  resp.Header.Get("Content-Type"),
		ETag:         resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"),
		Secure:       resp.Request.URL.Scheme == "https",
	})
	return data, served, tooLarge(data)
}
