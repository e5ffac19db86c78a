package main

import (
	"context"
	"strings"

	"koyomi/internal/commandline"
	"koyomi/internal/completion"
	"koyomi/internal/source"

	"github.com/spf13/cobra"

	"koyomi/internal/usage"
)

func newCompletionCmd(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print the completion script for a shell",
		Long: "Print the script by which bash, zsh or fish completes commands, flags, communities,\n" +
			"sources, tags and ids of events.",
		Example: "  koyomi completion bash > /etc/bash_completion.d/koyomi\n" +
			"  koyomi completion zsh > \"${fpath[1]}/_koyomi\"\n" +
			"  koyomi completion fish > ~/.config/fish/completions/koyomi.fish",
		Args:      commandline.Exactly(1, "completion takes one SHELL: bash, zsh or fish (use koyomi completion bash)"),
		ValidArgs: shells,
		// It reads no config, so that a shell starts with a broken one, too.
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.ui.SetColor(a.flags.color) },
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return completion.WriteBash(root, a.ui.Out)
			case "zsh":
				return root.GenZshCompletion(a.ui.Out)
			case "fish":
				return root.GenFishCompletion(a.ui.Out, true)
			}
			return usage.Errorf("no shell %s: expected %s", usage.Quote(args[0]), strings.Join(shells, ", "))
		},
	}
}

// settle has all commands share the same habits, and completes their arguments.
func (a *app) settle(root *cobra.Command) {
	c := &completion.Completer{
		Prepare: a.prepare, Now: a.now, Assumed: a.assumed,
		Catalogue: func() *source.Catalogue { return a.catalogue() },
		Open:      func(ctx context.Context) (completion.Reader, error) { return a.openReader(ctx) },
	}
	commandline.Settle(root, a.ui, func(cmd *cobra.Command) {
		c.Complete(cmd, strings.TrimPrefix(cmd.CommandPath(), root.Name()+" "))
	})
}
