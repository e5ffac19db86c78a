// Package service runs koyomi as a service of systemd: it writes the unit and has systemd
// take it up, and tells systemd from inside when koyomi is ready and alive.
package service

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"koyomi/internal/usage"
)

// Name is that of the service.
const Name = "koyomi"

var (
	//go:embed koyomi.service
	serviceText string
	//go:embed koyomi.socket
	socketText string
)

// A Plan says how koyomi is installed. Its paths are absolute.
type Plan struct {
	// Program is the file that is started, Config the operator's file, Secrets a file of
	// variables for the environment, which need not be there.
	Program, Config, Secrets string
	// Listen is the address and port that the socket unit keeps open.
	Listen string
	// Name is that of the service.
	Name string
}

// DefaultPlan is that of a program, with the files of a usual Linux system.
func DefaultPlan(program string) Plan {
	return Plan{
		Program: program,
		Config:  "/etc/koyomi/config.yaml",
		Secrets: "/etc/koyomi/environment",
		Listen:  "127.0.0.1:8080",
		Name:    Name,
	}
}

// Units returns the unit files of a plan, by their names.
func (p Plan) Units() (map[string][]byte, error) {
	all := map[string][]byte{}
	for name, text := range map[string]string{
		p.Name + ".service": serviceText,
		p.Name + ".socket":  socketText,
	} {
		t, err := template.New(name).Option("missingkey=error").Parse(text)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, p); err != nil {
			return nil, err
		}
		all[name] = b.Bytes()
	}
	return all, nil
}

// Write prints the units as they are installed.
func (p Plan) Write(w io.Writer) error {
	units, err := p.Units()
	if err != nil {
		return err
	}
	for _, name := range []string{p.Name + ".service", p.Name + ".socket"} {
		path := filepath.Join(unitDirectory, name)
		if _, err := fmt.Fprintf(w, "# %s\n%s\n", path, units[name]); err != nil {
			return err
		}
	}
	return nil
}

// A Manager installs units. Run runs systemctl with arguments and returns what it printed.
type Manager struct {
	// Root is the directory that stands for "/"; "" is "/".
	Root string
	Run  func(ctx context.Context, args ...string) (string, error)
}

// ErrNoSystemd: this machine is not run by systemd.
var ErrNoSystemd = errors.New("this machine is not run by systemd")

// unitDirectory is where units of the operator stand.
const unitDirectory = "/etc/systemd/system"

func (m Manager) path(
	name string,
) string {
	return filepath.Join(m.Root, unitDirectory, name)
}

// Files returns the units that Uninstall removes.
func (m Manager) Files() []string {
	return []string{m.path(Name + ".service"), m.path(Name + ".socket")}
}

// check returns ErrNoSystemd where units would be of no use.
func (m Manager) check() error {
	if _, err := os.Stat(filepath.Join(m.Root, "/run/systemd/system")); err != nil {
		return ErrNoSystemd
	}
	return nil
}

// Install writes the units of a plan, and has systemd start the service now and at every
// start of the machine. Installed again, it takes the place of what was there.
func (m Manager) Install(ctx context.Context, p Plan) error {
	if err := m.check(); err != nil {
		return err
	}
	for what, path := range map[string]string{"program": p.Program, "config": p.Config} {
		if _, err := os.Stat(filepath.Join(m.Root, path)); err != nil {
			return usage.Errorf("there is no %s %s", what, usage.Quote(path))
		}
	}
	units, err := p.Units()
	if err != nil {
		return err
	}
	for name, body := range units {
		if err := os.WriteFile(
			m.path(name),
			body,
			0o644,
		); err != nil { //nolint:gosec // systemd's users read units
			return denied(err)
		}
	}
	return m.each(
		ctx,
		[]string{"daemon-reload"},
		[]string{"enable", p.Name + ".service"},
		[]string{"restart", p.Name + ".service"},
	)
}

// Uninstall stops the service and removes its units. What it knows, its config and its
// secrets stay.
func (m Manager) Uninstall(ctx context.Context) error {
	if err := m.check(); err != nil {
		return err
	}
	if _, err := os.Stat(m.path(Name + ".service")); errors.Is(err, fs.ErrNotExist) {
		return errors.New("koyomi is not installed as a service")
	}
	if err := m.each(
		ctx,
		[]string{"disable", "--now", Name + ".service", Name + ".socket"},
	); err != nil {
		return err
	}
	for _, file := range m.Files() {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return denied(err)
		}
	}
	return m.each(ctx, []string{"daemon-reload"})
}

// A Status is how the service does.
type Status struct {
	Installed bool
	// Active is systemd's word: active, inactive, failed, activating; Enabled whether it
	// starts with the machine. PID is 0 while it does not run.
	Active, Enabled, PID, Since, Memory string
}

// Status asks systemd.
func (m Manager) Status(ctx context.Context) (Status, error) {
	if err := m.check(); err != nil {
		return Status{}, err
	}
	out, err := m.Run(
		ctx,
		"show",
		Name+".service",
		"--property=LoadState,ActiveState,UnitFileState,MainPID,ActiveEnterTimestamp,MemoryCurrent",
	)
	if err != nil {
		return Status{}, err
	}
	said := map[string]string{}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		said[name] = value
	}
	return Status{
		Installed: said["LoadState"] == "loaded",
		Active:    said["ActiveState"],
		Enabled:   said["UnitFileState"],
		PID:       said["MainPID"],
		Since:     said["ActiveEnterTimestamp"],
		Memory:    said["MemoryCurrent"],
	}, nil
}

// each runs systemctl once for each list of arguments, until one fails.
func (m Manager) each(ctx context.Context, all ...[]string) error {
	for _, args := range all {
		if out, err := m.Run(ctx, args...); err != nil {
			return fmt.Errorf(
				"systemctl %s: %w: %s",
				strings.Join(args, " "),
				err,
				strings.TrimSpace(out),
			)
		}
	}
	return nil
}

// denied adds what to do where files may not be written.
func denied(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w (use sudo)", err)
	}
	return err
}
