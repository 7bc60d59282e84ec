#!/usr/bin/env bash
# Does memory come back? Loads and unloads of models from 16 KB to 415 MB, then the same with every 200th model left in memory:
# the check must notice that.
# Usage: bench/load/return.sh [count]      WORK=DIR keeps the large models for the next run
set -euo pipefail
source "$(dirname "$0")/server.sh"
count=${1:-2000}
build
for model in iris sentiment spam expression image; do mkdir -p "$work/models"; cp -r "samples/models/$model" "$work/models/"; done
make_model minilm 1; make_model bert-small 1; make_model bert-base 1
models=iris:30,sentiment:25,spam:15,expression:10,image:10,minilm-1:5,bert-small-1:3,bert-base-1:2

for keep in 0 200; do
  rm -rf "$work/state"
  start --state "$work/state"
  echo "--- $([ $keep = 0 ] && echo "each one unloaded" || echo "positive control")"
  load return --models $models --count "$count" --process $server --keep-every $keep && result=0 || result=$?
  echo "threads                           $(status Threads)"
  stop
  if [ $result != $([ $keep = 0 ] && echo 0 || echo 1) ]; then echo "NOT AS EXPECTED"; exit 1; fi
done
