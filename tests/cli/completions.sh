#!/bin/sh
# Holds completion to the help, of guss and of an executable: bash, zsh and fish
# offer every command, every option and every choice that --help lists, and
# nothing else; files come by their endings, networks from the file, keys of --set
# from the schedule. No program is asked but those that were to be.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3
PATH=$BUILD:$PATH
program=$guss typed=guss # that is asked for help, and for completion

make_files() {
    cat >nets.nn <<'END'
network first(4) { Dense(3) }
network second(4) { Dense(2) }
END
    cat >pair.nn <<'END'
const width = 3
network pair {
    left = Input(2)
    right = Input(2)
    sum = Add() from left, right
    score = Dense(width) from sum
    output sum, score
}
END
    cat >gan.yaml <<'END'
objective: gan
generator: first
discriminator: second
loss: binary_crossentropy
batch: 2
epochs: 1
optimizer: {generator: {name: adam}, discriminator: {name: sgd}}
data: {train: smileys/train}
END
    touch 'two words.nn' table.txt plan.yaml weights.safetensors
    mkdir folder
}

# The shells' own completion of a command line that is given as its words.
make_askers() {
    cat >ask.bash <<END
. "\${script:-$root/completions/guss.bash}"
COMP_LINE=\${line:-\$*} COMP_POINT=\${#COMP_LINE} COMP_WORDS=("\$@") COMP_CWORD=\$((\$# - 1))
_guss
printf '%s\n' "\${COMPREPLY[@]}"
END
    # Without a terminal zsh completes nothing; what _guss calls is told.
    # The installed file is a function; what a program prints defines it.
    cat >ask.zsh <<END
_describe() { print -rl -- \${\${(P)2}%%:*} }
_files() { print -r -- "files \$*" }
compset() { PREFIX=\${PREFIX#\${~2}} }
_default() { }
compdef() { }
words=("\$@") CURRENT=\$# PREFIX=\$argv[-1]
. "\${script:-$root/completions/_guss}"
[[ -z \$script ]] || _guss
END
    cat >ask.fish <<END
set -q script; or set script "$root/completions/guss.fish"
source \$script
complete -C "\$argv[1]" | string replace -r '\t.*' ''
END
}
ask_bash() { bash --norc ask.bash "$@" | sed '/^$/d' | sort; }
ask_zsh() { zsh -f ask.zsh "$@" | sort; }
ask_fish() { fish --no-config ask.fish "$*" | sort; }

# offers NAME SHELL WORD...: standard input is what the shell offers.
offers() {
    name=$1 shell=$2
    shift 2
    "ask_$shell" "$@" >got 2>&1
    expect_text "completions: $shell: $name" got
}

# What a help lists, one a line: commands, of a group where one is given;
# options; "OPTION CHOICE" for each choice of "--format FORMAT  keras or json".
commands_of() {
    "$program" ${1+"$1"} --help | sed -n "s/^  ${1+$1 }\([a-z][a-z]*\) .*/\1/p" |
        uniq
    [ $# -gt 0 ] || [ "$program" != "$guss" ] || echo help
}
options_of() {
    # shellcheck disable=SC2086 # "data show" is two words
    "$program" $1 --help | sed -n 's/^  \(-.\), \(--[a-z-]*\).*/\1\n\2/p
        s/^      \(--[a-z-]*\).*/\1/p'
}
choices_of() {
    # shellcheck disable=SC2086
    "$program" $1 --help |
        sed -n 's/^ .*\(--[a-z]*\) [A-Z][A-Z]* *\([a-z0-9-]*\(, [a-z0-9-]*\)* or [a-z0-9-]*\)\(;.*\)*$/\1 \2/p' |
        sed 's/,//g; s/ or / /' | while read -r option words; do
        for word in $words; do echo "$option $word"; done
    done
}

check_commands() {
    commands_of | sort >wanted
    offers "all commands of --help" "$1" guss "" <wanted
    offers "commands behind help" "$1" guss help "" <wanted
    commands_of data | sort >wanted
    offers "all commands of data --help" "$1" guss data "" <wanted
    echo summary >wanted
    offers "the rest of a command" "$1" guss su <wanted
    ask_"$1" guss --color "" | grep -q '^never$'
    ok "completions: $1: an option before the command" $?
}

# check_options SHELL COMMAND
check_options() {
    options_of "$2" | sort >wanted
    # shellcheck disable=SC2086
    offers "all options of $2 --help" "$1" "$typed" $2 - <wanted
    choices_of "$2" >choices
    for option in $(cut -d ' ' -f 1 choices | uniq); do
        sed -n "s/^$option //p" choices | sort >wanted
        # shellcheck disable=SC2086
        offers "all choices of $2 $option" "$1" "$typed" $2 "$option" "" <wanted
    done
}

check_all_options() {
    commands_of | grep -vx -e help -e data >commands
    commands_of data | sed 's/^/data /' >>commands
    while read -r command; do
        check_options "$1" "$command" </dev/null
    done <commands
    choices_of summary >choices
    grep -qx -e '--format json' choices && choices_of emit >choices &&
        grep -qx -e '--real double' choices && grep -q x86-64-v3 choices
    ok "completions: the choices of options were found in the help" $?
}

check_attached_value() {
    case $1 in
    bash) line='guss summary --format=w' ask_bash guss summary --format = w ;;
    *) "ask_$1" guss summary --format=w ;;
    esac | sed 's/.*=//' | grep -qx wide
    ok "completions: $1: a value behind =" $?
}

check_names() {
    printf '%s\n' first second >wanted
    offers "networks of the file" "$1" \
        guss summary nets.nn --network "" <wanted
    offers "networks, with options before the file" "$1" \
        guss summary -D a=1 --format wide nets.nn --network "" <wanted
    echo width= >wanted
    offers "constants of the file" "$1" guss summary pair.nn -D "" <wanted
    printf '%s\n' cifar10 fashion_mnist kmnist mnist >wanted
    offers "known data sets" "$1" guss data fetch "" <wanted
}

# Folders, and what has the ending. bash leaves their slash to readline.
check_files() {
    while IFS='|' read -r words files; do
        echo "$files" | tr '|' '\n' | sed '/^$/d' >wanted
        # shellcheck disable=SC2086
        "ask_$1" guss $words "" </dev/null | sed 's/^folder$/folder\//' |
            LC_ALL=C sort >got
        expect_text "completions: $1: files behind $words" got <wanted
    done <<'END'
check|folder/|nets.nn|pair.nn|two words.nn
check nets.nn|folder/|nets.nn|pair.nn|two words.nn
build nets.nn|folder/|gan.yaml|plan.yaml
diff nets.nn|folder/|table.txt
train --schedule|folder/|gan.yaml|plan.yaml
train --init|folder/|weights.safetensors
build --keep|folder/
train a.nn b.yaml|
END
    "ask_$1" guss data show "" >got
    grep -qx smileys/train got && grep -qx plan.yaml got
    ok "completions: $1: data sets and files behind data show" $?
}

check_zsh_files() {
    echo 'files -g *.nn' >wanted
    offers "files by their ending" zsh guss check "" <wanted
    echo 'files -/' >wanted
    offers "folders" zsh guss build --keep "" <wanted
}

# ---- keys of --set -------------------------------------------------------

check_keys() {
    cat >wanted <<'END'
optimizer.discriminator.clipvalue=
optimizer.discriminator.ema_momentum=
optimizer.discriminator.learning_rate=
optimizer.discriminator.momentum=
optimizer.discriminator.nesterov=
optimizer.discriminator.weight_decay=
optimizer.generator.beta_1=
optimizer.generator.beta_2=
optimizer.generator.clipvalue=
optimizer.generator.ema_momentum=
optimizer.generator.epsilon=
optimizer.generator.learning_rate=
optimizer.generator.weight_decay=
END
    offers "keys of two optimizers" "$1" \
        guss train nets.nn gan.yaml --set optim <wanted
    "ask_$1" guss train --schedule plan.yaml --set "" | grep -qx optimizer.rho=
    ok "completions: $1: all keys where no schedule can be read" $?
}

# Each key that is offered can be set, and to the words that it is offered with:
# a value that it cannot have is refused by what it must be.
check_values_of_keys() {
    cat >wanted <<'END'
checkpoint.at= checkpoint.every= checkpoint.keep= data.augment.brightness=
data.augment.fill= data.augment.flip= data.augment.rotate= data.augment.shift=
data.augment.zoom= data.fit= data.normalize= data.pixels= data.shuffle=
data.size= data.test= data.train= data.validation=
epochs= iterations=
optimizer.beta_1= optimizer.beta_2= optimizer.clipvalue=
optimizer.ema_momentum= optimizer.epsilon=
optimizer.learning_rate= optimizer.weight_decay= reduce_on_plateau.cooldown=
reduce_on_plateau.factor= reduce_on_plateau.min_delta=
reduce_on_plateau.min_lr= reduce_on_plateau.mode= reduce_on_plateau.monitor=
reduce_on_plateau.patience= seed= snapshots.at= snapshots.columns=
snapshots.count= snapshots.every= snapshots.ink= stop.min_delta= stop.mode=
stop.monitor= stop.patience= threads=
END
    tr ' ' '\n' <wanted | offers "the keys of an autoencoder" "$1" \
        ./net train --set ""
    cp got keys
    while IFS='=' read -r key _; do
        ./net bench --set "$key={}" </dev/null >refusal 2>&1
        words=$(sed -n "s/.*error: '$key' must be \([a-z, ]*\), not.*/\1/p" \
            refusal)
        # an empty mapping may be one that says too little
        grep -q -e "'$key' must be" -e "missing '$key\.schedule'" \
            -e "missing '$key\.mean'" refusal
        ok "completions: the key $key can be set" $?
        case $words in
        *' or '*) # "white or black"
            echo "$words" | sed 's/,//g; s/ or / /' | tr ' ' '\n' |
                sort >wanted
            case $1 in # bash splits words at =
            bash) line="./net train --set $key=" "ask_$1" ./net train --set \
                "$key" = ;;
            *) "ask_$1" ./net train --set "$key=" | sed 's/.*=//' ;;
            esac >got
            expect_text "completions: $1: the words of $key" got <wanted
            ;;
        esac
    done <keys
}

# ---- executables ---------------------------------------------------------

check_files_of_executable() {
    while IFS='|' read -r words files; do
        echo "$files" | tr '|' '\n' >wanted
        # shellcheck disable=SC2086
        "ask_$1" ./net $words "" </dev/null | sed 's/^folder$/folder\//' >got
        expect_text "completions: $1: ./net $words" got <wanted
    done <<'END'
train --schedule|folder/|gan.yaml|plan.yaml
train --init|folder/|weights.safetensors
train --resume|folder/
reconstruct --weights|folder/|weights.safetensors
END
    "ask_$1" ./net predict "" >got
    grep -qx smileys/test got && grep -qx table.txt got
    ok "completions: $1: data and pictures behind predict" $?
}

check_executable() {
    program=./net typed=./net script=./registered.$1
    export script
    ./net completion "$1" >"$script"
    ok "completions: $1: an executable prints its completion" $?
    commands_of | sort >wanted
    cp wanted commands
    offers "all commands of an executable" "$1" ./net "" <wanted
    while read -r command; do
        check_options "$1" "$command" </dev/null
    done <commands
    check_values_of_keys "$1"
    printf '%s\n' decoder_layer encoder_layer input >wanted
    offers "layers" "$1" ./net predict --layer "" <wanted
    echo Simple_Autoencoder >wanted
    offers "networks" "$1" "$PWD/net" summary --network "" <wanted
    [ "$1" = zsh ] || check_files_of_executable "$1"
    program=$guss typed=guss
    unset script
}

check_several_ends() {
    for words in 'input left= right=' 'output score= sum='; do
        # shellcheck disable=SC2086
        set -- $words
        printf 'words\n\n%s\t\n%s\t\n' "$2" "$3" >wanted
        ./pair --complete predict "--$1" "" | sort >got
        sort wanted | expect_text "completions: names of several ${1}s" got
        ./pair --complete predict "--$1=$2" | head -2 >got
        printf 'files\n--%s=%s\n' "$1" "$2" |
            expect_text "completions: files behind --$1 $2" got
    done
    for command in train evaluate bench; do
        ! ./pair --complete "" | grep "^$command"
        ok "completions: no $command without a schedule" $?
    done
}

check_purposes_of_keys() {
    ./net --complete train --set optimizer.ep >got
    printf 'words\n\noptimizer.epsilon=\tkeeps divisors from 0\n' |
        expect_text "completions: what a key is for" got
}

# A program that has the name of another, but was not to be asked.
check_strangers() {
    mkdir -p elsewhere
    for name in net guss; do
        printf '#!/bin/sh\necho ran >>"%s/ran"\n' "$PWD" >elsewhere/$name
        chmod +x elsewhere/$name
        script=./registered.$1 "ask_$1" "./elsewhere/$name" "" >got 2>&1
        script=./registered.$1 "ask_$1" "./elsewhere/$name" train --set "" \
            >got 2>&1
    done
    [ ! -e ran ]
    ok "completions: $1: a stranger of the same name is not run" $?
    rm -rf elsewhere ran
}

# What is half written or wrong is answered all the same, and quietly.
check_odd_lines() {
    mkfifo pipe.nn
    for words in -- -= --= --x= --color= --help= -D -Dx -ox nonsense 'data x' 'check -- -' \
        'summary /dev/null --network' 'summary missing.nn --network' \
        'summary pipe.nn --network' 'train nets.nn pipe.nn --set' \
        'train nets.nn missing.yaml --set' 'train --set =' 'train --set data.'; do
        # shellcheck disable=SC2086
        for asked in "$guss" ./net; do
            timeout 10 "$asked" --complete $words "" >"$scratch/out" \
                2>"$scratch/err" && [ ! -s "$scratch/err" ] &&
                head -1 "$scratch/out" |
                grep -qE '^(words|files( [a-z]+)?|folders)$'
            ok "completions: ${asked##*/} --complete $words" $?
        done
    done
    rm pipe.nn
    for asked in "$guss" ./net; do
        name=${asked##*/}
        expect_status "completions: $name --complete alone" 0 \
            "$asked" --complete
        expect_status "completions: $name completion of no shell" 2 \
            "$asked" completion
        expect_status "completions: $name completion of another shell" 2 \
            "$asked" completion csh
        expect_text "completions: $name says which there are" \
            "$scratch/err" <<END
error: completion is for bash, zsh or fish, not 'csh'
try: $([ "$asked" = "$guss" ] && echo guss || echo ./net) completion --help
END
    done
}

make_files
make_askers
expect_status "completions: an executable is built" 0 "$guss" build \
    "$root/models/simple_autoencoder.nn" \
    "$root/models/simple_autoencoder.smileys.yaml" -o net
expect_status "completions: and one of two inputs" 0 "$guss" build pair.nn \
    -o pair
for shell in bash zsh fish; do
    if ! command -v $shell >/dev/null 2>&1; then
        skip "completions: $shell" "no $shell here"
        continue
    fi
    check_commands "$shell"
    check_all_options "$shell"
    check_attached_value "$shell"
    check_names "$shell"
    case $shell in
    zsh) check_zsh_files ;;
    *) check_files "$shell" ;;
    esac
    check_keys "$shell"
    check_executable "$shell"
    check_strangers "$shell"
done
check_several_ends
check_purposes_of_keys
check_odd_lines
