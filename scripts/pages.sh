#!/usr/bin/env bash
# Builds the service and looks at its pages in the system's Chromium.
#
#   scripts/pages.sh bench […]         measures them and prints each figure beside its budget (some minutes)
#   scripts/pages.sh screenshots […]   photographs them into docs/screenshots (some minutes)
#   scripts/pages.sh pictures […]      renews those pictures that the browser tests hold pages to (two minutes)
#
# MARKETPULSE_BIN and UPSTREAM_BIN name programs in place of those built here. More words go to
# web/bench/pages.mjs, web/bench/screenshots.mjs, which say which there are, or to Playwright.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
cargo=${CARGO:-cargo}
npm=${NPM:-npm}
what=${1:?bench, screenshots or pictures}
shift

# The scripts run in another folder, so they need the whole path of the target folder.
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR ;; esac

build() { "$cargo" build --locked --workspace "$@"; }

# The optimised program, unless one is named.
need_program() { [ -n "${MARKETPULSE_BIN:-}" ] || "$cargo" build --locked --release -p marketpulse; }

# Pictures of pages have few colours, and so are a third of the size. The tests' tolerance is above what that changes.
renew_pictures() {
  command -v pngquant >/dev/null || { echo 'pngquant is missing: apt-get install pngquant' >&2; exit 1; }
  (cd web && npx playwright test visual -g 'looks as it did' --update-snapshots "$@")
  pngquant --nofs --speed 1 --strip --skip-if-larger --force --ext .png web/e2e/pictures/*.png || [ $? = 98 ]
}

[ -e web/node_modules/@playwright/test ] || "$npm" --prefix web ci --no-audit --no-fund
case $what in
  bench)
    need_program
    node web/bench/pages.mjs "$@"
    ;;
  screenshots)
    need_program
    [ -n "${UPSTREAM_BIN:-}" ] || build --example upstream
    node web/bench/screenshots.mjs "$@"
    ;;
  pictures)
    if [ -z "${MARKETPULSE_BIN:-}" ]; then
      build --bins
      export MARKETPULSE_BIN=$CARGO_TARGET_DIR/debug/marketpulse
    fi
    renew_pictures "$@"
    ;;
  *)
    echo "'$what' is none of bench, screenshots and pictures" >&2
    exit 2
    ;;
esac
