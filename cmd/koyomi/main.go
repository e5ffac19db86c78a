// Command koyomi gathers what communities announce into one calendar: a daemon
// that polls and publishes, and the commands to ask it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"koyomi/internal/commandline"
	_ "time/tzdata" // dates must come out right on machines without a zone database

	"koyomi/internal/terminal"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program except the process it runs in.
func run(args []string, in *os.File, out, errOut *os.File) int {
	// A reader that has gone is an error of the write, not the end of the process.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ui := terminal.New(in, out, errOut)
	root := newRootCmd(&app{ui: ui})
	root.SetArgs(commandline.Spare(root, args))
	return exit(ui, root.ExecuteContext(ctx))
}
