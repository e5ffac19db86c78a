package site

import (
	"cmp"

	"koyomi/internal/subscriber"
	"koyomi/internal/text"
)

// A MailPage is one of the pages around subscribing by mail. It never says whether
// an address or a link is known.
type MailPage struct {
	Base
	// Step is what the page is about.
	Step MailStep
	// Address is what the reader wrote, for MailAsked: a slip is seen there; and whose
	// wish is confirmed.
	Address string
	// Wish is what the button would subscribe to, nil where that is not known, and Now the
	// subscription that it would replace, nil for none.
	Wish, Now *subscriber.Wish
	// Action is where the page's button leads, "" for a page without one.
	Action string
	// Offer is set where the mail can be asked for.
	Offer bool
}

// MailStep is a step of subscribing or leaving.
type MailStep int

// The steps.
const (
	// MailAsked follows the form: a mail is on its way, or would be.
	MailAsked MailStep = iota
	// MailConfirm and MailLeave are what a link in a mail opens: a button.
	MailConfirm
	MailLeave
	// MailConfirmed and MailLeft follow the button.
	MailConfirmed
	MailLeft
)

// A MailDetail is one part of a wish; Was is what it is now, where that differs.
type MailDetail struct{ Label, Was, Now string }

// Details are what the button would do.
func (m MailPage) Details() []MailDetail {
	if m.Wish == nil {
		return nil
	}
	wish := m.parts(*m.Wish)
	if m.Now == nil {
		return wish
	}
	for i, now := range m.parts(*m.Now) {
		if now.Now != wish[i].Now {
			wish[i].Was = now.Now
		}
	}
	return wish
}

// parts names what a wish is made of.
func (m MailPage) parts(w subscriber.Wish) []MailDetail {
	words := m.W()
	language := map[string]string{Japanese: "日本語", English: "English"}[w.Lang]
	own := meTexts[m.Lang]
	return []MailDetail{
		{
			Label: words.MailQuery,
			Now:   cmp.Or(text.Line(w.Query, 500), words.MailEverything),
		},
		{Label: words.MailHour, Now: subscriber.Hour(w.Minute) + " " + w.Zone},
		{Label: own.Rhythm, Now: own.Rhythms[w.Usual().Rhythm]},
		{Label: words.MailLang, Now: language},
	}
}

// RenderMail writes the page.
func RenderMail(m MailPage) ([]byte, error) { return render("mail.html", m) }

func (m MailPage) words() (heading string, words []string) {
	w := m.W()
	switch m.Step {
	case MailConfirm:
		if m.Now != nil {
			return w.MailConfirm, []string{w.MailChangeText}
		}
		return w.MailConfirm, []string{w.MailConfirmText}
	case MailLeave:
		return w.MailEnd, []string{w.MailEndText}
	case MailConfirmed:
		return w.MailConfirmed, []string{w.MailConfirmedText, w.MailConfirmedNot}
	case MailLeft:
		return w.MailEnded, []string{w.MailEndedText}
	}
	return w.MailSent, []string{w.MailSentText, w.MailSentNot}
}

// Heading is the page's heading.
func (m MailPage) Heading() string { h, _ := m.words(); return h }

// Words are what it says, by paragraph.
func (m MailPage) Words() []string { _, w := m.words(); return w }

// Button is the name of the page's button.
func (m MailPage) Button() string {
	if m.Step == MailLeave {
		return m.W().MailEndButton
	}
	return m.W().MailConfirmButton
}

// Again reports whether the page leads back to the form.
func (m MailPage) Again() bool { return m.Offer && m.Action == "" }

// Leaving reports whether the button ends the mails: it says so as a mail program
// does (RFC 8058).
func (m MailPage) Leaving() bool { return m.Step == MailLeave }
