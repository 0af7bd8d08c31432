#!/usr/bin/env bash
# `make test`: one step after another. Stops at the first that fails; ends by a line of totals, which counts what
# was skipped as well. Where MARKETPULSE_TOTALS names a file, the totals are added to it, one a line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
npm=${NPM:-npm}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
steps=0
# A Rust test that finds no recordings passes for its runner; it says here that it was skipped, and why.
export MARKETPULSE_SKIPPED=$logs/skipped
touch "$MARKETPULSE_SKIPPED"

# step LOG NAME COMMAND…: runs a command, showing its output and keeping it in LOG.
step() {
  local log=$logs/$1 name=$2
  shift 2
  steps=$((steps + 1))
  printf '\n==> %d. %s\n' "$steps" "$name"
  if ! "$@" </dev/null 2>&1 | tee "$log"; then
    printf '\nFAILED: %s (step %d, after %d s)\n' "$name" "$steps" "$SECONDS" >&2
    exit 1
  fi
}

# count WORD LOG LINES: the sum of the numbers before WORD in the lines that LINES matches.
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$logs/$2" | awk -v word="$1" -v lines="$3" '
    $0 ~ lines && match($0, "[0-9]+ " word) { sum += substr($0, RSTART) }
    END { print sum + 0 }'
}

# What was skipped: how many tests and why, one reason a line.
skipped() {
  sort -u "$MARKETPULSE_SKIPPED" | cut -f 2 | sort | uniq -c | sed 's/^ *//'
  local number
  number=$(count skipped web '^ *Tests ')
  [ "$number" = 0 ] || echo "$number web unit tests that say so themselves"
  number=$(count skipped browser '^ *[0-9]+ skipped')
  [ "$number" = 0 ] || echo "$number browser tests that say so themselves"
}

# A runner that finds no tests succeeds; here that is a fault.
demand() {
  if [ "$2" = 0 ]; then
    printf '\nFAILED: no %s ran\n' "$1" >&2
    exit 1
  fi
}

rust_tests() {
  if "$cargo" nextest --version >/dev/null 2>&1; then
    "$cargo" nextest run --workspace --locked --no-fail-fast &&
      "$cargo" test --workspace --locked --doc
  else
    "$cargo" test --workspace --locked --no-fail-fast
  fi
}

rust_docs() { RUSTDOCFLAGS=-Dwarnings "$cargo" doc --workspace --locked --no-deps; }

# With all targets, as the tests were built: the binaries alone have other features in their dependencies, and most
# would be built a second time.
browser_tests() {
  "$cargo" build --workspace --all-targets --locked &&
    MARKETPULSE_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/marketpulse" "$npm" --prefix web run e2e
}

step fmt 'Rust format' "$cargo" fmt --all --check
step npm 'web dependencies' "$npm" --prefix web ci --no-audit --no-fund
step check 'web types' "$npm" --prefix web run check
step web 'web unit tests' "$npm" --prefix web test
step clippy 'Rust lints' "$cargo" clippy --workspace --all-targets --locked -- -D warnings
step rust 'Rust tests' rust_tests
step docs 'Rust documentation' rust_docs
step browser 'browser tests' browser_tests

rust=$(($(count passed rust '^test result:|tests? run:') - $(sort -u "$MARKETPULSE_SKIPPED" | wc -l)))
web=$(count passed web '^ *Tests ')
browser=$(count passed browser '^ *[0-9]+ passed')
demand 'Rust tests' "$rust"
demand 'web unit tests' "$web"
demand 'browser tests' "$browser"
left_out=$(skipped | awk '{ sum += $1 } END { print sum + 0 }')
why=$(skipped | paste -s -d ',' | sed 's/,/, /g')
if [ -n "${MARKETPULSE_TOTALS:-}" ]; then
  printf 'steps %s\nrust %s\nweb %s\nbrowser %s\nskipped %s %s\n' \
    "$steps" "$rust" "$web" "$browser" "$left_out" "$why" >>"$MARKETPULSE_TOTALS"
fi
printf '\nAll %d steps passed in %d s: %d Rust, %d web unit and %d browser tests; %d skipped%s\n' \
  "$steps" "$SECONDS" "$rust" "$web" "$browser" "$left_out" "${why:+: $why}"
