#!/usr/bin/env bash
# Installs what `make run`, `make cluster` or `make test` needs and the machine lacks, from Debian's packages.
# Without root or apt it says exactly what to install, and stops.
set -euo pipefail

need=${1:?run, cluster or test}
missing=()
# Debian keeps what a service runs there, and not everybody looks there.
PATH=$PATH:/usr/sbin

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
if [ "$need" = cluster ] || [ "$need" = test ]; then
    [ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || has initdb || missing+=(postgresql)
    want redis-server redis-server
    want haproxy haproxy
fi
if [ "$need" = test ]; then
    want pgbouncer pgbouncer
    want nginx nginx
    has chromium-headless-shell || has chromium || missing+=(chromium-headless-shell)
    [ -n "$(fc-list :lang=ko 2>/dev/null | head -1)" ] || missing+=(fonts-noto-cjk)
fi

# The tests start servers of their own. Debian starts each as it is installed, and again with the machine: those that
# come in here do neither, and one that was there before is left as it is.
services_stay_off() {
    [ -e /usr/sbin/policy-rc.d ] && return
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
}
install() {
    echo "setup: installing $*"
    apt-get update -qq
    services_stay_off
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    local package
    for package in "$@"; do
        case $package in
            postgresql | pgbouncer | redis-server | haproxy | nginx)
                ! has systemctl || systemctl --quiet disable "$package" 2>/dev/null || true ;;
        esac
    done
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
