#!/usr/bin/env bash
# Builds the service and looks at its pages in the system's Chromium.
#
#   scripts/pages.sh bench […]         measures them and prints each figure beside its budget (some minutes)
#   scripts/pages.sh screenshots […]   photographs them into docs/screenshots (some minutes)
#
# MARKETPULSE_BIN and UPSTREAM_BIN name programs in place of those built here. More words go to
# web/bench/pages.mjs or web/bench/screenshots.mjs; they say which there are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
cargo=${CARGO:-cargo}
npm=${NPM:-npm}
what=${1:?bench or screenshots}
shift

# Its target folder is told to the scripts as a whole path, since they run elsewhere.
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;; esac

[ -n "${MARKETPULSE_BIN:-}" ] || "$cargo" build --locked --release -p marketpulse
[ -e web/node_modules/@playwright/test ] || "$npm" --prefix web ci --no-audit --no-fund
case $what in
  bench) node web/bench/pages.mjs "$@" ;;
  screenshots)
    [ -n "${UPSTREAM_BIN:-}" ] || "$cargo" build --locked --workspace --features marketpulse/arrow --example upstream
    node web/bench/screenshots.mjs "$@"
    ;;
  *)
    echo "'$what' is neither bench nor screenshots" >&2
    exit 2
    ;;
esac
