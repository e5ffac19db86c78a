package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"

	"koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/subscriber"
)

// The bounds of a form: its octets, and how quickly nobody fills it in.
const (
	maxForm   = 8 << 10
	leastFill = 3 * time.Second
)

const formType = "application/x-www-form-urlencoded"

// formFields are those of the form to ask for the daily mail.
var formFields = []string{"address", "q", "hour", "lang", "website", "began", "proof"}

// mailAsk answers the form. Whoever asks with a form that can be read hears the same,
// whatever is known of the address.
func (s *Site) mailAsk(w http.ResponseWriter, r *http.Request, _ string) error {
	if !s.offersMail() {
		return noMail()
	}
	f, status, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return s.refuseForm(w, r, f.MailForm, status)
	}
	if f.trap == "" {
		if busy, err := s.askFor(w, r, f); busy || err != nil {
			return err
		}
	}
	return s.step(w, r, site.MailPage{Step: site.MailAsked, Address: string(f.to)})
}

// askFor hands a form on; where too many ask it answers with a question first, and reports
// that.
func (s *Site) askFor(
	w http.ResponseWriter,
	r *http.Request,
	f filled,
) (busy bool, err error) {
	from, now := asker(r, s.mailing.Proxies), s.now()
	if verdict := s.mailing.Gate.Pass(from, f.Proof, now); verdict != subscriber.Welcome {
		s.sayBusy(r, verdict)
		q := s.mailing.Gate.Question(from, now)
		f.Trouble, f.Proof, f.Bits = site.Busy, q.Text, q.Bits
		w.Header().Set("Retry-After", retryBusy)
		return true, s.refuseForm(w, r, f.MailForm, http.StatusTooManyRequests)
	}
	answer := time.After(s.mailing.Even)
	err = s.mailing.Signup.Ask(r.Context(), f.to, f.wish, from, now)
	select { // known and unknown addresses take the same time
	case <-answer:
	case <-r.Context().Done():
	}
	return false, err
}

// retryBusy is after how many seconds one who does no work for it is let through.
var retryBusy = strconv.Itoa(int(subscriber.Wait / time.Second))

// sayBusy tells the operator of a crowd; one network alone is a matter of course.
func (s *Site) sayBusy(r *http.Request, v subscriber.Verdict) {
	switch {
	case v == subscriber.Crowded:
		s.log.Warn(
			"too many ask for the daily mail: for an hour each costs work",
			"limit",
			subscriber.AllAsks,
		)
	case r.Header.Get("X-Forwarded-For") != "" && len(s.mailing.Proxies) == 0:
		s.log.Warn(
			"readers who ask for the daily mail all seem to come from one proxy: trusted_proxies names none",
		)
	}
}

// A filled is a form that was filled in, and what it means.
type filled struct {
	site.MailForm
	to   subscriber.Address
	wish subscriber.Wish
	trap string
}

// readForm reads the form, with the status of what is wrong with it, 200 for nothing.
func (s *Site) readForm(
	w http.ResponseWriter,
	r *http.Request,
) (f filled, status int, err error) {
	p, err := readParams(r, "lang")
	if err != nil {
		return f, 0, err
	}
	l, err := lang(r, p)
	if err != nil {
		return f, 0, err
	}
	now := s.now()
	f.MailForm = site.MailForm{
		Base:     s.baseIn(l, p["lang"] != "", r.URL),
		Hour:     subscriber.Hour(s.mailing.Minute),
		MailLang: l,
		Zone:     s.mailing.Zone,
		Began:    now.Unix(),
	}
	values, trouble, status := formValues(w, r, formFields)
	if f.Trouble = trouble; trouble != site.NoTrouble {
		return f, status, nil
	}
	f.fill(values, now)
	f.read(s.wish(f.MailForm), s.mailing.Own, now)
	switch {
	case !s.fromHere(r):
		f.Trouble, status = site.Elsewhere, http.StatusForbidden
	case len(f.Wrong()) > 0:
		status = http.StatusBadRequest
	case f.trap == "" && values["began"] != "" && now.Sub(time.Unix(f.Began, 0)) < leastFill:
		f.Trouble, status = site.Hasty, http.StatusBadRequest
	}
	return f, status, nil
}

// fill takes over what was filled in.
func (f *filled) fill(values map[string]string, now time.Time) {
	f.Address = values["address"]
	f.Query = values["q"]
	f.trap = values["website"]
	f.Proof = values["proof"]
	f.Hour = cmp.Or(values["hour"], f.Hour)
	if l := values["lang"]; slices.Contains(languages, l) {
		f.MailLang = l
	}
	// A form that was given out in the future was given out now.
	if began, err := strconv.ParseInt(values["began"], 10, 64); err == nil {
		f.Began = min(began, now.Unix())
	}
}

// read says what the fields mean, or what is wrong with them.
func (f *filled) read(w subscriber.Wish, own []string, now time.Time) {
	// An address is often typed in full width.
	f.to, f.WrongAddress = subscriber.ParseAddress(width.Fold.String(f.Address), own...)
	var minute int
	if minute, f.WrongHour = subscriber.ParseHour(f.Hour); f.WrongHour != nil {
		f.Hour = subscriber.Hour(w.Minute)
	} else {
		w.Minute, f.Hour = minute, subscriber.Hour(minute)
	}
	f.wish, f.WrongQuery = w.Checked(now)
}

// refuseForm answers with the form as it was filled in, and what is wrong with it; a
// program gets a problem.
func (s *Site) refuseForm(
	w http.ResponseWriter,
	r *http.Request,
	f site.MailForm,
	status int,
) error {
	if wantsPage(r) {
		return s.showForm(w, r, f, status)
	}
	f.Lang = site.English
	p := &problem{Status: status, Detail: f.TroubleText()}
	if wrong := f.Wrong(); f.Trouble == site.NoTrouble && len(wrong) > 0 {
		p.Parameter, p.Detail = wrong[0].ID, wrong[0].Problem
		if bad := (*query.Error)(nil); p.Parameter == "q" && errors.As(f.WrongQuery, &bad) {
			p.Column = bad.Column
		}
	}
	return p
}

// formValues reads a form of at most maxForm octets whose fields are known and given
// once; otherwise it says what is wrong with it.
func formValues(
	w http.ResponseWriter,
	r *http.Request,
	known []string,
) (map[string]string, site.MailTrouble, int) {
	all, trouble, status := manyValues(w, r)
	values := map[string]string{}
	for name, given := range all {
		if !isField(known, name, given) {
			return nil, site.Garbled, http.StatusBadRequest
		}
		values[name] = given[0]
	}
	return values, trouble, status
}

// manyValues reads a form of at most maxForm octets, all of it UTF-8; otherwise it says
// what is wrong with it.
func manyValues(w http.ResponseWriter, r *http.Request) (url.Values, site.MailTrouble, int) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil ||
		kind != formType {
		return nil, site.Garbled, http.StatusUnsupportedMediaType
	}
	body, err := readBody(w, r)
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, site.Large, http.StatusRequestEntityTooLarge
	}
	all, wrong := url.ParseQuery(string(body))
	if errors.Join(err, wrong) != nil {
		return nil, site.Garbled, http.StatusBadRequest
	}
	for _, given := range all {
		if slices.ContainsFunc(given, func(v string) bool { return !utf8.ValidString(v) }) {
			return nil, site.Garbled, http.StatusBadRequest
		}
	}
	return all, site.NoTrouble, http.StatusOK
}

// isField reports whether a field is a known one that was given once, as text.
func isField(known []string, name string, given []string) bool {
	isOne := len(given) == 1 && utf8.ValidString(given[0])
	return isOne && slices.Contains(known, name)
}

// readBody reads a body of at most maxForm octets; one that is said to be larger is
// not waited for (http.MaxBytesError).
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxForm {
		w.Header().Set("Connection", "close")
		return nil, &http.MaxBytesError{Limit: maxForm}
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
}

// oneClick reads the body of a request to leave (RFC 8058 section 3.2): the one field
// as either sort of form, or nothing, which some mail programs send. Anything else
// was not meant so.
func oneClick(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(w, r)
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return &problem{
			Status: http.StatusRequestEntityTooLarge,
			Detail: "a request to leave is short: List-Unsubscribe=One-Click, or nothing",
		}
	case err != nil:
		return &problem{
			Status: http.StatusBadRequest,
			Detail: "the request broke off",
		}
	case len(bytes.TrimSpace(body)) == 0 || clicked(r.Header.Get("Content-Type"), body):
		return nil
	}
	return &problem{
		Status: http.StatusBadRequest,
		Detail: "a request to leave says List-Unsubscribe=One-Click, or nothing",
	}
}

const (
	clickName  = "List-Unsubscribe"
	clickValue = "One-Click"
)

// clicked reports whether a body says so.
func clicked(contentType string, body []byte) bool {
	kind, given, _ := mime.ParseMediaType(contentType)
	if kind == "multipart/form-data" {
		name, value := firstPart(body, given["boundary"])
		return name == clickName && value == clickValue
	}
	v, err := url.ParseQuery(strings.TrimSpace(string(body)))
	return err == nil && v.Get(clickName) == clickValue
}

// firstPart returns the first field of a form in parts; "" where there is none.
func firstPart(body []byte, boundary string) (name, value string) {
	part, err := multipart.NewReader(bytes.NewReader(body), boundary).NextPart()
	if err != nil {
		return "", ""
	}
	read, err := io.ReadAll(part)
	if err != nil {
		return "", ""
	}
	return part.FormName(), strings.TrimSpace(string(read))
}
