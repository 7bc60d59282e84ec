#!/usr/bin/env bash
# Makes the sample models again, measures them, and says how they compare with the shipped ones.
#
#   make.sh [--ship] [NAME...]     all models, or those named; fashion takes ten minutes, the others seconds
#
# Writes out/NAME/model.onnx. With --ship, what was made and measured also replaces samples/models/NAME/model.onnx,
# held-out/NAME.json and its part of figures.json. Installs what is missing: Debian packages (needs root), npm packages into .cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

ship=()
[ "${1:-}" = --ship ] && { ship=(--ship); shift; }
all=(sentiment spam language_id guard image fashion expression iris penguins india)
models=("${@:-${all[@]}}")

packages=(python3-onnx python3-sklearn python3-scipy python3-pil python3-flatbuffers)
for model in "${models[@]}"; do
  [ -f "$model.py" ] || { echo "No recipe makes '$model'. There are: ${all[*]}." >&2; exit 2; }
  [ "$model" = fashion ] && packages+=(python3-torch dataset-fashion-mnist)
  [ "$model" = penguins ] && packages+=(r-cran-palmerpenguins)
done
command -v npm >/dev/null || packages+=(nodejs npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]}"
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
fi

mkdir -p .cache
if ! cmp -s package-lock.json .cache/installed.json; then
  cp package.json package-lock.json .npmrc .cache
  (cd .cache && npm ci --ignore-scripts --silent)
  cp package-lock.json .cache/installed.json  # Last, so that an installation that failed is tried again.
fi

# Debian's own: its packages are what the versions in figures.json are of.
for model in "${models[@]}"; do
  echo "$model"
  if [ "$model" = india ]; then
    /usr/bin/python3 india.py out/india/model.onnx
  else
    /usr/bin/python3 "$model.py"
  fi
  /usr/bin/python3 compare.py "${ship[@]}" "$model"
done
