package site

import (
	"html/template"

	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/wording"
)

// Issues is the page that lists what the daily mail told on the latest days.
type Issues struct {
	Base
	// All are the issues, latest first.
	All []Issue
}

// An Issue is the daily mail of one day, as a reader gets it who wants all events.
type Issue struct {
	Date    event.Date
	Subject string
}

// RenderIssues writes the page.
func RenderIssues(i Issues) ([]byte, error) { return render("issues.html", i) }

// Meta tells of the page.
func (i Issues) Meta() Meta { return i.meta(i.W().Issues, i.W().IssuesText) }

// Day writes the day of an issue.
func (i Issues) Day(one Issue) string { return wording.FullDay(i.Lang, one.Date) }

// mailLook are the colours of a mail that is shown as a page, where no mail program chooses
// them.
const mailLook = "<style>:root { background: #fff; color: #1b1e24; }" +
	"@media (prefers-color-scheme: dark) { :root { background: #15171b; color: #e8e8ea; } a { color: #9ec1ff; } }</style>\n"

// MailHead is what a mail that is shown as a page has in its head besides.
func (b Base) MailHead() template.HTML {
	icon := template.HTMLEscapeString(b.File("/icon.svg"))
	return template.HTML(`<link rel="icon" type="image/svg+xml" href="` + icon + `">` + "\n" + mailLook) //nolint:gosec // escaped
}

// IssueWays are what stands in the mail of a past day in the place of a reader's own ways.
func (b Base) IssueWays() []digest.Line {
	return []digest.Line{
		{Label: b.W().IssueAsk, Now: b.absolute(b.Link("/subscribe"))},
		{Label: b.W().Issues, Now: b.absolute(b.Link("/issues"))},
	}
}

// SampleWays stand in a sample of what a reader would get who asks for a query.
func (b Base) SampleWays(query string) []digest.Line {
	return []digest.Line{
		{Label: b.W().SampleAsk, Now: b.absolute(b.Link("/subscribe", "q", query))},
		{Label: b.W().Issues, Now: b.absolute(b.Link("/issues"))},
	}
}

// NoSample is the page in place of a sample that has nothing to tell.
func NoSample(b Base) ([]byte, error) {
	return render("message.html", message{
		Base:    b,
		Heading: b.W().SampleNone,
		Told:    b.W().SampleNoneText,
	})
}
