#!/usr/bin/env bash
# How many requests a second koyomi answers for its calendar, beside nginx serving the
# same bytes as a file, on this machine in one run: whole answers, compressed ones, and
# 304. Both have two processors; wrk asks over 64 connections that stay open.
# usage: .ci/bench-web.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-8}
PATH=$PATH:/usr/sbin
for need in wrk nginx curl; do
	command -v "$need" >/dev/null || { echo "$need is not found (.ci/parts.sh installs it): nothing is measured"; exit 0; }
done
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
now=2026-06-01T09:00:00+09:00

echo "a database of 100,000 events ..."
go build -trimpath -o "$dir/koyomi" ./cmd/koyomi
KOYOMI_MAKE_LARGE="$dir/koyomi.db" go test ./cmd/koyomi -run '^TestMakeLarge$' -count=1 >/dev/null
mkdir "$dir/none"
"$dir/koyomi" serve --replay --database "$dir/koyomi.db" --now "$now" --listen 127.0.0.1:18480 >"$dir/koyomi.log" 2>&1 &
pids+=($!)
for _ in $(seq 120); do
	curl -fsS -o /dev/null http://127.0.0.1:18480/readyz 2>/dev/null && break
	sleep 0.5
done

mkdir "$dir/www"
curl -fsS http://127.0.0.1:18480/calendar.ics -o "$dir/www/calendar.ics"
gzip -k -6 "$dir/www/calendar.ics"
cat >"$dir/nginx.conf" <<-CONF
	user root;
	worker_processes 2;
	daemon off;
	pid $dir/nginx.pid;
	error_log $dir/error.log;
	events { worker_connections 1024; }
	http {
	  access_log off;
	  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
	  sendfile on; tcp_nopush on; keepalive_requests 1000000000;
	  open_file_cache max=100;
	  types { text/calendar ics; }
	  gzip_static on;
	  server { listen 127.0.0.1:18481; root $dir/www; }
	}
CONF
nginx -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
pids+=($!)
sleep 1
curl -fsS http://127.0.0.1:18481/calendar.ics | cmp - "$dir/www/calendar.ics"
echo "the calendar: $(stat -c %s "$dir/www/calendar.ics") octets, $(stat -c %s "$dir/www/calendar.ics.gz") compressed"

# rate NAME PORT HEADER...: requests a second, and the worst latency of a hundred.
rate() {
	local port=$1
	shift
	local headers=()
	for h in "$@"; do headers+=(-H "$h"); done
	wrk -t2 -c64 -d"${seconds}s" --latency "${headers[@]}" "http://127.0.0.1:$port/calendar.ics" >"$dir/wrk"
	awk '/Requests\/sec/ { rate = $2 } /99%/ { p99 = $2 } END { printf "%s %s", rate, p99 }' "$dir/wrk"
}
etag() { curl -fsSI "http://127.0.0.1:$1/calendar.ics" | tr -d '\r' | awk 'tolower($1) == "etag:" { print $2 }'; }

compare() {
	local name=$1 mine theirs
	read -r mine p99 <<<"$2"
	read -r theirs _ <<<"$3"
	awk -v n="$name" -v a="$mine" -v b="$theirs" -v p="$p99" -v least="$4" \
		'BEGIN { printf "%-12s koyomi %9.0f/s (p99 %s)   nginx %9.0f/s   ratio %.2f (at least %s)\n", n, a, p, b, a / b, least }'
}
compare "whole" "$(rate 18480)" "$(rate 18481)" 0.8
compare "compressed" "$(rate 18480 'Accept-Encoding: gzip')" "$(rate 18481 'Accept-Encoding: gzip')" 0.8
compare "304" "$(rate 18480 "If-None-Match: $(etag 18480)")" "$(rate 18481 "If-None-Match: $(etag 18481)")" 0.5
