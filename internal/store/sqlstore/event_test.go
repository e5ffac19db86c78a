package sqlstore

import (
	"slices"
	"testing"

	"koyomi/internal/event"
)

// TestAFieldWithoutAColumnIsKeptByItsName stands for a field that is new: it needs no
// change of the schema.
func TestAFieldWithoutAColumnIsKeptByItsName(t *testing.T) {
	defer func(was []event.Field) { unplaced = was }(unplaced)
	unplaced = []event.Field{*event.FieldNamed("number"), *event.FieldNamed("geo")}
	m, err := moreOf(event.Details{Number: "21"})
	if err != nil || m.empty() || string(m.Fields["number"]) != `"21"` {
		t.Fatalf("kept %v: %v", m.Fields, err)
	}
	var back event.Details
	if err := m.into(&back); err != nil || back.Number != "21" || back.Geo != nil {
		t.Errorf("came back as %+v: %v", back, err)
	}
	if m, err := moreOf(event.Details{}); err != nil || !m.empty() {
		t.Errorf("nothing is kept as %+v: %v", m, err)
	}
}

// TestPlacedFieldsAreFields holds the names of placed.
func TestPlacedFieldsAreFields(t *testing.T) {
	for name := range placed {
		if !slices.ContainsFunc(event.Fields, func(f event.Field) bool { return f.Name == name }) {
			t.Errorf("no field %q", name)
		}
	}
}
