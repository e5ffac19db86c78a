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
	w.link(e.MergedInto)
	w.before(w.c.Before[e.UID])
	w.when(e, p, assumed)
	if !w.short {
		w.say("", cutOctets(e.Description, maxDescription))
	}
	w.say("", registration(e))
	if isWeb(e.OnlineURL) {
		w.say("オンライン参加: ", e.OnlineURL)
	}
	w.say("主催: ", w.c.CommunityName(e.Community))
	w.say("", e.URL)
	w.sources(e.Sources)
	w.link(e.UID)
	w.end()
}

// when says what the entry's own time does not: what is not announced, and the hours
// of the sessions.
func (w *writer) when(e *event.Event, p part, assumed bool) {
	if assumed {
		w.say("", "終了時刻は発表されていません（仮に"+publish.Length(w.c.Assumed)+"としています）。")
	}
	if p.start.AllDay() && !e.TimeAnnounced() {
		w.say("", "時刻は発表されていません。")
	}
	if !p.listed {
		return
	}
	for _, s := range e.Sessions {
		w.say("・", publish.When(s.Start, s.End))
	}
}

// sources says in one line where the event was seen.
func (w *writer) sources(all []string) {
	for i, s := range all {
		if i == 0 {
			w.say("情報源: ", s)
			continue
		}
		w.textValue("、")
		w.textValue(s)
	}
}

// link writes the address of the page of an event here, where it has one.
func (w *writer) link(uid string) {
	if uid == "" || !isWeb(w.c.EventBase) {
		return
	}
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

// before says how things were, for who remembers them so.
func (w *writer) before(b publish.Before) {
	if b.Reinstated {
		w.say("", "一度は中止または延期と発表されましたが、開催されることになりました。")
	}
	w.say("変更前の日時: ", wording.Calendar.Value(b.When))
	w.say("変更前の場所: ", wording.Calendar.Value(b.Where))
}

// notices say what a reader must know of an event that is not simply on.
var notices = map[event.Status]string{
	event.Cancelled: "このイベントは中止と発表されています。",
	event.Postponed: "このイベントは延期と発表されています。新しい日程はまだ分かりません。",
	event.Tentative: "この日程は予定です。",
}

func notice(e *event.Event) string {
	if e.MergedInto != "" {
		return "この予定は、同じイベントの別の予定とまとめられました。"
	}
	return notices[e.Status]
}

// registration says when one can sign up, as far as that is known.
func registration(e *event.Event) string {
	opens := wording.Calendar.Moment(e.RegistrationOpens)
	closes := wording.Calendar.Moment(e.RegistrationCloses)
	switch {
	case opens == "" && closes == "":
		return ""
	case closes == "":
		return "申込開始: " + opens
	case opens == "":
		return "申込締切: " + closes
	}
	return "申込期間: " + opens + " 〜 " + closes
}

// cutOctets cuts s to at most limit octets, ending in "…" where it was cut, and
// tears no character from its marks.
func cutOctets(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !cutsWhole(s, end) {
		end--
	}
	return s[:end] + "…"
}

// cutsWhole reports whether s can be cut at an octet without tearing a character from
// its marks.
func cutsWhole(s string, at int) bool {
	next, _ := utf8.DecodeRuneInString(s[at:])
	last, _ := utf8.DecodeLastRuneInString(s[:at])
	apart := last != joiner && !extends(next)
	return apart && utf8.RuneStart(s[at])
}
