package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// owned subscribes an address and returns the path of its own page.
func (o *sender) owned(address subscriber.Address) (string, subscriber.Subscriber) {
	o.t.Helper()
	o.subscribed(address)
	s, err := o.db.Subscriber(o.t.Context(), address)
	if err != nil {
		o.t.Fatal(err)
	}
	state, err := o.db.Mail(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return "/me/" + state.Secret.Own(s.ID, s.Generation), s
}

func (o *sender) stands(address subscriber.Address) subscriber.Subscriber {
	o.t.Helper()
	s, err := o.db.Subscriber(o.t.Context(), address)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// form returns the fields of the form whose button does something, as the browser would
// send them.
func form(t *testing.T, d *goquery.Document, do string) url.Values {
	t.Helper()
	v := url.Values{"do": {do}}
	f := d.Find(`form:has(button[value="` + do + `"])`)
	if f.Length() != 1 {
		t.Fatalf("%d forms to %s", f.Length(), do)
	}
	f.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
		_, isChecked := in.Attr("checked")
		if in.AttrOr("type", "") != "checkbox" || isChecked {
			v.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
		}
	})
	f.Find("select[name]").Each(func(_ int, in *goquery.Selection) {
		chosen := in.Find("option[selected]")
		if chosen.Length() == 0 {
			chosen = in.Find("option").First()
		}
		v.Add(in.AttrOr("name", ""), chosen.AttrOr("value", chosen.Text()))
	})
	return v
}

// press sends a form of the page and returns the page that it leads to.
func (o *sender) press(path string, v url.Values) *goquery.Document {
	o.t.Helper()
	w := o.answer(sending(path, formType, v.Encode()))
	if w.Code != http.StatusSeeOther {
		o.t.Fatalf("%v: %d %s", v, w.Code, w.Body)
	}
	next := get(o, w.Header().Get("Location"))
	if next.Code != http.StatusOK {
		o.t.Fatalf("%s: %d", w.Header().Get("Location"), next.Code)
	}
	return parsed(o.t, next)
}

// TestOwnPage: everything on a reader's own page can be changed by its forms, and only by
// them; what is stored stands there.
func TestOwnPage(t *testing.T) {
	o := openSender(t)
	path, s := o.owned("you@example.org")
	d := parsed(t, get(o, path))
	words := d.Text()
	for _, want := range []string{"you@example.org", "運営者による登録", "保存していること"} {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if after := o.stands(s.Address); after != s {
		t.Errorf("looking changed %+v into %+v", s, after)
	}

	v := form(t, d, "save")
	if v.Get("rhythm") != "daily" || v.Get("hour") != "07:00" {
		t.Errorf("the form shows %v", v)
	}
	v["community"], v["tag"] = []string{"bpstudy", "osc"}, []string{"go"}
	v.Set("area", "東京都")
	v.Set("q", "-status:cancelled")
	v.Set("rhythm", "weekdays")
	v.Set("look", "3")
	v.Set("urgent", "1")
	v.Set("hour", "21:00")
	v.Set("lang", "en")
	v.Set("format", "text")
	if d = o.press(path, v); !strings.Contains(d.Find("[role=status]").Text(), "saved") {
		t.Errorf("it does not say that it is saved: %s", d.Find("[role=status]").Text())
	}
	want := subscriber.Wish{
		Query: "(community:bpstudy OR community:osc OR tag:go) area:東京都 -status:cancelled",
		Zone:  "Asia/Tokyo", Minute: 21 * 60, Lang: "en", Format: subscriber.Text, Rhythm: subscriber.Weekdays, Look: 3, Urgent: true,
	}
	if got := o.stands(s.Address).Wish; got != want {
		t.Errorf("stored %+v\nwant   %+v", got, want)
	}
	again := form(t, d, "save")
	for name := range v {
		slices.Sort(again[name])
		slices.Sort(v[name])
		if !slices.Equal(again[name], v[name]) {
			t.Errorf("%s was saved as %v and is shown as %v", name, v[name], again[name])
		}
	}

	pause := form(t, d, "pause")
	d = o.press(path, pause)
	until := o.stands(s.Address).PausedUntil
	if until.IsZero() || !strings.Contains(d.Text(), "Paused until") {
		t.Errorf("paused until %s: %s", until, d.Text())
	}
	d = o.press(path, form(t, d, "go"))
	if got := o.stands(s.Address).PausedUntil; !got.IsZero() {
		t.Errorf("still paused until %s", got)
	}
	if d = o.press(path, form(t, d, "leave")); o.state(s.Address) != subscriber.Left || !strings.Contains(d.Text(), "unsubscribed") {
		t.Errorf("left: %v", o.state(s.Address))
	}
	if n := d.Find("button[value=save]").Length(); n != 0 {
		t.Error("settings of what has ended")
	}
}

// TestOwnAddress: another address is written to, and mail goes there once its link was
// used; who has an address tells nobody.
func TestOwnAddress(t *testing.T) {
	o := openSender(t)
	path, s := o.owned("you@example.org")
	o.subscribed("taken@example.org")
	for _, to := range []string{"new@example.org", "taken@example.org"} {
		d := parsed(t, get(o, path))
		v := form(t, d, "move")
		v.Set("address", to)
		if d = o.press(path, v); !strings.Contains(d.Text(), "確認のメールを送りました") {
			t.Errorf("%s: %s", to, d.Find("[role=status]").Text())
		}
	}
	all := o.messages()
	if len(all) != 2 || all[0].To != "new@example.org" || !strings.Contains(all[0].Body.Subject, "アドレス変更") {
		t.Fatalf("messages %+v", all)
	}
	if o.state("you@example.org") != subscriber.Active {
		t.Error("it left before it was confirmed")
	}
	if w := o.post(o.link(all[0])); w.Code != http.StatusOK {
		t.Fatalf("%d", w.Code)
	}
	moved := o.stands("new@example.org")
	if moved.State != subscriber.Active || moved.Cursor != s.Cursor || o.state("you@example.org") != subscriber.Left {
		t.Errorf("moved %+v, the former is %v", moved, o.state("you@example.org"))
	}
}

// TestOwnRefused: who was switched off is told so, and can be switched on again.
func TestOwnRefused(t *testing.T) {
	o := openSender(t)
	path, s := o.owned("you@example.org")
	bounce := func() {
		if _, err := o.db.Bounced(t.Context(), bounceOf(s, o.now(), "552 mailbox full")); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		bounce()
		o.later(24 * time.Hour)
	}
	d := parsed(t, get(o, path))
	if o.state(s.Address) != subscriber.Refused || !strings.Contains(d.Text(), "配信を止めています") || !strings.Contains(d.Text(), "552 mailbox full") {
		t.Fatalf("%v: %s", o.state(s.Address), d.Text())
	}
	o.press(path, form(t, d, "restart"))
	if got := o.stands(s.Address); got.State != subscriber.Active || got.Bounces != 0 {
		t.Errorf("%+v", got)
	}
}

// TestOwnPageIsClosed: nobody without a token, from another site, or with a form that
// cannot be read changes anything.
func TestOwnPageIsClosed(t *testing.T) {
	o := openSender(t)
	path, s := o.owned("you@example.org")
	save := form(t, parsed(t, get(o, path)), "save")
	save.Set("lang", "en")
	forged := path[:len(path)-2] + "AA"
	for name, c := range map[string]struct {
		path, body string
		headers    []string
		want       int
	}{
		"another token":          {forged, save.Encode(), nil, 404},
		"no token":               {"/me/x", save.Encode(), nil, 404},
		"another site":           {path, save.Encode(), []string{"Origin", "https://evil.example"}, 403},
		"no origin":              {path, save.Encode(), []string{"Origin", ""}, 403},
		"an unknown button":      {path, "do=grow", nil, 400},
		"an unknown field":       {path, save.Encode() + "&x=1", nil, 400},
		"a field twice":          {path, save.Encode() + "&hour=09:00", nil, 400},
		"another kind of body":   {path, "{}", []string{"Content-Type", "application/json"}, 415},
		"a wrong hour":           {path, strings.Replace(save.Encode(), "07%3A00", "77%3A00", 1), nil, 400},
		"a wrong filter":         {path, strings.Replace(save.Encode(), "q=", "q=foo:bar", 1), nil, 400},
		"a wrong rhythm":         {path, strings.Replace(save.Encode(), "daily", "hourly", 1), nil, 400},
		"a wrong day":            {path, strings.Replace(save.Encode(), "look=0", "look=9", 1), nil, 400},
		"too long a rest":        {path, "do=pause&days=9999", nil, 400},
		"an address that's none": {path, "do=move&address=you", nil, 400},
	} {
		if w := o.answer(sending(c.path, formType, c.body, c.headers...)); w.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, c.want, w.Body)
		}
	}
	if got := o.stands(s.Address); got != s {
		t.Errorf("changed into %+v", got)
	}
	if n := len(o.messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
	if w := get(o, forged); w.Code != 404 || get(o, "/me/x").Body.String() != w.Body.String() {
		t.Errorf("tokens are told apart: %d", w.Code)
	}
	for header, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "Set-Cookie": ""} {
		if got := get(o, path).Header().Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if strings.Contains(o.log.String(), path[4:]) {
		t.Errorf("the token stands in the log: %s", o.log)
	}
	if w := get(o, path+"?do=leave&lang=en"); w.Code != 200 || o.state(s.Address) != subscriber.Active {
		t.Errorf("a GET: %d", w.Code)
	}
}

func bounceOf(s subscriber.Subscriber, now time.Time, cause string) store.Bounce {
	return store.Bounce{
		Subscriber: s.ID, Generation: s.Generation, Day: event.DateOf(now.UTC()), Now: now, Points: subscriber.HardBounce, Cause: cause,
	}
}

// TestWhatIsTickedComesFirst: a reader's own communities stand before the hundreds of others.
func TestWhatIsTickedComesFirst(t *testing.T) {
	o := openSender(t)
	at, s := o.owned("you@example.jp")
	wish := s.Wish
	wish.Query = "community:v-tomo"
	token := strings.TrimPrefix(at, "/me/")
	if ok, err := o.mailing.Signup.ChangeOwn(t.Context(), token, wish); err != nil || !ok {
		t.Fatal(ok, err)
	}
	d := page(t, o.Site, at)
	first := d.Find("input[name=community]").First()
	if _, on := first.Attr("checked"); !on || first.AttrOr("value", "") != "v-tomo" {
		t.Errorf("the first is %s", first.AttrOr("value", ""))
	}
	if got := words(d.Find("details summary").First()); got != "3 のうち 1 を選択中" {
		t.Errorf("they are counted as %s", got)
	}
}
