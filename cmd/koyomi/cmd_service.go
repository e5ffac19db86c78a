package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/service"
	"koyomi/internal/usage"
)

func newServiceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "service",
		Short:   "install koyomi as a systemd service",
		Long:    "Run koyomi as a systemd service, started at boot and restarted when it fails, under its\nown user, which can write its database and nothing else.",
		Example: "  koyomi service status",
		Args:    commandline.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	manager := service.Manager{Run: func(ctx context.Context, args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput()
		return string(out), err
	}}
	cmd.AddCommand(newServiceInstallCmd(a, manager), newServiceStatusCmd(a, manager), newServiceUninstallCmd(a, manager))
	return cmd
}

func newServiceInstallCmd(a *app, m service.Manager) *cobra.Command {
	var dry bool
	p := service.DefaultPlan("")
	cmd := &cobra.Command{
		Use:   "install",
		Short: "install and start the service",
		Long: "Write the systemd units, start koyomi and enable it at boot. The configuration is\n" +
			"/etc/koyomi/config.yaml, secrets are NAME=value lines in /etc/koyomi/environment, the\n" +
			"database is in /var/lib/koyomi.",
		Example: "  koyomi service install --dry-run",
		Args:    commandline.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if p.Program == "" {
				if p.Program, err = os.Executable(); err != nil {
					return err
				}
			}
			if dry {
				return p.Write(a.ui.Out)
			}
			if err := m.Install(cmd.Context(), p); err != nil {
				return err
			}
			a.ui.Sayf("koyomi is installed and runs; its log: journalctl -u koyomi")
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&dry, "dry-run", false, "print the units and change nothing")
	f.StringVar(&p.Program, "program", "", "the `FILE` that is started (default this one)")
	return cmd
}

func newServiceStatusCmd(a *app, m service.Manager) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "show whether the service is running",
		Example: "  koyomi service status",
		Args:    commandline.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := m.Status(cmd.Context())
			if errors.Is(err, service.ErrNoSystemd) {
				a.ui.Sayf("%v: koyomi is no service here", err)
				return errAttention
			}
			if err != nil {
				return err
			}
			if !s.Installed {
				a.ui.Sayf("koyomi is not installed as a service (use koyomi service install)")
				return errAttention
			}
			fmt.Fprintf(a.ui.Out, "koyomi is %s, %s at the start of the machine\n", s.Active, s.Enabled)
			if s.PID != "0" {
				fmt.Fprintf(a.ui.Out, "process %s since %s, memory %s octets\n", s.PID, s.Since, s.Memory)
			}
			if s.Active != "active" {
				a.ui.Sayf("its log: journalctl -u koyomi -n 50")
				return errAttention
			}
			return nil
		},
	}
}

func newServiceUninstallCmd(a *app, m service.Manager) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:     "uninstall",
		Short:   "stop and remove the service; configuration and database are kept",
		Example: "  koyomi service uninstall --dry-run",
		Args:    commandline.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dry {
				_, err := fmt.Fprintln(a.ui.Out, strings.Join(m.Files(), "\n"))
				return err
			}
			if err := m.Uninstall(cmd.Context()); err != nil {
				return err
			}
			a.ui.Sayf("the service is removed; %s and %s stay", usage.Quote("/etc/koyomi"), usage.Quote("/var/lib/koyomi"))
			return nil
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print the files that would be removed and change nothing")
	return cmd
}
