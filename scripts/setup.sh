#!/usr/bin/env bash
# Checks that the tools a make target needs are there. What Debian packages is installed on Debian as root;
# anything else is named, with the way to get it, and the exit status is 1.
#
#   scripts/setup.sh build   what building and running need
#   scripts/setup.sh test    the same, a browser without windows, the font and tool of its pictures
#   scripts/setup.sh api     what building needs, and Python
#   scripts/setup.sh pages   what building needs, a whole browser and the font
#   scripts/setup.sh bench   what building needs, nginx and wrk
#   scripts/setup.sh bench-stream   the same without wrk, and nginx's nchan
#   scripts/setup.sh soak    what building needs, and what sets the clock of one program
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for_what=${1:-test}
cargo=${CARGO:-cargo}
npm=${NPM:-npm}
chromium=${CHROMIUM:-/usr/bin/chromium}
chromium_headless=${CHROMIUM_HEADLESS:-/usr/bin/chromium-headless-shell}
# Pages are compared with pictures in this font.
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
nchan=${NCHAN:-/usr/lib/nginx/modules/ngx_nchan_module.so}
python=${PYTHON:-python3}
# Debian puts it below a folder of the machine's kind.
faketime=(/usr/lib/*/faketime/libfaketimeMT.so.1)
# The web tests' runner asks for this Node.
node_wanted=20
# The tools that read the API ask for this Python.
python_wanted=3.11
rust_wanted=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)

# Debian keeps nginx where only root looks.
have() { PATH=$PATH:/usr/sbin command -v "$1" >/dev/null; }

# Debian packages Python without what makes environments of packages.
has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

can_install() { have apt-get && [ "$(id -u)" = 0 ]; }

# Debian's names for what is missing, one a line.
missing_packages() {
  have cc || echo build-essential
  have node || echo nodejs
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  if [ "$for_what" = test ]; then
    have "$chromium_headless" || echo chromium-headless-shell
    [ -e "$font" ] || echo fonts-dejavu-core
    have pngquant || echo pngquant
  fi
  if [ "$for_what" = api ]; then
    has_venv || echo python3-venv
  fi
  if [ "$for_what" = pages ]; then
    have "$chromium" || echo chromium
    [ -e "$font" ] || echo fonts-dejavu-core
  fi
  if [ "$for_what" = bench ]; then
    have nginx || echo nginx
    have wrk || echo wrk
  fi
  if [ "$for_what" = soak ]; then
    [ -e "${faketime[0]}" ] || echo libfaketime
  fi
  if [ "$for_what" = bench-stream ]; then
    have nginx || echo nginx
    [ -e "$nchan" ] || echo libnginx-mod-nchan
  fi
}

apt_install() {
  echo "installing with apt-get: $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# Some packages of Node bring npm along and conflict with Debian's own, so npm is looked for after Node.
install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  if [ ${#packages[@]} -gt 0 ]; then apt_install "${packages[@]}" || return; fi
  have "$npm" || apt_install npm
}

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

check_rust() {
  if ! have "$cargo"; then
    echo "cargo is missing: install Rust from https://rustup.rs; rust-toolchain.toml picks version $rust_wanted"
    return
  fi
  local version
  if ! version=$("$cargo" --version 2>&1); then
    echo "'$cargo --version' fails, try 'rustup toolchain install $rust_wanted': $version"
  elif ! at_least "$rust_wanted" "$(cut -d ' ' -f 2 <<<"$version")"; then
    echo "$version is too old: Rust $rust_wanted is needed, from https://rustup.rs"
  elif [ "$for_what" = test ]; then
    local tool
    for tool in fmt clippy; do
      "$cargo" "$tool" --version >/dev/null 2>&1 ||
        echo "cargo $tool is missing: rustup component add rustfmt clippy"
    done
  fi
}

check_node() {
  if ! have node; then
    echo "node is missing: install Node.js $node_wanted or newer from https://nodejs.org or your distribution"
  elif ! at_least "$node_wanted" "$(node -p process.versions.node)"; then
    echo "Node.js $(node --version) is too old: $node_wanted or newer is needed, from https://nodejs.org"
  fi
  have "$npm" || echo "npm is missing: it comes with Node.js, or as your distribution's package npm"
}

check_python() {
  [ "$for_what" = api ] || return 0
  if ! have "$python"; then
    echo "$python is missing: install Python $python_wanted or newer, or name it by PYTHON=/path/to/it"
  elif ! at_least "$python_wanted" "$("$python" -c 'import platform; print(platform.python_version())')"; then
    echo "$("$python" --version) is too old: $python_wanted or newer is needed, or name another by PYTHON=/path/to/it"
  elif ! has_venv; then
    echo "$python cannot make environments: apt-get install python3-venv"
  fi
}

check_rest() {
  have cc || echo "a C compiler is missing (SQLite is compiled in): apt-get install build-essential"
  if [ "$for_what" = test ] && ! have "$chromium_headless"; then
    echo "$chromium_headless is missing: apt-get install chromium-headless-shell, or name another Chromium by CHROMIUM_HEADLESS=/path/to/it"
  fi
  if [ "$for_what" = pages ] && ! have "$chromium"; then
    echo "$chromium is missing: apt-get install chromium, or name another by CHROMIUM=/path/to/it"
  fi
  if [ "$for_what" = bench ]; then
    have nginx || echo "nginx is missing, to compare with: apt-get install nginx"
    have wrk || echo "wrk is missing, which asks the questions: apt-get install wrk"
  fi
  if [ "$for_what" = bench-stream ]; then
    have nginx || echo "nginx is missing, to compare with: apt-get install nginx"
    [ -e "$nchan" ] || echo "$nchan is missing, to compare with: apt-get install libnginx-mod-nchan, or name another by NCHAN=/path/to/it"
  fi
}

if can_install; then install_packages || echo 'apt-get failed' >&2; fi
missing=$(check_rust; check_node; check_python; check_rest)
if [ -n "$missing" ]; then
  printf 'cannot go on:\n%s\n' "$missing" >&2
  exit 1
fi
