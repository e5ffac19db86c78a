// Package event holds the types of the domain: what a source says (Listing), what
// koyomi believes (Event), and what happened to it (Change). It knows nothing of
// where listings come from, where events are kept or how they are shown.
package event
