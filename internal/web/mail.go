package web

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish/site"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// A Signup is where readers ask for the daily mail, confirm that and end it. It keeps
// to itself what it knows of addresses and tokens: an error is a failure of the
// store, nothing else.
type Signup interface {
	Ask(
		ctx context.Context,
		to subscriber.Address,
		w subscriber.Wish,
		from netip.Addr,
		now time.Time,
	) error
	// Pending returns what the button behind a token would do, nil where there is nothing.
	Pending(ctx context.Context, token string, now time.Time) (*store.Pending, error)
	Confirm(ctx context.Context, token string, now time.Time) error
	Leave(ctx context.Context, token string, now time.Time) error

	// Own returns what the page of a token shows, nil where there is none. The others
	// change its subscription, and report false where it has ended.
	Own(ctx context.Context, token string) (*store.Own, error)
	ChangeOwn(ctx context.Context, token string, w subscriber.Wish) (bool, error)
	PauseOwn(ctx context.Context, token string, until event.Date) (bool, error)
	ResumeOwn(ctx context.Context, token string, now time.Time) (bool, error)
	// MoveOwn asks a new address whether the subscription is to come there.
	MoveOwn(
		ctx context.Context,
		token string,
		to subscriber.Address,
		from netip.Addr,
		now time.Time,
	) error
}

// Mailing is what the pages around the daily mail need.
type Mailing struct {
	Signup Signup
	// Offer lets readers ask. Without it, links in mails that were sent still work.
	Offer bool
	// Gate counts who asks, over reloads.
	Gate *subscriber.Gate
	// Own are addresses and domains that are never written to, as in
	// subscriber.ParseAddress.
	Own []string
	// Minute is the minute of the day that is offered first, in Zone, an IANA name.
	Minute int
	Zone   string
	// Even is how long an answer to the form takes, whatever is known of the address.
	Even time.Duration
	// Queue says how the outbox fares; nil where nobody knows.
	Queue func(ctx context.Context, now time.Time) (store.Queue, error)
	// Proxies may say whom they speak for.
	Proxies []netip.Prefix
}

// offersMail reports whether pages lead to the form.
func (s *Site) offersMail() bool { return s.mailing != nil && s.mailing.Offer && !s.static }

// noMail is the answer where there is no daily mail.
func noMail() error { return notFound("this koyomi sends no mail") }

// sameOrigin lets a browser say which site a form comes from, and no other site what
// was asked here.
var sameOrigin = []string{"same-origin"}

// mailForm answers /subscribe.
func (s *Site) mailForm(w http.ResponseWriter, r *http.Request, _ string) error {
	if !s.offersMail() {
		return noMail()
	}
	p, err := readParams(r, "q", "lang")
	if err != nil {
		return err
	}
	l, err := lang(r, p)
	if err != nil {
		return err
	}
	f := site.MailForm{
		Base:     s.baseIn(l, p["lang"] != "", r.URL),
		Query:    p["q"],
		Hour:     subscriber.Hour(s.mailing.Minute),
		MailLang: l,
		Zone:     s.mailing.Zone,
		Began:    s.now().Unix(),
	}
	_, f.WrongQuery = s.wish(f).Checked(s.now())
	status := http.StatusOK
	if f.Broken() {
		status = http.StatusBadRequest
	}
	return s.showForm(w, r, f, status)
}

// wish returns what a form asks for, at an hour that can be had.
func (s *Site) wish(f site.MailForm) subscriber.Wish {
	return subscriber.Wish{
		Query:  f.Query,
		Zone:   s.mailing.Zone,
		Minute: s.mailing.Minute,
		Lang:   f.MailLang,
		Format: subscriber.Both,
	}
}

func (s *Site) showForm(
	w http.ResponseWriter,
	r *http.Request,
	f site.MailForm,
	status int,
) error {
	f.Address, f.Query = shown(f.Address), shown(f.Query)
	body, err := site.RenderMailForm(f)
	if err != nil {
		return err
	}
	w.Header()["Referrer-Policy"] = sameOrigin
	return sendPage(w, r, status, body)
}

// sendPage answers with a page that nobody keeps.
func sendPage(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", site.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader who went away is no failure
	}
	return nil
}

// step answers with one of the pages around asking and leaving.
func (s *Site) step(w http.ResponseWriter, r *http.Request, m site.MailPage) error {
	// Whatever a mail program or a company's filter has added to a link is nothing
	// that would keep a reader from leaving.
	given := params{"lang": r.URL.Query().Get("lang")}
	l, err := lang(r, given)
	if err != nil {
		l, given = site.Japanese, params{}
	}
	m.Base = s.baseIn(l, given["lang"] != "", r.URL)
	m.Params, m.Offer = nil, s.offersMail()
	body, err := site.RenderMail(m)
	if err != nil {
		return err
	}
	return sendPage(w, r, http.StatusOK, body)
}

// confirmPage and leavePage answer what a link in a mail opens: a button, and what it
// would change. Programs that follow links before people do change nothing by that.
func (s *Site) confirmPage(w http.ResponseWriter, r *http.Request, token string) error {
	if s.mailing == nil {
		return noMail()
	}
	p, err := s.mailing.Signup.Pending(r.Context(), token, s.now())
	if err != nil {
		return err
	}
	m := site.MailPage{Step: site.MailConfirm}
	if p != nil {
		m.Address, m.Wish, m.Now = string(p.Address), &p.Wish, p.Now
	}
	return s.button(w, r, m, "/confirm/", token)
}

func (s *Site) leavePage(w http.ResponseWriter, r *http.Request, token string) error {
	if s.mailing == nil {
		return noMail()
	}
	return s.button(w, r, site.MailPage{Step: site.MailLeave}, "/unsubscribe/", token)
}

func (s *Site) button(
	w http.ResponseWriter,
	r *http.Request,
	m site.MailPage,
	prefix, token string,
) error {
	m.Action = prefix + url.PathEscape(token)
	if l := r.URL.Query().Get("lang"); l == site.Japanese || l == site.English {
		m.Action += "?lang=" + l
	}
	return s.step(w, r, m)
}

// confirm answers the button of a confirm page.
func (s *Site) confirm(w http.ResponseWriter, r *http.Request, token string) error {
	if s.mailing == nil {
		return noMail()
	}
	if err := s.mailing.Signup.Confirm(r.Context(), token, s.now()); err != nil {
		return err
	}
	return s.step(w, r, site.MailPage{Step: site.MailConfirmed})
}

// leave ends a subscription: for the button of its page, and for the one-click of a
// mail program (RFC 8058), which has neither cookie nor page and follows nowhere.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, token string) error {
	if s.mailing == nil {
		return noMail()
	}
	if err := oneClick(w, r); err != nil {
		return err
	}
	if err := s.mailing.Signup.Leave(r.Context(), token, s.now()); err != nil {
		return err
	}
	return s.step(w, r, site.MailPage{Step: site.MailLeft})
}
