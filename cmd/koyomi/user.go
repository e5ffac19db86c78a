package main

import (
	"cmp"
	"os"
	"path/filepath"

	"koyomi/internal/strict"
	"koyomi/internal/usage"
)

// A userFile is what one person at a terminal asks for where nothing else is said: the
// file `koyomi/user.yaml` of $XDG_CONFIG_HOME, or of ~/.config.
type userFile struct {
	// Server is asked where neither --server nor --database names anything.
	Server string `yaml:"server"`
	// Query is what `koyomi events` lists where no words are typed.
	Query string `yaml:"query"`
	// Lang is ja or en; "" is that of the locale.
	Lang string `yaml:"lang"`
}

// userFileName returns the place of the file, "" where this machine has none.
func userFileName() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "koyomi", "user.yaml")
}

// readUser reads the file and $KOYOMI_SERVER, which counts for more.
func (a *app) readUser() error {
	name := userFileName()
	if name != "" {
		data, err := readBounded(name)
		switch {
		case notThere(err):
		case err != nil:
			return usage.Errorf("read your own file: %w", err)
		default:
			if _, problems := strict.Decode(data, name, &a.user); a.say(problems) {
				return errUsage
			}
		}
	}
	if l := a.user.Lang; l != "" && l != "ja" && l != "en" {
		return usage.Errorf("%s: lang: expected ja or en, found %s", usage.Quote(name), usage.Quote(l))
	}
	a.user.Server = cmp.Or(os.Getenv("KOYOMI_SERVER"), a.user.Server)
	return nil
}

// asked returns the address of the koyomi that questions go to: --server, else that of the
// person's own file where no database is named; "" asks the database.
func (a *app) asked() string {
	if a.flags.server == "" && a.flags.database == "" {
		return a.user.Server
	}
	return a.flags.server
}
