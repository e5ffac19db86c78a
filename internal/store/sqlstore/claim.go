package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
)

// A listing is what a source said, as it is kept: JSON, except its longest text.
type listing struct {
	// Key is set where it is not that of the claim.
	Key        *string        `json:"key,omitempty"`
	Derived    bool           `json:"derived,omitempty"`
	Occurrence string         `json:"occurrence,omitempty"`
	Title      string         `json:"title"`
	Start      string         `json:"start,omitempty"`
	End        string         `json:"end,omitempty"`
	Zone       string         `json:"zone,omitempty"`
	Status     event.Status   `json:"status,omitempty"`
	Type       event.Type     `json:"type,omitempty"`
	Mode       event.Mode     `json:"mode,omitempty"`
	URL        string         `json:"url,omitempty"`
	Location   string         `json:"location,omitempty"`
	Area       string         `json:"area,omitempty"`
	OnlineURL  string         `json:"online_url,omitempty"`
	Tags       []string       `json:"tags,omitempty"`
	Number     string         `json:"number,omitempty"`
	More       *more          `json:"more,omitempty"`
	Reading    *event.Reading `json:"reading,omitempty"`
	Sequence   int            `json:"sequence,omitempty"`
	Updated    time.Time      `json:"updated,omitzero"`
	// Description is set only where there is no column for it.
	Description string `json:"description,omitempty"`
}

// listingOf returns a listing as it is kept; its description is left out.
func listingOf(l event.Listing) (listing, error) {
	zone := zoneNamed(l.Zone)
	k := listing{
		Derived:    l.Derived,
		Occurrence: l.Occurrence,
		Title:      l.Title,
		Zone:       l.Zone,
		Start:      momentText(l.Start, zone),
		End:        momentText(l.End, zone),
		Status:     l.Status,
		Type:       l.Type,
		Mode:       l.Mode,
		URL:        l.URL,
		Location:   l.Location,
		Area:       l.Area,
		OnlineURL:  l.OnlineURL,
		Tags:       l.Tags,
		Number:     l.Number,
		Sequence:   l.Sequence,
	}
	if !l.Updated.IsZero() {
		k.Updated = l.Updated.UTC()
	}
	m, err := moreOf(l.Details)
	if err != nil {
		return k, err
	}
	m.StartZone, m.EndZone = "", "" // they stand in the moments
	if !m.empty() {
		k.More = &m
	}
	r := l.Reading
	if r.Text != "" || r.Confidence != 0 || len(r.Reasons)+len(r.Warnings) > 0 {
		k.Reading = &r
	}
	return k, nil
}

// listing returns the listing that was kept.
func (k listing) listing(key, description string) (l event.Listing, err error) {
	zone := zoneNamed(k.Zone)
	l = event.Listing{
		Key:        key,
		Derived:    k.Derived,
		Occurrence: k.Occurrence,
		Sequence:   k.Sequence,
		Updated:    k.Updated,
	}
	if k.Key != nil {
		l.Key = *k.Key
	}
	l.Title, l.Zone, l.Status, l.Type, l.Mode = k.Title, k.Zone, k.Status, k.Type, k.Mode
	l.URL, l.Location, l.Area, l.OnlineURL = k.URL, k.Location, k.Area, k.OnlineURL
	l.Tags, l.Number, l.Description = k.Tags, k.Number, description
	if len(l.Tags) == 0 {
		l.Tags = nil
	}
	if k.Reading != nil {
		l.Reading = *k.Reading
	}
	if l.Start, err = parseMoment(k.Start, zone); err != nil {
		return l, err
	}
	if l.End, err = parseMoment(k.End, zone); err != nil {
		return l, err
	}
	if k.More != nil {
		err = k.More.into(&l.Details)
	}
	return l, err
}

const claimColumns = `source, key, uid, from_at, seen, until, absence, listing, description`

// upsertClaim writes a claim; event_day follows the event.
const upsertClaim = `INSERT INTO claims (` + claimColumns + `, event_day)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce((SELECT start_day FROM events WHERE uid = $3), 0))
	ON CONFLICT (source, key) DO UPDATE SET
		(uid, from_at, seen, until, absence, listing, description, event_day) =
		(excluded.uid, excluded.from_at, excluded.seen, excluded.until, excluded.absence, excluded.listing, excluded.description, excluded.event_day)
	WHERE (claims.uid, claims.from_at, claims.seen, claims.until, claims.absence, claims.listing, claims.description) IS DISTINCT FROM
		(excluded.uid, excluded.from_at, excluded.seen, excluded.until, excluded.absence, excluded.listing, excluded.description)`

// claimValues returns the values of claimColumns.
func claimValues(c event.Claim) ([]any, error) {
	values := []any{c.Source, c.Key, c.UID, nil, nil, nil, nil, nil, c.Listing.Description}
	for i, t := range []time.Time{c.From, c.Seen, c.Until} {
		v, err := nanos(t)
		if err != nil {
			return nil, fmt.Errorf("claim of %s on %q: %w", c.Source, c.Key, err)
		}
		values[3+i] = v
	}
	if c.Absence != (event.Absence{}) {
		a := c.Absence
		a.Since, a.Last, a.Asked = utc(a.Since), utc(a.Last), utc(a.Asked)
		b, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		values[6] = string(b)
	}
	l, err := listingOf(c.Listing)
	if err != nil {
		return nil, fmt.Errorf("claim of %s on %q: %w", c.Source, c.Key, err)
	}
	if c.Listing.Key != c.Key {
		l.Key = &c.Listing.Key
	}
	b, err := json.Marshal(l)
	values[7] = string(b)
	return values, err
}

// utc returns t in UTC; the zero time stays as it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// scanClaims reads all rows of claimColumns.
func scanClaims(rows *sql.Rows) ([]event.Claim, error) {
	defer rows.Close()
	var all []event.Claim
	for rows.Next() {
		var c event.Claim
		var from, seen, until instant
		var l listing
		var text sql.RawBytes
		var description string
		err := rows.Scan(
			&c.Source,
			&c.Key,
			&c.UID,
			&from,
			&seen,
			&until,
			jsonOf{&c.Absence},
			&text,
			&description,
		)
		if err != nil {
			return nil, err
		}
		if err = json.Unmarshal(text, &l); err == nil {
			c.Listing, err = l.listing(c.Key, description)
		}
		if err != nil {
			return nil, fmt.Errorf("claim of %s on %q: %w", c.Source, c.Key, err)
		}
		c.From, c.Seen, c.Until = from.Time, seen.Time, until.Time
		all = append(all, c)
	}
	return all, rows.Err()
}

// Claims returns all claims on an event, ended ones too, oldest first.
func (d *DB) Claims(ctx context.Context, uid string) ([]event.Claim, error) {
	all, err := query(
		ctx,
		d,
		scanClaims,
		"SELECT "+claimColumns+" FROM claims WHERE uid = $1",
		uid,
	)
	if err != nil {
		return nil, fmt.Errorf("claims on event %s: %w", uid, err)
	}
	slices.SortFunc(all, func(a, b event.Claim) int {
		return cmp.Or(
			a.From.Compare(b.From),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Key, b.Key),
		)
	})
	return all, nil
}
