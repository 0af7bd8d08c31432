#!/usr/bin/env bash
# Builds the Python package as a wheel that carries the program, installs it in a fresh environment without Rust and
# tests it there. The wheel is in target/wheels.
#
# PROFILE=dev builds the program as tests do, which is quicker, and large.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source scripts/outside.sh
builder=$CARGO_TARGET_DIR/wheel-venv
fresh=$CARGO_TARGET_DIR/wheel-test-venv
wheels=$CARGO_TARGET_DIR/wheels

build_wheel() {
  rm -rf "$wheels"
  PATH="$(dirname "$(command -v "$cargo")"):$PATH" "$builder/bin/maturin" build --quiet \
    --profile "${PROFILE:-release}" --out "$wheels"
}

install_tools python/requirements-build.txt "$builder"
(cd python && build_wheel)
rm -rf "$fresh"
"${PYTHON:-python3}" -m venv "$fresh"
"$fresh/bin/pip" install --quiet --disable-pip-version-check --requirement python/requirements.txt "$wheels"/*.whl
# Elsewhere than beside the sources, so that what is tested is what was installed.
cp -R python/tests "$fresh/tests"
(cd "$fresh/tests" && env -i PATH="$fresh/bin:/usr/bin:/bin" HOME="$fresh" \
  "$fresh/bin/python" -m pytest -q -p no:cacheprovider .)
ls -l "$wheels"
