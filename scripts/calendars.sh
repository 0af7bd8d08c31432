#!/usr/bin/env bash
# Writes the calendars of exchanges anew out of the Python package exchange_calendars, or compares them with it.
#
#   scripts/calendars.sh data    writes crates/market/src/calendar/calendars.txt (two minutes)
#   scripts/calendars.sh check   compares open, close and break of every session ever (two minutes)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/outside.sh
venv=$CARGO_TARGET_DIR/calendars-venv
file=crates/market/src/calendar/calendars.txt

write() { "$venv/bin/python" scripts/calendars/calendars.py "$1"; }

install_tools scripts/calendars/requirements.txt "$venv"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1:-} in
  data)
    write data >"$work/data"
    cp "$work/data" "$file"
    echo "$file: $(grep -c '|' "$file") exchanges, $(wc -c <"$file") bytes"
    ;;
  check)
    write sessions >"$work/theirs"
    "$cargo" run --locked --quiet -p market --example sessions >"$work/ours"
    if ! diff "$work/theirs" "$work/ours" >"$work/diff"; then
      head -n 20 "$work/diff" >&2
      echo "FAILED: sessions differ from the package's (<) in $(grep -c '^[<>]' "$work/diff") lines" >&2
      exit 1
    fi
    echo "All $(wc -l <"$work/ours") sessions are equal"
    ;;
  *) echo 'usage: scripts/calendars.sh data|check' >&2; exit 2 ;;
esac
