package event

// A Field is one thing that is said of an event. All that walks over an event's
// content walks over Fields: what became different, what one listing adds to
// another, what a person can edit, what the database and the digest keep of it.
type Field struct {
	// Name is the field's name in changes, JSON, corrections and the database.
	Name string
	// Get returns what e holds, nil for nothing.
	Get func(e *Event) Value
	// Set puts a value of Get's type into e; nil empties the field. Words are left
	// out: they are no value.
	Set func(e *Event, v Value)
	// Equal reports whether a reader sees the same in both.
	Equal func(a, b *Event) bool
	// Fill adds to e what it lacks and o says; nil where nothing is added.
	Fill func(e, o *Event)
	// Edit sets the field to what a person typed; nil where a person cannot.
	Edit func(d *Details, value string) error
	// History is set where a difference is a Change of its own.
	History bool
	// Sequence is set where a change of it raises SEQUENCE (RFC 5546 section 2.1.4).
	Sequence bool
	// News is set where an edit of it is of interest by itself.
	News bool
	// Quiet is set where another value is kept and shown, and is otherwise no change of
	// the event: no Change, no SEQUENCE, no LAST-MODIFIED.
	Quiet bool

	decode func(b []byte) (Value, error)
}

// Fields are all fields, in the order in which their changes are listed.
//
// A new field is a row here and a member of Details; the ledger, the database (which
// keeps it by its name) and the digest then have it. What remains is who reads it
// (package extract), its member of publish.JSON, and where pages show it; tests name
// each of them that is missing.
var Fields = []Field{
	word(
		"status",
		func(e *Event) *Status { return &e.Status },
	).edited(editStatus).
		listed(inSequence),
	spanField("start").edited(editStart).listed(inSequence, isNews),
	placeField("location").edited(editLocation).listed(inSequence, isNews),
	word(
		"mode",
		func(e *Event) *Mode { return &e.Mode },
	).filled().
		listed(inSequence, isNews),
	word(
		"online_url",
		func(e *Event) *string { return &e.OnlineURL },
	).filled().
		edited(editOnlineURL).
		listed(inSequence, isNews),
	word(
		"title",
		func(e *Event) *string { return &e.Title },
	).edited(editTitle).
		listed(isNews),
	word("url", func(e *Event) *string { return &e.URL }).filled().edited(editURL).listed(),
	word(
		"description",
		func(e *Event) *string { return &e.Description },
	).filled().
		edited(editDescription).
		listed(),
	list("tags", func(e *Event) *[]string { return &e.Tags }).filledBy(addTags).listed(),
	moment(
		"registration_opens",
		func(e *Event) *Moment { return &e.RegistrationOpens },
	).filled().
		listed(isNews),
	moment(
		"registration_closes",
		func(e *Event) *Moment { return &e.RegistrationCloses },
	).filled().
		listed(isNews),
	figures("fee", func(e *Event) *Fee { return &e.Fee }).filled().listed(),
	flag(
		"whole_day",
		func(e *Event) *bool { return &e.WholeDay },
	).filledBy(fillWholeDay).
		edited(editWholeDay).
		listed(),
	list("sources", func(e *Event) *[]string { return &e.Sources }).listed(),
	word("community", func(e *Event) *string { return &e.Community }).listed(),
	// What follows is part of a field above, or no news to anyone.
	moment("end", func(e *Event) *Moment { return &e.End }).edited(editEnd),
	sessionsField("sessions"),
	word("zone", func(e *Event) *string { return &e.Zone }),
	word("type", func(e *Event) *Type { return &e.Type }),
	word("area", func(e *Event) *string { return &e.Area }).filled(),
	geoField("geo"),
	seatsField("seats").filled().quiet(),
	word(
		"registration_state",
		func(e *Event) *RegistrationState { return &e.RegistrationState },
	).filled().quiet(),
	word("number", func(e *Event) *string { return &e.Number }).filled(),
}

// FieldNamed returns the field of a name, nil where there is none.
func FieldNamed(name string) *Field {
	return fieldsByName[name]
}

var fieldsByName = func() map[string]*Field {
	all := make(map[string]*Field, len(Fields))
	for i := range Fields {
		all[Fields[i].Name] = &Fields[i]
	}
	return all
}()

// Editable are the names of the fields that a person can edit.
func Editable() []string {
	var names []string
	for _, f := range Fields {
		if f.Edit != nil {
			names = append(names, f.Name)
		}
	}
	return names
}
