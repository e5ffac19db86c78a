package poll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// maxProbes is how many own pages of missing listings one visit asks.
const maxProbes = 5

// askMissing asks the own pages of listings that the source shows no more.
func (v *visit) askMissing(
	ctx context.Context,
	m ledger.Visit,
	known ledger.Known,
) map[string]ledger.Answer {
	answers := map[string]ledger.Answer{}
	questions := ledger.Missing(m, known)
	v.askCalledOff(ctx, m, known, answers)
	v.readRejected(m, known, answers)
	for _, q := range questions[:min(maxProbes, len(questions))] {
		if _, known := answers[q.Key]; known || m.Misread[q.Key] {
			continue
		}
		if a := v.askPage(ctx, q); a != (ledger.Answer{}) {
			answers[q.Key] = a
			v.report.Poll.Notes = append(
				v.report.Poll.Notes,
				fmt.Sprintf(
					"%s is listed no more; its own page %s: %s",
					q.Title,
					q.URL,
					a.Text,
				),
			)
		}
	}
	if anyGone(answers) && !v.pagesSpeak(ctx, m, known) {
		for key, a := range answers {
			if a.State == ledger.PageGone {
				answers[key] = ledger.Answer{
					Text: a.Text + ", and so do pages that should be there",
				}
			}
		}
	}
	return answers
}

// askCalledOff asks some own pages of listings that are called off at once, and takes
// what they say for the others' as well: a list in which the status is misread says so
// of all.
func (v *visit) askCalledOff(
	ctx context.Context,
	m ledger.Visit,
	known ledger.Known,
	answers map[string]ledger.Answer,
) {
	questions := ledger.CalledOff(m, known)
	askable := slices.DeleteFunc(
		slices.Clone(questions),
		func(q ledger.Question) bool { return !m.MayAsk(q.URL) },
	)
	denied := ledger.Answer{}
	for _, q := range askable[:min(maxProbes, len(askable))] {
		if ctx.Err() != nil {
			break
		}
		switch a := v.askPage(ctx, q); a.State {
		case ledger.PageAlive:
			answers[q.Key], denied = a, a
		case ledger.PageCancelled:
			answers[q.Key] = a
		}
	}
	if denied.State == "" {
		return
	}
	for _, q := range questions {
		if _, there := answers[q.Key]; !there {
			answers[q.Key] = denied
		}
	}
}

// readRejected looks for what is missing in the rows that could not be read: a row
// whose date says 延期 keeps its event, and says what became of it.
func (v *visit) readRejected(
	m ledger.Visit,
	known ledger.Known,
	answers map[string]ledger.Answer,
) {
	if len(v.report.Poll.Rejections) == 0 {
		return
	}
	for _, q := range ledger.Absent(m, known) {
		if a, ok := rowsAnswer(v.report.Poll.Rejections, q.Title); ok {
			answers[q.Key] = a
		}
	}
}

// rowsAnswer reads what the rows say that name a title; ok is false where none does. Of
// rows that say different things none can be told to be the one.
func rowsAnswer(rows []event.Rejection, title string) (answer ledger.Answer, ok bool) {
	for _, r := range rows {
		if !names(r.Text, title) {
			continue
		}
		switch a := rowAnswer(r.Text); {
		case !ok:
			answer, ok = a, true
		case a.State != answer.State:
			return unread(r.Text), true
		}
	}
	return answer, ok
}

func unread(row string) ledger.Answer {
	return ledger.Answer{State: ledger.PageAlive, Text: "the row " + row + " cannot be read"}
}

// putOff are words of a row whose date is not set yet.
var putOff = text.NewPattern(`延期|順延|日程未定|日程調整|postponed`)

// rowAnswer reads what a row says that could not be read.
func rowAnswer(row string) ledger.Answer {
	words := "the row " + row
	if s, ok := extract.TitleStatus(row); ok {
		return standing(s, words)
	}
	if putOff.MatchString(text.Fold(row)) {
		return standing(event.Postponed, words)
	}
	return unread(row)
}

func anyGone(answers map[string]ledger.Answer) bool {
	for _, a := range answers {
		if a.State == ledger.PageGone {
			return true
		}
	}
	return false
}

// pagesSpeak reports whether a missing page says anything about its event: a page
// that should be there is. A site whose pages all went at once was rebuilt.
func (v *visit) pagesSpeak(ctx context.Context, m ledger.Visit, known ledger.Known) bool {
	control, ok := ledger.Control(m, known)
	if !ok {
		return len(m.Listings) > 0
	}
	page, f := v.probe(ctx, control)
	return f == nil && page.Status == 200
}

// mayAsk reports whether a page may be read by program: some platforms' terms forbid
// that of all their pages.
func (v *visit) mayAsk(url string) bool {
	asPage := *v.source
	asPage.Kind = source.HTML
	return asPage.Forbidden(url) == nil
}

// probe fetches a page that may be missing.
func (v *visit) probe(ctx context.Context, url string) (extract.Page, error) {
	a, err := v.poller.Fetcher.Fetch(ctx, Ask{
		Request:      extract.Request{URL: url, Probe: true},
		Source:       v.source.ID,
		Page:         true,
		IgnoreRobots: v.source.IgnoreRobots,
	})
	return a.Page, err
}

// askPage asks one listing's own page. What cannot be fetched answers nothing.
func (v *visit) askPage(ctx context.Context, q ledger.Question) ledger.Answer {
	if !v.mayAsk(q.URL) {
		return ledger.Answer{}
	}
	page, err := v.probe(ctx, q.URL)
	if gone := goneBy(page, err); gone != "" {
		return ledger.Answer{State: ledger.PageGone, Text: gone}
	}
	if err == nil && !v.poller.DryRun {
		_, err = v.poller.Archive.Put(page.Body)
	}
	if err != nil {
		return ledger.Answer{}
	}
	return v.readOwnPage(page, q)
}

// goneCauses are those by which a page is known to be gone.
var goneCauses = []health.Cause{health.CauseMissing, health.CauseGone}

// goneStatuses are those of pages that are gone.
var goneStatuses = []int{http.StatusNotFound, http.StatusGone}

// goneBy returns by what a page is known to be gone, "" where it is not.
func goneBy(page extract.Page, err error) string {
	var f *health.Failure
	switch {
	case errors.As(err, &f) && slices.Contains(goneCauses, f.Cause):
		return string(f.Cause)
	case err == nil && slices.Contains(goneStatuses, page.Status):
		return fmt.Sprintf("status %d", page.Status)
	}
	return ""
}

// notThere are words of pages that say with status 200 that there is none.
var notThere = text.NewPattern(`見つかりません|見つかりませんでした|存在しません|not found|削除され|404`)

// readOwnPage reads from an event's own page whether it still takes place: its
// title and headings, and its structured data. A page that does not name the event
// says nothing.
func (v *visit) readOwnPage(page extract.Page, q ledger.Question) ledger.Answer {
	body, err := extract.Decode(page, v.source, extract.MaxDocument)
	if err != nil {
		return ledger.Answer{Text: err.Error()}
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return ledger.Answer{Text: err.Error()}
	}
	heads := headings(doc)
	for _, h := range heads {
		if s, ok := extract.TitleStatus(h); ok && names(h, q.Title) {
			return standing(s, h)
		}
	}
	if s, words := v.structuredStatus(page, q); s != "" {
		return standing(s, words)
	}
	for _, h := range heads {
		if names(h, q.Title) && !notThere.MatchString(text.Fold(h)) {
			return ledger.Answer{State: ledger.PageAlive, Text: h}
		}
	}
	return ledger.Answer{Text: "the page does not name the event"}
}

// headings returns the places where a page says what it is about.
func headings(doc *goquery.Document) []string {
	var heads []string
	add := func(s string) {
		if s = text.Line(s, 300); s != "" {
			heads = append(heads, s)
		}
	}
	doc.Find("title, h1, h2").Each(func(i int, s *goquery.Selection) {
		if i < 20 {
			add(s.Text())
		}
	})
	doc.Find(`meta[property="og:title"]`).
		Each(func(_ int, s *goquery.Selection) { add(s.AttrOr("content", "")) })
	return heads
}

// names reports whether a heading names the event, whatever it says besides.
func names(heading, title string) bool {
	bare := ledger.TitleCore
	h, t := bare(heading), bare(title)
	return t != "" &&
		(strings.Contains(h, t) || len([]rune(h)) >= 6 && strings.Contains(t, h))
}

func standing(s event.Status, words string) ledger.Answer {
	switch s {
	case event.Cancelled:
		return ledger.Answer{State: ledger.PageCancelled, Text: words}
	case event.Postponed:
		return ledger.Answer{State: ledger.PagePostponed, Text: words}
	}
	return ledger.Answer{State: ledger.PageAlive, Text: words}
}

// structuredStatus returns what a page's structured data says of the event (schema.org
// eventStatus), "" where it says nothing.
func (v *visit) structuredStatus(
	page extract.Page,
	q ledger.Question,
) (event.Status, string) {
	kind, ok := v.poller.Kinds[source.Structured]
	if !ok {
		return "", ""
	}
	s := &source.Source{
		ID:   v.source.ID,
		Kind: source.Structured,
		URL:  page.URL,
		Zone: v.source.Zone,
	}
	res, err := kind.Read(extract.Visit{
		Source: s,
		At:     v.at,
		Pages:  []extract.Page{page},
	})
	if err != nil {
		return "", ""
	}
	i := slices.IndexFunc(
		res.Listings,
		func(l event.Listing) bool { return isOff[l.Status] && names(l.Title, q.Title) },
	)
	if i < 0 {
		return "", ""
	}
	status := res.Listings[i].Status
	return status, "its structured data: " + string(status)
}

// isOff are the statuses of events that do not take place when they are listed.
var isOff = map[event.Status]bool{event.Cancelled: true, event.Postponed: true}
