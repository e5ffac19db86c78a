package delivery

import (
	"fmt"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/mail"
	"koyomi/internal/publish/digest"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// compose writes a message as bytes. They follow from what was planned alone: written
// again after a crash they are the same.
func (o *Sender) compose(l store.Message, secret subscriber.Secret) ([]byte, error) {
	m := mail.Message{
		ID:      strings.Trim(l.MessageID, "<>"),
		Date:    l.Planned.In(event.Tokyo),
		From:    o.From,
		To:      l.To.Wire(),
		Subject: l.Body.Subject,
		Lang:    l.Body.Lang,
		Text:    strings.Join(l.Body.Text[:], ""),
		HTML:    strings.Join(l.Body.HTML[:], ""),
	}
	if l.Kind == store.Digest || l.Kind == store.Alert {
		m.Bulk, m.ListID = true, "koyomi daily <daily."+o.domain()+">"
		m.Leave.URL = o.Site + "/unsubscribe/" + secret.Leave(l.Subscriber, l.Generation)
		m.Text, m.HTML = digest.Body{
			Leave: l.Body.Leave,
			Own:   l.Body.Own,
			Text:  l.Body.Text,
			HTML:  l.Body.HTML,
		}.For(m.Leave.URL, o.Site+"/me/"+secret.Own(l.Subscriber, l.Generation))
	}
	if l.Format == subscriber.Text {
		m.HTML = ""
	}
	bytes, err := mail.Compose(m)
	if err != nil {
		return nil, fmt.Errorf("write the message %s: %w", l.MessageID, err)
	}
	return bytes, nil
}
