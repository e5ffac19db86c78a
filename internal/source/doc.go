// Package source answers for what koyomi watches: communities, the places that
// announce their events, and the settings by which each place is read. It is
// definition only; it visits nothing.
package source
