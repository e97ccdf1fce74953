#!/usr/bin/env bash
# Holds the cluster against the figures of a real Kubernetes in bench/README.md and prints a Markdown table. Needs Linux, wrk and perl; takes
# about four minutes on two quiet cores, with a home folder and ports of its own, and leaves nothing behind.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for command in wrk perl; do
  command -v "$command" >/dev/null || { echo "bench/cluster.sh: $command is needed and not on the PATH" >&2; exit 1; }
done
"$root/lab" --help >/dev/null # builds
dotnet build -nologo -v quiet "$root/bench/ClusterBench" >&2
echo "Load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores."
echo
exec dotnet "$root/bench/ClusterBench/bin/Debug/net10.0/ClusterBench.dll" "$root/local/Cli/bin/lab/lab.dll"
