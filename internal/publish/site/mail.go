package site

// A MailPage is one of the pages around subscribing by mail. It never says whether
// an address or a link is known.
type MailPage struct {
	Base
	// Step is what the page is about.
	Step MailStep
	// Action is where the page's button leads, "" for a page without one.
	Action string
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

func (m MailPage) words() (heading, words string) {
	w := m.W()
	switch m.Step {
	case MailConfirm:
		return w.MailConfirm, w.MailConfirmText
	case MailLeave:
		return w.MailEnd, w.MailEndText
	case MailConfirmed:
		return w.MailConfirmed, w.MailConfirmedText
	case MailLeft:
		return w.MailEnded, w.MailEndedText
	}
	return w.MailSent, w.MailSentText
}

// Heading is the page's heading, and its button's name.
func (m MailPage) Heading() string { h, _ := m.words(); return h }

// Words are what it says.
func (m MailPage) Words() string { _, w := m.words(); return w }
