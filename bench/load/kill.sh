#!/usr/bin/env bash
# Kills the server again and again in the middle of registrations, deletions, loads and evictions: what it answered holds.
# Usage: bench/load/kill.sh [kills]
set -euo pipefail
cd "$(dirname "$0")/../.."
export BULLPEN_TEST_KILLS=${1:-100}
dotnet test tests/Bullpen.Tests -c Release --filter FullyQualifiedName~KillTests --logger "console;verbosity=detailed" --nologo
