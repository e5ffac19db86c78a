package config

import (
	"fmt"
	"strings"
	"time"

	"koyomi/internal/source"
)

// A Publication is a place that `serve` keeps the whole site in as files.
type Publication struct {
	// Target is a directory, or a bucket: s3://NAME/PREFIX.
	Target string `yaml:"target"`
	// PublicURL is the address that Target is served under; "" is public_url.
	PublicURL string `yaml:"public_url"`
	// Endpoint is the address of the bucket's store, "" Amazon's; Region that of the
	// bucket, "" is asked for.
	Endpoint string `yaml:"endpoint"`
	Region   string `yaml:"region"`
	// AccessKey and SecretKey are the bucket's, each ${NAME} of the environment or of
	// secret_files; "" for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
	AccessKey string `yaml:"access_key"`
	SecretKey string `yaml:"secret_key"`
	// Every is how often at most the site is written after changes; 0 is 15m.
	Every source.Duration `yaml:"every"`
	// Precompress has a compressed copy, NAME.gz, written beside each file of text of a
	// directory.
	Precompress bool `yaml:"precompress"`

	access, secret Secret
}

// DefaultEvery is how often at most the site is written as files.
const DefaultEvery = 15 * time.Minute

// Interval returns Every, or its default.
func (p Publication) Interval() time.Duration {
	if p.Every == 0 {
		return DefaultEvery
	}
	return time.Duration(p.Every)
}

// Keys returns the credentials of the bucket; both are zero for those of the environment.
func (p Publication) Keys() (access, secret Secret) { return p.access, p.secret }

// isBucket reports whether a target is the address of a bucket.
func isBucket(target string) bool { return strings.HasPrefix(target, "s3://") }

// publications checks each place, and finds its credentials.
func (p *parser) publications() {
	for i := range p.config.Publish {
		one := &p.config.Publish[i]
		at := fmt.Sprintf("publish[%d]", i)
		p.wrongIf(
			strings.TrimSpace(one.Target) == "",
			at+".target",
			"expected a directory or a bucket, found nothing (use public or s3://bucket/prefix)",
		)
		p.wrongIf(
			!isBucket(one.Target) && strings.Contains(one.Target, "://"),
			at+".target",
			"expected a directory or a bucket, found %q (use s3://bucket/prefix)",
			one.Target,
		)
		p.wrongIf(
			one.PublicURL == "" && p.config.PublicURL == "",
			at+".public_url",
			"expected the address that the files are served under (use https://example.org)",
		)
		if one.PublicURL != "" {
			p.address(at+".public_url", one.PublicURL)
		}
		if one.Endpoint != "" {
			p.address(at+".endpoint", one.Endpoint)
		}
		if one.Every != 0 {
			p.length(at+".every", one.Every, source.Duration(time.Minute), days(7))
		}
		p.wrongIf(
			(one.AccessKey == "") != (one.SecretKey == ""),
			at+".secret_key",
			"expected access_key and secret_key together, or neither",
		)
		one.access = p.named(at+".access_key", &one.AccessKey)
		one.secret = p.named(at+".secret_key", &one.SecretKey)
	}
}

func (p *parser) address(at, address string) {
	if wrong := source.CheckURL(address); wrong != "" {
		p.wrong(at, "%s", wrong)
	}
}

// named returns the secret that a value refers to.
func (p *parser) named(at string, value *string) Secret {
	if *value == "" {
		return Secret{}
	}
	name := reference.FindStringSubmatch(*value)
	if name == nil || name[0] != *value {
		*value = masked // it is not to be shown, wrong or not
		p.wrong(
			at,
			"expected ${NAME}, a secret from the environment or secret_files: it has no place in this file",
		)
		return Secret{}
	}
	v, ok := p.config.secrets.get(name[1])
	if !ok {
		p.notSet(at, name[1])
	}
	return v
}
