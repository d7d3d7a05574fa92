#!/usr/bin/env bash
# Parts a program from its line tables, most of its size: OUT/anteroom runs anywhere by itself, and with
# OUT/anteroom.debug beside it a backtrace has files and lines again. The two know each other by build id.
#
#   scripts/part.sh PROGRAM OUT
set -euo pipefail
program=$1 out=$2

build_id() { readelf --notes "$1" 2> /dev/null | sed -n 's/.*Build ID: //p'; }

mkdir -p "$out"
objcopy --only-keep-debug --compress-debug-sections=zlib "$program" "$out/anteroom.debug"
chmod 0644 "$out/anteroom.debug"
objcopy --strip-debug --add-gnu-debuglink="$out/anteroom.debug" "$program" "$out/anteroom"

id=$(build_id "$out/anteroom")
if [ -z "$id" ] || [ "$id" != "$(build_id "$out/anteroom.debug")" ]; then
    echo 'part: the program and its line tables have no build id in common; link with --build-id' >&2
    exit 1
fi
echo "build id $id"
for file in "$program" "$out/anteroom" "$out/anteroom.debug"; do
    echo "$(($(stat -c %s "$file") >> 20)) MiB $file"
done
