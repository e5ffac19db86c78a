package main

import (
	"fmt"
	"io/fs"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/config"
	"koyomi/internal/strict"
	"koyomi/internal/usage"
	"koyomi/internal/view"
	"koyomi/sources"
)

func newConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "check and show the configuration and the source files",
		Example: "  koyomi config check\n" +
			"  koyomi config schema source > schema.json",
		Args:                       commandline.NoArgs,
		SuggestionsMinimumDistance: 2,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigCheckCmd(a), newConfigSchemaCmd(a), newConfigShowCmd(a))
	return cmd
}

func newConfigCheckCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "report every error, as file:line:column",
		Long: "Read the configuration and every source file and report all errors at once, each as\n" +
			"file:line:column with what is expected. Nothing is polled or changed.",
		Example: "  koyomi config check\n  koyomi --config /etc/koyomi.yaml config check",
		Args:    commandline.NoArgs,
		// It reads the files itself, to go on to the next after one that is wrong.
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.ui.SetColor(a.flags.color) },
		RunE:              func(*cobra.Command, []string) error { return a.checkConfig() },
	}
}

// checkConfig says what is wrong in any file, and what is not wrong and yet wants a
// look.
func (a *app) checkConfig() error {
	cfg, problems, err := a.readConfig()
	if err != nil {
		return err
	}
	a.embedded = sources.Files
	configWrong := len(problems) > 0
	catalogue, wrong := a.readCatalogue(cfg)
	problems = append(problems, wrong...)
	if !configWrong {
		problems = append(problems, cfg.Against(catalogue)...)
	}
	problems = append(problems, cfg.SecretProblems()...)
	strict.Sort(problems)
	for _, w := range cfg.Warnings() {
		a.ui.Sayf("warning: %s", w)
	}
	if a.say(problems) {
		return errUsage
	}
	if cfg.Contact == "" {
		a.ui.Sayf("note: contact is not set; live polling needs it, a replay does not")
	}
	a.sayOpenSecrets(cfg.SecretFiles)
	polled := 0
	for _, s := range catalogue.Sources() {
		if cfg.Polls(s) {
			polled++
		}
	}
	a.ui.Sayf("nothing is wrong: %d communities, %s, of which %d are polled",
		len(catalogue.Communities), view.Counted(len(catalogue.Sources()), "source"), polled)
	return nil
}

func newConfigSchemaCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [config|source|platform]",
		Short: "print the JSON Schema that editors use to complete a file",
		Long: "Print the JSON Schema of the configuration (the default), of a source file or of a\n" +
			"platform file. A file refers to it in its first line:\n" +
			"  # yaml-language-server: $schema=schema.json",
		Example:           "  koyomi config schema source > schema.json",
		ValidArgs:         []string{"config", "source", "platform"},
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage.Errorf("config schema takes one of config, source, platform")
			}
			schema, err := schemaNamed(append(args, "config")[0])
			if err != nil {
				return err
			}
			_, err = a.ui.Out.Write(schema)
			return err
		},
	}
}

// schemaNamed returns the schema of a sort of file.
func schemaNamed(name string) ([]byte, error) {
	switch name {
	case "config":
		return config.Schema, nil
	case "source":
		return fs.ReadFile(sources.Files, "schema.json")
	case "platform":
		return fs.ReadFile(sources.Files, "platforms/schema.json")
	}
	hint := strict.DidYouMean(name, []string{"config", "source", "platform"})
	if hint == "" {
		hint = "expected config, source, platform"
	}
	return nil, usage.Errorf("no schema %s; %s", usage.Quote(name), hint)
}

func newConfigShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "print the effective configuration, secrets masked",
		Long:    "Print the effective configuration, defaults included, as YAML. Secrets are masked.",
		Example: "  koyomi config show\n  koyomi --config /etc/koyomi.yaml config show",
		Args:    commandline.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b, err := a.config.YAML()
			if err != nil {
				return err
			}
			if _, err := a.ui.Out.Write(b); err != nil {
				return fmt.Errorf("print the config: %w", err)
			}
			return nil
		},
	}
}
