#!/usr/bin/env bash
# What ConvolutionCure costs: forward and backward of a few layers, stock and cured by turns. Prints a Markdown table of medians.
#   benchmarks/convolutions/run.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")"
dotnet build -c Release -v quiet --nologo >&2
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
dotnet bin/Release/net10.0/Lockstep.ConvolutionBenchmark.dll "${1:-11}"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
