#!/usr/bin/env bash
# Holds what clients of other services get from the service to what they get from those, which are simulated: the frames of
# yfinance, and yfinance's own tests as its author publishes them.
# MARKETPULSE_BIN names a program to run in place of the one built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/outside.sh
venv=$CARGO_TARGET_DIR/clients-venv
version=1.7.0
sum=442f780d13d3e52fefa6c721c2c9bfee321078c1987d6585ec193b5c24382f8a
archive=$CARGO_TARGET_DIR/yfinance-$version.tar.gz

build_both
install_tools tests/clients/requirements.txt "$venv"
[ -e "$archive" ] ||
  "$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary yfinance --dest "$CARGO_TARGET_DIR" "yfinance==$version"
echo "$sum  $archive" | sha256sum --check --quiet
rm -rf "${archive%.tar.gz}"
tar --extract --gzip --file "$archive" --directory "$CARGO_TARGET_DIR"

"$venv/bin/python" tests/clients/frames.py
"$venv/bin/python" tests/clients/own_tests.py "${archive%.tar.gz}"
