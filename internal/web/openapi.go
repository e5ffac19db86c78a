package web

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"koyomi/internal/coverage"

	"koyomi/internal/publish"
)

// An object is one of JSON's.
type object = map[string]any

// openAPI describes the API (OpenAPI 3.1); its schemas are made from the types that
// are answered with.
func openAPI(base, version string) []byte {
	day := "A day: 2026-06-10, 2026-06, today, +7d, 土曜 …, in Asia/Tokyo."
	d := object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "koyomi",
			"version":     version,
			"description": "Community events, gathered into one calendar. Everything is read only and needs no key.",
		},
		"servers": []object{{"url": base}},
		"paths": object{
			"/api/v1/events": endpoint(
				"events",
				"Events in the order of their start; without from, those that are not yet over.",
				publish.Page{},
				parameter(
					"q",
					"A query, as `community:bpstudy area:東京 -status:cancelled`.",
				),
				parameter("from", day+" What ends on it or later."),
				parameter("to", day+" What starts on it or earlier."),
				object{
					"name": "limit",
					"in":   "query",
					"schema": object{
						"type":    "integer",
						"minimum": 1,
						"maximum": maxLimit,
						"default": defaultLimit,
					},
				},
				parameter("cursor", "The next of the page before."),
			),
			"/api/v1/events/{id}": endpoint(
				"event",
				"One event. Any other writing of its id, and that of an event merged into it, leads to it.",
				publish.JSON{},
				object{
					"name":        "id",
					"in":          "path",
					"required":    true,
					"description": "The id, or the start of it.",
					"schema": object{
						"type":      "string",
						"minLength": 4,
						"maxLength": 64,
					},
				},
			),
			"/api/v1/sources": endpoint(
				"sources",
				"What is watched, and how it does.",
				sourceList{},
			),
			"/api/v1/coverage": endpoint(
				"coverage",
				"What is known by week, area and platform, how many groups there may be, and what is not seen and why.",
				coverage.Report{},
			),
			"/api/v1/clash": endpoint(
				"clash",
				"What is on on a day and near it, and which days around it are free.",
				publish.ClashJSON{},
				object{
					"name":        "date",
					"in":          "query",
					"required":    true,
					"description": day,
					"schema":      object{"type": "string"},
				},
				parameter(
					"q",
					"What one's own event would be found by, as `area:東京 tag:go`.",
				),
			),
		},
	}
	body, err := json.Marshal(d)
	if err != nil {
		panic(err) // words and numbers alone always encode
	}
	return append(body, '\n')
}

func parameter(name, description string) object {
	return object{
		"name":        name,
		"in":          "query",
		"description": description,
		"schema":      object{"type": "string"},
	}
}

// endpoint describes an address that is read with GET and answers with a value like v.
func endpoint(id, summary string, v any, parameters ...object) object {
	answer := func(description, contentType string, v any) object {
		return object{
			"description": description,
			"content":     object{contentType: object{"schema": schema(reflect.TypeOf(v))}},
		}
	}
	const wrong = "application/problem+json"
	get := object{
		"operationId": id, "summary": summary,
		"responses": object{
			"200": answer("It.", jsonType, v),
			"304": object{"description": "The reader has it already."},
			"400": answer(
				"An unknown parameter or a bad value; the problem names it.",
				wrong,
				problem{},
			),
			"404": answer("There is none.", wrong, problem{}),
			"503": answer("The database cannot be read now.", wrong, problem{}),
		},
	}
	if len(parameters) > 0 {
		get["parameters"] = parameters
	}
	return object{"get": get}
}

// schema describes a type as encoding/json writes it.
func schema(t reflect.Type) object {
	switch t.Kind() {
	case reflect.Pointer:
		s := schema(t.Elem())
		s["type"] = []any{s["type"], "null"}
		return s
	case reflect.Slice:
		return object{"type": "array", "items": schema(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return object{"type": "string", "format": "date-time"}
		}
		properties, required := object{}, []string{}
		fields(t, func(name string, always bool, f reflect.Type) {
			properties[name] = schema(f)
			if always {
				required = append(required, name)
			}
		})
		return object{"type": "object", "properties": properties, "required": required}
	}
	return object{"type": "string"}
}

// fields tells the fields of a struct by their name in JSON, those of embedded ones
// among them.
func fields(t reflect.Type, tell func(name string, always bool, f reflect.Type)) {
	for f := range t.Fields() {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		isEmbedded := f.Anonymous && name == ""
		isNamed := name != "" && name != "-"
		if isEmbedded {
			fields(f.Type, tell)
			continue
		}
		if isNamed && f.IsExported() {
			tell(name, !strings.Contains(rest, "omitempty"), f.Type)
		}
	}
}
