package observe

import (
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
)

// The formats of a log.
const (
	FormatText = "text"
	FormatJSON = "json"
)

// NewLog returns a log in a format (FormatText, FormatJSON), from a level on. What is named
// like a secret is masked, and an address loses its password and its query's secrets.
func NewLog(w io.Writer, format string, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: mask}
	if format == FormatJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// masked stands for a secret.
const masked = "***"

// secretWords are parts of the names of what is never logged.
var secretWords = []string{
	"password",
	"secret",
	"token",
	"authorization",
	"cookie",
	"api_key",
	"apikey",
}

func isSecret(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	return slices.ContainsFunc(
		secretWords,
		func(word string) bool { return strings.Contains(name, word) },
	)
}

// mask hides what an attribute should not tell.
func mask(_ []string, a slog.Attr) slog.Attr {
	if isSecret(a.Key) {
		return slog.String(a.Key, masked)
	}
	if err, ok := a.Value.Any().(error); ok {
		return slog.String(a.Key, withoutSecrets(err.Error()))
	}
	if a.Value.Kind() == slog.KindString {
		return slog.String(a.Key, withoutSecrets(a.Value.String()))
	}
	return a
}

// withoutSecrets masks the passwords and secret parameters of the addresses in a text.
func withoutSecrets(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	words := strings.Split(text, " ")
	for i, word := range words {
		if strings.Contains(word, "://") {
			words[i] = plainAddress(word)
		}
	}
	return strings.Join(words, " ")
}

// plainAddress masks the secrets of one word that holds an address, whatever stands
// around it.
func plainAddress(word string) string {
	address := strings.Trim(word, `"'(),;`)
	u, err := url.Parse(address)
	if err != nil {
		return word
	}
	plain := *u
	if _, has := u.User.Password(); has {
		plain.User = url.UserPassword(u.User.Username(), masked)
	}
	q := plain.Query()
	for name := range q {
		if isSecret(name) {
			q.Set(name, masked)
		}
	}
	if plain.RawQuery != "" && q.Encode() != u.Query().Encode() {
		plain.RawQuery = q.Encode()
	}
	if plain.String() == u.String() {
		return word
	}
	return strings.Replace(word, address, plain.String(), 1)
}
