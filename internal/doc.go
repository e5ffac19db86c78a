// Package internal is the house plan of koyomi; it holds no code.
//
// Events are the foundation, thinking is pure, hands are at the edge, only the
// front door knows every room; stairs go down only. A room uses rooms on lower
// floors, and those to its left on its own floor. A test beside this file holds
// the plan: it fails on an import that climbs, on a room that the plan does not
// name, and on a pure room that reaches for the network, a database, a file, a
// log or the process.
//
//	floor 0  text event strict charset when/fold when/civil when/rule when/grammar when/lexicon when/parse when/bind when/resolve when/judge when when/fit place
//	floor 1  source query health ledger subscriber
//	floor 2  extract publish store config
//	floor 3  extract/json extract/ics extract/feed extract/html extract/structured extract/file extract/static extract/kinds discover publish/ical publish/feed publish/site publish/lint publish/digest poll recording recording/trim
//	floor 4  fetch archive mail mail/mailtest delivery store/storetest store/sqlite web daemon
//
// Floors 0 to 3 are pure, but for poll and recording, which carry a context to
// the edge and back. The front door, cmd/koyomi, is floor 5: one file a command,
// and wire.go, the only place where concrete rooms meet.
//
// What each room answers for:
//
//	text        foreign text made safe to keep, fair to compare, measured for the terminal
//	event       the words of the trade: listing, event, claim, change
//	strict      YAML decoded strictly, every problem with its place
//	charset     which encoding bytes are in
//	when        the date an announcement names; its stages, each blind to the next: fold,
//	            grammar, lexicon, parse, bind, resolve, judge, and fit, which finds the weights
//	place       the prefecture and mode of attendance that words mean
//	source      what is watched, and when it is due
//	query       what a reader asks for
//	health      whether a poll is to be believed
//	ledger      events over time: identity and changes
//	subscriber  who gets the daily mail: addresses, wishes, the secrets in links
//	extract     the contract bytes → listings; one room a kind beneath it
//	publish     the contract events → bytes; one room a format beneath it
//	store       the contract with the database
//	config      the operator's file
//	poll        one visit to one source: fetch, read, judge, reconcile, store
//	discover    how a document that nobody has described could be read
//	recording   visits kept as files, answering like the sites did
//	fetch       the only way to the network
//	archive     the bytes of every response, by content
//	mail        a letter's bytes, and its way to the mail server
//	delivery    the daily mail's way: who is due what, and that each letter goes out once
//	web         the pages and feeds, over HTTP
//	daemon      which source is visited when
package internal
