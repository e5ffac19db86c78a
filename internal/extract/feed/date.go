package feed

import (
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// date finds where the item tells when the event is.
func (r *reader) date(raw *extract.Raw, body string) {
	order := r.set.Dates
	if len(order) == 0 {
		order = []string{"fields", "body", "title", "announced"}
	}
	labelled := extract.Prose(body, r.set.Labels...)
	raw.Fill(extract.Labelled{"location": labelled["location"], "address": labelled["address"], "status": labelled["status"]})
	splitPlace(raw)
	fields := *raw
	for _, where := range order {
		*raw = undated(*raw)
		switch where {
		case "fields":
			*raw = fields
			if raw.Start != "" {
				return
			}
		case "body":
			if raw.Fill(labelled); r.dated(raw) || r.opened(raw, body) {
				return
			}
		case "title":
			if raw.When = raw.Title; r.titled(raw) {
				return
			}
		case "announced", "prose":
			if l, ok := extract.Announced(body, where == "prose"); ok && r.announced(raw, l) {
				return
			}
		case "posted":
			if !raw.Ref.IsZero() {
				raw.Start = raw.Ref.Format(time.RFC3339)
				return
			}
		}
	}
	*raw = undated(*raw)
}

// announced takes the date of an announcement in sentences.
func (r *reader) announced(raw *extract.Raw, l extract.Labelled) bool {
	raw.Fill(l)
	return r.free(raw)
}

// opened takes the period that a body begins with, alone in its line.
func (r *reader) opened(raw *extract.Raw, body string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	if raw.When != "" || !extract.Alone(first, r.context(raw)) {
		return false
	}
	raw.When = first
	return true
}

func undated(raw extract.Raw) extract.Raw {
	raw.When, raw.Start, raw.End, raw.Time, raw.Label = "", "", "", "", when.LabelNone
	return raw
}

// dated reports whether what was found does name a date.
func (r *reader) dated(raw *extract.Raw) bool {
	if raw.Start != "" {
		return true
	}
	if raw.When == "" {
		return false
	}
	return !r.read(raw, raw.When).Start.IsZero()
}

// titled reports whether the title names the date of an event: with figures, for
// "今日の…" is a diary, and not just the day of the post.
func (r *reader) titled(raw *extract.Raw) bool {
	if !strings.ContainsAny(text.Fold(raw.Title), "0123456789") {
		return false
	}
	got := r.read(raw, raw.Title)
	if got.Start.IsZero() {
		return false
	}
	// A day that was over when it was posted, or the day of the post, is a diary's.
	passed := got.AllDay() && !raw.Ref.IsZero() && got.Start.Date.Compare(event.DateOf(raw.Ref.In(r.visit.Source.TimeZone()))) <= 0
	return !passed || extract.Held(raw.Title)
}

// free reads a sentence as free prose first, for it may speak of other days.
func (r *reader) free(raw *extract.Raw) bool {
	raw.Label = when.LabelNone
	if !r.read(raw, raw.When).Start.IsZero() {
		return true
	}
	for line := range strings.SplitSeq(raw.When, "\n") {
		if !r.read(raw, line).Start.IsZero() {
			raw.When = line
			return true
		}
	}
	return false
}

func (r *reader) read(raw *extract.Raw, s string) when.Reading {
	return when.Read(s, r.context(raw))
}

func (r *reader) context(raw *extract.Raw) when.Context {
	ref := raw.Ref
	if ref.IsZero() {
		ref = r.visit.At
	}
	return when.Context{Ref: ref, Zone: r.visit.Source.TimeZone(), Year: raw.Year, Label: raw.Label}
}
