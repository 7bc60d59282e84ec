#!/usr/bin/env bash
# Is a model's measured size true, also where four are asked for at once? The truth is what a fresh server's RssAnon grows by for that one model.
# Usage: bench/load/measured.sh [--load-concurrency N]      WORK=DIR keeps the large models for the next run
set -euo pipefail
source "$(dirname "$0")/server.sh"
build
names=()
for kind in cnn minilm bert-small bert-base; do make_model $kind 1; names+=("$kind-1"); done
mkdir -p "$work/models"; cp -r samples/models/iris "$work/models/"

ask() { curl -sf -o /dev/null -H 'Content-Type: application/json' -d "{\"model_name\":\"measured-$1\",\"url\":\"$1\"}" "$url/models"; }
# Once the server has loaded something, what its own code takes is there.
ready() { start --state none "$@"; ask iris; curl -sf -o /dev/null -X DELETE "$url/models/measured-iris"; }
size() { curl -sf "$url/models/measured-$1" | sed -n 's/.*"bytes": *\([0-9]*\).*/\1/p' | head -1; }

declare -A at_once truth
ready "$@"
asked=()
for name in "${names[@]}"; do ask "$name" & asked+=($!); done
wait "${asked[@]}"
for name in "${names[@]}"; do at_once[$name]=$(size "$name"); done
stop
for name in "${names[@]}"; do
  ready
  before=$(status RssAnon); ask "$name"; after=$(status RssAnon)
  truth[$name]=$(((after - before) * 1024))
  stop
done
for name in "${names[@]}"; do
  awk -v name="$name" -v measured="${at_once[$name]}" -v truth="${truth[$name]}" \
    'BEGIN { printf "%-14s measured %7.1f MiB   truth %7.1f MiB   %.3f\n", name, measured / 1048576, truth / 1048576, measured / truth }'
done
