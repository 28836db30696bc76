#!/usr/bin/env bash
# What a background checkpoint of the whole 2012 net (weights and velocities, 488 MB) costs the training loop. Prints a Markdown table.
#   benchmarks/checkpoints/run.sh [DIRECTORY] [BATCH] [THREADS] [SAVES]     DIRECTORY: where checkpoints go; a temporary one by default
set -euo pipefail
cd "$(dirname "$0")"
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
directory=${1:-$own} batch=${2:-64} threads=${3:-2} saves=${4:-3}
dotnet build -c Release -v quiet --nologo >&2
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1 \
    dotnet bin/Release/net10.0/AlexNet.CheckpointBenchmark.dll ../../recipes/imagenet-2012.json "$directory" "$batch" "$threads" "$saves"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
