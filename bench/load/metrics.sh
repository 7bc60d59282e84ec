#!/usr/bin/env bash
# What metrics cost: a scrape with ten thousand known models, and, beside another build of the server, a warm request.
# Usage: bench/load/metrics.sh [models] [rounds] [folder of the other build's bullpen.dll]      needs wrk
set -euo pipefail
cd "$(dirname "$0")/../.."
models=${1:-10000} rounds=${2:-20} other=${3:-}
port=${PORT:-8098} url="http://127.0.0.1:${PORT:-8098}" url2="http://127.0.0.1:$((${PORT:-8098} + 1))"
source=samples/models/india
work=$(mktemp -d)
server= second=
trap 'kill $server $second 2>/dev/null || true; rm -rf "$work"' EXIT

dotnet build -c Release src/Bullpen -v q -nologo >/dev/null
own=src/Bullpen/bin/Release/net10.0
for i in $(seq -w "$models"); do
  mkdir -p "$work/many/model-$i"
  cp $source/model.onnx $source/model.json "$work/many/model-$i/"
done
cat >"$work/predict.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"action":{"0":1},"david":{"0":1}}'
LUA
ready() { until curl -sf "$1/health/ready" >/dev/null; do sleep 0.05; done; }

for shown in 0 100; do
  echo "--- $models known, 500 asked for, --metrics-models $shown"
  dotnet $own/bullpen.dll serve --urls "$url" --state none --watch off --repository "$work/many" --metrics-models $shown >"$work/log" 2>&1 &
  server=$!
  ready "$url"
  for i in $(seq -w "$models" | head -500); do
    curl -s -o /dev/null --json '{"action":{"0":1},"david":{"0":1}}' "$url/predictions/model-$i"
  done
  for _ in $(seq 200); do curl -s -o /dev/null -w '%{time_starttransfer} %{size_download}\n' "$url/metrics"; done | sort -n |
    awk '{t[NR] = $1; bytes = $2} END {printf "scrape  p50 %.1f ms  p99 %.1f ms  %d bytes\n", t[int(NR / 2)] * 1000, t[int(NR * 0.99)] * 1000, bytes}'
  kill $server
  wait $server || true
done

[ -n "$other" ] || exit 0
echo "--- a warm request, 16 connections, $rounds rounds in turn: processor time of the server and requests per second, this build / the other"
dotnet $own/bullpen.dll serve --urls "$url" --state none >"$work/log" 2>&1 &
server=$!
dotnet "$other/bullpen.dll" serve --urls "$url2" --state none --repository samples/models >"$work/log2" 2>&1 &
second=$!
ready "$url"
ready "$url2"
ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
round() { # url, process -> requests, ticks
  local before answered
  before=$(ticks "$2")
  answered=$(wrk -t1 -c16 -d3s -s "$work/predict.lua" "$1/predictions/india" | awk '/requests in/ {print $1}')
  echo "$answered $(($(ticks "$2") - before))"
}
for _ in 1 2 3; do
  round "$url" $server >/dev/null
  round "$url2" $second >/dev/null
done
for i in $(seq "$rounds"); do
  if ((i % 2)); then
    this=$(round "$url" $server) that=$(round "$url2" $second)
  else
    that=$(round "$url2" $second) this=$(round "$url" $server)
  fi
  echo "$this $that" | awk '{printf "%.4f %.4f\n", ($2 / $1) / ($4 / $3), $1 / $3}'
done >"$work/ratios"
median() { cut -d' ' -f"$1" "$work/ratios" | sort -n | awk '{r[NR] = $1} END {print (r[int((NR + 1) / 2)] + r[int(NR / 2) + 1]) / 2}'; }
echo "processor time per request  $(median 1)"
echo "requests per second         $(median 2)"
