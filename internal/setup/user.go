package setup

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"koyomi/internal/strict"
	"koyomi/internal/usage"
	"koyomi/internal/wording"
)

// A User is what one person at a terminal asks for where nothing else is said: the file
// `koyomi/user.yaml` of $XDG_CONFIG_HOME, or of ~/.config, and the environment.
type User struct {
	// Server is asked where neither --server nor --database names anything.
	Server string `yaml:"server"`
	// Query is what `koyomi events` lists where no words are typed.
	Query string `yaml:"query"`
	// Lang is ja or en; "" is that of the locale.
	Lang string `yaml:"lang"`
}

// userFile returns the place of the file, "" where this machine has none.
func userFile(env func(string) string) string {
	dir := env("XDG_CONFIG_HOME")
	if dir == "" {
		home := env("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "koyomi", "user.yaml")
}

// ReadUser reads a person's own file; $KOYOMI_SERVER counts for more than it. What is
// wrong in the file comes as problems, each with its place.
func ReadUser(env func(string) string) (u User, problems []strict.Problem, err error) {
	name := userFile(env)
	if name != "" {
		data, err := os.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return u, nil, usage.Errorf("read your own file: %w", err)
		default:
			_, problems = strict.Decode(data, name, &u)
		}
	}
	if !slices.Contains([]string{"", wording.Japanese, wording.English}, u.Lang) {
		return u, problems, usage.Errorf(
			"%s: lang: expected ja or en, found %s",
			usage.Quote(name),
			usage.Quote(u.Lang),
		)
	}
	u.Server = cmp.Or(env("KOYOMI_SERVER"), u.Server)
	if u.Lang == "" {
		u.Lang = wording.LocaleLang(env)
	}
	return u, problems, nil
}

// Language returns the language of messages: the one that was asked for, else the person's.
func (u User) Language(asked string) (string, error) {
	if !slices.Contains([]string{"", wording.Japanese, wording.English}, asked) {
		return u.Lang, usage.Errorf("--lang %s: expected ja or en", usage.Quote(asked))
	}
	return cmp.Or(asked, u.Lang), nil
}
