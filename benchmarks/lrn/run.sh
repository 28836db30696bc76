#!/usr/bin/env bash
# LRN alone, and with the ReLU before it and the pooling after it: libtorch's operations against ours, at batch 64. Prints a Markdown table of medians.
#   benchmarks/lrn/run.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")"
dotnet build -c Release -v quiet --nologo >&2
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1 \
    dotnet bin/Release/net10.0/AlexNet.LrnBenchmark.dll "${1:-7}"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
