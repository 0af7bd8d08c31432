#!/usr/bin/env bash
# Measures which lines the Rust tests run. The report goes to target/llvm-cov/html, a summary to the terminal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo=${CARGO:-cargo}

if ! "$cargo" llvm-cov --version >/dev/null 2>&1; then
  echo 'cargo llvm-cov is missing: rustup component add llvm-tools && cargo install --locked cargo-llvm-cov' >&2
  exit 1
fi
"$cargo" llvm-cov --locked --workspace --html
"$cargo" llvm-cov report --summary-only
