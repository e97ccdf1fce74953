#!/usr/bin/env bash
# Measures what bench/README.md reports, on a lab of its own: start, first and later deployments, the daemon at rest. Needs Linux.
# Prints one line a figure; times are the middle ones of several runs (3, or as many as the argument says).
# Everything is built beforehand, and nothing is left behind.
set -euo pipefail
lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/lab
runs=${1:-3}
rest_seconds=30

SCALELAB_HOME=$(mktemp -d)
export SCALELAB_HOME NO_COLOR=1
trap '"$lab" stop >/dev/null 2>&1 || true; rm -rf "$SCALELAB_HOME"' EXIT

report() { printf '%-62s %s\n' "$1" "$2"; }

# Runs lab and prints how many seconds it took; what it said is shown when it fails.
seconds() {
  local begin end
  begin=$(date +%s%N)
  "$lab" "$@" >"$SCALELAB_HOME/bench.log" 2>&1 || { cat "$SCALELAB_HOME/bench.log" >&2; return 1; }
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) 'BEGIN { printf "%.2f\n", ns / 1e9 }'
}

# The middle time of a lab command that is run several times. The first argument is a lab command that undoes it, untimed; empty for none.
middle() {
  local undo time times=()
  read -ra undo <<<"$1"
  shift
  for _ in $(seq "$runs"); do
    time=$(seconds "$@") || return 1
    times+=("$time")
    [ ${#undo[@]} -eq 0 ] || "$lab" "${undo[@]}" >/dev/null 2>&1
  done
  printf '%s\n' "${times[@]}" | sort -n | sed -n "$(((runs + 1) / 2))p"
}

# Clock ticks that a process has used, as user and as system.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

start=(start --registry-port 0 --secure-port 0)
"$lab" "${start[@]}" >/dev/null # builds
"$lab" stop >/dev/null

report 'machine' "$(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), .NET SDK $(dotnet --version)"

value=$(middle stop "${start[@]}")
report 'lab start, until the API answers, s' "$value"

"$lab" "${start[@]}" >/dev/null
value=$(seconds up pod)
report 'lab up pod, the first time: builds and pushes the image, s' "$value"
value=$(middle '' up pod)
report 'lab up pod, no changes, s' "$value"
"$lab" destroy pod >/dev/null
value=$(middle 'destroy pod' up pod)
report 'lab up pod, everything built, s' "$value"

pid=$(grep -o '"pid": *[0-9]*' "$SCALELAB_HOME/daemon.json" | grep -o '[0-9]*')
before=$(ticks "$pid")
sleep "$rest_seconds"
after=$(ticks "$pid")
report 'daemon at rest, resident memory, MiB' "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status")"
report "daemon at rest, processor over $rest_seconds s, % of one core" \
  "$(awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" -v s="$rest_seconds" 'BEGIN { printf "%.2f", 100 * ticks / hertz / s }')"
