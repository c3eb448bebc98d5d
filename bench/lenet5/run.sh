#!/usr/bin/env bash
# Usage: bench/lenet5/run.sh [--epochs N] [--threads N] FOLDER
#
# Trains LeNet-5 on MNIST, whose IDX files FOLDER has, with guss and with PyTorch
# ($PYTHON, default python3), after each other, and prints what each says: accuracy
# on the test set and seconds of training.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
guss=${GUSS:-$here/../../build/guss}
epochs=40
threads=2
while [ $# -gt 1 ]; do
    case $1 in
    --epochs) epochs=$2 ;;
    --threads) threads=$2 ;;
    *) break ;;
    esac
    shift 2
done
[ $# = 1 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$guss" build "$here/lenet5.nn" "$here/lenet5.yaml" -o "$scratch/lenet5"
data=(--set "data.train=$1/train")
began=$(date +%s.%N)
"$scratch/lenet5" train --threads "$threads" --set epochs="$epochs" "${data[@]}" --out "$scratch/run" >&2
ended=$(date +%s.%N)
echo guss
"$scratch/lenet5" evaluate --weights "$scratch/run" --input "$1/test" | grep '^accuracy'
awk -v began="$began" -v ended="$ended" 'BEGIN { printf "seconds %.1f\n", ended - began }'
echo PyTorch
"${PYTHON:-python3}" "$here/train_torch.py" --threads "$threads" --epochs "$epochs" "$1"
