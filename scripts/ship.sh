#!/usr/bin/env bash
# The program as an office gets it: what is there for tests and benchmarks alone stays at home, and its line
# tables lie beside it (part.sh).
#
#   scripts/ship.sh PROGRAM OUT
set -euo pipefail
program=$1 out=$2

if grep -q unconditional-match "$program"; then
    echo 'ship: this program can be broken by its name (src/broken.rs); build it without debug assertions' >&2
    exit 1
fi
if "$program" load --help | grep -q colyseus; then
    echo 'ship: this program speaks for other servers; build it without the feature `peers`' >&2
    exit 1
fi

exec "$(dirname "$0")/part.sh" "$program" "$out"
