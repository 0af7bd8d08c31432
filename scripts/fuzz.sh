#!/usr/bin/env bash
# Feeds made-up input to every parser, a minute each, or to those named. What it finds is kept in fuzz/artifacts; such an
# input becomes a file in fuzz/seeds once the parser is mended, and `make test` runs it ever after.
#
#   scripts/fuzz.sh [TARGET…]
#
# FUZZ_SECONDS is how long each target runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo=${CARGO:-cargo}

if ! "$cargo" +nightly fuzz --version >/dev/null 2>&1; then
  echo 'cargo fuzz is missing: rustup toolchain install nightly && cargo install --locked cargo-fuzz' >&2
  exit 1
fi
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <("$cargo" +nightly fuzz list)
for target in "${targets[@]}"; do
  printf '\n==> %s\n' "$target"
  mkdir -p "fuzz/corpus/$target"
  # New inputs go into the first folder, which git does not keep.
  "$cargo" +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10
done
