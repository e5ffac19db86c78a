package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sync/errgroup"

	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// BucketOptions say which bucket, and how it is reached.
type BucketOptions struct {
	// Endpoint is the address of the store, "https://HOST"; "" is Amazon's of the region.
	Endpoint string
	// Region is that of the bucket; "" is asked for.
	Region string
	// Name is the bucket's, Prefix what every object's name begins with, without a "/"
	// at its ends; "" for none.
	Name, Prefix string
	// AccessKey and SecretKey are the credentials; "" for those of the environment
	// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).
	AccessKey, SecretKey string
	// Transport reaches the store; nil for that of the standard library.
	Transport http.RoundTripper
}

// ParseBucket returns the name and prefix that an address s3://NAME/PREFIX holds.
func ParseBucket(target string) (name, prefix string, err error) {
	u, err := url.Parse(target)
	isPlain := err == nil && u.RawQuery+u.Fragment == ""
	if !isPlain || u.Scheme != "s3" || u.Host == "" {
		return "", "", usage.Errorf(
			"%s: expected a directory or a bucket (use s3://bucket or s3://bucket/prefix)",
			usage.Quote(target),
		)
	}
	return u.Host, strings.Trim(u.Path, "/"), nil
}

// uploads is how many objects are sent at once. The manifest is written after each
// checkpoint of them, or each tenth of the site where that is more, so that a run that is
// ended is resumed from there.
const (
	uploads    = 16
	checkpoint = 500
)

// retries is how often one request to the store is tried.
const retries = 4

// A Bucket is a bucket that a site is put into. Its manifest tells what was put, so that
// nothing is asked of objects that have not changed.
type Bucket struct {
	plan
	client *minio.Client
	o      BucketOptions
	group  *errgroup.Group
	// mu guards what follows and the plan's now and counts.
	mu    sync.Mutex
	since int
}

// OpenBucket connects to a bucket and reads its manifest.
func OpenBucket(ctx context.Context, o BucketOptions) (*Bucket, error) {
	client, err := connect(o)
	if err != nil {
		return nil, err
	}
	b := &Bucket{client: client, o: o}
	list, err := b.get(ctx, Manifest)
	switch {
	case err == nil:
		b.before = parseManifest(string(list))
		return b, nil
	case !isMissing(err):
		return nil, fmt.Errorf("read the bucket %s: %w", usage.Quote(o.Name), err)
	}
	b.before = files{}
	_, err = client.StatObject(ctx, o.Name, b.key("index.html"), minio.StatObjectOptions{})
	switch {
	case err == nil:
		return nil, foreign("s3://" + o.Name + "/" + o.Prefix)
	case !isMissing(err):
		return nil, fmt.Errorf("read the bucket %s: %w", usage.Quote(o.Name), err)
	}
	return b, nil
}

// amazon is the endpoint where none is named.
const amazon = "https://s3.amazonaws.com"

func connect(o BucketOptions) (*minio.Client, error) {
	endpoint := o.Endpoint
	if endpoint == "" {
		endpoint = amazon
	}
	u, err := url.Parse(endpoint)
	isAddress := err == nil && u.Host != "" && strings.Trim(u.Path, "/") == ""
	if !isAddress || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, usage.Errorf(
			"endpoint %s: expected an address without a path (use https://s3.example.org)",
			usage.Quote(endpoint),
		)
	}
	keys := credentials.NewEnvAWS()
	if o.AccessKey != "" {
		keys = credentials.NewStaticV4(o.AccessKey, o.SecretKey, "")
	}
	return minio.New(u.Host, &minio.Options{
		Creds:      keys,
		Secure:     u.Scheme == "https",
		Region:     o.Region,
		Transport:  o.Transport,
		MaxRetries: retries,
	})
}

// isMissing reports that there is no such object.
func isMissing(err error) bool {
	return minio.ToErrorResponse(err).Code == minio.NoSuchKey
}

// key is the object's name of a path.
func (b *Bucket) key(path string) string {
	if b.o.Prefix == "" {
		return path
	}
	return b.o.Prefix + "/" + path
}

func (b *Bucket) get(ctx context.Context, path string) ([]byte, error) {
	o, err := b.client.GetObject(ctx, b.o.Name, b.key(path), minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return io.ReadAll(o)
}

// Close ends its use; uploads under way are waited for.
func (b *Bucket) Close() {
	if b.group != nil {
		_ = b.group.Wait() // its error was returned by Finish, or the run was ended
	}
}

// Begin implements Target.
func (b *Bucket) Begin(ctx context.Context, paths []string) error {
	if err := b.begin(paths); err != nil {
		return err
	}
	b.group = new(errgroup.Group)
	b.group.SetLimit(uploads)
	if len(b.now) == len(b.before) {
		return nil // every path is named already
	}
	return b.note(ctx, b.now.manifest())
}

// note writes the manifest.
func (b *Bucket) note(ctx context.Context, body []byte) error {
	return b.send(ctx, web.File{
		Path:  Manifest,
		Type:  "text/plain; charset=utf-8",
		Cache: "no-store",
		Body:  body,
	}, "")
}

// Put implements Target. What a browser asks for is stored compressed; calendars and
// feeds, whose readers may not understand that, as they are.
func (b *Bucket) Put(ctx context.Context, f web.File) error {
	encoding := ""
	if isOneOf(f.Type, pageTypes) {
		encoding = encodingGzip
	}
	sum := sumOf(f, encoding)
	b.mu.Lock()
	b.coming[f.Path] = true
	same := b.before[f.Path] == sum
	if same {
		b.counts.Unchanged++
	}
	b.mu.Unlock()
	if same {
		return ctx.Err()
	}
	b.group.Go(func() error {
		if encoding == encodingGzip {
			f.Body, _ = packedBody(f)
		}
		if err := b.send(ctx, f, encoding); err != nil {
			return fmt.Errorf("put %s: %w", f.Path, err)
		}
		return b.sent(ctx, f.Path, sum)
	})
	return ctx.Err()
}

// sent notes that an object is there.
func (b *Bucket) sent(ctx context.Context, path, sum string) error {
	b.mu.Lock()
	b.now[path] = sum
	b.counts.Written++
	b.since++
	var list []byte
	if b.since >= max(checkpoint, len(b.now)/10) {
		b.since, list = 0, b.now.manifest()
	}
	b.mu.Unlock()
	if list == nil {
		return nil
	}
	return b.note(ctx, list)
}

// send puts one object, whole or not at all.
func (b *Bucket) send(ctx context.Context, f web.File, encoding string) error {
	_, err := b.client.PutObject(
		ctx,
		b.o.Name,
		b.key(f.Path),
		bytes.NewReader(f.Body),
		int64(len(f.Body)),
		minio.PutObjectOptions{
			ContentType:      f.Type,
			CacheControl:     f.Cache,
			ContentEncoding:  encoding,
			DisableMultipart: true,
		},
	)
	return err
}

// Finish implements Target.
func (b *Bucket) Finish(ctx context.Context) (Counts, error) {
	if err := b.group.Wait(); err != nil {
		return b.counts, errors.Join(
			err,
			b.note(context.WithoutCancel(ctx), b.now.manifest()),
		)
	}
	for _, path := range b.leftOver() {
		err := b.client.RemoveObject(
			ctx,
			b.o.Name,
			b.key(path),
			minio.RemoveObjectOptions{},
		)
		if err != nil {
			return b.counts, fmt.Errorf("remove %s: %w", path, err)
		}
		b.counts.Removed++
		delete(b.now, path)
	}
	if b.counts.Written+b.counts.Removed == 0 {
		return b.counts, nil
	}
	return b.counts, b.note(ctx, b.now.manifest())
}
