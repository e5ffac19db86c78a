package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/width"

	"koyomi/internal/event"
	"koyomi/internal/publish/site"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// mePage answers a reader's own page, which the token in every mail opens. It changes
// nothing.
func (s *Site) mePage(w http.ResponseWriter, r *http.Request, token string) error {
	own, err := s.own(r, token)
	if err != nil {
		return err
	}
	m := s.me(r, own)
	done := site.MeDone(r.URL.Query().Get("done"))
	if m.T().Done[done] != "" {
		m.Done = done
	}
	return s.showMe(w, r, m, http.StatusOK)
}

// own returns whose page it is; everybody without one hears the same.
func (s *Site) own(r *http.Request, token string) (*store.Own, error) {
	if s.mailing == nil {
		return nil, noMail()
	}
	own, err := s.mailing.Signup.Own(r.Context(), token)
	if err == nil && own == nil {
		err = notFound("there is no such settings page; please use the link in the newest mail")
	}
	return own, err
}

// me makes the page of what is stored.
func (s *Site) me(r *http.Request, own *store.Own) site.Me {
	l := r.URL.Query().Get("lang")
	chosen := slices.Contains(languages, l)
	if !chosen {
		l = own.Subscriber.Lang
	}
	m := site.Me{
		Base:        s.baseIn(l, chosen, r.URL),
		Own:         *own,
		Action:      r.URL.Path,
		Wanted:      site.ReadWanted(own.Subscriber.Query),
		Wish:        own.Subscriber.Wish,
		Communities: s.catalogue().names,
		Now:         s.now(),
	}
	m.Params = nil
	m.Form.Lang = l
	if chosen {
		m.Action += "?lang=" + l
	}
	if all := s.snapshot.Load(); all != nil {
		m.Counts = all.counts
	}
	return m
}

func (s *Site) showMe(w http.ResponseWriter, r *http.Request, m site.Me, status int) error {
	m.Wanted.Rest, m.Form.Address = shown(m.Wanted.Rest), shown(m.Form.Address)
	body, err := site.RenderMe(m)
	if err != nil {
		return err
	}
	w.Header()["Referrer-Policy"] = sameOrigin
	return sendPage(w, r, status, body)
}

// meFields are those of all forms of the page; the first two may be given many times.
var meFields = []string{
	"community", "tag", "area", "q", "rhythm", "hour", "look", "lang", "format", "urgent", "days", "address", "proof", "do",
}

// mostTicks is how many communities or topics may be ticked.
const mostTicks = 60

// meForm reads a form of the page.
func meForm(w http.ResponseWriter, r *http.Request) (url.Values, site.MailTrouble, int) {
	all, trouble, status := manyValues(w, r)
	for name, given := range all {
		most := 1
		if name == "community" || name == "tag" {
			most = mostTicks
		}
		if !slices.Contains(meFields, name) || len(given) > most {
			return nil, site.Garbled, http.StatusBadRequest
		}
	}
	return all, trouble, status
}

// A meStep does what one button of the page asks for. It returns what was done, or with
// MeNothing the page that says what is wrong, and its status.
type meStep func(s *Site, r *http.Request, m *site.Me, token string, v url.Values) (site.MeDone, int, error)

// meSteps are the buttons of the page.
var meSteps = map[string]meStep{
	"save":    (*Site).meSave,
	"pause":   (*Site).mePause,
	"go":      (*Site).meGo,
	"restart": (*Site).meRestart,
	"move":    (*Site).meMove,
	"leave":   (*Site).meLeave,
}

// meChange answers the buttons of a reader's own page, and leads back to it.
func (s *Site) meChange(w http.ResponseWriter, r *http.Request, token string) error {
	own, err := s.own(r, token)
	if err != nil {
		return err
	}
	m := s.me(r, own)
	values, trouble, status := meForm(w, r)
	step := meSteps[values.Get("do")]
	switch {
	case trouble != site.NoTrouble:
		m.Form.Trouble = trouble
		return s.showMe(w, r, m, status)
	case !s.fromHere(r):
		m.Form.Trouble = site.Elsewhere
		return s.showMe(w, r, m, http.StatusForbidden)
	case step == nil:
		m.Form.Trouble = site.Garbled
		return s.showMe(w, r, m, http.StatusBadRequest)
	}
	done, status, err := step(s, r, &m, token, values)
	if err != nil {
		return err
	}
	if done == site.MeNothing {
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", retryBusy)
		}
		return s.showMe(w, r, m, status)
	}
	v := url.Values{"done": {string(done)}}
	if m.Chosen {
		v.Set("lang", m.Lang)
	}
	return redirect(w, r, m.File(r.URL.Path)+"?"+v.Encode())
}

// meSave stores what was chosen.
func (s *Site) meSave(
	r *http.Request,
	m *site.Me,
	token string,
	v url.Values,
) (site.MeDone, int, error) {
	m.Wanted = site.Wanted{
		Communities: v["community"],
		Topics:      v["tag"],
		Area:        v.Get("area"),
		Rest:        v.Get("q"),
	}
	look, err := strconv.Atoi(cmp.Or(v.Get("look"), "0"))
	if err != nil {
		look = -1
	}
	wish := m.Wish
	wish.Query, wish.Lang = m.Wanted.Query(), v.Get("lang")
	wish.Format, wish.Rhythm = subscriber.Format(v.Get("format")), subscriber.Rhythm(v.Get("rhythm"))
	wish.Look, wish.Urgent = look, v.Get("urgent") != ""
	minute, wrong := subscriber.ParseHour(v.Get("hour"))
	if m.Form.WrongHour = wrong; wrong == nil {
		wish.Minute = minute
	}
	checked, wrong := wish.Checked(s.now())
	m.Form.WrongQuery = wrong
	if m.Form.Broken() {
		return site.MeNothing, http.StatusBadRequest, nil
	}
	m.Wish = checked
	ok, err := s.mailing.Signup.ChangeOwn(r.Context(), token, checked)
	return doneIf(ok, site.MeSaved), http.StatusOK, err
}

// doneIf is what was done, or nothing where the subscription has ended meanwhile.
func doneIf(ok bool, done site.MeDone) site.MeDone {
	if ok {
		return done
	}
	return site.MeNothing
}

// mePause rests for so many days.
func (s *Site) mePause(
	r *http.Request,
	m *site.Me,
	token string,
	v url.Values,
) (site.MeDone, int, error) {
	days, err := strconv.Atoi(v.Get("days"))
	isRight := err == nil && days > 0 && days <= subscriber.MaxPause
	if !isRight {
		m.Form.Trouble = site.Garbled
		return site.MeNothing, http.StatusBadRequest, nil
	}
	today := event.DateOf(s.now().In(event.Zone(m.Wish.Zone)))
	ok, err := s.mailing.Signup.PauseOwn(r.Context(), token, today.Add(days))
	return doneIf(ok, site.MePaused), http.StatusOK, err
}

// meGo ends a rest.
func (s *Site) meGo(
	r *http.Request,
	_ *site.Me,
	token string,
	_ url.Values,
) (site.MeDone, int, error) {
	ok, err := s.mailing.Signup.PauseOwn(r.Context(), token, event.Date{})
	return doneIf(ok, site.MeResumed), http.StatusOK, err
}

// meRestart sends to an address again that was switched off.
func (s *Site) meRestart(
	r *http.Request,
	_ *site.Me,
	token string,
	_ url.Values,
) (site.MeDone, int, error) {
	ok, err := s.mailing.Signup.ResumeOwn(r.Context(), token, s.now())
	return doneIf(ok, site.MeResumed), http.StatusOK, err
}

// meMove asks a new address whether mail is to come there. What is known of that address
// is not told, and it takes the same time.
func (s *Site) meMove(
	r *http.Request,
	m *site.Me,
	token string,
	v url.Values,
) (site.MeDone, int, error) {
	m.Form.Address = v.Get("address")
	to, wrong := subscriber.ParseAddress(width.Fold.String(m.Form.Address), s.mailing.Own...)
	if m.Form.WrongAddress = wrong; wrong != nil {
		return site.MeNothing, http.StatusBadRequest, nil //nolint:nilerr // the page tells it
	}
	from, now := asker(r, s.mailing.Proxies), s.now()
	if verdict := s.mailing.Gate.Pass(from, v.Get("proof"), now); verdict != subscriber.Welcome {
		s.sayBusy(r, verdict)
		q := s.mailing.Gate.Question(from, now)
		m.Form.Trouble, m.Form.Proof, m.Form.Bits = site.Busy, q.Text, q.Bits
		return site.MeNothing, http.StatusTooManyRequests, nil
	}
	answer := time.After(s.mailing.Even)
	err := s.mailing.Signup.MoveOwn(r.Context(), token, to, from, now)
	select {
	case <-answer:
	case <-r.Context().Done():
	}
	return site.MeAsked, http.StatusOK, err
}

// meLeave ends the subscription.
func (s *Site) meLeave(
	r *http.Request,
	m *site.Me,
	_ string,
	_ url.Values,
) (site.MeDone, int, error) {
	err := s.mailing.Signup.Leave(r.Context(), m.Own.Leave, s.now())
	return site.MeLeft, http.StatusOK, errors.Join(err)
}
