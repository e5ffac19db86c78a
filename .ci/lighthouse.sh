#!/usr/bin/env bash
# Asks Lighthouse (of npm, in a folder of its own) about the page of events, one event, one
# community and the page to subscribe, and fails below 95 of 100 in performance,
# accessibility, best practices or search. A busy machine makes pages slow: each is asked
# three times, and the middle counts. Part of .ci/soak: it takes about four minutes.
#   .ci/lighthouse.sh [ADDRESS]   the address of a koyomi that runs; without it one is started
set -euo pipefail
cd "$(dirname "$0")/.."
home=${1:-}
tmp=$(mktemp -d)
serving=
trap '[ -z "$serving" ] || kill "$serving"; rm -rf "$tmp"' EXIT
if [ -z "$home" ]; then
	go build -o "$tmp/koyomi" ./cmd/koyomi
	"$tmp/koyomi" serve --replay --now 2026-06-01T09:00:00+09:00 --listen 127.0.0.1:0 >"$tmp/log" 2>&1 &
	serving=$!
	for _ in $(seq 120); do
		home=$(sed -n 's|^  page  *\(http://[^ ]*[^/ ]\)/*$|\1|p' "$tmp/log")
		[ -n "$home" ] && break
		sleep 1
	done
	[ -n "$home" ] || { cat "$tmp/log"; exit 1; }
fi
node=.ci/bin/lighthouse
[ -d "$node/node_modules/lighthouse" ] ||
	npm install --prefix "$node" --no-save --no-audit --no-fund --ignore-scripts --silent lighthouse@12
event=$(curl -fsS "$home/api/v1/events?limit=1" | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')
community=$(curl -fsS "$home/api/v1/events?limit=1" | sed -n 's/.*"community":"\([^"]*\)".*/\1/p')
status=0
for path in / "/events/$event" "/communities/$community" /calendar; do
	for n in 1 2 3; do
		CHROME_PATH=${KOYOMI_BROWSER:-$(command -v chromium)} node "$node/node_modules/lighthouse/cli/index.js" "$home$path" --quiet \
			--chrome-flags="--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync" \
			--only-categories=performance,accessibility,best-practices,seo --output=json --output-path="$tmp/$n.json"
	done
	node -e '
		const [path, ...files] = process.argv.slice(1);
		const all = files.map(f => JSON.parse(require("fs").readFileSync(f)));
		const middle = k => Math.round(100 * all.map(r => r.categories[k].score).sort((a, b) => a - b)[1]);
		const scores = Object.keys(all[0].categories).map(k => [k, middle(k)]);
		console.log(path, scores.map(e => e.join(" ")).join(", "));
		for (const r of all) for (const [k, c] of Object.entries(r.categories)) for (const ref of c.auditRefs) {
			const a = r.audits[ref.id];
			if (middle(k) < 95 && ref.weight && a.score !== null && a.score < 0.9) console.log("  ", k, a.id, a.score, a.displayValue ?? "");
		}
		process.exit(scores.every(e => e[1] >= 95) ? 0 : 1);
	' "$path" "$tmp/1.json" "$tmp/2.json" "$tmp/3.json" || status=1
done
exit $status
