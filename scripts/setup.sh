#!/usr/bin/env bash
# Installs what `make run` or `make test` needs and the machine lacks, from Debian's packages.
# Without root or apt it says exactly what to install, and stops.
set -euo pipefail

need=${1:?run or test}
missing=()

has() { command -v "$1" >/dev/null 2>&1; }
may_install() { [ "$(id -u)" -eq 0 ] && has apt-get; }
want() { # want COMMAND PACKAGE
    has "$1" || missing+=("$2")
}

if ! has cargo; then
    echo "setup: cargo is missing; install Rust 1.95 or later with rustup (https://rustup.rs) and start again" >&2
    exit 1
fi
node_major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${node_major:-0}" -lt 20 ] || ! has npm; then
    echo "setup: Node 20 or later with npm is missing (found: node ${node_major:-none}); install it and start again" >&2
    exit 1
fi

want cc build-essential
if [ "$need" = test ]; then
    [ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || has initdb || missing+=(postgresql)
    has chromium-headless-shell || has chromium || missing+=(chromium-headless-shell)
    [ -n "$(fc-list :lang=ko 2>/dev/null | head -1)" ] || missing+=(fonts-noto-cjk)
fi

install() {
    echo "setup: installing $*"
    apt-get update -qq
    # Debian's PostgreSQL starts a server of its own at once; the tests start theirs.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The browser without windows takes half the time of the whole one, which does as well.
if [ "$need" = test ] && may_install && has chromium && ! has chromium-headless-shell; then
    install chromium-headless-shell || echo 'setup: the browser tests go on with the whole chromium'
fi
[ ${#missing[@]} -eq 0 ] && exit 0
if may_install; then
    install fontconfig "${missing[@]}"
else
    echo "setup: please install these Debian packages and start again: ${missing[*]}" >&2
    echo "       for example: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
