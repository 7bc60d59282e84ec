#!/usr/bin/env bash
# Bodies that are dear to read: how soon each is refused, beside the same bytes sent to a route that reads none of them, and what it costs.
# Usage: bench/load/hostile.sh [rounds] [further options of "Bullpen.Load hostile"]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-7} port=${PORT:-8098}
export ORT_DISABLE_TELEMETRY=1

[ -n "${SERVER:-}" ] || dotnet build -c Release src/Bullpen -v q -nologo
dotnet build -c Release bench/Bullpen.Load -v q -nologo
log=$(mktemp)
dotnet "${SERVER:-src/Bullpen/bin/Release/net10.0}/bullpen.dll" serve --urls "http://127.0.0.1:$port" --state none >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until grep -q 'listens on' "$log"; do kill -0 $server || { cat "$log"; exit 1; }; sleep 0.2; done

result=0
dotnet bench/Bullpen.Load/bin/Release/net10.0/Bullpen.Load.dll hostile --url "http://127.0.0.1:$port" --rounds "$rounds" --process $server "${@:2}" || result=$?
if grep -E ' error |Exception|   at ' "$log"; then echo "THE LOG HOLDS ERRORS"; result=1; fi
kill -0 $server || { echo "THE SERVER IS GONE"; result=1; }
exit $result
