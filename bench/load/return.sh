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

measure() { # what is expected of the check, models kept, further options
  rm -rf "$work/state"
  start --state "$work/state" "${@:4}"
  echo "--- $1"
  load return --models $models --count "$count" --process $server --keep-every "$3" && result=0 || result=$?
  echo "threads                           $(status Threads)"
  stop
  if [ $result != "$2" ]; then echo "NOT AS EXPECTED"; exit 1; fi
}

measure "from the models' own files" 0 0 --graph-store off
measure "from optimised graphs, once they are written" 0 0
measure "positive control: every 200th stays in memory" 1 200 --graph-store off
