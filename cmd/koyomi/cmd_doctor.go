package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"

	"koyomi/internal/commandline"

	"github.com/spf13/cobra"

	"koyomi/internal/doctor"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
)

func newDoctorCmd(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "report problems, each with its cause and the next step",
		Long: "Check configuration, sources, database, mail and disk, and report problems, the worst\n" +
			"first, each with its cause and what to do next. Nothing is changed and no site is asked.\n" +
			"Exit status 0: no problems; 3: at least one.",
		Example: "  koyomi doctor\n  koyomi doctor --format json",
		Args:    commandline.Exactly(0, "doctor takes no arguments"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "", "table, json or jsonl (table on a terminal, else jsonl)")
	return cmd
}

func (a *app) doctor(ctx context.Context, format string) error {
	write, err := terminal.RowsWriter(a.ui, format, a.doctorTable)
	if err != nil {
		return err
	}
	if a.flags.server != "" {
		return usage.Errorf("doctor looks at a database: it takes --database, not --server")
	}
	e, err := a.examiner()
	if err != nil {
		return err
	}
	found, err := e.Examine(ctx)
	if err != nil {
		return err
	}
	isWrong := slices.ContainsFunc(
		found,
		func(f doctor.Finding) bool { return f.Impact != doctor.Waiting },
	)
	if !isWrong {
		a.ui.Sayf("nothing is wrong")
	}
	if err := a.ui.Page(func(w io.Writer) error { return write(w, found) }); err != nil {
		return err
	}
	if isWrong {
		return errAttention
	}
	return nil
}

// doctorTable writes findings to a person, those of one impact under its name.
func (a *app) doctorTable(w io.Writer, found []doctor.Finding) error {
	s := &terminal.Text{UI: a.ui}
	for i, f := range found {
		if i == 0 || f.Impact != found[i-1].Impact {
			s.Head(doctor.ImpactWords[f.Impact])
		}
		s.Point(0, impactStyle(f.Impact), fmt.Sprint(i+1), f.Subject+": "+text.Line(f.What, 400))
		if f.Cause != "" {
			s.Row("    cause", "", text.Line(f.Cause, 400))
		}
		s.Row("    next", "", text.Line(f.Next, 400))
	}
	_, err := w.Write(s.Bytes())
	return err
}

func impactStyle(h doctor.Impact) string {
	switch h {
	case doctor.Down, doctor.Stopped, doctor.Missed:
		return terminal.Red
	case doctor.Doubtful, doctor.Incomplete:
		return terminal.Amber
	}
	return terminal.Dim
}

// examiner returns what looks at this koyomi.
func (a *app) examiner() (*doctor.Doctor, error) {
	database, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	name, _ := a.configName()
	return &doctor.Doctor{
		Config:     a.config,
		ConfigName: name,
		Catalogue:  a.catalogue,
		Problems:   a.problems,
		Database:   spoken(database),
		Server:     isServer(database),
		Archive:    a.archiveName(database),
		Now:        a.now,
		Authority:  a.authority,
		Resolver:   net.DefaultResolver,
		Open:       func(ctx context.Context) (doctor.Store, error) { return a.openReader(ctx) },
	}, nil
}
