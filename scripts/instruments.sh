#!/usr/bin/env bash
# Writes the list of well-known instruments anew, which names are looked up in without a network.
#
#   FINANCEDATABASE=DIR scripts/instruments.sh    DIR is a checkout of https://github.com/JerBouma/FinanceDatabase
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PYTHONDONTWRITEBYTECODE=1
: "${FINANCEDATABASE:?name a checkout of https://github.com/JerBouma/FinanceDatabase}"
wanted=scripts/instruments/requirements.txt
venv=${CARGO_TARGET_DIR:-$PWD/target}/instruments-venv
file=crates/market/src/listed.tsv

if ! cmp -s "$wanted" "$venv/requirements.txt"; then
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/requirements.txt"
fi
work=$(mktemp)
trap 'rm -f "$work"' EXIT
"$venv/bin/python" scripts/instruments/instruments.py "$FINANCEDATABASE" >"$work"
cp "$work" "$file"
echo "$file: $(wc -l <"$file") instruments, $(wc -c <"$file") bytes"
