package ical

import (
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// maxDescription is how much of a source's own text is taken over, in octets; the
// link leads to the rest.
const maxDescription = 1500

// description writes DESCRIPTION: what a reader must know first, what the source
// says, and where it was seen. Nothing in it changes by a poll without news.
func (w *writer) description(e *event.Event, p part, assumed bool) {
	w.begin("DESCRIPTION")
	w.lines = 0
	w.say("", notice(e))
	if e.MergedInto != "" && isWeb(w.c.EventBase) {
		w.link(e.MergedInto)
	}
	w.before(w.c.Before[e.UID])
	if assumed {
		w.say("", "終了時刻は発表されていません（仮に"+publish.Length(w.c.Assumed)+"としています）。")
	}
	if p.start.AllDay() && !e.TimeAnnounced() {
		w.say("", "時刻は発表されていません。")
	}
	if p.listed {
		for _, s := range e.Sessions {
			w.say("・", publish.When(s.Start, s.End))
		}
	}
	if !w.short {
		w.say("", cutOctets(e.Description, maxDescription))
	}
	w.say("", registration(e))
	if isWeb(e.OnlineURL) {
		w.say("オンライン参加: ", e.OnlineURL)
	}
	if e.Community != "" {
		w.say("主催: ", w.c.CommunityName(e.Community))
	}
	w.say("", e.URL)
	for i, s := range e.Sources {
		if i == 0 {
			w.say("情報源: ", s)
			continue
		}
		w.textValue("、")
		w.textValue(s)
	}
	if isWeb(w.c.EventBase) {
		w.link(e.UID)
	}
	w.end()
}

// link tells the address of an event here.
func (w *writer) link(uid string) {
	var id [16]byte
	w.say("", w.c.EventBase)
	w.textValue(string(event.AppendID(id[:0], uid)))
}

// say writes one line of a description, none where there is nothing to say.
func (w *writer) say(label, value string) {
	if value == "" {
		return
	}
	if w.lines > 0 {
		w.unit(`\n`)
		w.last = 0
	}
	w.lines++
	if label != "" {
		w.textValue(label)
		if label[len(label)-1] == ' ' {
			w.unit(" ")
		}
	}
	w.textValue(value)
}

// before tells how things were, for who remembers them so.
func (w *writer) before(b publish.Before) {
	if b.Reinstated {
		w.say("", "一度は中止または延期と発表されましたが、開催されることになりました。")
	}
	w.say("変更前の日時: ", wording.Calendar.Value(b.When))
	w.say("変更前の場所: ", wording.Calendar.Value(b.Where))
}

func notice(e *event.Event) string {
	switch {
	case e.MergedInto != "":
		return "この予定は、同じ催しの別の予定とまとめられました。"
	case e.Status == event.Cancelled:
		return "この催しは中止と発表されています。"
	case e.Status == event.Postponed:
		return "この催しは延期と発表されています。新しい日程はまだ分かりません。"
	case e.Status == event.Tentative:
		return "この日程は予定です。"
	}
	return ""
}

// registration tells when one can sign up, as far as that is known.
func registration(e *event.Event) string {
	opens, closes := publish.When(e.RegistrationOpens, event.Moment{}), publish.When(e.RegistrationCloses, event.Moment{})
	switch {
	case opens != "" && closes != "":
		return "申込期間: " + opens + " 〜 " + closes
	case opens != "":
		return "申込開始: " + opens
	case closes != "":
		return "申込締切: " + closes
	}
	return ""
}

// cutOctets cuts s to at most limit octets, ending in "…" where it was cut, and
// tears no character from its marks.
func cutOctets(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 {
		if r, _ := utf8.DecodeRuneInString(s[end:]); utf8.RuneStart(s[end]) && !extends(r) {
			if last, _ := utf8.DecodeLastRuneInString(s[:end]); last != joiner {
				break
			}
		}
		end--
	}
	return s[:end] + "…"
}
