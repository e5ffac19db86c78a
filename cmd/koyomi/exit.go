package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	pages "koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/wording"
)

// The exit statuses; there are no others.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitAttention = 3
)

// errAttention ends a command that is done while something needs a person; what
// it is has been said.
var errAttention = errors.New("something needs attention")

// errFailed ends a command that failed and has already said why.
var errFailed = errors.New("failed")

// errUsage ends a command whose input was wrong and that has already said where.
var errUsage = usage.Of(errors.New("wrong input"))

// exit turns the error a command ended with into its status, and says it once.
func exit(u *terminal.UI, err error) int {
	var wrong usage.Error
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone
	case errors.Is(err, errAttention):
		return exitAttention
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errFailed):
		return exitFailed
	}
	message := err.Error()
	if problem := (*query.Error)(nil); errors.As(err, &problem) && u.Lang == wording.Japanese {
		message = "検索のことば、" + pages.QueryProblem(u.Lang, problem)
	}
	u.Sayf("koyomi: %s", text.Block(message, 4000))
	if errors.As(err, &wrong) {
		return exitUsage
	}
	return exitFailed
}

// notThere reports whether err says that a file does not exist.
func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// exists reports whether there is a file of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
