#!/usr/bin/env bash
# Holds the model server against the same work without a server and against its peers in Python and JavaScript, with the pictures that are
# named (one of the server's own otherwise), and prints Markdown tables. Needs Linux and wrk; takes about three minutes a picture on two quiet cores.
# Peers that the machine has not are left out, and the output says what they need.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v wrk >/dev/null || { echo "bench/modelserver.sh: wrk is needed and not on the PATH" >&2; exit 1; }
[ $# -gt 0 ] || set -- "$root/app/ModelServer/Page/test.jpg"
published=$(mktemp -d)
trap 'rm -rf "$published"' EXIT
dotnet publish -nologo -v quiet "$root/app/ModelServer" -c Release -r linux-x64 -o "$published" >&2
dotnet build -nologo -v quiet "$root/bench/ModelServerBench" -c Release >&2
echo "Load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores. Published files: $(du -sm "$published" | cut -f1) MiB."
echo
dotnet "$root/bench/ModelServerBench/bin/Release/net10.0/ModelServerBench.dll" \
  "$published/ModelServer.dll" "$root/app/ModelServer/Models/food11-demo" "$root/bench/ModelServerBench/Peers" "$@"
