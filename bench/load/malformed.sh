#!/usr/bin/env bash
# Wrong requests at every route: each answered with 4xx, nothing given away, the server alive and no larger.
# Usage: bench/load/malformed.sh [count] [seed]
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-5000} seed=${2:-1} port=${PORT:-8098}

dotnet build -c Release src/Bullpen -v q -nologo
dotnet build -c Release bench/Bullpen.Load -v q -nologo
log=$(mktemp)
dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll serve --urls "http://127.0.0.1:$port" >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until grep -q 'listens on' "$log"; do kill -0 $server || { cat "$log"; exit 1; }; sleep 0.2; done

result=0
dotnet bench/Bullpen.Load/bin/Release/net10.0/Bullpen.Load.dll malformed --url "http://127.0.0.1:$port" --count "$count" --seed "$seed" --process $server || result=$?
if grep -E ' error |Exception|   at ' "$log"; then echo "THE LOG HOLDS ERRORS"; result=1; fi
kill -0 $server || { echo "THE SERVER IS GONE"; result=1; }
exit $result
