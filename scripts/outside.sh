# Sourced by scripts that use tools of Python's, and by those that test the program from outside, over simulated upstreams.
# MARKETPULSE_BIN names a program to test in place of the one built here.

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
# Nothing of Python's is left beside the sources.
export PYTHONDONTWRITEBYTECODE=1
cargo=${CARGO:-cargo}

# The simulated upstreams, and the program itself; all targets, as `make test` builds them.
build_both() {
  "$cargo" build --workspace --all-targets --locked
  export MARKETPULSE_BIN=${MARKETPULSE_BIN:-$CARGO_TARGET_DIR/debug/marketpulse}
}

# install_tools FILE FOLDER: what the file asks for of Python's index. The copy of the file comes last: without it the
# folder is not whole and is made again.
install_tools() {
  cmp -s "$1" "$2/requirements.txt" && return
  rm -rf "$2"
  "${PYTHON:-python3}" -m venv "$2"
  "$2/bin/pip" install --quiet --disable-pip-version-check --requirement "$1"
  cp "$1" "$2/requirements.txt"
}
