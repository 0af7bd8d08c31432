#!/usr/bin/env bash
# Checks the dependencies against deny.toml. Known vulnerabilities are checked where their database can be
# reached; where it cannot, that is said and the other checks decide.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo=${CARGO:-cargo}

if ! "$cargo" deny --version >/dev/null 2>&1; then
  echo "installing cargo-deny (some minutes, once)"
  "$cargo" install --locked cargo-deny
fi

"$cargo" deny --locked check --hide-inclusion-graph bans licenses sources

if "$cargo" deny fetch db; then
  "$cargo" deny --locked check --disable-fetch advisories
else
  echo "NOT CHECKED: known vulnerabilities, because the advisory database could not be fetched" >&2
fi
