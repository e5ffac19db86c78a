package lint

import (
	"strings"

	"koyomi/internal/text"
)

const ofText = "RFC 5545 section 3.3.11"

// escape is a backslash with what it may stand before.
var escape = text.NewPattern(`\\[\\;,nN]`)

// hasBare reports whether a text holds a character of a set that is not escaped.
func hasBare(p *property, set string) bool {
	return strings.ContainsAny(escape.Regexp().ReplaceAllString(p.value, ""), set)
}

// listRules are those for lists of texts, of which commas part the values.
var listRules = []rule[*property]{
	{
		Warning, "escape", ofText, func(p *property) bool { return hasBare(p, `\`) },
		`{name} has a \ before what needs none; expected \\ \; \, and \n alone`,
	},
	{
		Warning, "unescaped", ofText, func(p *property) bool { return hasBare(p, ";") },
		`{name} has a bare semicolon, at which some clients end it; expected \;`,
	},
}

// textRules are those for texts.
var textRules = append([]rule[*property]{{
	Warning, "unescaped", ofText, func(p *property) bool { return hasBare(p, ",") },
	`{name} has a bare comma, at which some clients end it; expected \,`,
}}, listRules...)

var tag = text.NewPattern(`(?i)<(?:p|br|a|div|span|b|i|ul|li|html|img)(?:\s[^>]*)?/?>`)

var markupRule = rule[*property]{
	Warning, "html-text", "RFC 5545 section 3.8.1.5", func(p *property) bool { return tag.MatchString(p.value) },
	"the description holds HTML, which many clients show as it is written; expected plain text",
}

const ofRule = "RFC 5545 section 3.3.10"

// ruleRules are those for a rule of recurrence.
var ruleRules = []rule[*property]{
	{
		Error,
		"rrule",
		ofRule,
		func(p *property) bool { return !recurrence.MatchString(p.value) },
		"the rule {value} cannot be read",
	},
	{
		Error,
		"rrule",
		ofRule,
		func(p *property) bool { return recurrence.MatchString(p.value) && !hasPart(p, "FREQ") },
		"the rule has no FREQ",
	},
	{
		Error,
		"rrule",
		ofRule,
		func(p *property) bool { return hasPart(p, "COUNT") && hasPart(p, "UNTIL") },
		"the rule has both COUNT and UNTIL; expected one of them",
	},
}

// recurrence is how a rule is written: NAME=value, parted by semicolons.
var recurrence = text.NewPattern(`^[^=;]*=[^;]+(;[^=;]*=[^;]+)*$`)

func hasPart(p *property, name string) bool {
	return strings.Contains(";"+strings.ToUpper(p.value), ";"+name+"=")
}
