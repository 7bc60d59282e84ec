#!/usr/bin/env bash
# Every eviction policy on every kind of trace, in the simulator: load time relative to lru, and the bound that nobody can beat.
# The figures are the same on every machine, however busy.
# Usage: [SEED=1] bench/load/policies.sh [requests] [models] [memory,…] [stored|plain] [half-life]
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=${1:-200000} models=${2:-1000} memory=${3:-2GiB,4GiB,8GiB,16GiB} loads=${4:-stored} half=${5:-}

dotnet build -c Release src/Bullpen -v q -nologo
for trace in zipf:0.8 zipf:1.0 zipf:1.2 drift scan uniform; do
  dotnet src/Bullpen/bin/Release/net10.0/bullpen.dll simulate --csv --trace "$trace" --requests "$requests" --models "$models" --seed "${SEED:-1}" \
    --memory "$memory" --loads "$loads" ${half:+--half-life "$half"}
done | awk -F, '
  $1 == "trace" { next }
  $3 == "lru" { lru = $8; rows++; row = $1 "," $2; order[rows] = row; seconds[row] = lru; bound[row] = $9 / lru; fixed[row] = $10 / lru; sum["bound"] += $9 / lru; sum["fixed"] += $10 / lru }
  { ratio[row, $3] = $8 / lru; hits[row, $3] = $6; sum[$3] += $8 / lru }
  END {
    split("lfu,gdsf,density,ttl", policies, ",")
    print "| trace | memory | lru | lfu | gdsf | density | ttl | fixed set | bound | hits lru → density |"
    print "|---|---|---|---|---|---|---|---|---|---|"
    for (i = 1; i <= rows; i++) {
      row = order[i]; split(row, key, ",")
      printf "| %s | %d GiB | %d s", key[1], key[2] / 2^30, seconds[row]
      for (p = 1; p <= 4; p++) printf " | %.3f", ratio[row, policies[p]]
      printf " | %.3f | %.3f | %.0f → %.0f %% |\n", fixed[row], bound[row], 100 * hits[row, "lru"], 100 * hits[row, "density"]
    }
    printf "| **mean** | | 1"
    for (p = 1; p <= 4; p++) printf " | **%.3f**", sum[policies[p]] / rows
    printf " | **%.3f** | **%.3f** | |\n", sum["fixed"] / rows, sum["bound"] / rows
  }'
