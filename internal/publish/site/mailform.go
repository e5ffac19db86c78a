package site

import (
	"errors"
	"fmt"

	"koyomi/internal/query"
	"koyomi/internal/subscriber"
)

// A MailForm is the page on which a reader asks for the daily mail. What was filled in
// stands in it again where something is wrong.
type MailForm struct {
	Base
	// Query, Address and Hour ("07:00") are what the fields hold, MailLang is the
	// language of the mail.
	Query, Address, Hour, MailLang string
	// Zone is the IANA name of the hour's zone.
	Zone string
	// Began is when the reader was first given the form, in Unix seconds.
	Began int64
	// Proof is the question to answer where many ask, Bits how much work that is, or its
	// answer; "" and 0 where nothing is asked.
	Proof string
	Bits  int
	// Trouble says what is wrong with the form as a whole.
	Trouble MailTrouble
	// WrongAddress, WrongQuery and WrongHour say what is wrong with a field, nil if
	// nothing is.
	WrongAddress, WrongQuery, WrongHour error
}

// MailTrouble is what can be wrong with a form as a whole.
type MailTrouble int

// The troubles.
const (
	NoTrouble MailTrouble = iota
	// Elsewhere: it was not sent from a page of this site.
	Elsewhere
	// Hasty: it was filled in faster than people do.
	Hasty
	// Busy: too many ask.
	Busy
	// Garbled: it cannot be read.
	Garbled
	// Large has too many octets.
	Large
)

// RenderMailForm writes the page.
func RenderMailForm(f MailForm) ([]byte, error) { return render("mailform.html", f) }

// A MailField is a field that something is wrong with: its id in the form, its name,
// and what is wrong.
type MailField struct{ ID, Label, Problem string }

// Wrong returns the fields that something is wrong with, in the order of the form.
func (f MailForm) Wrong() []MailField {
	var all []MailField
	w := f.W()
	for _, x := range []MailField{
		{"address", w.MailAddress, f.AddressProblem()}, {"q", w.MailQuery, f.QueryProblem()}, {"hour", w.MailHour, f.HourProblem()},
	} {
		if x.Problem != "" {
			all = append(all, x)
		}
	}
	return all
}

// First reports whether a field is the first that something is wrong with: the reader
// is put there.
func (f MailForm) First(id string) bool {
	wrong := f.Wrong()
	return len(wrong) > 0 && wrong[0].ID == id
}

// Broken reports whether nothing was sent.
func (f MailForm) Broken() bool { return f.Trouble != NoTrouble || len(f.Wrong()) > 0 }

// TroubleText says what is wrong with the form as a whole, "" for nothing.
func (f MailForm) TroubleText() string {
	return map[MailTrouble]names{
		Elsewhere: {"この用紙は、このサイトのページから送られていませんでした。内容を確かめて、もう一度ボタンを押してください。", "This form was not sent from a page of this site. Please check it and press the button again."},
		Hasty:     {"送信がとても速かったので、機械からのものかもしれないと考えました。そうでなければ、もう一度ボタンを押してください。", "This was sent faster than people write, so a machine may have sent it. If not, please press the button again."},
		Busy:      {"申し込みが混み合っています。下に準備ができたと出るか、5 分ほどたってから、もう一度ボタンを押してください。", "Many are asking just now. Please press the button again once the page says that it is ready, or in five minutes."},
		Garbled:   {"送られた内容が読み取れませんでした。もう一度入力してください。", "What was sent cannot be read. Please fill in the form again."},
		Large:     {"送られた内容が大きすぎます。もう一度入力してください。", "What was sent is too large. Please fill in the form again."},
	}[f.Trouble].in(f.Lang)
}

// addressWords say what is wrong with an address; %s is the part that is meant.
var addressWords = map[subscriber.Fault]names{
	subscriber.Incomplete: {
		"メールアドレスを、you@example.jp のように書いてください。",
		"Please write an e-mail address, as you@example.org.",
	},
	subscriber.TooLong: {
		"メールアドレスが長すぎます。全体で 254 文字までです。",
		"The address is too long: at most 254 characters are taken.",
	},
	subscriber.LocalTooLong: {
		"@ の前が長すぎます。64 文字までです。",
		"The part before the @ is too long: at most 64 characters are taken.",
	},
	subscriber.LocalForeign: {
		"@ の前に「%s」があります。半角の英数字と記号だけのアドレスが使えます。",
		"There is “%s” before the @. Only addresses of plain Latin letters, digits and signs can be used.",
	},
	subscriber.LocalSign: {
		"@ の前に「%s」は使えません。アドレスをひとつだけ、名前や括弧をつけずに書いてください。",
		"“%s” cannot stand before the @. Please write one address, without a name or brackets around it.",
	},
	subscriber.DomainHidden: {
		"@ のあとに見えない文字（%s）があります。消して書き直してください。",
		"Something that cannot be seen (%s) stands after the @. Please type it again.",
	},
	subscriber.DomainNone: {
		"@ のあとの「%s」は、正しいドメインではありません。",
		"“%s”, after the @, is no domain.",
	},
	subscriber.DomainNowhere: {"「%s」には、メールを送れません。", "No mail can be sent to “%s”."},
	subscriber.Robot: {
		"「%s」は人が受け取るアドレスではないので、登録できません。",
		"“%s” is not a person's mailbox, so it cannot be used.",
	},
	subscriber.Own: {
		"「%s」はこのサイト自身のアドレスなので、登録できません。",
		"“%s” is an address of this site itself, so it cannot be used.",
	},
}

// AddressProblem says what is wrong with the address, "" for nothing.
func (f MailForm) AddressProblem() string {
	if f.WrongAddress == nil {
		return ""
	}
	wrong := &subscriber.AddressError{Fault: subscriber.Incomplete}
	errors.As(f.WrongAddress, &wrong)
	words := addressWords[wrong.Fault].in(f.Lang)
	switch {
	case wrong.Part == "":
		return words
	case wrong.Part == "@":
		return names{
			"@ がふたつ以上あります。アドレスをひとつだけ書いてください。",
			"There is more than one @. Please write one address.",
		}.in(
			f.Lang,
		)
	}
	return fmt.Sprintf(words, wrong.Part)
}

// QueryProblem says what is wrong with the query, and where, "" for nothing.
func (f MailForm) QueryProblem() string {
	var wrong *query.Error
	switch {
	case f.WrongQuery == nil:
		return ""
	case errors.As(f.WrongQuery, &wrong):
		return QueryProblem(f.Lang, wrong)
	}
	return names{
		"条件が長すぎます。短くしてください。",
		"The conditions are too long; please shorten them.",
	}.in(
		f.Lang,
	)
}

// HourProblem says what is wrong with the hour, "" for nothing.
func (f MailForm) HourProblem() string {
	if f.WrongHour == nil {
		return ""
	}
	return names{
		"時刻を 07:00 のように選んでください。",
		"Please choose a time of day, as 07:00.",
	}.in(
		f.Lang,
	)
}

// Hours are those that can be chosen: each full one, and what is chosen already.
func (f MailForm) Hours() []string {
	var all []string
	chosen := f.WrongHour != nil
	for minute := 0; minute < 24*60; minute += 60 {
		hour := subscriber.Hour(minute)
		if !chosen && f.Hour < hour {
			all = append(all, f.Hour)
			chosen = true
		}
		chosen = chosen || f.Hour == hour
		all = append(all, hour)
	}
	if !chosen {
		all = append(all, f.Hour)
	}
	return all
}

// QueryProblem writes what is wrong with a query, and in which column.
func QueryProblem(lang string, wrong *query.Error) string {
	at := names{"%d 文字目: %s。", "column %d: %s"}.in(lang)
	if lang != Japanese {
		problem := wrong.Problem
		if wrong.Hint != "" {
			problem += "; " + wrong.Hint
		}
		return fmt.Sprintf(at, wrong.Column, problem)
	}
	s := fmt.Sprintf(at, wrong.Column, inJapanese(wrong.Problem))
	if wrong.Hint != "" {
		s += inJapanese(wrong.Hint) + "。"
	}
	return s
}
