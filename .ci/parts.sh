#!/usr/bin/env bash
# Installs what the tests use besides Go, and says what is there: calendar parsers
# and clients, a browser, a web server to compare with, a mail server, a load tool,
# Prometheus. Run again, it
# installs what is missing only. As root on Debian; elsewhere it says what it lacks,
# and the tests that need it are skipped by name.
set -euo pipefail
cd "$(dirname "$0")/.."

# The Debian packages, each with a file or command that tells that it is there.
packages=(
	chromium:chromium
	python3-icalendar:/usr/lib/python3/dist-packages/icalendar
	python3-vobject:/usr/lib/python3/dist-packages/vobject
	python3-dateutil:/usr/lib/python3/dist-packages/dateutil
	libical3:libical.so.3
	khal:khal
	vdirsyncer:vdirsyncer
	nginx-light:nginx
	caddy:caddy
	exim4-daemon-light:exim4
	dovecot-imapd:dovecot
	postgresql:/usr/share/postgresql-common/pg_wrapper
	wrk:wrk
	prometheus:promtool
	bash-completion:/usr/share/bash-completion/bash_completion
	nodejs:node
	npm:npm
	fonts-noto-cjk:/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
)

# there TOKEN: whether a command, path or shared library is on this machine.
there() {
	case $1 in
	/*) [ -e "$1" ] ;;
	*.so.*) ldconfig -p 2>/dev/null | grep -q "$1" ;;
	*) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
	esac
}

missing=()
for one in "${packages[@]}"; do
	there "${one#*:}" || missing+=("${one%%:*}")
done
if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "not installed (needs root on Debian): ${missing[*]}"
	else
		apt-get update -qq
		# Servers are started by the tests on ports of their own, never by the system.
		mkdir -p /usr/sbin
		policy=/usr/sbin/policy-rc.d
		[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap 'rm -f "$policy"' EXIT; }
		for one in "${missing[@]}"; do
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$one" >/dev/null ||
				echo "could not be installed: $one"
		done
	fi
fi

# The packages of npm, in a folder of their own.
node=.ci/bin/node
mkdir -p "$node"
modules=(ical.js axe-core caniemail)
for one in "${modules[@]}"; do
	[ -d "$node/node_modules/$one" ] && continue
	if command -v npm >/dev/null; then
		npm install --prefix "$node" --no-save --no-audit --no-fund --ignore-scripts --silent ical.js@2 axe-core@4 caniemail@2 ||
			echo "could not be installed: ${modules[*]}"
	fi
	break
done

for one in "${packages[@]}"; do
	if there "${one#*:}"; then echo "there: ${one%%:*}"; else echo "missing: ${one%%:*}"; fi
done
for one in "${modules[@]}"; do
	if [ -f "$node/node_modules/$one/package.json" ]; then
		echo "there: $one $(sed -n 's/^ *"version": "\(.*\)".*/\1/p' "$node/node_modules/$one/package.json" | head -1)"
	else
		echo "missing: $one"
	fi
done
