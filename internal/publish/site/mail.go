package site

// A MailPage is one of the pages around subscribing by mail. It never says whether
// an address or a link is known.
type MailPage struct {
	Base
	// Step is what the page is about.
	Step MailStep
	// Address is what the reader wrote, for MailAsked: a slip is seen there.
	Address string
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

// RenderMail writes the page.
func RenderMail(m MailPage) ([]byte, error) { return render("mail.html", m) }

func (m MailPage) words() (heading string, words []string) {
	w := m.W()
	switch m.Step {
	case MailConfirm:
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
