#!/usr/bin/env bash
# How many models of 415 MB answer from 4 GiB of private memory: with plain sessions (no store of optimised graphs, all bytes
# charged), with mapped weights, and with twice as many models in rotation as there is room for.
# Usage: bench/load/density.sh [models]      WORK=DIR keeps the models for the next run; each takes 1.2 GB of disk
set -euo pipefail
source "$(dirname "$0")/server.sh"
count=${1:-24}
build
for seed in $(seq "$count"); do make_model bert-base "$seed"; done
names=$(seq -s, -f 'bert-base-%g' "$count")
resident() { curl -s "$url/cache?limit=1000" | grep -o '"inFlight"' | wc -l; }

echo "--- plain sessions, --memory 4GiB"
start --state none --memory 4GiB
load density --models "$names" --clients 2 --seconds 60 --process $server
echo "resident models                   $(resident)"
stop

echo "--- mapped weights, private bytes charged, --memory 4GiB"
start --state "$work/state" --graph-store 40GiB --memory 4GiB --charge-mapped off
echo "first time through, which writes the optimised graphs:"
load density --models "$names" --clients 1 --seconds 1 --process $server >/dev/null
until [ "$(find "$work/state/graphs" -name entry.json 2>/dev/null | wc -l)" -ge "$count" ]; do
  load density --models "$names" --clients 1 --seconds 1 --process $server >/dev/null; sleep 5
done
stop
start --state "$work/state" --graph-store 40GiB --memory 4GiB --charge-mapped off
load density --models "$names" --clients 2 --seconds 60 --process $server
echo "resident models                   $(resident)"
stop

echo "--- mapped weights, room for half of them"
start --state "$work/state" --graph-store 40GiB --memory 4GiB --charge-mapped off --max-models $((count / 2))
load density --models "$names" --clients 2 --seconds 60 --process $server
echo "resident models                   $(resident)"
stop
