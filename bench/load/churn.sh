#!/usr/bin/env bash
# Many clients, more models than fit: every answer right, exactly one load per miss.
# Usage: bench/load/churn.sh [clients] [seconds] [max-models]
set -euo pipefail
cd "$(dirname "$0")/../.."
clients=${1:-64} seconds=${2:-120} room=${3:-3} port=${PORT:-8099}

dotnet build -c Release src/Bullpen -v q -nologo
dotnet build -c Release bench/Bullpen.Load -v q -nologo
log=$(mktemp)
dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll serve --urls "http://127.0.0.1:$port" --max-models "$room" --state none >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until grep -q 'listens on' "$log"; do kill -0 $server || { cat "$log"; exit 1; }; sleep 0.2; done

result=0
dotnet bench/Bullpen.Load/bin/Release/net10.0/Bullpen.Load.dll --url "http://127.0.0.1:$port" --clients "$clients" --seconds "$seconds" || result=$?

resident=$(curl -s "http://127.0.0.1:$port/models?loaded=true" | grep -o '"modelName"' | wc -l)
loads=$(grep -c 'Loaded ' "$log" || true)
evictions=$(grep -c 'Evicted ' "$log" || true)
echo "loads        $loads"
echo "evictions    $evictions"
echo "resident     $resident"
grep -E 'VmRSS|RssAnon|Threads' "/proc/$server/status" | sed 's/:\s*/  /' || true
if [ "$loads" -eq $((evictions + resident)) ]; then
  echo "One load per miss: every load is a model that was evicted later or is there now."
else
  echo "LOADS DO NOT ADD UP: $loads loads, $evictions evictions, $resident resident"; result=1
fi
exit $result
