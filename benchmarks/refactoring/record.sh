#!/usr/bin/env bash
# Records short runs of every layout and optimiser, so that a change of the code can be shown to change no bit of them.
#   record.sh PROGRAM DIR     trains each run with PROGRAM (the path of alexnet) into DIR/NAME
#   record.sh --compare PROGRAM BEFORE AFTER     compares each run of BEFORE with that of AFTER; the exit code says whether all are equal
set -uo pipefail

runs=(quickstart-1x1 quickstart-1x2 quickstart-2x1 quickstart-2x2 quickstart-hybrid quickstart-bf16 fashion-mnist-compact imagenet-2012)

# Whether gradients travel as factors is said, never chosen: the choice follows from speeds that are measured. Each run ends with a checkpoint, and those with epochs evaluate in between.
arguments() {
    local small="--set data.generated.train=640 --set data.generated.test=100 --set training.batch=32 --set training.epochs=2"
    case "$1" in
        quickstart-1x1) echo "quickstart $small --replicas 1 --shards 1" ;;
        quickstart-1x2) echo "quickstart $small --replicas 1 --shards 2" ;;
        quickstart-2x1) echo "quickstart $small --replicas 2 --shards 1 --factors never" ;;
        quickstart-2x2) echo "quickstart $small --replicas 2 --shards 2 --factors always --set training.microBatches=2" ;;
        quickstart-hybrid) echo "quickstart $small --plan hybrid --shards 2" ;;
        quickstart-bf16) echo "quickstart $small --replicas 2 --shards 1 --precision bf16 --gradients bf16 --factors never" ;;
        fashion-mnist-compact) echo "fashion-mnist-compact --data generated $small --replicas 1 --shards 2" ;;
        imagenet-2012) echo "imagenet-2012 --data generated --steps 3 --batch 16 --replicas 1 --shards 2 --set data.generated.train=64 --set data.generated.test=16" ;;
    esac
}

if [ "${1:-}" = --compare ]; then
    code=0
    for run in "${runs[@]}"; do
        echo "== $run"
        "$2" compare "$3/$run" "$4/$run" || code=1
    done
    exit "$code"
fi

mkdir -p "$2"
for run in "${runs[@]}"; do
    # the options are words without spaces
    # shellcheck disable=SC2046
    "$1" train $(arguments "$run") --threads 1 --no-pictures --output json --run-dir "$2/$run" > "$2/$run.log" 2>&1 ||
        { echo "$run ended with code $?; see $2/$run.log"; exit 1; }
    echo "$run is recorded"
done
