package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/goccy/go-yaml"
)

// YAML writes what is in force, the defaults included, as a file that means the
// same. Secrets are masked.
func (c Config) YAML() ([]byte, error) {
	c.Database = redacted(c.Database)
	b, err := yaml.MarshalWithOptions(c, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write the config: %w", err)
	}
	return b, nil
}

// redacted hides the password of a database's address.
func redacted(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return masked
	}
	return u.Redacted()
}
