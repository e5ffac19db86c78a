package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"koyomi/internal/delivery"
	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/publish/site"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// issueDays is for how many days back what the daily mail told can be read.
const issueDays = 14

// mailPolicy is the policy of a mail that is shown as a page: its styles stand in it, as
// mail programs want them, and it has nothing else.
var mailPolicy = []string{
	"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

// A pastSubjects remembers the subjects of past issues, which do not change until a person
// hides an event.
type pastSubjects struct {
	mu       sync.Mutex
	subjects map[issueName]string
	// hidden is the change by which the last was hidden.
	hidden int64
}

// An issueName tells issues apart.
type issueName struct {
	day  event.Date
	lang string
}

// A ledger is what digests are made from; last is the last change that is known.
type ledger struct {
	store.Reader
	last int64
}

func (l ledger) LastChange(context.Context) (int64, error) { return l.last, nil }

// readMail reads the parameters of a page that shows a mail.
func (s *Site) readMail(r *http.Request, names ...string) (view, error) {
	if !s.offersMail() {
		return view{}, noMail()
	}
	p, err := readParams(r, append(names, "lang")...)
	if err != nil {
		return view{}, err
	}
	l, err := lang(r, p)
	v := view{
		params: p,
		now:    s.now().Truncate(minute),
	}
	v.base = s.baseIn(l, p["lang"] != "", r.URL)
	return v, err
}

// issuesPage answers /issues: what the daily mail told on the latest days.
func (s *Site) issuesPage(w http.ResponseWriter, r *http.Request, _ string) error {
	v, err := s.readMail(r)
	if err != nil {
		return err
	}
	return s.show(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		page := site.Issues{Base: v.base}
		for n := range issueDays {
			name := issueName{w.issueDay(n), v.base.Lang}
			subject, err := w.subject(ctx, name)
			if err != nil {
				return nil, err
			}
			if subject != "" {
				page.All = append(page.All, site.Issue{Date: name.day, Subject: subject})
			}
		}
		return site.RenderIssues(page)
	})
}

// get returns a subject that is remembered; hidden is the change by which the last event
// was hidden.
func (f *pastSubjects) get(name issueName, hidden int64) (subject string, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hidden != hidden {
		f.subjects, f.hidden = nil, hidden
	}
	subject, known = f.subjects[name]
	return subject, known
}

// keep remembers a subject as of a hidden event, and forgets those of days that cannot be
// read any more.
func (f *pastSubjects) keep(name issueName, subject string, hidden int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hidden != hidden {
		return
	}
	if f.subjects == nil {
		f.subjects = map[issueName]string{}
	}
	f.subjects[name] = subject
	maps.DeleteFunc(f.subjects, func(n issueName, _ string) bool { return name.day.Sub(n.day) > issueDays })
}

// subject returns that of an issue, "" where the day had nothing to tell. It is remembered
// at once: where there is much to read, the next who asks goes on from there.
func (w *maker) subject(ctx context.Context, name issueName) (string, error) {
	past, err := w.history(ctx)
	if err != nil {
		return "", err
	}
	if subject, known := w.told.get(name, past.hidden); known {
		return subject, nil
	}
	_, body, err := w.issue(ctx, name)
	if err == nil {
		w.told.keep(name, body.Subject, past.hidden)
	}
	return body.Subject, err
}

// issueDay returns the day of the latest issue, or of one so many before it.
func (w *maker) issueDay(before int) event.Date {
	today := event.DateOf(w.now.In(event.Zone(w.mailing.Zone)))
	if w.sentOn(today).After(w.now) {
		before++
	}
	return today.Add(-before)
}

// sentOn is the moment of the issue of a day.
func (w *maker) sentOn(day event.Date) time.Time {
	return day.Begin(event.Zone(w.mailing.Zone)).Add(time.Duration(w.mailing.Minute) * time.Minute)
}

// issue makes what the mail of a day told a reader who wants all events.
func (w *maker) issue(ctx context.Context, name issueName) (digest.Digest, digest.Body, error) {
	from, p, err := w.edition(ctx)
	if err != nil {
		return digest.Digest{}, digest.Body{}, err
	}
	e, cursor, err := delivery.Past(ctx, from, p, w.sentOn(name.day.Add(-1)), w.sentOn(name.day))
	if err != nil {
		return digest.Digest{}, digest.Body{}, err
	}
	reader := w.asking("", name.lang, name.day)
	reader.Cursor, reader.Since = cursor, name.day.Add(-1)
	return digested(e, reader)
}

// edition returns what digests are made from.
func (w *maker) edition(ctx context.Context) (ledger, delivery.Publication, error) {
	past, err := w.history(ctx)
	if err != nil {
		return ledger{}, delivery.Publication{}, err
	}
	p := delivery.Publication{Calendar: w.calendar, Communities: w.names.all}
	p.Calendar.URL = w.publicURL + "/"
	p.Calendar.Names = w.names.names
	return ledger{w.reader, past.last}, p, nil
}

// asking returns one who asks for a query.
func (w *maker) asking(query, lang string, day event.Date) digest.Reader {
	wish := subscriber.Wish{
		Query:  query,
		Zone:   w.mailing.Zone,
		Minute: w.mailing.Minute,
		Lang:   lang,
	}
	return delivery.ReaderOf(subscriber.Subscriber{Wish: wish}, day)
}

// digested writes a digest.
func digested(e *digest.Planner, r digest.Reader) (digest.Digest, digest.Body, error) {
	d, body, err := e.Make(r)
	if err != nil {
		return d, body, fmt.Errorf("the digest of %s: %w", r.Date, err)
	}
	return d, body, nil
}

// issuePage answers /issues/2026-06-01: what the daily mail told on a day.
func (s *Site) issuePage(w http.ResponseWriter, r *http.Request, id string) error {
	v, err := s.readMail(r)
	if err != nil {
		return err
	}
	day, err := event.ParseDate(id)
	if err != nil {
		return notFound("there is no such mail (use /issues/2026-06-01)")
	}
	return s.showMail(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		latest := w.issueDay(0)
		if day.Compare(latest) > 0 || latest.Sub(day) >= issueDays {
			return nil, notFound("that day's mail cannot be read here; /issues lists those that can")
		}
		d, body, err := w.issue(ctx, issueName{day, v.base.Lang})
		switch {
		case err != nil:
			return nil, err
		case d.Empty():
			return nil, notFound("no mail was sent on that day: there was nothing to tell")
		}
		return []byte(body.Page(v.base.MailHead(), v.base.IssueWays()...)), nil
	})
}

// samplePage answers /subscribe/preview: the mail that a reader would get now.
func (s *Site) samplePage(w http.ResponseWriter, r *http.Request, _ string) error {
	v, err := s.readMail(r, "q")
	if err != nil {
		return err
	}
	wish, err := s.wish(site.MailForm{Query: v.params["q"], MailLang: v.base.Lang}).Checked(v.now)
	if err != nil {
		return redirect(w, r, v.base.Link("/subscribe", "q", v.params["q"])) // which says why
	}
	return s.showMail(w, r, v, func(ctx context.Context, w *maker) ([]byte, error) {
		for _, since := range []int{0, issueDays} {
			d, body, err := w.sample(ctx, wish.Query, v.base.Lang, since)
			if err != nil {
				return nil, err
			}
			if !d.Empty() {
				return []byte(body.Page(v.base.MailHead(), v.base.SampleWays(wish.Query)...)), nil
			}
		}
		return site.NoSample(v.base)
	})
}

// sample makes the first mail that a reader would get now; or, where there is little to
// tell, what there was to tell within so many days.
func (w *maker) sample(ctx context.Context, query, lang string, since int) (digest.Digest, digest.Body, error) {
	from, p, err := w.edition(ctx)
	if err != nil {
		return digest.Digest{}, digest.Body{}, err
	}
	e, cursor, err := delivery.Past(ctx, from, p, w.now.AddDate(0, 0, -since), w.now)
	if err != nil {
		return digest.Digest{}, digest.Body{}, err
	}
	reader := w.asking(query, lang, event.DateOf(w.now.In(event.Zone(w.mailing.Zone))))
	reader.Cursor = cursor
	if since > 0 {
		reader.Since = reader.Date.Add(-since)
	}
	return digested(e, reader)
}

// showMail answers with a mail as a page, which search engines leave out.
func (s *Site) showMail(
	w http.ResponseWriter,
	r *http.Request,
	v view,
	write func(ctx context.Context, w *maker) ([]byte, error),
) error {
	d, err := s.document(r.Context(), v.job(r, write, func(h http.Header) {
		h["Content-Security-Policy"] = mailPolicy
		h["X-Robots-Tag"] = []string{"noindex"}
	}))
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}
