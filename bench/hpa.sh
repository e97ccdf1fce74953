#!/usr/bin/env bash
# The exercise hpa under load, from the first request to the last replica taken away, with every default as it is:
#   bench/hpa.sh            deploys the stack, records bench/results/hpa.csv, draws docs/exercises/hpa.svg from it
# The lab and its stack are left running. Needs hey and kubectl.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=${LAB:-$root/lab}
idle=60     # seconds before the load, for the first metrics to come
load=240    # seconds of load
limit=900   # seconds after which the recording ends, come what may
period=5    # seconds between two lines
csv=$root/bench/results/hpa.csv

for tool in hey kubectl; do
  command -v "$tool" >/dev/null || { echo "bench/hpa.sh: $tool is needed." >&2; exit 1; }
done

"$lab" up hpa
url=$("$lab" output hpa url)
KUBECONFIG=$("$lab" kubeconfig)
export KUBECONFIG
mkdir -p "$(dirname "$csv")"
echo "seconds,users,utilization,desired,ready" >"$csv"

hey=
trap '[ -z "$hey" ] || kill "$hey" 2>/dev/null || true' EXIT
begin=$SECONDS
while (( (now = SECONDS - begin) < limit )); do
  users=0
  if (( now >= idle && now < idle + load )); then
    users=10
    [ -n "$hey" ] || { hey -z ${load}s -c 10 -t 60 -disable-keepalive "${url}test" & hey=$!; }
  fi
  utilization=$(kubectl -n hpa get hpa ml-kube-app -o 'jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}')
  replicas=$(kubectl -n hpa get deployment ml-kube-app -o 'jsonpath={.spec.replicas},{.status.readyReplicas}')
  echo "$now,$users,$utilization,$replicas" | tee -a "$csv"
  # Back at one, and seen to stay there for half a minute.
  if (( now > idle + load )) && [ "$replicas" = 1,1 ]; then
    limit=$(( now + 30 < limit ? now + 30 : limit ))
  fi
  sleep "$period"
done
wait "$hey" || true
hey=
kubectl -n hpa get events --field-selector involvedObject.kind=HorizontalPodAutoscaler --sort-by=.lastTimestamp
awk -f "$root/bench/hpa-chart.awk" "$csv" >"$root/docs/exercises/hpa.svg"
