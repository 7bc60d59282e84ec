#!/usr/bin/env bash
# Cold loads of models with random weights: a plain session against Bullpen's first and repeat loads, every load in a fresh
# process, the modes taking turns; private and mapped memory, steady time per run, measured size against the truth.
# Usage: bench/load/cold.sh [rounds] [folder for 5 GB of models and graphs]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-7} folder=${2:-${TMPDIR:-/tmp}/bullpen-cold}
export ORT_DISABLE_TELEMETRY=1

dotnet build -c Release tests/Bullpen.Onnx.Probe -v q -nologo
probe="dotnet tests/Bullpen.Onnx.Probe/bin/Release/net10.0/Bullpen.Onnx.Probe.dll"
mkdir -p "$folder"
models=()
for kind in cnn minilm bert-small bert-base; do
  model="$folder/$kind.onnx"
  [ -f "$model" ] || $probe make "$kind" 1 "$model"
  models+=("$model")
done

echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg); ready: created and one run on 32 words or a picture; page cache warm"
$probe cold "$folder/graphs" "$rounds" plain,first,repeat,unpacked "${models[@]}"
echo
echo "page cache dropped"
$probe cold "$folder/graphs" "$rounds" plain-dropped,first-dropped,repeat-dropped "${models[@]}"
