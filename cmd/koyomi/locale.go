package main

import (
	"cmp"
	"os"
	"strings"

	"koyomi/internal/wording"
)

// lang is the language of a person at this terminal: that of the person's own file, else
// that of the locale, else English.
func (a *app) lang() string {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	switch {
	case a.user.Lang != "":
		return a.user.Lang
	case strings.HasPrefix(locale, "ja"):
		return wording.Japanese
	}
	return wording.English
}

// in returns one of two texts, in the person's language.
func (a *app) in(english, japanese string) string {
	if a.lang() == wording.Japanese {
		return japanese
	}
	return english
}
