#!/usr/bin/env bash
# Three nodes on this machine that match as one, with demo data: PostgreSQL, Redis and HAProxy in a folder that goes with
# them. Everything ends with Ctrl-C.
#
#   scripts/cluster.sh PROGRAM
#
# One address for people at PORT (8080), the nodes behind it at the three ports after that, PostgreSQL and Redis at the
# next two. The balancer has the file of `deploy/`, without TLS.
set -euo pipefail

program=$(realpath "${1:?the program}")
here=$(cd "$(dirname "$0")/.." && pwd)
port=${PORT:-8080}
nodes=(one two three)
postgres=$((port + 4)) redis=$((port + 5))
# Debian keeps what a service runs there, and not everybody looks there.
PATH=$PATH:/usr/sbin:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)

fail() { echo "cluster: $*" >&2; exit 1; }
for needed in initdb postgres redis-server haproxy setpriv; do
    command -v "$needed" >/dev/null || fail "$needed is missing; run scripts/setup.sh cluster"
done
is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for taken in $(seq "$port" $((port + 5))); do
    ! is_open "$taken" || fail "port $taken is taken; stop the other program, or give another first one: PORT=9000 make cluster"
done

folder=$(mktemp -d /tmp/anteroom-cluster-XXXXXX)
chmod 0755 "$folder"
mkdir -m 0700 "$folder/postgres"
as=(env)
if [ "$(id -u)" -eq 0 ]; then
    # PostgreSQL does not run as root.
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
    chown nobody:nogroup "$folder/postgres"
fi

# The nodes first: they hand on what they have while the others are there.
stop() {
    trap '' INT TERM
    trap - EXIT
    echo
    echo 'cluster: everything ends; the nodes take a few seconds'
    local name pid
    for name in "${nodes[@]}" haproxy redis postgres; do
        pid=$(cat "$folder/$name.pid" 2>/dev/null) || continue
        case $name in
            haproxy) for node in "${nodes[@]}"; do gone "$(cat "$folder/$node.pid" 2>/dev/null)"; done ;;
        esac
        # PostgreSQL waits for nobody at INT.
        case $name in postgres) kill -INT "$pid" ;; *) kill -TERM "$pid" ;; esac 2>/dev/null || true
    done
    gone "$(head -1 "$folder/postgres.pid" 2>/dev/null)"
    rm -rf "$folder"
}
# Until this process has ended, or has had its time to.
gone() {
    local tries
    for tries in $(seq 300); do
        [ -n "$1" ] && kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 0' INT TERM

until_open() { # until_open PORT NAME
    local tries
    for tries in $(seq 300); do
        ! is_open "$1" || return 0
        sleep 0.1
    done
    fail "$2 does not start: $(tail -2 "$folder/$2.log" 2>/dev/null)"
}
# What is started hears no Ctrl-C of the terminal: it is ended in order.
begin() { # begin NAME COMMAND…
    local name=$1
    shift
    setsid "$@" >"$folder/$name.log" 2>&1 </dev/null &
    echo $! >"$folder/$name.pid"
}

data=$folder/postgres/data
(cd / && "${as[@]}" initdb -D "$data" -U anteroom -A trust -E UTF8 --locale=C --no-sync) >"$folder/initdb.log" 2>&1 \
    || fail "no PostgreSQL: $(tail -1 "$folder/initdb.log")"
begin postgres "${as[@]}" postgres -D "$data" -p "$postgres" -k "$folder/postgres" \
    -c listen_addresses=127.0.0.1 -c fsync=off
begin redis redis-server --port "$redis" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder"
until_open "$postgres" postgres
until_open "$redis" redis

database=postgres://anteroom@127.0.0.1:$postgres/postgres
# The port is open a moment before it answers.
for _ in $(seq 50); do
    "$program" migrate --database-url "$database" >"$folder/migrate.log" 2>&1 && break
    sleep 0.2
done

# Each has a script of its own, so that a node that was killed can be started again by hand.
for n in "${!nodes[@]}"; do
    name=${nodes[$n]}
    mkdir "$folder/$name"
    cat >"$folder/$name.sh" <<NODE
#!/usr/bin/env bash
setsid "$program" serve --demo --listen 127.0.0.1:$((port + 1 + n)) --public-url http://127.0.0.1:$port \\
    --trusted-proxy 127.0.0.1 --data-dir "$folder/$name" --database-url "$database" \\
    --cluster on --node-name "$name" --redis-url redis://127.0.0.1:$redis >>"$folder/$name.log" 2>&1 </dev/null &
echo \$! >"$folder/$name.pid"
NODE
    chmod +x "$folder/$name.sh"
    "$folder/$name.sh"
    until_open $((port + 1 + n)) "$name"
done

servers=
for n in "${!nodes[@]}"; do servers+="    server ${nodes[$n]} 127.0.0.1:$((port + 1 + n))\\n"; done
sed -E "/^frontend plain/,/^\$/d; /^    (user|group) haproxy/d; s/maxconn 100000/maxconn 2000/; \
    s|bind :443 .*|bind 127.0.0.1:$port|; s|^    server one .*|$servers|" \
    "$here/deploy/haproxy/haproxy.cfg" >"$folder/haproxy.cfg"
begin haproxy haproxy -db -f "$folder/haproxy.cfg"
until_open "$port" haproxy

echo
echo "For people:   http://127.0.0.1:$port"
sed -n '/demo-/p' "$folder/one.log" | head -5
echo
echo 'The nodes behind it (admin: Server; or GET /api/v1/nodes):'
for n in "${!nodes[@]}"; do
    printf '  %-6s http://127.0.0.1:%s   kill it: kill -9 $(cat %s)   start it again: %s\n' "${nodes[$n]}" $((port + 1 + n)) \
        "$folder/${nodes[$n]}.pid" "$folder/${nodes[$n]}.sh"
done
echo "Logs:         $folder/*.log"
echo 'Ctrl-C ends everything.'
while :; do sleep 3600 & wait $!; done
