#!/usr/bin/env bash
# A thousand models of about 100 KB in memory at once: time to load all, memory and threads, time to list.
# Usage: bench/load/thousand.sh [models]
set -euo pipefail
source "$(dirname "$0")/server.sh"
count=${1:-1000}
build
# One file many times: each is loaded on its own, whatever is in it.
make_model mlp 1
for seed in $(seq 2 "$count"); do mkdir -p "$work/models/mlp-$seed" && cp "$work/models/mlp-1/model.onnx" "$work/models/mlp-$seed/"; done
start --state none --memory 8GiB
before=$(status RssAnon)
echo "threads before                    $(status Threads)"
body='{"inputs":[{"name":"features","shape":[1,64],"datatype":"FP32","data":['$(seq -s, 64)']}]}'
began=$(date +%s%N)
for seed in $(seq "$count"); do echo "url = $url/predictions/mlp-$seed"; echo 'output = /dev/null'; done >"$work/urls"
curl -sf --no-progress-meter --config "$work/urls" --json "$body" --parallel --parallel-max 16
echo "time to load all, 16 clients      $((($(date +%s%N) - began) / 1000000)) ms"
echo "private memory per model          $((($(status RssAnon) - before) / count)) KiB"
echo "threads after                     $(status Threads)"
for _ in $(seq 20); do curl -s -o "$work/list" -w '%{time_total}\n' "$url/cache?limit=1000"; done |
  sort | awk '{t[NR] = $1} END {print "time to list all (GET /cache), p50 " t[int(NR / 2) + 1] " s"}'
echo "listed                            $(grep -o '"inFlight"' "$work/list" | wc -l)"
stop
