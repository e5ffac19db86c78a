package delivery

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// A confirmation is the text of the message that asks whether a subscription is meant,
// in one language: before and after the link.
type confirmation struct{ subject, before, after string }

// confirmations hold fixed text alone. Whoever fills in the form chooses whom the
// message goes to, and nothing of what it says.
var confirmations = map[string]confirmation{
	"ja": {
		subject: "[koyomi] 登録の確認",
		before: `このアドレスに、勉強会やイベントの新着・変更・中止を知らせるメール
（一日一通まで）の申し込みがありました。

受け取るときは、次のページを開いてボタンを押してください。
リンクは48時間有効です。
`,
		after: `
心当たりがないときは、このメールを捨ててください。
ボタンを押さないかぎり、お知らせは届きません。
`,
	},
	"en": {
		subject: "[koyomi] Please confirm",
		before: `Somebody, probably you, asked for a daily mail to this address: what is
new, changed or cancelled among events, at most one a day.

To receive it, open this page and press the button there. The link is
good for 48 hours.
`,
		after: `
If it was not you, throw this mail away. Unless the button is pressed, no
more will come.
`,
	},
}

// changing is added for an address that has a subscription: what would change is shown on
// the page, since the words of whoever asked have no place in a mail.
var changing = map[string]string{
	"ja": `このアドレスには、すでに登録があります。ボタンを押すと、条件・時刻・
ことばが申し込みのとおりに変わります。いまの登録と変わる内容は、次の
ページに並べて表示されます。
`,
	"en": `This address is subscribed already. The button changes its filter, hour
and language to what was asked for; the page shows both, side by side.
`,
}

// ConfirmBody writes the message that asks whether a subscription is meant, or the change
// of one: text alone, in one piece, without a way to leave. Any other language than
// English is Japanese.
func ConfirmBody(lang, link string, change bool) store.Body {
	c, ok := confirmations[lang]
	if !ok {
		lang = "ja"
		c = confirmations[lang]
	}
	before := c.before
	if change {
		before += "\n" + changing[lang]
	}
	return store.Body{
		Subject: c.subject,
		Lang:    lang,
		Text:    [3]string{before + "\n" + link + "\n" + c.after},
	}
}

// movings are the texts of the message that asks a new address whether a subscription is
// to come there.
var movings = map[string]confirmation{
	"ja": {
		subject: "[koyomi] アドレス変更の確認",
		before: `イベントのお知らせメールの送り先を、このアドレスに変える申し込みが
ありました。

変えるときは、次のページを開いてボタンを押してください。
リンクは48時間有効です。
`,
		after: `
心当たりがないときは、このメールを捨ててください。
ボタンを押さないかぎり、何も変わりません。
`,
	},
	"en": {
		subject: "[koyomi] Please confirm your new address",
		before: `Somebody, probably you, asked that the mail about events be sent to this
address from now on.

To have it so, open this page and press the button there. The link is
good for 48 hours.
`,
		after: `
If it was not you, throw this mail away. Unless the button is pressed,
nothing changes.
`,
	},
}

// MoveBody writes the message that asks a new address whether a subscription is to come
// there. Any other language than English is Japanese.
func MoveBody(lang, link string) store.Body {
	c, ok := movings[lang]
	if !ok {
		lang = "ja"
		c = movings[lang]
	}
	return store.Body{
		Subject: c.subject,
		Lang:    lang,
		Text:    [3]string{c.before + "\n" + link + "\n" + c.after},
	}
}

// A linked is a wish and the link that confirms it.
type linked struct {
	store.Asking
	link string
}

// asking makes what the outbox keeps of a wish, and its message, which has no text yet.
// It is sent until the link is good no more, and there is one a token.
func (d *Signup) asking(
	to subscriber.Address,
	w subscriber.Wish,
	secret subscriber.Secret,
	now time.Time,
) (linked, error) {
	random := d.Random
	if random == nil {
		random = rand.Reader
	}
	token, err := subscriber.NewToken(random)
	if err != nil {
		return linked{}, err
	}
	hash := subscriber.Hash(token)
	key := "confirm " + hex.EncodeToString(hash)
	until := now.Add(subscriber.ConfirmWithin)
	a := store.Asking{
		Address: to,
		Wish:    w,
		Hash:    hash,
		Now:     now,
		Expires: until,
		Message: store.Message{
			Key:       key,
			Kind:      store.Confirm,
			To:        to,
			Format:    subscriber.Text,
			MessageID: secret.OtherID(key, d.Domain),
			State:     store.Planned,
			Planned:   now,
			Next:      now,
			Expires:   until,
		},
	}
	return linked{a, strings.TrimRight(d.Site, "/") + "/confirm/" + token}, nil
}
