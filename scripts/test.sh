#!/usr/bin/env bash
# Every gate and every test, in the order in which they fail fastest. Called by `make test`. At the end, however
# it ends, a table of what each part took.
set -euo pipefail
cd "$(dirname "$0")/.."

# A first build has nothing to go on from; what it would note down for a next time is gigabytes.
[ -d target/debug/incremental ] || export CARGO_INCREMENTAL=0

log=$(mktemp -d)
times_of=()
finish() {
    summary
    rm -rf "$log"
}
trap finish EXIT

cpu_s() { # processor seconds so far of all that was run and is over, in $cpu
    times > "$log/.cpu"
    cpu=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += t[1] * 60 + t[2] } printf "%.0f", sum }' "$log/.cpu")
}
step() { # step NAME COMMAND...
    local name=$1 from=$SECONDS cpu cpu_from ended=ok
    shift
    cpu_s; cpu_from=$cpu
    printf '\n==> %s\n' "$name"
    "$@" 2>&1 | tee "$log/$name" || ended=FAILED
    cpu_s
    times_of+=("$name $((SECONDS - from)) $((cpu - cpu_from)) $ended")
    if [ $ended != ok ]; then
        printf '\nFAILED at: %s (%s)\n' "$name" "$*"
        exit 1
    fi
    printf '==> %s took %s s\n' "$name" $((SECONDS - from))
}

# What each part took, by the clock and of the processors, and the runners' own closing lines, added up.
summary() {
    printf '\n%-16s %8s %8s\n' part seconds 'cpu s'
    printf '%s\n' "${times_of[@]}" | awk '
        { printf "%-16s %8d %8d%s\n", $1, $2, $3, ($4 == "ok" ? "" : "  " $4); clock += $2; cpu += $3 }
        END { printf "%-16s %8d %8d\n\n", "all", clock, cpu }'
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
step shipped make --no-print-directory shipped
step docs make --no-print-directory docs
# At once: while the compiler thinks about the library on one core, it does about the tested library on the other.
step build cargo test --locked --no-run --lib --test simulation --test acceptance
step unit cargo test --locked --lib
step simulation cargo test --locked --test simulation -- --nocapture
step browser make --no-print-directory e2e
# Each waits for its server most of the time: three at once keep a core busy.
step acceptance cargo test --locked --test acceptance -- --test-threads=$(nproc | awk '{ print $1 < 6 ? 3 * $1 : 16 }')
if command -v cargo-deny >/dev/null; then
    step licences make --no-print-directory deny
else
    echo "==> licences: cargo-deny is not installed here; \`cargo install cargo-deny\` and \`make deny\`"
fi

printf '\nall gates passed in %s s\n' $SECONDS
