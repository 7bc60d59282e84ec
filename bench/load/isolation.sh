#!/usr/bin/env bash
# What the answers of a warm model take while other models load all the time, against its answers while nothing loads.
# Usage: bench/load/isolation.sh [seconds] [rounds]      WORK=DIR keeps the large models for the next run
set -euo pipefail
source "$(dirname "$0")/server.sh"
seconds=${1:-10} rounds=${2:-5}
build
mkdir -p "$work/models"
for model in iris sentiment spam expression image language_id fashion penguins; do cp -r "samples/models/$model" "$work/models/"; done
for seed in 1 2 3 4; do make_model bert-small $seed; done

for others in iris,spam,expression,image,language_id,fashion,penguins bert-small-1,bert-small-2,bert-small-3,bert-small-4; do
  start --state none --max-models 4
  load isolation --warm sentiment --models $others --seconds "$seconds" --rounds "$rounds"
  stop
done
