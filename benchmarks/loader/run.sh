#!/usr/bin/env bash
# Decode, shortest side 256, random crop 224, random flip, normalised fp32 tensor: ours beside torchvision + Pillow, all on one core, taking
# turns in one run. Prints a Markdown table and the differences from Pillow's antialiased bilinear resize.
#   benchmarks/loader/run.sh FOLDER [ROUNDS] [PASSES]   PYTHON: an interpreter with torchvision (default: /usr/bin/python3 of python3-torchvision)
# "libjpeg-turbo" appears where the machine has libturbojpeg0.
set -euo pipefail
folder=$(realpath "$1") rounds=${2:-5} passes=${3:-4} python=${PYTHON:-/usr/bin/python3} core=${CORE:-1}
cd "$(dirname "$0")"
dotnet build -c Release -v quiet --nologo >&2
program=(taskset -c "$core" dotnet bin/Release/net10.0/AlexNet.LoaderBenchmark.dll "$folder")
results=$(mktemp) pixels=$(mktemp)
trap 'rm -f "$results" "$pixels"' EXIT
# as the command line starts its workers
export GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    taskset -c "$core" "$python" torchvision_pipeline.py "$folder" "$passes" >>"$results"
    "${program[@]}" skia "$passes" >>"$results"
    "${program[@]}" auto "$passes" >>"$results"
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
"$python" table.py "$results"
for decoder in skia auto; do
    "${program[@]}" "$decoder" pixels >"$pixels"
    echo "$decoder: $("$python" torchvision_pipeline.py "$folder" compare "$pixels")"
done
