#!/usr/bin/env bash
# Tests the service from outside: its formats in the tools that people read them with, and its OpenAPI document with
# schemathesis, which makes up questions. Upstreams are simulated.
#
#   scripts/api.sh        some questions, always the same ones (under a minute)
#   scripts/api.sh fuzz   thousands for each operation, other ones each time (some minutes)
#
# Where MARKETPULSE_TOTALS names a file, how many tests passed and were skipped is added to it.
# MARKETPULSE_BIN names a program to test in place of the one built here; it must write Arrow and Parquet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/outside.sh
venv=$CARGO_TARGET_DIR/api-venv

run_tests() { "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@"; }

# count WORD: the number before it in pytest's last line.
count() { sed 's/\x1b\[[0-9;]*m//g' "$log" | tail -n 1 | grep -o "[0-9]* $1" | grep -o '[0-9]*' || echo 0; }

build_both
install_tools tests/api/requirements.txt "$venv"
if [ "${1:-}" = fuzz ]; then
  export API_QUESTIONS=${API_QUESTIONS:-2000} API_SEED=${API_SEED:-$RANDOM}
  run_tests -s tests/api/test_contract.py
else
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  run_tests tests/api | tee "$log"
  passed=$(count passed) skipped=$(count skipped)
  [ "$passed" != 0 ] || { echo 'FAILED: no API tests ran' >&2; exit 1; }
  if [ -n "${MARKETPULSE_TOTALS:-}" ]; then
    printf 'steps 1\napi %s\nskipped %s %s API tests that say so themselves\n' "$passed" "$skipped" "$skipped" >>"$MARKETPULSE_TOTALS"
  fi
  printf '\nAll %d API tests passed in %d s; %d skipped\n' "$passed" "$SECONDS" "$skipped"
fi
