package doctor

import (
	"errors"
	"fmt"
	"slices"

	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// brokenDatabase writes of a database that cannot be opened.
func brokenDatabase(name string, err error) Finding {
	f := Finding{
		Impact:  Down,
		Subject: "database",
		What:    fmt.Sprintf("%s cannot be read", usage.Quote(name)),
		Cause:   err.Error(),
	}
	switch {
	case errors.Is(err, store.ErrCorrupt):
		f.Next = "keep a copy of the file, stop the daemon and put a backup in its place: koyomi restore FILE"
	case errors.Is(err, store.ErrNewer):
		f.Next = "use the koyomi that wrote it, or a later one"
	case errors.Is(err, store.ErrUnreachable):
		f.Next = "see that PostgreSQL runs and that the address in --database or database: leads to it; koyomi goes on by itself once it answers"
	case errors.Is(err, store.ErrForeign):
		f.Next = "name another file with --database, or database: in the config"
	default:
		f.Next = "see that this user may read and write the file and its directory"
	}
	return f
}

// advice says what to do next about a source that fails.
func advice(c health.Cause, id string) string {
	try := "koyomi source try " + id
	for _, row := range []struct {
		causes []health.Cause
		next   string
	}{
		{[]health.Cause{health.CauseDNS, health.CauseConnect, health.CauseTimeout, health.CauseServer, health.CauseLimited, health.CauseIncomplete}, "the site's trouble most likely: it is asked again by itself; look at it in a browser if it lasts"},
		{[]health.Cause{health.CauseTLS}, "the site's certificate is not valid: tell the site, and wait; koyomi does not look away"},
		{[]health.Cause{health.CauseMissing, health.CauseGone, health.CauseRedirect}, "the page has moved: find the new address and set url: in the source file"},
		{[]health.Cause{health.CauseRobots}, "the site forbids it in robots.txt: ask its owner, or turn the source off (disable: in the config)"},
		{[]health.Cause{health.CauseSecret}, "set the key in the environment of the daemon, or name its file under secret_files: in the config"},
		{[]health.Cause{health.CauseBlocked}, "the site turns koyomi away: ask its owner, or read it through its API or feed"},
		{[]health.Cause{health.CauseForbidden}, "the address is private: list it under allow: in the config if that is meant"},
		{[]health.Cause{health.CauseDamaged, health.CauseProtocol, health.CauseStatus, health.CauseTooLarge}, "see what is read there now: " + try},
		{[]health.Cause{health.CausePanic}, "an error in koyomi itself: report it with what `koyomi source show " + id + "` says"},
		{[]health.Cause{health.CauseStorage, health.CauseStopped}, "see the disk and the database; the source is asked again by itself"},
	} {
		if slices.Contains(row.causes, c) {
			return row.next
		}
	}
	return "see what is read there now: " + try
}
