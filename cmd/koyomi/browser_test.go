package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A browser is a headless Chromium before a koyomi that serves a replay.
type browser struct {
	ctx context.Context
	// axe is the program that looks for barriers in a page.
	axe string
	// shots is the folder that screenshots are kept in, "" for none.
	shots string
}

// openBrowser starts a browser (.ci/parts.sh installs one); the test is skipped by
// name where there is none. KOYOMI_SCREENSHOTS names a folder to keep pictures in.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := os.Getenv("KOYOMI_BROWSER")
	for _, name := range []string{"chromium", "chromium-headless-shell", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Skip("no chromium is here (.ci/parts.sh installs it, KOYOMI_BROWSER names one)")
	}
	axe, err := os.ReadFile(filepath.Join(cmp.Or(os.Getenv("KOYOMI_NODE"), filepath.Join("..", "..", ".ci", "bin", "node")), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skipf("axe-core is not here (.ci/parts.sh installs it): %v", err)
	}
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(patience),
	})
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, closeAll := chromedp.NewContext(allocator)
	t.Cleanup(closeAll)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &browser{ctx: ctx, axe: string(axe), shots: os.Getenv("KOYOMI_SCREENSHOTS")}
}

// A tab is one page in a browser, and what went wrong in it.
type tab struct {
	*testing.T
	ctx  context.Context
	home string

	mu    sync.Mutex
	wrong []string
}

// tab opens an empty page whose reader prefers a language. What the console says and
// what could not be loaded fails the test.
func (b *browser) tab(t *testing.T, home, language string) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, home: home}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "koyomi-test", AcceptLanguage: language}); err != nil {
		t.Fatal(err)
	}
	p.size(1280, "light")
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, w := range p.wrong {
			t.Error(w)
		}
	})
	return p
}

// hear notes whatever a person would find in the console.
func (p *tab) hear(ev any) {
	var said string
	switch e := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		said = fmt.Sprintf("console %s: %v", e.Type, e.Args)
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		said = fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *network.EventLoadingFailed:
		said = fmt.Sprintf("not loaded: %s %s", e.ErrorText, e.BlockedReason)
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = append(p.wrong, said)
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// open goes to an address of the site.
func (p *tab) open(path string) {
	p.Helper()
	p.do(chromedp.Navigate(p.home + path))
}

// size sets the width of the window and light or dark.
func (p *tab) size(width int64, scheme string) {
	p.Helper()
	options := []chromedp.EmulateViewportOption{}
	height := int64(900)
	if width < 600 {
		height, options = 844, append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	p.do(chromedp.EmulateViewport(width, height, options...))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, media); err != nil {
		p.Fatal(err)
	}
}

// ask returns the value of an expression in the page.
func evaluate[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// follow acts and waits until another page has taken the place of this one.
func (p *tab) follow(act chromedp.Action[chromedp.Void]) {
	p.Helper()
	if _, err := chromedp.RunResponse(p.ctx, act); err != nil {
		p.Fatal(err)
	}
}

// where returns the address of the page without the site's.
func (p *tab) where() string {
	p.Helper()
	full, err := url.QueryUnescape(evaluate[string](p, "location.href"))
	if err != nil {
		p.Fatal(err)
	}
	return strings.TrimPrefix(full, p.home)
}

func (p *tab) text(selector string) string {
	p.Helper()
	return evaluate[string](p, fmt.Sprintf("document.querySelector(%q).innerText.trim()", selector))
}

func (p *tab) texts(selector string) []string {
	p.Helper()
	return evaluate[[]string](p, fmt.Sprintf("Array.from(document.querySelectorAll(%q), e => e.innerText.trim())", selector))
}

// barriers returns what axe-core finds in the page, of any weight.
func (p *tab) barriers(axe string) []string {
	p.Helper()
	if !evaluate[bool](p, "typeof axe === 'object'") {
		evaluate[any](p, axe+";null")
	}
	return evaluate[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
		.map(v => v.impact + " " + v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | ")))`)
}

// replayService serves a replay up to a moment and returns its address.
func replayService(t *testing.T, now string) string {
	t.Helper()
	s := startProgram(t, t.TempDir(), "serve", "--replay", "--now", now, "--listen", "127.0.0.1:0")
	return strings.TrimSuffix("http://"+after(s.waitFor("  page  "), "http://"), "/")
}

// TestPagesInABrowser reads the pages as people do.
func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	spring := replayService(t, "2009-05-18T09:00:00+09:00")
	for name, test := range map[string]func(*testing.T, *browser, string){
		"filter": filterInABrowser, "subscribe": subscribeInABrowser, "event": eventInABrowser, "month": monthInABrowser,
		"language": languageInABrowser, "keyboard": keyboardInABrowser,
	} {
		t.Run(name, func(t *testing.T) { test(t, b, spring) })
	}
}

// A window is a width of the window in pixels, and light or dark.
type window struct {
	width  int64
	scheme string
}

// windows are those in which a language has its pages looked at. Between them they have
// all four: neither colours nor widths know of languages.
var windows = map[string][]window{"ja": {{390, "light"}, {1280, "dark"}}, "en": {{390, "dark"}, {1280, "light"}}}

// TestLooksInABrowser has every page looked at by axe-core, at the width of a phone
// and of a decisions, light and dark, in both languages.
func TestLooksInABrowser(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	for language := range windows {
		t.Run(language, func(t *testing.T) {
			looksInABrowser(t, b, language, replayService(t, "2009-05-18T09:00:00+09:00"), replayService(t, "2020-03-02T09:00:00+09:00"))
		})
	}
}

func filterInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "ja")
	p.open("/")
	all := p.texts(".list .what a")
	if len(all) < 5 {
		t.Fatalf("the page lists %q", all)
	}
	search := func(words string) {
		p.do(chromedp.Click(chromedp.CSS(".find summary")))
		p.follow(chromedp.SendKeys(chromedp.CSS("#q"), words+kb.Enter))
	}
	search("仮想化")
	if got, want := p.texts(".list .what a"), "仮想化友の会 第9回 5月勉強会"; len(got) != 1 || got[0] != want {
		t.Errorf("words leave %q, want %q", got, want)
	}
	p.follow(chromedp.Click(chromedp.CSS(".chips.row [aria-current]")))
	if got := p.texts(".list .what a"); !slices.Equal(got, all) {
		t.Errorf("no filter leaves %q, want %q", got, all)
	}
	p.open("/?community=interop")
	if got, want := p.where(), "/?q=community:interop"; got != want {
		t.Errorf("a form leads to %s, want %s", got, want)
	}
	p.follow(chromedp.Click(chromedp.CSS(".chips.row a[href*='%E5%8D%83%E8%91%89']")))
	if got := p.texts(".list .what a"); len(got) != 2 || !strings.HasPrefix(got[0], "Interop Tokyo 2009") {
		t.Errorf("community and area leave %q", got)
	}
	if got := strings.Join(p.texts(".chips.row [aria-current]"), " "); got != "Interop Tokyo × 千葉県 ×" {
		t.Errorf("the chips show %s", got)
	}
	p.follow(chromedp.Click(chromedp.CSS("header .go a")))
	if got := evaluate[string](p, "document.querySelector('#feed').value"); got != home+"/calendar.ics?q=area%3A%E5%8D%83%E8%91%89%E7%9C%8C+community%3Ainterop" {
		t.Errorf("what was filtered is subscribed to at %s", got)
	}
	p.open("/")
	search("nobody-knows")
	if got := p.text(".none"); !strings.HasPrefix(got, "この条件に合うイベントはありません。") {
		t.Errorf("nothing found says %q", got)
	}
}

// feedBehind returns the calendar of this site that a link to subscribe leads to.
func feedBehind(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme == "https" {
		link = cmp.Or(u.Query().Get("cid"), u.Query().Get("url"))
	}
	return strings.Replace(link, "webcal://", "http://", 1)
}

func subscribeInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "ja")
	p.open("/calendar?device=mac&q=community:interop")
	links := evaluate[[]string](p, "Array.from(document.querySelectorAll('#how .button'), a => a.href)")
	for i, begin := range []string{"webcal://", "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F", "https://outlook.live.com/calendar/0/addfromweb?"} {
		if i >= len(links) || !strings.HasPrefix(links[i], begin) {
			t.Fatalf("the links to subscribe are %q, want one that begins with %s", links, begin)
		}
		status, body, h := get(t, feedBehind(t, links[i]))
		if status != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), "text/calendar") || strings.Count(body, "BEGIN:VEVENT") != 2 {
			t.Errorf("%s leads to %d:\n%.300s", links[i], status, body)
		}
	}
	feed := evaluate[string](p, "document.querySelector('#feed').value")
	p.do(chromedp.Click(chromedp.CSS("#copy")), chromedp.WaitReady(chromedp.CSS("#copied:not(:empty)")))
	if got := evaluate[string](p, "getSelection().toString()"); got != feed {
		t.Errorf("after the button %q is selected, want %q", got, feed)
	}
	p.do(chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('details').forEach(d => d.open = true)"))
	policies := p.texts("#policies a")
	if len(policies) != 4 {
		t.Fatalf("the policies are %q", policies)
	}
	for i, policy := range []string{"", "keep", "mark", "hide"} {
		p.follow(chromedp.Click(chromedp.CSS(fmt.Sprintf("#policies li:nth-child(%d) a", i+1))))
		p.do(chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('details').forEach(d => d.open = true)"))
		if got := p.text("#policies a[aria-current]"); got != policies[i] {
			t.Errorf("the chosen policy is %q, want %q", got, policies[i])
		}
		feed := evaluate[string](p, "document.querySelector('#feed').value")
		u, err := url.Parse(feed)
		if err != nil || u.Query().Get("cancelled") != policy || u.Path != "/communities/interop.ics" {
			t.Errorf("policy %q: the address is %s", policy, feed)
		}
		if status, _, _ := get(t, feed); status != http.StatusOK {
			t.Errorf("%s: %d", feed, status)
		}
	}
}

func eventInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "ja")
	p.open("/?q=仮想化")
	p.follow(chromedp.Click(chromedp.CSS(".list .what a")))
	if got := p.text("h1 .title"); got != "仮想化友の会 第9回 5月勉強会" {
		t.Errorf("the heading is %q", got)
	}
	ld := evaluate[map[string]any](p, "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
	if ld["@type"] != "Event" || ld["startDate"] != "2009-05-28T19:00:00+09:00" || ld["name"] != "仮想化友の会 第9回 5月勉強会" {
		t.Errorf("the JSON-LD is %v", ld)
	}
	if got := p.texts(".history li"); len(got) < 2 || !strings.Contains(strings.Join(got, " "), "見つかった") {
		t.Errorf("the history is %q", got)
	}
	for _, link := range evaluate[[]string](p, "Array.from(document.querySelectorAll('main a'), a => a.href).filter(h => h.startsWith(location.origin) && !/(google|outlook)$/.test(h))") {
		if status, _, _ := get(t, link); status != http.StatusOK {
			t.Errorf("%s: %d", link, status)
		}
	}
}

func monthInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "ja")
	p.open("/")
	p.follow(chromedp.Click(chromedp.CSS(".side .views a")))
	if got := p.where(); got != "/month/2009-05" {
		t.Errorf("the month of what is coming is %s", got)
	}
	day := func() string {
		return evaluate[string](p, `Array.from(document.querySelectorAll("td"), td => td.querySelector("time").dateTime + " " + td.innerText.includes("仮想化友の会")).filter(s => s.endsWith("true")).join()`)
	}
	if got := day(); got != "2009-05-28 true" {
		t.Errorf("the event stands under %s", got)
	}
	if got := evaluate[int](p, `document.querySelectorAll(".month tbody tr:first-child td").length`); got != 7 {
		t.Errorf("a week has %d days", got)
	}
	p.follow(chromedp.Click(chromedp.CSS("a[rel=next]")))
	if got := p.text("h1"); got != "2009年6月" {
		t.Errorf("after May comes %q", got)
	}
	p.follow(chromedp.Click(chromedp.CSS("a[rel=prev]")))
	if got := day(); got != "2009-05-28 true" {
		t.Errorf("back in May the event stands under %s", got)
	}
}

func languageInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "en-GB,en")
	p.open("/?q=community:interop")
	if got := evaluate[string](p, "document.documentElement.lang") + " " + p.text("h1"); got != "en Upcoming events" {
		t.Errorf("an English reader gets %q", got)
	}
	p.follow(chromedp.Click(chromedp.CSS("a.lang")))
	if got := evaluate[string](p, "document.documentElement.lang") + " " + p.text("h1"); got != "ja これからのイベント" {
		t.Errorf("the switch leads to %q", got)
	}
	if got := p.texts(".list .what a"); len(got) != 2 {
		t.Errorf("the switch loses the filter: %q", got)
	}
	p.follow(chromedp.Click(chromedp.CSS(".list .what a")))
	if got := evaluate[string](p, "document.documentElement.lang"); got != "ja" {
		t.Errorf("the language chosen is lost on the event's page: %s", got)
	}
}

// A stop is what has the focus.
type stop struct {
	Name    string
	Outline string
	// In is set where all of it can be seen.
	In    bool
	Order int
}

const focused = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
	const all = Array.from(document.querySelectorAll("*"));
	return {Name: e.tagName + " " + (e.innerText || e.id || e.name || "").trim().slice(0, 40), Outline: s.outlineStyle + " " + s.outlineWidth,
		In: r.width > 0 && r.height > 0 && r.left >= 0 && r.right <= innerWidth && r.bottom > 0 && r.top < innerHeight, Order: all.indexOf(e)};
})()`

// keyboardInABrowser goes through pages with the tab key alone.
func keyboardInABrowser(t *testing.T, b *browser, home string) {
	p := b.tab(t, home, "en")
	for _, width := range []int64{1280, 390} {
		p.size(width, "light")
		for _, path := range []string{"/", "/month/2009-05", "/clash?date=2009-06-10", "/sources"} {
			p.open(path)
			links := evaluate[int](p, `Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")).filter(e => e.tabIndex >= 0 && e.checkVisibility()).length`)
			last, seen := -1, 0
			for range links {
				p.do(chromedp.KeyEvent(kb.Tab))
				now := evaluate[stop](p, focused)
				if now.Order <= last || strings.HasPrefix(now.Name, "BODY") {
					break
				}
				if !now.In || !strings.HasPrefix(now.Outline, "solid") {
					t.Errorf("%s at %d: the focus on %q cannot be seen: %+v", path, width, now.Name, now)
				}
				last, seen = now.Order, seen+1
				// A date field has several places of its own.
				for evaluate[bool](p, "document.activeElement.type === 'date'") {
					p.do(chromedp.KeyEvent(kb.Tab))
				}
			}
			if seen < links-1 {
				t.Errorf("%s at %d: the tab key reaches %d of %d, the last after element %d", path, width, seen, links, last)
			}
		}
	}
	p.open("/")
	p.do(chromedp.KeyEvent(kb.Tab))
	if got := evaluate[stop](p, focused); !strings.Contains(got.Name, "Skip to the content") || !got.In {
		t.Errorf("the first stop is %+v", got)
	}
	p.do(chromedp.KeyEvent(kb.Enter))
	if got := evaluate[string](p, "document.activeElement.id"); got != "content" {
		t.Errorf("the skip link leads to %q", got)
	}
	p.do(chromedp.KeyEvent(kb.Tab))
	if got := evaluate[string](p, "document.activeElement.tagName"); got != "SUMMARY" {
		t.Errorf("after the skip link comes %q", got)
	}
	p.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if got := evaluate[string](p, "document.activeElement.id"); got != "q" {
		t.Errorf("in the search comes %q", got)
	}
	p.follow(chromedp.KeyEvent("kvm" + kb.Enter))
	if got := p.where(); !strings.HasPrefix(got, "/?q=kvm") {
		t.Errorf("typed words lead to %s", got)
	}
}

func looksInABrowser(t *testing.T, b *browser, language, spring, cancelled string) {
	_, list, _ := get(t, spring+"/api/v1/events?q=%E4%BB%AE%E6%83%B3%E5%8C%96")
	id, _, _ := strings.Cut(after(list, `"id":"`), `"`)
	_, list, _ = get(t, cancelled+"/api/v1/events?q=status%3Acancelled")
	off, _, _ := strings.Cut(after(list, `"id":"`), `"`)
	p := b.tab(t, "", language)
	all := windows[language]
	if b.shots != "" {
		all = slices.Concat(windows["ja"], windows["en"])
	}
	for _, page := range []struct{ name, home, path string }{
		{"upcoming", spring, "/"},
		{"filtered", spring, "/?q=community:interop&cancelled=mark"},
		{"follow", spring, "/calendar?device=iphone"},
		{"follow-some", spring, "/calendar?device=windows&q=community:interop OR tag:web"},
		{"wrong", spring, "/?q=(kvm"},
		{"none", spring, "/?q=nobody-knows"},
		{"event", spring, "/events/" + id},
		{"month", spring, "/month/2009-06"},
		{"communities", spring, "/communities"},
		{"communities-found", spring, "/communities?q=東京"},
		{"communities-none", spring, "/communities?q=nobody-knows"},
		{"community", spring, "/communities/v-tomo"},
		{"clash-form", spring, "/clash"},
		{"clash", spring, "/clash?date=2009-06-10&q=area:千葉"},
		{"clash-free", spring, "/clash?date=2009-12-30"},
		{"sources", spring, "/sources"},
		{"bot", spring, "/bot"},
		{"lost", spring, "/nothing"},
		{"refused", spring, "/?lang=xx"},
		{"cancelled", cancelled, "/"},
		{"cancelled-event", cancelled, "/events/" + off},
		{"cancelled-month", cancelled, "/month/2020-04"},
	} {
		p.open(page.home + page.path)
		for _, l := range all {
			p.size(l.width, l.scheme)
			name := fmt.Sprintf("%s-%s-%d-%s", page.name, language, l.width, l.scheme)
			for _, barrier := range p.barriers(b.axe) {
				t.Errorf("%s: %s", name, barrier)
			}
			if wide := evaluate[int64](p, "document.documentElement.scrollWidth"); wide > l.width {
				t.Errorf("%s is %d wide", name, wide)
			}
			p.keep(b, name)
		}
	}
	p.expect("400 (Bad Request)", "404 (Not Found)")
}

// expect takes back what the console had to say of pages that are errors.
func (p *tab) expect(words ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = slices.DeleteFunc(p.wrong, func(said string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	})
}

// keep keeps a picture of the whole page where one is asked for.
func (p *tab) keep(b *browser, name string) {
	p.Helper()
	if b.shots == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.shots, name+".png"), picture, 0o600)
	}
	if err != nil {
		p.Errorf("picture of %s: %v", name, err)
	}
}
