#!/bin/sh
# Holds guss's command line to its description: options, operands, exit
# statuses and messages of check, summary, emit, build and train, and what they
# leave behind.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" "$scratch/tmp"
cd "$scratch/work" || exit 3
export TMPDIR="$scratch/tmp"
unset GUSS_CC CC NO_COLOR
cp "$root"/tests/cli/files/* .

# silent NAME COMMAND...: it succeeds and says nothing.
silent() {
    name=$1
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    got=$?
    [ $got -eq 0 ] && [ ! -s "$scratch/out" ] && [ ! -s "$scratch/err" ]
    ok "commands: $name" $? ||
        sed 's/^/    /' "$scratch/out" "$scratch/err" | head -40
}

check_help() {
    expect_status "commands: --version" 0 "$guss" --version
    [ "$(head -1 "$scratch/out")" = "guss $(cat "$root/VERSION")" ]
    ok "commands: --version begins with 'guss' and the version" $?
    expect_status "commands: --help" 0 "$guss" --help
    for command in check summary emit build train; do
        grep -q "^  $command " "$scratch/out"
        ok "commands: --help lists $command" $?
        "$guss" $command --help >"$scratch/help" &&
            [ "$(head -c "$((12 + ${#command}))" "$scratch/help")" = \
                "usage: guss $command" ] && grep -q -- --help "$scratch/help"
        ok "commands: $command --help" $?
    done
    silent "-- before a command" "$guss" -- check model.nn
    cp model.nn ./-D.nn
    silent "-- before an operand" "$guss" check -- -D.nn
    silent "an option behind an operand" "$guss" check model.nn -D width=8
    silent "several files" "$guss" check model.nn several.nn ./-D.nn
    rm ./-D.nn
}

check_usage() {
    refused "no command" 2 "$guss" <<'END'
error: no command given
try: guss --help
END
    refused "a misspelt command" 2 "$guss" chek model.nn <<'END'
error: unknown command 'chek'; did you mean 'check'?
try: guss --help
END
    refused "an unknown command" 2 "$guss" frobnicate <<'END'
error: unknown command 'frobnicate'
try: guss --help
END
    refused "a file in the place of a command" 2 "$guss" model.nn <<'END'
error: unknown command 'model.nn': a command stands before the file, as in guss check FILE.nn
try: guss --help
END
    refused "a command of the executable" 2 "$guss" predict model.nn <<'END'
error: unknown command 'predict': a command of the executable: guss build MODEL.nn SCHEDULE.yaml -o x, then ./x predict --help
try: guss --help
END
    refused "a command of other tools" 2 "$guss" compile model.nn <<'END'
error: unknown command 'compile'; did you mean 'build'?
try: guss --help
END
    echo '# nothing' >empty.nn
    refused "a summary of nothing" 1 "$guss" summary empty.nn <<'END'
error: 'empty.nn' has no network
END
    rm empty.nn
    printf 'objective: autoencoder\nbatch: 4\n' >swapped.yaml
    refused "a schedule and a model, swapped" 1 \
        "$guss" train swapped.yaml model.nn <<'END'
error: 'swapped.yaml' is a schedule (YAML), and 'model.nn' is none: the .nn file stands first
END
    refused "a schedule in the place of a model" 1 \
        "$guss" check swapped.yaml <<'END'
error: 'swapped.yaml' is a schedule (YAML), not a .nn file
END
    refused "a schedule to be formatted" 1 "$guss" fmt -i swapped.yaml <<'END'
error: 'swapped.yaml' is a schedule (YAML), not a .nn file
END
    refused "a model in the place of a schedule" 1 \
        "$guss" build model.nn model.nn <<'END'
error: 'model.nn' is a .nn file, not a schedule (YAML)
END
    rm swapped.yaml
    refused "a key of the schedule as an option" 2 \
        "$guss" train --epochs 3 model.nn x.yaml <<'END'
error: train has no option '--epochs': write --set epochs=3
try: guss train --help
END
    refused "a key that is compiled in as an option" 2 \
        "$guss" train model.nn x.yaml --batch-size=64 <<'END'
error: train has no option '--batch-size': write 'batch: 64' in the schedule
try: guss train --help
END
    refused "an option of other tools" 2 \
        "$guss" train model.nn x.yaml -o run <<'END'
error: train has no option '-o'; did you mean '--out'?
try: guss train --help
END
    refused "a misspelt option" 2 "$guss" summary --netwrok=m model.nn <<'END'
error: summary has no option '--netwrok'; did you mean '--network'?
try: guss summary --help
END
    refused "an unknown option" 2 "$guss" --quick check model.nn <<'END'
error: guss has no option '--quick'
try: guss --help
END
    refused "an unknown letter" 2 "$guss" build -vx model.nn <<'END'
error: build has no option '-x'
try: guss build --help
END
    refused "an option of another command" 2 "$guss" check -o x model.nn <<'END'
error: check has no option '-o'
try: guss check --help
END
    refused "the beginning of two options" 2 "$guss" build --ver model.nn <<'END'
error: '--ver' is the beginning of several options
try: guss build --help
END
    refused "a value too much" 2 "$guss" check --help=all <<'END'
error: '--help' takes no value
try: guss check --help
END
    refused "a value missing" 2 "$guss" summary model.nn --network <<'END'
error: '--network' wants a value
try: guss summary --help
END
    refused "an operand missing" 2 "$guss" check <<'END'
error: an operand is missing: guss check [OPTION…] FILE.nn…
try: guss check --help
END
    refused "a schedule missing" 2 "$guss" train model.nn <<'END'
error: a schedule is missing: guss train [OPTION…] FILE.nn SCHEDULE.yaml; or 'model.nn' would have to be the folder of a run
try: guss train --help
END
    refused "an operand too many" 2 "$guss" summary model.nn several.nn <<'END'
error: 'several.nn' is one operand too many: guss summary [OPTION…] FILE.nn
try: guss summary --help
END
    refused "nowhere to emit to" 2 "$guss" emit model.nn <<'END'
error: emit wants a folder to write into: -o DIR
try: guss emit --help
END
    expect_status "commands: an unknown format" 2 \
        "$guss" summary --format=latex model.nn
    grep -q "^error: --format is keras.*, not 'latex'$" "$scratch/err"
    ok "commands: an unknown format is named, with the known ones" $?
    refused "an unknown stage" 2 "$guss" emit --dump=grph model.nn <<'END'
error: --dump is ast, graph or plan, not 'grph'
try: guss emit --help
END
    refused "an unknown colour" 2 "$guss" --color=red check model.nn <<'END'
error: --color is auto, always or never, not 'red'
try: guss --help
END
    refused "an unknown target" 2 "$guss" emit --target=avx -o x model.nn <<'END'
error: unknown target 'avx': native, x86-64-v2, x86-64-v3, x86-64-v4 or generic
try: guss emit --help
END
}

check_files() {
    refused "a missing file" 1 "$guss" build none.nn <<'END'
error: cannot read 'none.nn': No such file or directory
END
    refused "a missing schedule" 1 "$guss" build model.nn none.yaml <<'END'
error: cannot read 'none.yaml': No such file or directory
END
    refused "a folder for a file" 1 "$guss" summary . <<'END'
error: cannot read '.': Is a directory
END
    cp "$root/tests/reject/unknown-layer.nn" wrong.nn
    expect_status "commands: check goes on with the next file" 1 \
        "$guss" check wrong.nn none.nn model.nn wrong.nn
    {
        "$guss" check wrong.nn 2>&1
        "$guss" check none.nn 2>&1
        "$guss" check wrong.nn 2>&1
    } >"$scratch/wanted"
    cmp "$scratch/wanted" "$scratch/err"
    ok "commands: check reports the mistakes of every file" $?
    for command in "summary" "emit -o out" "build -o out" "emit --dump=graph"; do
        # shellcheck disable=SC2086 # words
        expect_status "commands: $command of a file with mistakes" 1 \
            "$guss" $command wrong.nn
        [ ! -s "$scratch/out" ] && [ ! -e out ]
        ok "commands: $command writes nothing then" $?
    done
    rm wrong.nn
}

check_summary() {
    expect_status "commands: summary of one network" 0 \
        "$guss" summary several.nn --network narrow
    [ "$(grep -c '^Model:' "$scratch/out")" -eq 1 ] &&
        [ "$(head -1 "$scratch/out")" = 'Model: "narrow"' ]
    ok "commands: --network shows that network alone" $?
    expect_status "commands: summary of all networks" 0 "$guss" summary several.nn
    [ "$(grep -c '^Model:' "$scratch/out")" -eq 4 ]
    ok "commands: without --network all are shown" $?
    refused "a misspelt network" 1 "$guss" summary several.nn --network narow <<'END'
error: 'several.nn' has no network 'narow'; did you mean 'narrow'?
END
    for command in "summary model.nn" "--help" "emit --dump=ast model.nn"; do
        # shellcheck disable=SC2086 # words
        "$guss" $command >/dev/full 2>"$scratch/err"
        [ $? -eq 3 ] && [ "$(cat "$scratch/err")" = \
            "error: cannot write to standard output" ]
        ok "commands: $command on a full disk" $?
    done
}

check_definitions() {
    cat >constants.nn <<'END'
const a = 2
const b = a * 3
const c = b + 1
const rate = 0.5
const act = relu
network n(8) { Dense(a) Dense(b) Dense(c) Dropout(rate) Activation(act) }
END
    # widths GRAPH: the sizes of the dense layers.
    widths() {
        "$guss" emit --dump=graph constants.nn "$@" |
            sed -n 's/.*= Dense.* -> (\([0-9]*\)).*/\1/p' | tr '\n' ' '
    }
    [ "$(widths)" = "2 6 7 " ] && [ "$(widths -D a=5)" = "5 15 16 " ] &&
        [ "$(widths -D c=1 -D a=5)" = "5 15 1 " ] &&
        [ "$(widths -D 'b = 2 ** 3' -Da=1)" = "1 8 9 " ] &&
        [ "$(widths --define=a='b - 1' -D b=4)" = "3 4 5 " ] &&
        [ "$(widths -D a=4 -D a=3)" = "3 9 10 " ]
    ok "commands: -D replaces a const, and what depends on it follows" $?
    silent "-D of each kind" "$guss" check constants.nn -D rate=0 -D act=tanh
    refused "-D of an unknown const" 1 "$guss" check constants.nn -D rat=1 <<'END'
-D:1:1: error: the file has no const 'rat' to replace; did you mean 'rate'?
    1 | rat=1
      | ^~~
END
    refused "-D of another kind" 1 "$guss" check constants.nn -D act=3 \
        -D a=2.5 -D rate=same <<'END'
-D:1:5: error: 'act' is a word in the file and cannot become a whole number
    1 | act=3
      |     ^
-D:1:3: error: 'a' is a whole number in the file and cannot become a real number
    1 | a=2.5
      |   ^~~
-D:1:6: error: 'rate' is a real number in the file and cannot become a word
    1 | rate=same
      |      ^~~~
END
    refused "-D without a value" 1 "$guss" check constants.nn -D a -D a= \
        -D 3=a -D 'a=1 2' <<'END'
-D:1:2: error: unexpected end: expected '='
    1 | a
      |  ^
-D:1:3: error: unexpected end: expected a value
    1 | a=
      |   ^
-D:1:1: error: unexpected '3': expected a name
    1 | 3=a
      | ^
-D:1:5: error: unexpected '2'
    1 | a=1 2
      |     ^
END
    refused "-D of a const by itself" 1 "$guss" check constants.nn -D a=b <<'END'
-D:1:1: error: the value of 'a' depends on itself
    1 | a=b
      | ^
END
    refused "-D that makes a mistake" 1 "$guss" check constants.nn -D c=0 <<'END'
constants.nn:6:40: error: 'units' of Dense must be a whole number of at least 1, not 0
    6 | network n(8) { Dense(a) Dense(b) Dense(c) Dropout(rate) Activation(act) }
      |                                        ^
-D:1:3: note: its value is given here
    1 | c=0
      |   ^
END
}

check_emit() {
    silent "emit into a new folder" "$guss" emit model.nn model.yaml -o new/folder
    [ "$(ls new/folder)" = "Makefile
model.c" ]
    ok "commands: emit writes the C and a Makefile" $?
    silent "emit again" "$guss" emit model.nn model.yaml -o again
    diff -r new/folder again
    ok "commands: emit writes the same bytes again" $?
    silent "emit over what was emitted" "$guss" emit model.nn -o again
    mkdir taken
    echo 'all:' >taken/Makefile
    refused "a Makefile in the place of the Makefile" 2 "$guss" emit model.nn \
        -o taken <<'END'
error: 'taken/Makefile' is there already, and not of guss's making; choose another folder
try: guss emit --help
END
    [ "$(ls taken) $(cat taken/Makefile)" = "Makefile all:" ] && rm -r taken
    ok "commands: what guss has not made stays" $?
    expect_status "commands: make on what was emitted" 0 make -C new/folder
    expect_status "commands: what make made runs" 0 new/folder/model --version
    expect_status "commands: --dump needs no folder" 0 \
        "$guss" emit --dump=plan model.nn model.yaml
    [ -s "$scratch/out" ]
    ok "commands: --dump=plan prints the plan" $?
    refused "a file in the place of the folder" 3 "$guss" emit model.nn \
        -o model.yaml <<'END'
error: cannot make the folder 'model.yaml': Not a directory
END
    mkdir -p blocked/model.c/x
    refused "a folder in the place of the C" 3 "$guss" emit model.nn \
        -o blocked <<'END'
error: cannot write 'blocked/model.c': Is a directory
END
    # shellcheck disable=SC3045 # dash has it
    (ulimit -f 1 && exec "$guss" emit model.nn model.yaml -o full) \
        >"$scratch/out" 2>"$scratch/err"
    [ $? -eq 3 ] && [ -z "$(ls -A full)" ] &&
        [ "$(cat "$scratch/err")" = \
            "error: cannot write 'full/model.c': File too large" ]
    ok "commands: emit to a full disk leaves nothing" $? || cat "$scratch/err"
    rm -r new again blocked full
}

check_build() {
    silent "build" "$guss" build model.nn model.yaml
    [ -x model ] && ./model summary >"$scratch/table" &&
        "$guss" summary model.nn | cmp - "$scratch/table"
    ok "commands: build names the executable after the file; it runs" $?
    nothing_left build
    silent "build -o and --keep" "$guss" build -o ./-x --keep kept model.nn
    [ -x ./-x ] && [ "$(ls kept)" = "Makefile
model.c" ]
    ok "commands: build -o and --keep write both" $?
    expect_status "commands: build -v" 0 "$guss" build -v model.nn -o x
    [ ! -s "$scratch/out" ] && grep -q '^cc .*model\.c' "$scratch/err"
    ok "commands: build -v shows the compiler's command" $?
    runs() { chmod +x "$1" && "./$1" summary | cmp - "$scratch/table"; }
    mkfifo pipe
    cat pipe >piped &
    silent "build into a pipe" "$guss" build model.nn -o pipe
    wait $!
    runs piped && [ -p pipe ]
    ok "commands: what is no file keeps its place" $?
    mkdir place && ln -s place/behind link && ln -s /proc/self/fd/1 standard
    "$guss" build model.nn -o link && [ -x link ] && runs link &&
        [ -h link ] && [ "$(ls -A place)" = behind ]
    ok "commands: build by way of a link makes the file behind it" $?
    "$guss" build model.nn -o standard >piped && runs piped && [ -h standard ]
    ok "commands: build to standard output" $?
    long=$(printf '%0252d' 0)
    cp model.nn "$long.nn"
    silent "build of a file with the longest name" "$guss" build "$long.nn"
    [ -x "$long" ]
    ok "commands: an executable with the longest name" $?
    rm -r pipe piped place link standard kept x ./-x model "$long" "$long.nn"
    refused "a folder in the place of the executable" 3 "$guss" build model.nn \
        -o "$TMPDIR" <<END
error: cannot write '$TMPDIR': it is a folder (choose a name with -o)
END
    refused "an executable in no folder" 3 "$guss" build model.nn \
        -o none/x <<'END'
error: cannot write 'none/x': No such file or directory
END
    cp model.nn bare
    refused "an executable in the place of its source" 2 "$guss" build bare <<'END'
error: 'bare' is to be read, not written (choose a name with -o)
try: guss build --help
END
    echo 'include "bare"' >middle.nn
    echo 'include "middle.nn"' >outer.nn
    refused "an executable in the place of a file that only includes" 2 "$guss" \
        build outer.nn -o middle.nn <<'END'
error: 'middle.nn' is to be read, not written (choose a name with -o)
try: guss build --help
END
    refused "an executable in the place of what its source includes" 2 "$guss" \
        build outer.nn -o bare <<'END'
error: 'bare' is to be read, not written (choose a name with -o)
try: guss build --help
END
    rm middle.nn outer.nn
    rm bare
    [ ! -e x ] && [ ! -e none ]
    ok "commands: a build that fails writes no executable" $?
}

# traced SIGNAL COMMAND...: the signal comes when the command has written its
# output and is about to rename it.
traced() {
    signal=$1
    shift
    strace -f -qq -o "$scratch/trace" -e trace=fsync \
        -e inject=fsync:signal="$signal":when=1 "$@" \
        >"$scratch/out" 2>"$scratch/err"
}

check_interrupted() {
    if ! traced TERM true; then
        skip "commands: a signal while a file is written" "strace cannot be used"
        return
    fi
    "$guss" build model.nn model.yaml && ./model train --out run 2>/dev/null
    cp model.nn rough.nn && echo '# more' >>rough.nn
    for stop in HUP:129 INT:130 QUIT:131 TERM:143; do
        traced ${stop%:*} ./model predict --weights run/weights.safetensors \
            --input smileys/test --output y.npy
        [ $? -eq ${stop#*:} ] && [ ! -e y.npy ]
        ok "commands: SIG${stop%:*} while predict writes" $?
        nothing_left "predict and SIG${stop%:*}"
    done
    traced INT ./model reconstruct --weights run/weights.safetensors \
        --input smileys/test --output sheet.png
    traced INT "$guss" graph model.nn -o x.svg
    traced INT "$guss" data show smileys/train -o sheet.png
    traced INT "$guss" fmt -i rough.nn
    traced INT "$guss" build model.nn -o x
    [ ! -e sheet.png ] && [ ! -e x.svg ] && [ ! -e x ]
    ok "commands: SIGINT while others write" $?
    nothing_left "SIGINT"
    rm -r model run rough.nn
}

check_train() {
    silent_train() {
        name=$1
        shift
        "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
        got=$?
        ok "commands: $name" $got || head -20 "$scratch/err"
    }
    silent_train "train builds and runs" "$guss" train model.nn model.yaml --out run
    [ -s run/weights.safetensors ] &&
        [ "$(find "$XDG_CACHE_HOME/guss" -type f | wc -l)" -eq 1 ]
    ok "commands: train leaves weights and one cached executable" $?
    silent_train "train calls no compiler again" env GUSS_CC= CC= "$guss" train \
        model.nn model.yaml --out again --set seed=1
    cmp run/weights.safetensors again/weights.safetensors
    ok "commands: train gives the same weights again" $?
    cat >stop <<'END'
#!/bin/sh
exit 9
END
    chmod +x stop
    PATH=$PWD:$PATH cp stop cc
    silent_train "train calls no compiler at all" env PATH="$PWD" "$guss" train \
        model.nn model.yaml --out third
    refused "train with another const compiles" 3 env PATH="$PWD:$PATH" "$guss" \
        train model.nn model.yaml -D width=5 --out fourth <<'END'
error: the C compiler 'cc' failed with status 9
END
    expect_status "commands: train exits as its executable does" 1 "$guss" train \
        model.nn model.yaml --init none.safetensors --out fourth
    refused "train refuses as its executable does" 2 "$guss" train \
        model.nn model.yaml --threads=many <<'END'
error: --threads wants a number from 0 to 1024, not 'many'
try: guss train --help
END
    silent "build what trains" "$guss" build model.nn model.yaml
    bytes=$(wc -c <run/weights.safetensors)
    { head -c $((bytes - 4)) run/weights.safetensors && printf '\000\000\200\177'; } \
        >infinite.safetensors
    refused "train begins with finite weights" 1 ./model train --out fourth \
        --init infinite.safetensors <<'END'
took all 4 weights from 'infinite.safetensors':
  model/code/kernel, model/code/bias
  model/decoded/kernel, model/decoded/bias
error: 'infinite.safetensors' holds inf in 'model/decoded/bias': no training can begin there
END
    (./model train --out closed 2>&-) && [ "$(wc -l <closed/log.csv)" -eq 2 ]
    ok "commands: no progress gets into a file where there is nowhere for it" $?
    (./model evaluate --weights closed/weights.safetensors >&-) 2>"$scratch/err"
    [ $? -eq 3 ] && grep -q '^error: cannot write to standard output' \
        "$scratch/err"
    ok "commands: nowhere to write results is the machine's failure" $?
    # shellcheck disable=SC3045 # dash has it
    (ulimit -f 8 && exec ./model train --out full) >"$scratch/out" \
        2>"$scratch/err"
    [ $? -eq 3 ] && grep -q "^error: cannot write 'full/.*: File too large$" \
        "$scratch/err"
    ok "commands: training to a full disk is the machine's failure" $? ||
        cat "$scratch/err"
    silent_train "train with other constants" "$guss" train model.nn \
        model.yaml -D width=6 -D rate=1 -D 'name = tanh # new' --out other
    expect_text "commands: a run keeps the model with them" other/model.nn <<'END'
const width = 6
const rate = 1.0
const name = tanh
network model {
    seen    = Input(784)
    code    = Dense(width, activation=name)
    decoded = Dense(784, activation=sigmoid)
}
END
    nothing_left train
    rm -r run again third other full closed model cc stop
}

check_moved() {
    mkdir -p "$scratch/a place" "$scratch/installed/bin"
    cp -r "$BUILD/guss" "$BUILD/lib" "$BUILD/include" "$scratch/a place"
    silent "build with a tree that was moved" "$scratch/a place/guss" build \
        model.nn -o moved
    cp "$BUILD/guss" "$scratch/installed/bin"
    cp -r "$BUILD/lib" "$BUILD/include" "$scratch/installed"
    silent "build with an installed tree" "$scratch/installed/bin/guss" build \
        model.nn -o installed
    ln -s "$scratch/installed/bin/guss" "$scratch/link"
    silent "build through a link" "$scratch/link" build model.nn -o linked
    rm -r "$scratch/a place/lib"
    refused "build without the runtime" 3 "$scratch/a place/guss" build \
        model.nn -o x <<END
error: guss's runtime is missing: neither '$scratch/a place' nor '$scratch' has lib/guss/libguss-trainer.a and include/guss/model.h
END
    rm -r moved installed linked "$scratch/a place" "$scratch/installed"
}

check_colours() {
    escape=$(printf '\033')
    sed 's/Dense/Dens/' model.nn >wrong.nn
    coloured() { grep -q "$escape" "$scratch/err" "$scratch/out"; }
    "$guss" check wrong.nn 2>"$scratch/err"
    ! coloured
    ok "commands: no colours in a file" $?
    "$guss" --color=always check wrong.nn 2>"$scratch/err"
    coloured
    ok "commands: colours with --color=always before the command" $?
    "$guss" check wrong.nn --color always 2>"$scratch/err"
    coloured
    ok "commands: colours with --color always behind it" $?
    "$guss" check none.nn --color always 2>"$scratch/err"
    [ "$(cat "$scratch/err")" = "${escape}[1;31merror:${escape}[0m cannot read \
'none.nn': No such file or directory" ]
    ok "commands: colours where no place in a text is meant" $?
    command -v script >/dev/null || {
        skip "commands: colours on a terminal" "script is missing"
        return
    }
    terminal() {
        TERM=xterm script -qec "$*" /dev/null >"$scratch/out" 2>&1 </dev/null
        : >"$scratch/err"
    }
    terminal "$guss" check wrong.nn
    coloured
    ok "commands: colours on a terminal" $?
    NO_COLOR=1 terminal "$guss" check wrong.nn
    ! coloured
    ok "commands: NO_COLOR" $?
    terminal "$guss" check wrong.nn --color=never
    ! coloured
    ok "commands: --color=never" $?
}

# Names that mean something to C, to guss, to make or to a shell.
check_names() {
    cat >int.nn <<'END'
network while {
    for           = Input(6)
    return        = Dense(5, activation=relu)
    guss_model    = Dense(5)
    __attribute__ = Dense(4)
    main          = Dense(3)
    train         = Dense(6, activation=sigmoid)
}
network int(6) {
    input   = Dense(4)
    weights = Dense(4)
    _Exit   = Dense(4)
    NULL    = Dense(4)
    x       = Dense(4)
    float   = Dense(6)
}
END
    sed 's/network: .*/network: while/' model.yaml >int.yaml
    silent "names of C build" "$guss" build int.nn int.yaml
    [ -x int ] && ./int summary >/dev/null
    ok "commands: names of C run" $?
    # shellcheck disable=SC2016
    odd='-a $(touch x) "b'"'"'%s'
    cp model.nn "./$odd.nn"
    silent "a file with an odd name builds" "$guss" build "./$odd.nn"
    [ -x "./$odd" ] && "./$odd" summary >/dev/null && [ ! -e x ]
    ok "commands: a file with an odd name runs" $?
    silent "a file with an odd name is emitted" "$guss" emit "./$odd.nn" -o out
    rm -r int "./$odd" out
}

check_help
check_usage
check_files
check_summary
check_definitions
check_emit
check_build
check_interrupted
check_train
check_moved
check_colours
check_names
