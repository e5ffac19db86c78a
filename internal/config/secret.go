package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/strict"
	"koyomi/internal/text"
)

// A Secret is a value that is written nowhere: not in messages, logs or JSON, also
// not by what prints the inside of a struct that holds it. Its zero value is none.
type Secret struct{ value func() string }

func newSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{func() string { return value }}
}

// masked stands for a secret wherever it would be shown.
const masked = "***"

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return s.value()
}

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return s.value == nil }

// String masks the value.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return masked
}

// Format masks the value whatever the verb is: %#v and %x would show it else.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText masks the value in JSON, YAML and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// secrets are the values of ${NAME}, and what is wrong with the files that should
// hold them.
type secrets struct {
	files    map[string]Secret
	lookup   func(string) (string, bool)
	problems []strict.Problem
	warnings []strict.Problem
}

// get returns a secret by its name: from its file, else from the environment.
func (s secrets) get(name string) (Secret, bool) {
	if v, ok := s.files[name]; ok {
		return v, !v.IsZero()
	}
	if s.lookup == nil {
		return Secret{}, false
	}
	v, ok := s.lookup(name)
	v = strings.TrimSpace(v)
	return newSecret(v), ok && v != ""
}

// Secret returns the value of NAME in a source's ${NAME}.
func (c Config) Secret(name string) (value string, ok bool) {
	s, ok := c.secrets.get(name)
	return s.Reveal(), ok
}

// MailPassword is that of the mail server; none where it asks for none.
func (c Config) MailPassword() Secret { return c.password }

// MailToken returns what reads the bearer token for the mail server as it is now; nil
// where there is none.
func (c Config) MailToken() func() (Secret, error) { return c.token }

// readToken reads a token, which is another one each hour.
func (p *parser) readToken(name string) (Secret, error) {
	if p.env.ReadFile == nil {
		return Secret{}, errors.New("no files can be read here")
	}
	data, err := p.env.ReadFile(name)
	token := strings.TrimSpace(string(data))
	isToken := token != "" && len(token) <= maxSecret &&
		!strings.ContainsFunc(token, isControl)
	switch {
	case err != nil:
		return Secret{}, errors.New("read the token " + reason(name, err))
	case !isToken:
		return Secret{}, fmt.Errorf(
			"%s holds no token (use a bearer token on one line)",
			name,
		)
	}
	return newSecret(token), nil
}

// SecretProblems say which secrets that the file asks for cannot be had. They stop
// what needs them (Live) and nothing else: a reader's command does its work where
// the daemon's secrets are not to be seen.
func (c Config) SecretProblems() []strict.Problem { return c.secrets.problems }

// Warnings are what is no error and yet wants a look, such as a secret that
// everyone on the machine can read.
func (c Config) Warnings() []strict.Problem { return c.secrets.warnings }

// secretName is what a secret may be called, reference a value that is one.
var (
	secretName = text.NewPattern(`^[A-Za-z_][A-Za-z0-9_]*$`)
	reference  = text.NewPattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
)

// maxSecret is the size in bytes of the largest file that is taken for a secret.
const maxSecret = 16 << 10

// readSecrets reads the files of secrets and finds the password for mails.
func (p *parser) readSecrets() {
	c := &p.config
	c.secrets = secrets{files: map[string]Secret{}, lookup: p.env.Lookup}
	for _, name := range slices.Sorted(maps.Keys(c.SecretFiles)) {
		at := "secret_files." + name
		if !secretName.MatchString(name) {
			p.wrong(
				at,
				"expected the name of a secret, of letters, digits and _, found %q (use CONNPASS_API_KEY)",
				name,
			)
			continue
		}
		c.secrets.files[name] = p.readSecret(at, c.SecretFiles[name])
	}
	p.mailSecret()
	p.mailboxSecret()
	p.publications()
}

// mailSecret finds what koyomi logs in to the mail server with.
func (p *parser) mailSecret() {
	c := &p.config
	m := c.Mail
	switch {
	case m.TokenFile != "" && m.Password+m.PasswordFile != "":
		p.wrong("mail.token_file", "expected either a password or token_file, found both")
	case m.TokenFile != "" && m.User == "":
		p.wrong("mail.token_file", "expected user beside it, whose token it is")
	case m.TokenFile != "":
		p.readSecret("mail.token_file", m.TokenFile)
		c.token = func() (Secret, error) { return p.readToken(m.TokenFile) }
	case m.Password != "" && m.PasswordFile != "":
		p.wrong(
			"mail.password_file",
			"expected either password or password_file, found both",
		)
	case m.PasswordFile != "":
		c.password = p.readSecret("mail.password_file", m.PasswordFile)
	case m.Password != "":
		c.password = p.passwordNamed(m)
	}
}

// passwordNamed returns the password that a reference names.
func (p *parser) passwordNamed(m Mail) Secret {
	const at = "mail.password"
	name := reference.FindStringSubmatch(m.Password)
	if name == nil || name[0] != m.Password {
		p.config.Mail.Password = masked // it is not to be shown, wrong or not
		p.wrong(
			at,
			"expected ${NAME}, a secret from the environment, or password_file: it has no place in this file",
		)
		return Secret{}
	}
	v, ok := p.config.secrets.get(name[1])
	if !ok && m.Host != "" {
		p.notSet(at, name[1])
	}
	return v
}

// notSet notes that a secret cannot be had.
func (p *parser) notSet(at, name string) {
	p.secret(
		at,
		"%s is not set in the environment, and secret_files names no file for it",
		name,
	)
}

// readSecret reads a file that holds a secret; a line's end at its end is no part
// of it.
func (p *parser) readSecret(at, name string) Secret {
	if strings.TrimSpace(name) == "" {
		p.wrong(at, "expected the name of a file, found nothing")
		return Secret{}
	}
	if p.env.ReadFile == nil {
		return Secret{}
	}
	data, err := p.env.ReadFile(name)
	value := strings.TrimSpace(string(data))
	switch {
	case err != nil:
		p.secret(at, "the secret cannot be read: %s", reason(name, err))
		return Secret{}
	case len(data) > maxSecret:
		p.secret(at, "%s has %d bytes; that is no secret", name, len(data))
		return Secret{}
	case value == "":
		p.secret(at, "%s is empty (use a secret on one line)", name)
	case strings.ContainsFunc(value, isControl):
		p.secret(at, "%s holds more than one line (use a secret on one line)", name)
		return Secret{}
	}
	p.checkMode(at, name)
	return newSecret(value)
}

// checkMode warns of a secret that others on the machine can read.
func (p *parser) checkMode(at, name string) {
	if p.env.Mode == nil {
		return
	}
	mode, err := p.env.Mode(name)
	if err != nil || mode.Perm()&0o044 == 0 {
		return
	}
	warning := fmt.Sprintf(
		"%s can be read by others on this machine (mode %04o) (use chmod 600)",
		name,
		mode.Perm(),
	)
	p.config.secrets.warnings = append(
		p.config.secrets.warnings,
		p.doc.Problem(at, warning, ""),
	)
}

func reason(name string, err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return name + ": " + err.Error()
}

// secret notes that a secret cannot be had.
func (p *parser) secret(at, format string, args ...any) {
	p.config.secrets.problems = append(
		p.config.secrets.problems,
		p.doc.Problem(at, fmt.Sprintf(format, args...), ""),
	)
}
