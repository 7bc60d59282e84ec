#!/usr/bin/env bash
# What ten thousand registered models cost beside one: start, memory, listing, prediction, a look at the repository.
# Usage: bench/load/tenthousand.sh [models]      needs wrk
set -euo pipefail
cd "$(dirname "$0")/../.."
models=${1:-10000} port=${PORT:-8098} url="http://127.0.0.1:${PORT:-8098}"
source=samples/models/india
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT

dotnet build -c Release src/Bullpen -v q -nologo >/dev/null
many=$work/many one=$work/one log=$work/log
for repository in "$one:1" "$many:$models"; do
  for i in $(seq -w "${repository##*:}"); do
    mkdir -p "${repository%:*}/model-$i"
    cp $source/model.onnx $source/model.json "${repository%:*}/model-$i/"
  done
done
cat >"$work/predict.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"action":{"0":1},"david":{"0":1}}'
LUA

now() { date +%s%N; }
ticks() { awk '{print $14 + $15}' "/proc/$server/stat"; }
start() { # repository, further options
  local began; began=$(now)
  dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll serve --urls "$url" --repository "$@" >"$log" 2>&1 &
  server=$!
  until grep -q "listens on" "$log"; do kill -0 $server || { cat "$log"; exit 1; }; sleep 0.02; done
  echo "start to ready      $((($(now) - began) / 1000000)) ms"
}
stop() { kill $server; wait $server || true; }
rss() { awk '/VmRSS/ {print $2}' "/proc/$server/status"; }
predict() { wrk -t1 -c1 -d5s --latency -s "$work/predict.lua" "$url/predictions/$1" | awk '/50%|99%|Requests\/sec|Non-2xx/ {printf "%s %s  ", $1, $NF} END {print ""}'; }

for round in "1:$one" "$models:$many"; do
  count=${round%%:*} repository=${round#*:}
  echo "--- $count registered, not watched"
  start "$repository" --watch off
  sleep 3
  echo "resident            $(rss) KiB"
  first=$(basename "$(find "$repository" -mindepth 1 -maxdepth 1 -print -quit)")
  curl -s -o /dev/null -w 'first page of 100   %{time_total} s\n' "$url/models"
  for _ in $(seq 20); do curl -s -o /dev/null -w '%{time_total}\n' "$url/models?next_page_token=$((count / 2))"; done |
    sort | awk '{t[NR] = $1} END {print "a page of 100, p50  " t[int(NR / 2) + 1] " s"}'
  curl -s -o /dev/null --json '{"action":{"0":1},"david":{"0":1}}' "$url/predictions/$first"
  predict "$first" >/dev/null
  echo "predict             $(predict "$first")"
  stop
  echo "--- $count registered, watched every 2 s"
  start "$repository"
  sleep 3
  before=$(ticks)
  sleep 20
  echo "processor per look  $((($(ticks) - before) * 1000 / $(getconf CLK_TCK) / 10)) ms"
  echo "resident            $(rss) KiB"
  curl -s -o /dev/null --json '{"action":{"0":1},"david":{"0":1}}' "$url/predictions/$first"
  predict "$first" >/dev/null
  echo "predict             $(predict "$first")"
  # Under the same traffic the collector's budget for garbage, which is the process's and not the models', is the same too.
  echo "resident after that $(rss) KiB"
  stop
done
