#!/usr/bin/env bash
# Measures what bench/README.md reports, on a lab of its own: start, first and later deployments, the daemon at rest. Needs Linux.
# Prints one line a figure. Everything is built beforehand; nothing is left behind.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-3}
rest_seconds=30

SCALELAB_HOME=$(mktemp -d)
export SCALELAB_HOME NO_COLOR=1
trap '"$root/lab" stop >/dev/null 2>&1 || true; rm -rf "$SCALELAB_HOME"' EXIT

# Seconds that a command takes; what it says is shown when it fails.
seconds() {
  local begin end
  begin=$(date +%s%N)
  "$@" >"$SCALELAB_HOME/bench.log" 2>&1 || { cat "$SCALELAB_HOME/bench.log" >&2; exit 1; }
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) 'BEGIN { printf "%.2f\n", ns / 1e9 }'
}

# The middle one of the numbers on standard input.
median() { sort -n | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'; }

report() { printf '%-62s %s\n' "$1" "$2"; }

daemon_pid() { grep -o '"pid": *[0-9]*' "$SCALELAB_HOME/daemon.json" | grep -o '[0-9]*'; }

# Clock ticks that a process has used, as user and as system.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

"$root/lab" status >/dev/null 2>&1 || true # builds

report 'machine' "$(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), .NET SDK $(dotnet --version)"

report "lab start, until the API answers (median of $runs), s" "$(
  for _ in $(seq "$runs"); do
    "$root/lab" stop >/dev/null 2>&1 || true
    seconds "$root/lab" start --registry-port 0 --secure-port 0
  done | median
)"

report 'lab up pod, the first time (builds and pushes the image), s' "$(seconds "$root/lab" up pod)"
report "lab up pod, no change (median of $runs), s" "$(for _ in $(seq "$runs"); do seconds "$root/lab" up pod; done | median)"
"$root/lab" destroy pod >/dev/null 2>&1
report "lab up pod, everything built (median of $runs), s" "$(
  for _ in $(seq "$runs"); do
    seconds "$root/lab" up pod
    "$root/lab" destroy pod >/dev/null 2>&1
  done | median
)"

pid=$(daemon_pid)
before=$(ticks "$pid")
sleep "$rest_seconds"
after=$(ticks "$pid")
report 'daemon at rest, resident memory, MiB' "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status")"
report "daemon at rest, processor over $rest_seconds s, % of one core" \
  "$(awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" -v s="$rest_seconds" 'BEGIN { printf "%.2f", 100 * ticks / hertz / s }')"
