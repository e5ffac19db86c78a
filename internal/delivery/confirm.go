package delivery

import (
	"encoding/hex"
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

// ConfirmBody writes the message that asks whether a subscription is meant: text alone,
// in one piece, without a way to leave. Any other language than English is Japanese.
func ConfirmBody(lang, link string) store.Body {
	c, ok := confirmations[lang]
	if !ok {
		lang = "ja"
		c = confirmations[lang]
	}
	return store.Body{Subject: c.subject, Lang: lang, Text: [3]string{c.before + "\n" + link + "\n" + c.after}}
}

// asking makes what the outbox keeps of a wish, and its message. It is sent until the
// link is good no more, and there is one a token.
func asking(to subscriber.Address, w subscriber.Wish, token, link, domain string, secret subscriber.Secret, now time.Time) store.Asking {
	hash := subscriber.Hash(token)
	key := "confirm " + hex.EncodeToString(hash)
	until := now.Add(subscriber.ConfirmWithin)
	return store.Asking{
		Address: to, Wish: w, Hash: hash, Now: now, Expires: until,
		Message: store.Message{
			Key: key, Kind: store.Confirm, To: to, Format: subscriber.Text, MessageID: secret.OtherID(key, domain),
			Body: ConfirmBody(w.Lang, link), State: store.Planned, Planned: now, Next: now, Expires: until,
		},
	}
}
