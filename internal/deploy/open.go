package deploy

import (
	"context"
	"net/url"
	"strings"

	"koyomi/internal/usage"
)

// A Place is where a site goes.
type Place struct {
	// Target is a directory, or a bucket as s3://NAME/PREFIX.
	Target string
	// Endpoint, Region, AccessKey and SecretKey are the bucket's: see BucketOptions.
	Endpoint, Region     string
	AccessKey, SecretKey string
	// Precompress writes compressed copies beside the files of a directory.
	Precompress bool
}

// Open opens the target of a place.
func Open(ctx context.Context, p Place) (Target, error) {
	if !strings.Contains(p.Target, "://") {
		return OpenDirectory(p.Target, p.Precompress)
	}
	name, prefix, err := ParseBucket(p.Target)
	if err != nil {
		return nil, err
	}
	return OpenBucket(ctx, BucketOptions{
		Endpoint:  p.Endpoint,
		Region:    p.Region,
		Name:      name,
		Prefix:    prefix,
		AccessKey: p.AccessKey,
		SecretKey: p.SecretKey,
	})
}

// CheckAddress says what is wrong with the address that a site is to be served under; nil
// for nothing.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	isWeb := err == nil && (u.Scheme == "http" || u.Scheme == "https")
	if isWeb && u.Host != "" && u.RawQuery+u.Fragment == "" {
		return nil
	}
	return usage.Errorf(
		"--public-url %s: expected the address that every link in the calendar begins with (use https://example.github.io/koyomi)",
		usage.Quote(address),
	)
}
