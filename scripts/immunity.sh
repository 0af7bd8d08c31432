#!/usr/bin/env bash
# Has two hundred processes ask with yfinance while Yahoo, which is simulated, refuses: straight, and through the service.
# Prints how many of their calls succeed. PROCESSES names another number of them.
# MARKETPULSE_BIN names a program to run in place of the one built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
# Nothing of Python's is left beside the sources.
export PYTHONDONTWRITEBYTECODE=1
cargo=${CARGO:-cargo}
wanted=tests/clients/requirements.txt
venv=$CARGO_TARGET_DIR/clients-venv

# The copy of what was wanted comes last: without it the folder is not whole and is made again.
install_tools() {
  cmp -s "$wanted" "$venv/requirements.txt" && return
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/requirements.txt"
}

"$cargo" build --workspace --example upstream --locked
if [ -z "${MARKETPULSE_BIN:-}" ]; then
  "$cargo" build --workspace --bins --locked
  export MARKETPULSE_BIN=$CARGO_TARGET_DIR/debug/marketpulse
fi
install_tools
"$venv/bin/python" tests/clients/immunity.py "${PROCESSES:-200}"
