#!/usr/bin/env bash
# Has two hundred processes ask with yfinance while Yahoo, which is simulated, refuses: straight, and through the service.
# Prints how many of their calls succeed. PROCESSES names another number of them.
# MARKETPULSE_BIN names a program to run in place of the one built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/outside.sh
venv=$CARGO_TARGET_DIR/clients-venv

build_both
install_tools tests/clients/requirements.txt "$venv"
"$venv/bin/python" tests/clients/immunity.py "${PROCESSES:-200}"
