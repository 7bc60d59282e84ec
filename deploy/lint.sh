#!/usr/bin/env bash
# Checks the Dockerfile: its syntax, and the rules that deploy/tools/lint.mjs lists.
set -euo pipefail
cd "$(dirname "$0")/.."
[ deploy/tools/node_modules/.package-lock.json -nt deploy/tools/package-lock.json ] || npm ci --prefix deploy/tools --loglevel=error >/dev/null
node deploy/tools/lint.mjs .
