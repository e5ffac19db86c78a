#!/usr/bin/env bash
# How long `koyomi events` takes as a whole process on a database of 100,000 events,
# and how long `khal list` takes on the same calendar, where khal is found.
# usage: .ci/bench-events.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-20}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

echo "a database of 100,000 events over 17 years, 90 days of them to come ..."
go build -trimpath -o "$dir/koyomi" ./cmd/koyomi
KOYOMI_MAKE_LARGE="$dir/koyomi.db" go test ./cmd/koyomi -run '^TestMakeLarge$' -count=1 >/dev/null
koyomi() { "$dir/koyomi" --database "$dir/koyomi.db" --now 2026-06-01T09:00:00+09:00 "$@"; }

# measure NAME COMMAND...: the median and the best of some runs, in milliseconds.
measure() {
	local name=$1
	shift
	"$@" >"$dir/out"
	for _ in $(seq "$runs"); do
		local before after
		before=$(date +%s%N)
		"$@" >/dev/null
		after=$(date +%s%N)
		echo $(((after - before) / 10000))
	done | sort -n | awk -v name="$name" -v lines="$(wc -l <"$dir/out")" '
		{ t[NR] = $1 / 100 }
		END { printf "%-42s median %9.1f ms   best %9.1f ms   %d lines\n", name, t[int((NR + 1) / 2)], t[1], lines }'
}

measure "koyomi events" koyomi events
measure "koyomi events --format table" koyomi events --format table
measure "koyomi events --to +7d" koyomi events --to +7d
measure "koyomi events 仮想" koyomi events 仮想

if ! command -v khal >/dev/null; then
	echo "khal is not found: nothing to compare with"
	exit 0
fi
echo "the same calendar for khal: its first run reads every file and is not measured ..."
mkdir -p "$dir/khal/events"
koyomi events --from 2000-01-01 --format ics | tr -d '\r' | awk -v dir="$dir/khal/events" '
	/^BEGIN:VTIMEZONE/ { zone = 1 }
	zone { tz = tz $0 "\n" }
	/^END:VTIMEZONE/ { zone = 0 }
	/^BEGIN:VEVENT/ { n++; event = 1; text = "" }
	event { text = text $0 "\n" }
	/^END:VEVENT/ {
		event = 0
		file = dir "/" n ".ics"
		printf "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//koyomi//bench\n%s%sEND:VCALENDAR\n", tz, text >file
		close(file)
	}'
cat >"$dir/khal/config" <<-CONFIG
	[calendars]
	[[events]]
	path = $dir/khal/events
	[sqlite]
	path = $dir/khal/khal.db
	[locale]
	local_timezone = Asia/Tokyo
	default_timezone = Asia/Tokyo
	timeformat = %H:%M
	dateformat = %Y-%m-%d
	longdateformat = %Y-%m-%d
	datetimeformat = %Y-%m-%d %H:%M
	longdatetimeformat = %Y-%m-%d %H:%M
CONFIG
khal() { command khal -c "$dir/khal/config" "$@"; }
khal list 2026-06-01 90d >/dev/null
runs=3
measure "khal list 2026-06-01 90d" khal list 2026-06-01 90d
measure "khal list 2026-06-01 7d" khal list 2026-06-01 7d
