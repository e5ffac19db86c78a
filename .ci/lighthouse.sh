#!/usr/bin/env bash
# Asks Lighthouse (of npm, in a folder of its own) about the page of events, one event, one
# community and the page to subscribe, and fails below 95 of 100 in performance,
# accessibility, best practices or search. Not part of .ci/run: it takes minutes, and a
# busy machine makes pages slow. URL is the address of a koyomi that runs:
#   .ci/lighthouse.sh http://127.0.0.1:8080
set -euo pipefail
cd "$(dirname "$0")/.."
home=${1:?give the address of a koyomi that runs, as http://127.0.0.1:8080}
node=.ci/bin/lighthouse
[ -d "$node/node_modules/lighthouse" ] ||
	npm install --prefix "$node" --no-save --no-audit --no-fund --ignore-scripts --silent lighthouse
event=$(curl -fsS "$home/api/v1/events?limit=1" | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')
community=$(curl -fsS "$home/api/v1/events?limit=1" | sed -n 's/.*"community":"\([^"]*\)".*/\1/p')
status=0
for path in / "/events/$event" "/communities/$community" /calendar; do
	report=$(mktemp)
	CHROME_PATH=${KOYOMI_BROWSER:-$(command -v chromium)} node "$node/node_modules/lighthouse/cli/index.js" "$home$path" --quiet \
		--chrome-flags="--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync" \
		--only-categories=performance,accessibility,best-practices,seo --output=json --output-path="$report"
	node -e '
		const r = JSON.parse(require("fs").readFileSync(process.argv[1]));
		const all = Object.entries(r.categories).map(([k, v]) => [k, Math.round(v.score * 100)]);
		console.log(process.argv[2], all.map(e => e.join(" ")).join(", "));
		process.exit(all.every(e => e[1] >= 95) ? 0 : 1);
	' "$report" "$path" || status=1
	rm -f "$report"
done
exit $status
