#!/usr/bin/env bash
# Measures what the engine costs: a stack of 100, 1,000 and 5,000 ConfigMaps (or as many as the arguments say) on a cluster of its own, and the
# preview of an exercise. Prints a table in Markdown. Every update runs in a process of its own. Needs Linux; nothing is left behind.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
counts=("$@")
[ ${#counts[@]} -gt 0 ] || counts=(100 1000 5000)

SCALELAB_HOME=$(mktemp -d)
export SCALELAB_HOME NO_COLOR=1
trap '"$root/lab" stop >/dev/null 2>&1 || true; rm -rf "$SCALELAB_HOME"' EXIT

dotnet build "$root/bench/EngineBench" -c Release -v q >/dev/null
dotnet build "$root/bench/ConfigMaps" -c Release -v q >/dev/null
"$root/lab" start --registry-port 0 --secure-port 0 >/dev/null
kubeconfig=$("$root/lab" kubeconfig)

update() {
  dotnet "$root/bench/EngineBench/bin/Release/net10.0/EngineBench.dll" "$1" "$2" "$kubeconfig" "$SCALELAB_HOME/state-$2" "$root/bench/ConfigMaps"
}

row() {
  local label=$1 kind=$2 count=$3 result seconds memory changed
  # An update that failed says nothing about what one costs.
  result=$(update "$kind" "$count")
  read -r seconds memory changed <<<"$result"
  printf '| %s | %s | %s | %s | %s | %s |\n' "$count" "$label" "$changed" "$seconds" "$(awk -v s="$seconds" -v n="$count" 'BEGIN { printf "%.2f", 1000 * s / n }')" "$memory"
}

echo "Machine: $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), .NET SDK $(dotnet --version)"
echo
echo '| ConfigMaps | update | changed | s | ms each | engine, peak MiB |'
echo '|---|---|---|---|---|---|'
for count in "${counts[@]}"; do
  row 'up' up "$count"
  row 'up, no changes' up "$count"
  row 'preview, no changes' preview "$count"
  row 'destroy' destroy "$count"
done

# The bare start: the program itself, which finds no engine and ends.
middle() {
  local times=() begin end
  for _ in 1 2 3 4 5; do
    begin=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    end=$(date +%s%N)
    times+=($((end - begin)))
  done
  printf '%s\n' "${times[@]}" | sort -n | sed -n 3p | awk '{ printf "%.2f", $1 / 1e9 }'
}

program=$(find "$root/infra/bin/embedded" -name Infra.dll -path '*net10.0*' -printf '%T@ %p\n' | sort -rn | sed -n '1s/^[^ ]* //p')
"$root/lab" up pod >/dev/null
echo
echo "| preview of the exercise pod | $(middle "$root/lab" preview pod) s |"
echo '|---|---|'
echo "| start of the program without an engine | $(middle dotnet "$program") s |"
