#!/bin/sh
# Operands that are no file of the kind that is wanted: a run's folder, an
# executable, weights, a table; and standard input and pipes, which will do.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
cp "$root"/tests/cli/files/model.* .
"$guss" build model.nn model.yaml -o exe
./exe train --out run 2>/dev/null
"$guss" summary model.nn >table.txt
weights=run/weights.safetensors

# is_not NAME KIND WANTED COMMAND...: the last operand of COMMAND is that.
is_not() {
    what=$1 kind=$2 wants=$3
    shift 3
    for operand; do :; done
    refused "$what" 1 "$guss" "$@" <<END
error: '$operand' is $kind, not $wants
END
}

check_kinds() {
    for command in check summary fmt graph "build -o x" "emit -o x"; do
        # shellcheck disable=SC2086 # words
        {
            is_not "$command of a run" "the folder of a run" \
                "a .nn file: that is 'run/model.nn'" $command run
            is_not "$command of an executable" "an executable" "a .nn file" \
                $command exe
            is_not "$command of weights" "a safetensors file" "a .nn file" \
                $command $weights
            is_not "$command of a table" "a model's table" "a .nn file" \
                $command table.txt
        }
    done
    for command in graph "build -o x" "emit -o x" train; do
        # shellcheck disable=SC2086 # words
        {
            is_not "$command with a run for a schedule" "the folder of a run" \
                "a schedule (YAML): that is 'run/schedule.yaml'" \
                $command model.nn run
            is_not "$command with an executable for a schedule" \
                "an executable" "a schedule (YAML)" $command model.nn exe
        }
    done
    for operand in $weights exe run model.nn; do
        "$guss" diff model.nn "$operand" 2>"$scratch/err"
        [ $? -eq 1 ] && grep -q "^error: '$operand' is .*, not a model's table$" \
            "$scratch/err"
        ok "operands: diff with $operand for a table" $?
    done
    [ ! -e x ]
    ok "operands: what is refused writes nothing" $?
}

check_train() {
    refused "train with a run and a schedule" 2 \
        "$guss" train run model.yaml <<'END'
error: 'run' is the folder of a run, which is repeated with the schedule in it: guss train run; with another, its model is trained: guss train run/model.nn model.yaml
try: guss train --help
END
    refused "train with a schedule alone" 2 "$guss" train model.yaml <<'END'
error: a model is missing: guss train [OPTION…] FILE.nn model.yaml
try: guss train --help
END
    is_not "train with an executable" "an executable" "a .nn file" train exe
    refused "verify of an executable" 1 "$guss" verify exe <<'END'
error: 'exe' is not the folder of a run
END
    for command in verify train 'train --resume'; do
        # shellcheck disable=SC2086 # words
        refused "$command: a folder that is not there" 1 \
            "$guss" $command nowhere <<'END'
error: there is no folder 'nowhere'
END
    done
    refused "train with nothing" 2 "$guss" train <<'END'
error: an operand is missing: guss train [OPTION…] FILE.nn SCHEDULE.yaml, or the folder of a run
try: guss train --help
END
    refused "train with a model that is not there" 2 \
        "$guss" train nowhere.nn <<'END'
error: a schedule is missing: guss train [OPTION…] FILE.nn SCHEDULE.yaml; or 'nowhere.nn' would have to be the folder of a run
try: guss train --help
END
}

# same NAME WANTED COMMAND...: it prints what WANTED holds; model.nn comes from a
# pipe, which is its standard input, or from the one that is named `pipe`.
same() {
    what=$1 wanted=$2
    shift 2
    case " $* " in *" pipe "*) cat model.nn >pipe & ;; esac
    # shellcheck disable=SC2002 # a pipe is what is wanted
    cat model.nn | timeout 100 "$@" >"$scratch/out" 2>"$scratch/err"
    cmp "$wanted" "$scratch/out" && [ ! -s "$scratch/err" ]
    ok "operands: $what" $? || cat "$scratch/err"
}

check_pipes() {
    "$guss" fmt model.nn >formatted
    : >nothing
    mkfifo pipe
    for stdin in - /dev/stdin pipe; do
        same "check of $stdin" nothing "$guss" check $stdin
        same "summary of $stdin" table.txt "$guss" summary $stdin
        same "diff of $stdin" nothing "$guss" diff $stdin table.txt
        same "fmt of $stdin" formatted "$guss" fmt $stdin
        same "build of $stdin" nothing "$guss" build $stdin -o piped
        ./piped summary | cmp -s - table.txt && rm piped
        ok "operands: what was built of $stdin runs" $?
    done
    cat table.txt >pipe &
    timeout 100 "$guss" diff - pipe <model.nn
    ok "operands: diff with a table from a pipe" $?
    cat model.yaml >pipe &
    timeout 100 "$guss" train - pipe --out piped <model.nn 2>/dev/null
    cmp piped/model.nn model.nn && cmp piped/weights.safetensors $weights
    ok "operands: train of a model and a schedule from pipes" $?
    cat model.yaml >pipe &
    timeout 100 ./exe train --schedule pipe --out again 2>/dev/null
    cmp again/weights.safetensors $weights
    ok "operands: an executable reads its schedule from a pipe" $?
    echo 'include "model.nn"' | "$guss" check -
    ok "operands: standard input includes from the current folder" $?
    sed 's/Dense/Dens/' model.nn | "$guss" check - 2>"$scratch/err"
    grep -q "^<stdin>:6:15: error: unknown layer" "$scratch/err"
    ok "operands: mistakes have their place in <stdin>" $?
    refused "standard input twice" 2 "$guss" diff - - <<'END'
error: standard input can be read once: '-' is given twice
try: guss diff --help
END
    refused "a pipe in place" 2 "$guss" fmt -i pipe <<'END'
error: what is no file cannot be written in place: leave out --in-place, or 'pipe'
try: guss fmt --help
END
}

check_kinds
check_train
check_pipes
