package main

import (
	"github.com/spf13/cobra"

	"koyomi/internal/commandline"
	"koyomi/internal/view"
)

// newQueryHelp is what `koyomi help query` prints: the language in which events are asked
// for.
func newQueryHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "query",
		Short: "the query language: words and fields",
		Long: "The same query language works everywhere: in `koyomi events` and `clash`, in the search\n" +
			"of the web pages (?q=), in feeds and calendars, and as the filter of a daily mail.\n" + view.QueryHelp(),
		Example: "  koyomi events --explain '(KVM OR Xen) on:今週末'",
		Args:    commandline.Exactly(0, "query only explains how to ask: `koyomi events` and `koyomi clash` take the words"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}
