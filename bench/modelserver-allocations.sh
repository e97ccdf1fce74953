#!/usr/bin/env bash
# Holds what a request to the model server allocates against what it may: exit code 1 when it is more. Takes about a minute, busy machine or not.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT
dotnet build -nologo -v quiet "$root/bench/ModelServerAllocations" -c Release >&2
cd "$artifacts" && dotnet "$root/bench/ModelServerAllocations/bin/Release/net10.0/ModelServerAllocations.dll"
