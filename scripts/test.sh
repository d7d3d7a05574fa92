#!/usr/bin/env bash
# Every gate and every test, in the order in which they fail fastest. Called by `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
started=$SECONDS
step() { # step NAME COMMAND...
    local name=$1 from=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    if ! "$@" 2>&1 | tee "$log/$name"; then
        printf '\nFAILED at: %s (%s)\n' "$name" "$*"
        counts
        exit 1
    fi
    printf '==> %s took %s s\n' "$name" $((SECONDS - from))
}

# The runners' own closing lines, added up.
counts() {
    cat "$log"/* | sed 's/\x1b\[[0-9;]*m//g' | awk '
        /^test result:/ { for (i = 1; i < NF; i++) { if ($(i+1) ~ /^passed/) p += $i; if ($(i+1) ~ /^failed/) f += $i } }
        /^ *Tests +/ { for (i = 1; i < NF; i++) { if ($(i+1) == "passed") p += $i; if ($(i+1) == "failed") f += $i } }
        /^ +[0-9]+ passed/ { p += $1 }
        /^ +[0-9]+ failed/ { f += $1 }
        END { printf "%d passed, %d failed\n", p, f }'
}

step format cargo fmt --check
step pages-install make --no-print-directory web/node_modules/.ready
step pages-types npm --prefix web run --silent check
step pages-tests npm --prefix web run --silent test
step pages-build make --no-print-directory web/dist/.built
step pages-weight npm --prefix web run --silent weigh
step fence make --no-print-directory fence
step clippy cargo clippy --locked --all-targets -- -D warnings
step docs make --no-print-directory docs
step unit cargo test --locked --lib
step simulation cargo test --locked --test simulation -- --nocapture
step browser make --no-print-directory e2e
step acceptance cargo test --locked --test acceptance
if command -v cargo-deny >/dev/null; then
    step licences make --no-print-directory deny
else
    echo "==> licences: cargo-deny is not installed here; \`cargo install cargo-deny\` and \`make deny\`"
fi

printf '\nall gates passed in %s s\n' $((SECONDS - started))
counts
