#!/usr/bin/env bash
# All systems in one run, taking turns, so that what else the machine does hits all of them alike. Prints a Markdown table.
#   benchmarks/collectives/run.sh [ROUNDS] [REPEATS]     PYTHON: an interpreter with torch (default: /usr/bin/python3 of python3-torch)
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3} repeats=${2:-7} python=${PYTHON:-/usr/bin/python3}
dotnet build -c Release -v quiet --nologo >&2
program=(dotnet bin/Release/net10.0/AlexNet.CollectivesBenchmark.dll)
results=$(mktemp)
trap 'rm -f "$results"' EXIT
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
for size in 2 4; do
    for ((round = 1; round <= rounds; round++)); do
        echo "$size processes, round $round of $rounds" >&2
        "$python" gloo_peer.py "$size" "$repeats" 2>/dev/null >>"$results"
        "${program[@]}" "$size" shm arena "$repeats" >>"$results"
        "${program[@]}" "$size" shm lent "$repeats" >>"$results"
        "${program[@]}" "$size" grpc lent "$repeats" >>"$results"
    done
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
"$python" table.py "$results"
