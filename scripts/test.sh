#!/usr/bin/env bash
# Everything CI runs, one step after another. Stops at the first that fails; ends by a line of totals.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
npm=${NPM:-npm}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
steps=0

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

# count LOG LINES: the sum of the numbers before the word `passed` in the lines that LINES matches.
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$logs/$1" | awk -v lines="$2" '
    $0 ~ lines && match($0, /[0-9]+ passed/) { sum += substr($0, RSTART) }
    END { print sum + 0 }'
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

browser_tests() {
  "$cargo" build --workspace --bins --locked &&
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
step api 'API tests' scripts/api.sh

rust=$(count rust '^test result:|tests? run:')
web=$(count web '^ *Tests ')
browser=$(count browser '^ *[0-9]+ passed')
api=$(count api '^[0-9]+ passed in ')
demand 'Rust tests' "$rust"
demand 'web unit tests' "$web"
demand 'browser tests' "$browser"
demand 'API tests' "$api"
printf '\nAll %d steps passed in %d s: %d Rust, %d web unit, %d browser and %d API tests.\n' \
  "$steps" "$SECONDS" "$rust" "$web" "$browser" "$api"
