#!/usr/bin/env bash
# Many clients while models are registered, deleted, replaced, broken and taken away: every answer right, or an error that
# the change explains; memory and threads are printed every half minute.
# Usage: bench/load/chaos.sh [clients] [seconds] [max-models]
set -euo pipefail
cd "$(dirname "$0")/../.."
clients=${1:-64} seconds=${2:-600} room=${3:-3} port=${PORT:-8098}

dotnet build -c Release src/Bullpen -v q -nologo
dotnet build -c Release bench/Bullpen.Load -v q -nologo
work=$(mktemp -d)
cp -r samples/models "$work/models"
mkdir "$work/models/kept" && for model in india iris fashion; do cp -r "samples/models/$model" "$work/models/kept/$model"; done
log=$work/server.log
dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll serve --urls "http://127.0.0.1:$port" --max-models "$room" --watch 500ms \
  --repository "$work/models" --data samples/images --state "$work/state" >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q 'listens on' "$log"; do kill -0 $server || { cat "$log"; exit 1; }; sleep 0.2; done

( while sleep 30; do
    awk '/VmRSS|RssAnon|Threads/ {printf "%s %d  ", $1, $2}' "/proc/$server/status" && echo
  done ) &
sampler=$!
result=0
dotnet bench/Bullpen.Load/bin/Release/net10.0/Bullpen.Load.dll chaos --url "http://127.0.0.1:$port" --repository "$work/models" \
  --clients "$clients" --seconds "$seconds" || result=$?
kill $sampler
echo "errors in the log           $(grep -c ' error ' "$log" || true)"
exit $result
