package view

import (
	"encoding/json"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// AppendReading writes a reading as one line of JSON.
func AppendReading(b []byte, id json.RawMessage, r when.Reading) []byte {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	b = append(append(b, `{"id":`...), id...)
	if r.Start.IsZero() {
		return append(b, `,"start":null,"end":null,"all_day":null}`+"\n"...)
	}
	b = appendMoment(append(b, `,"start":`...), r.Start)
	b = appendMoment(append(b, `,"end":`...), r.End)
	if r.AllDay() {
		return append(b, `,"all_day":true}`+"\n"...)
	}
	return append(b, `,"all_day":false}`+"\n"...)
}

// appendMoment writes a moment as a JSON string, null for none.
func appendMoment(b []byte, m event.Moment) []byte {
	if m.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	if m.AllDay() {
		b = append(b, m.Date.String()...)
	} else {
		b = m.Time.AppendFormat(b, time.RFC3339)
	}
	return append(b, '"')
}
