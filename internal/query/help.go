package query

import (
	"slices"
	"strings"
)

// A HelpPart is one part of the language, with examples of it.
type HelpPart struct {
	Heading string
	Lines   []HelpLine
}

// A HelpLine is an example that parses, and what it asks for.
type HelpLine struct{ Example, Meaning string }

// Help explains the language to a person.
func Help() []HelpPart {
	fieldLines := make([]HelpLine, len(fieldNames))
	for i, name := range fieldNames {
		fieldLines[i] = HelpLine{fields[name].example, meanings[name]}
	}
	return []HelpPart{
		{
			"Words look at title, community, place and text:",
			[]HelpLine{
				{
					"KVM",
					"a word in Latin letters, from its beginning; case and width make no difference",
				},
				{"勉強会", "Japanese anywhere, from one character on"},
				{`"型システム入門"`, "a phrase, with its blanks"},
			},
		},
		{"Fields:", fieldLines},
		{"Together:", []HelpLine{
			{"KVM area:東京", "both"},
			{"KVM OR Xen", "one of them"},
			{"(KVM OR Xen) on:今週末", "parentheses group"},
			{"-status:cancelled", "a minus excludes"},
		}},
		{"Days are:", []HelpLine{
			{"on:2026-06-10", "a date, also 6/10"},
			{"on:today", "today, tomorrow; 今日, 明日"},
			{"after:+7d", "in so many days"},
			{"on:土曜", "the next Saturday; 今週末, 来週 are several days"},
		}},
	}
}

// meanings say what each field asks for.
var meanings = map[string]string{
	"community": "of a community, by its id",
	"source":    "that a source lists, by its id",
	"tag":       "with a topic",
	"area":      "in a prefecture or region, in kanji or romaji",
	"is":        "online, onsite or hybrid",
	"status":    "confirmed, tentative, postponed or cancelled",
	"type":      "event, registration, deadline or cfp",
	"weekday":   "on a day of the week, as sat or 土",
	"time":      "morning, afternoon, evening, or from-to",
	"after":     "that ends on a day or later",
	"before":    "that starts before a day",
	"on":        "that takes place on a day",
	"seats":     "with so many seats left; seats:no is full",
	"fee":       "free, or up to an amount as fee:<1000",
}

// A Hint is a word of a query that was most likely meant as a field.
type Hint struct {
	// Word is as it was typed, Term what to type in its place.
	Word, Term string
	// Sure is set where the word means nothing else.
	Sure bool
}

// hintWords are words that name a value of a field.
var hintWords = map[string]string{
	"オンライン":  "is:online",
	"online": "is:online",
	"会場":     "is:onsite",
	"無料":     "fee:free",
	"free":   "fee:free",
	"中止":     "status:cancelled",
	"延期":     "status:postponed",
	"夜":      "time:evening",
	"午前":     "time:morning",
	"午後":     "time:afternoon",
}

// Hints returns the words of a query that were most likely meant as fields: days, and
// values of others. A query that does not parse has none.
func Hints(words string, env Env) []Hint {
	if _, err := Parse(words, env); err != nil {
		return nil
	}
	var all []Hint
	for _, word := range strings.Fields(words) {
		if strings.ContainsAny(word, `:"()`) || strings.HasPrefix(word, "-") ||
			word == "OR" {
			continue
		}
		if term := hintWords[strings.ToLower(word)]; term != "" {
			all = append(all, Hint{Word: word, Term: term})
			continue
		}
		_, _, err := Days(word, env.Now, env.Zone)
		if isDay := err == nil && !isDigits(word); isDay {
			all = append(all, Hint{Word: word, Term: "on:" + word, Sure: true})
		}
	}
	return all
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// commandDays are the words by which days are asked for in a command, and what each asks for.
var commandDays = map[string][]string{
	"today":    {"on:today"},
	"今日":       {"on:today"},
	"tomorrow": {"on:tomorrow"},
	"明日":       {"on:tomorrow"},
	"week":     {"after:today", "before:+7d"},
	"weekend":  {"on:今週末"},
}

// DayTerms replaces the first of the words of a command where it names days.
func DayTerms(words []string) []string {
	if len(words) == 0 || commandDays[words[0]] == nil {
		return words
	}
	return slices.Concat(commandDays[words[0]], words[1:])
}
