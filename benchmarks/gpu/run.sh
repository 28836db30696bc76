#!/usr/bin/env bash
# The GPU beside the installed PyTorch: parity, laws, and the speed of a training step.
#
#   benchmarks/gpu/run.sh build           here, with the SDK: artifacts/gpu/alexnet-gpu.tar.gz, self-contained, without libtorch, under 60 MB
#   alexnet-gpu/run.sh run                there, unpacked, on a machine with an NVIDIA GPU, python3, PyTorch and OpenSSL; no network, no SDK
#   alexnet-gpu/run.sh run check|measure|table    one part of it; what has been measured is in $RESULTS and is not measured again
#   benchmarks/gpu/run.sh dry             here: builds, unpacks and runs all of it on the CPU, with a small net, so that this script itself is tested
#
# Variables: PYTHON (python3), BATCHES ("128 256 512 1024 2048"), STEPS (30 counted), RESULTS (results.jsonl), ALEXNET_LIBTORCH (that of PyTorch).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
required=2.10 # LibtorchVersions.Required
limit=60000000 # bytes

build() {
    local root package
    root=$(cd "$here/../.." && pwd)
    package=$root/artifacts/gpu/alexnet-gpu
    rm -rf "$package" "$package.tar.gz"
    dotnet publish "$root/benchmarks/check" -c Release -r linux-x64 --self-contained --artifacts-path "$root/artifacts/gpu/build" -o "$package/program" \
        -p:TorchBackend=none -p:DebugType=none -p:PublishDocumentationFiles=false -p:SatelliteResourceLanguages=en -v quiet --nologo >&2
    # neither symbols nor what only a debugger needs
    find "$package/program" \( -name '*.pdb' -o -name '*.xml' -o -name createdump -o -name 'libmscord*.so' \) -delete
    cp "$here/run.sh" "$here/measure.py" "$here/memory.py" "$here/pytorch_peer.py" "$package"
    tar -C "$package/.." -c alexnet-gpu | gzip -9 >"$package.tar.gz"
    check_size "$package.tar.gz"
    package_file=$package.tar.gz
}

check_size() {
    local bytes
    bytes=$(stat -c %s "$1")
    echo "package: $1, $bytes bytes; fewer than $limit are required" >&2
    ((bytes < limit)) || { echo "the package has $bytes bytes; leave out of the publish what has been added to it" >&2; return 1; }
}

# Sets ALEXNET_LIBTORCH to the installed PyTorch's, and says what was found beside what is required.
find_libtorch() {
    local found version
    if [[ -n ${ALEXNET_LIBTORCH:-} ]]; then
        echo "libtorch: $ALEXNET_LIBTORCH, as ALEXNET_LIBTORCH says; $required is required" >&2
        return
    fi
    found=$("$python" -c 'import torch; print(torch.__version__); print(torch.__path__[0])') || {
        echo "'$python' finds no torch; install PyTorch $required, or set PYTHON or ALEXNET_LIBTORCH" >&2
        return 2
    }
    version=$(head -1 <<<"$found")
    ALEXNET_LIBTORCH=$(tail -1 <<<"$found")
    export ALEXNET_LIBTORCH
    echo "PyTorch: $version in $ALEXNET_LIBTORCH; TorchSharp 0.107 is built for $required" >&2
    if ! is_required "$version"; then
        echo "PyTorch $version is not $required, and PyTorch promises no ABI between them: it is tried all the same (ALEXNET_LIBTORCH_ANY=1); if it ends the process, install $required" >&2
        export ALEXNET_LIBTORCH_ANY=1
    fi
}

# PyTorch's CUDA libraries lie beside it, in packages of their own; libtorch finds them by itself unless it was moved.
find_cuda() {
    local folders
    folders=$(compgen -G "$ALEXNET_LIBTORCH/../nvidia/*/lib" | paste -sd: || true)
    [[ -z $folders ]] || export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folders"
}

is_required() { [[ $1 == "$required" || $1 == "$required".* || $1 == "$required"+* ]]; }

# device and recipe, then a part or nothing
run() {
    local device=$1 recipe=$2 part=${3:-all} program=$here/program/alexnet failed=0
    export RESULTS=${RESULTS:-$PWD/results.jsonl}
    find_libtorch
    find_cuda
    if [[ $part == all || $part == check ]]; then
        "$program" doctor >&2 || echo "doctor found something wrong (above); going on" >&2
        printf '## Parity and laws, --device %s\n\n' "$device"
        # shellcheck disable=SC2086
        "$here/program/AlexNet.CheckBenchmark" --device "$device" --output markdown ${CHECK:---full} || failed=1
    fi
    if [[ $part == all || $part == measure ]]; then
        "$python" "$here/measure.py" measure --program "$program" --device "$device" --recipe "$recipe" --results "$RESULTS" \
            --steps "${STEPS:-30}" --batches ${BATCHES:-128 256 512 1024 2048} || failed=1
    fi
    if [[ $part == all || $part == table ]]; then
        printf '\n## Speed\n\n'
        "$python" "$here/measure.py" table --results "$RESULTS" || failed=1
    fi
    return $failed
}

dry() {
    local folder packages
    build
    folder=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$folder'" EXIT # the name now: it is this function's
    tar -C "$folder" -xzf "$package_file"
    packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
    export ALEXNET_LIBTORCH=${ALEXNET_LIBTORCH:-${packages%/}/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native}
    cd "$folder"
    BATCHES=${BATCHES:-8} STEPS=${STEPS:-2} CHECK=${CHECK:---batch 16} PYTHON=$python alexnet-gpu/run.sh run-on cpu quickstart
    echo "dry run on the CPU: passed" >&2
}

case ${1:-} in
    build) build ;;
    check-size) check_size "$2" ;; # for tests, as is the next
    is-required) is_required "$2" ;;
    run) run cuda imagenet-2012 "${2:-all}" ;;
    run-on) run "$2" "$3" "${4:-all}" ;;
    dry) dry ;;
    *)
        sed -n '2,10p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
