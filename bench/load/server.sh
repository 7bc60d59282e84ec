# To be sourced: builds, makes models with random weights, and runs a server for a measurement.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
port=${PORT:-8098} url="http://127.0.0.1:${PORT:-8098}"
work=${WORK:-$(mktemp -d)}
server=
trap 'kill $server 2>/dev/null || true; [ -n "${WORK:-}" ] || rm -rf "$work"' EXIT
export ORT_DISABLE_TELEMETRY=1

build() {
  for project in src/Bullpen bench/Bullpen.Load tests/Bullpen.Onnx.Probe; do dotnet build -c Release $project -v q -nologo >/dev/null; done
}

# A model with random weights in $work/models, unless WORK keeps it from an earlier run: KIND SEED
make_model() {
  [ -f "$work/models/$1-$2/model.onnx" ] && return
  mkdir -p "$work/models/$1-$2"
  dotnet tests/Bullpen.Onnx.Probe/bin/Release/net10.0/Bullpen.Onnx.Probe.dll make "$1" "$2" "$work/models/$1-$2/model.onnx" >/dev/null
}

# The server over $work/models, with further options.
start() {
  dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll serve --urls "$url" --repository "$work/models" --model-store "$work/models" \
    --data samples/images "$@" >"$work/server.log" 2>&1 &
  server=$!
  until grep -q 'listens on' "$work/server.log"; do kill -0 $server || { cat "$work/server.log"; exit 1; }; sleep 0.05; done
}

stop() { kill $server; wait $server || true; server=; }
load() { dotnet bench/Bullpen.Load/bin/Release/net10.0/Bullpen.Load.dll "$@" --url "$url"; }
status() { awk -v field="$1:" '$1 == field {print $2}' "/proc/$server/status"; }
