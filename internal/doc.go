// Package internal describes the architecture of koyomi; it holds no code.
//
// A pure core (domain, dates, identity), a thin pipeline, adapters for what lies
// outside, one place that wires them. Imports go down only: a package uses packages
// of lower layers, and those to its left in its own. A test beside this file holds
// the layers: it fails on an import that goes up, on a package that is not named
// here, and on a pure package that uses the network, a database, a file, a log or
// the process.
//
//	layer 0  backoff text usage event holiday wording strict charset when/fold when/civil when/rule when/grammar when/lexicon when/parse when/bind when/resolve when/judge when when/fit place
//	layer 1  when/lines source coverage query health ledger/link ledger subscriber
//	layer 2  extract publish store config activity
//	layer 3  extract/json extract/ics extract/html extract/structured extract/feed extract/file extract/static discover/block discover/record discover/choose extract/kinds discover publish/ical publish/feed publish/card publish/digest publish/site publish/lint poll recording recording/trim ask
//	layer 4  fetch archive mail mail/mailtest daemon delivery store/storetest store/pgtest store/sqlstore store/sqlite store/postgres observe service web/webtest web jobs terminal commandline client probe view doctor correct completion deploy setup replay
//
// Layers 0 to 3 are pure, except poll and recording, which call adapters by
// contract. The commands, cmd/koyomi, are layer 5: one file a command, and wire.go,
// the only file that knows concrete adapters.
//
// What each package does:
//
//	text        makes foreign text safe to keep, comparable, and measured for the terminal
//	event       the domain's types: listing, event, claim, change
//	holiday     the public holidays of Japan, and the turn of the year
//	wording     writes days, times and values for people, in a language and a zone
//	strict      decodes YAML strictly, every problem with its place
//	charset     finds the encoding of bytes
//	when        reads the date that an announcement names, in stages that do not see each
//	            other: fold, grammar, lexicon, parse, bind, resolve, judge; fit finds the
//	            weights of judge
//	when/lines  dates of texts that come as JSON lines
//	place       the prefecture and mode of attendance that words mean
//	source      what is watched, and when it is due
//	coverage    what is known by week, area and platform, and what is not seen
//	query       the language in which readers ask for events
//	health      whether what a poll read is to be believed
//	ledger      events over time: identity and changes
//	subscriber  who gets the daily mail: addresses, wishes, the secrets in links
//	extract     the contract bytes → listings; one package a kind below it
//	publish     the contract events → bytes; one package a format below it
//	store       the contract with the database
//	store/sqlstore  that contract in SQL: every statement, once for all engines
//	store/sqlite    a database in one SQLite file: opening, locks, search, copies
//	store/postgres  a database in PostgreSQL: connections, what is done again, search
//	store/pgtest    a PostgreSQL for tests, found or started
//	config      the operator's file
//	poll        one visit to one source: fetch, read, judge, reconcile, store
//	discover    how a document that nobody has described could be read
//	discover/block   one model of a document: lines, elements, labels
//	discover/record  the ways to cut a document into events, by its dates
//	discover/choose  which title, place and way to cut are right, or that there is none
//	recording   visits kept as files, which answer as the sites did
//	fetch       the only way to the network
//	archive     the bytes of every response, by content
//	mail        a message's bytes, and its way to the mail server
//	delivery    the daily mail: who is due what, and that each message goes out once
//	publish/card  the picture that a link is shown with where it is sent on
//	web         the pages and feeds, over HTTP
//	observe     figures, traces, logs and a heartbeat, for the operator to see
//	service     koyomi as a service of the machine
//	daemon      which source is visited when, and when what else recurs is done
//	jobs        which of several koyomi on one PostgreSQL does it
//	usage       errors that say a command line, a config or a source file is wrong
//	ask         a question to the calendar: planned, and answered from a database
//	commandline what all commands have in common
//	client      a question to the calendar, answered by a running koyomi over HTTP
//	terminal    a person's terminal: widths, line breaks, colour, links, pager, progress
//	probe       how an address or a file could be read, and its recording
//	view        what is known, laid out for a person, and lists in the formats of programs
//	doctor      what is wrong with an installation, its cause and the next step
//	correct     what a person types to correct an event
//	completion  what a person types in a shell is completed
//	deploy      a site put into a directory or a bucket, each file whole
//	setup       an operator's first questions, and the config that they answer
//	replay      recordings and kept pages polled in place of the sites
//	ledger/link whether two announcements are of one gathering: compare, features, verdict
//	activity    how alive communities are, and whether one goes on elsewhere
//	backoff     says how long to wait after failures in a row
package internal
