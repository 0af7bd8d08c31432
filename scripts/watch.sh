#!/usr/bin/env bash
# Builds and serves, and again whenever a source changes. While a build runs or fails, the last good one serves.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

server=
serving=$(mktemp -d)/marketpulse

stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null
    wait "$server"
    server=
  fi
}

# What serves is a copy of what was built, to see whether a build made a difference.
rebuild() {
  if cargo build --locked -p marketpulse && ! cmp -s target/debug/marketpulse "$serving"; then
    stop
    cp target/debug/marketpulse "$serving"
    "$serving" serve &
    server=$!
  fi
}

trap 'stop; kill "$watcher" 2>/dev/null; exit 0' INT TERM

# The watcher starts before the first build, so no change made during a build is lost.
exec {changes}< <(exec inotifywait --monitor --recursive --quiet --format %w%f \
  --event close_write,create,delete,move \
  --exclude '/(\.git|data|dist|node_modules|playwright-report|target|test-results)(/|$)' .)
watcher=$!

rebuild
while read -r changed <&"$changes"; do
  # An editor's save is several events, and so is a checkout.
  while read -r -t 0.3 _ <&"$changes"; do :; done
  echo "changed: $changed"
  rebuild
done
