package setup

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReadUser: the file of a person, the environment over it, and the locale.
func TestReadUser(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		if err := os.MkdirAll(filepath.Join(dir, "koyomi"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "koyomi", "user.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, file string
		env        map[string]string
		want       User
		problems   int
		fails      bool
	}{
		{name: "none", want: User{Lang: "en"}},
		{name: "the locale", env: map[string]string{"LANG": "ja_JP.UTF-8"}, want: User{Lang: "ja"}},
		{name: "messages alone", env: map[string]string{"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "C"}, want: User{Lang: "en"}},
		{name: "whole", file: "server: http://a.example\nquery: KVM\nlang: ja\n", want: User{"http://a.example", "KVM", "ja"}},
		{name: "the environment first", file: "server: http://a.example\n", env: map[string]string{"KOYOMI_SERVER": "http://b.example"}, want: User{"http://b.example", "", "en"}},
		{name: "an unknown key", file: "sever: x\n", want: User{Lang: "en"}, problems: 1},
		{name: "another language", file: "lang: fr\n", fails: true},
	} {
		if err := os.RemoveAll(filepath.Join(dir, "koyomi")); err != nil {
			t.Fatal(err)
		}
		if c.file != "" {
			write(c.file)
		}
		u, problems, err := ReadUser(func(name string) string {
			if name == "XDG_CONFIG_HOME" {
				return dir
			}
			return c.env[name]
		})
		if c.fails != (err != nil) || len(problems) != c.problems || !c.fails && u != c.want {
			t.Errorf("%s: %+v, %v, %v; want %+v", c.name, u, problems, err, c.want)
		}
	}
}
