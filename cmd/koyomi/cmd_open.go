package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"koyomi/internal/usage"
)

func newOpenCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "open [EVENT]",
		Short: "open the calendar, or one event, in a browser",
		Long: "Open the page of the calendar, or of EVENT, in $BROWSER or the default browser. If there\n" +
			"is none, the address is printed.",
		Example: "  koyomi open\n  koyomi open 8a0b649",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage.Errorf("open takes one EVENT or none, found %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.browse(cmd.Context(), a.webSite()+"/")
			}
			return a.open(cmd.Context(), args[0])
		},
	}
}

// webSite returns the address of the pages: that of the koyomi that is asked, else of this
// one.
func (a *app) webSite() string {
	if server := a.asked(); server != "" {
		return strings.TrimRight(server, "/")
	}
	return a.site()
}

// open shows the page of an event.
func (a *app) open(ctx context.Context, id string) error {
	c, closeIt, err := a.openCalendar(ctx)
	if err != nil {
		return err
	}
	defer closeIt()
	w, err := c.Whole(ctx, id)
	if err != nil {
		return err
	}
	return a.browse(ctx, a.webSite()+"/events/"+w.Event.ID())
}

// eventsOnWeb shows the list of a question.
func (a *app) eventsOnWeb(ctx context.Context, words string) error {
	if _, err := a.question(words, eventsFlags{}); err != nil {
		return err
	}
	address := a.webSite() + "/"
	if words != "" {
		address += "?" + url.Values{"q": {words}}.Encode()
	}
	return a.browse(ctx, address)
}

// browse shows an address, or prints it where there is no browser.
func (a *app) browse(ctx context.Context, address string) error {
	shown, err := a.ui.Browse(ctx, address)
	if err == nil && !shown {
		_, err = fmt.Fprintln(a.ui.Out, address)
	}
	return err
}
