#!/bin/sh
# Holds `guss graph` to its description: every model and every schedule of the
# tree draws as well-formed XML, one small drawing is what it was, and mistakes
# are answered. tests/unit/drawing_test.c looks at where boxes and arrows lie.
#
# GOLDEN=1 rewrites the expected drawing; look at it.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 3

# well_formed NAME FILE
well_formed() {
    if command -v xmllint >/dev/null; then
        xmllint --noout --nonet "$2"
    elif command -v python3 >/dev/null; then
        python3 -c 'import sys, xml.dom.minidom as xml; xml.parse(sys.argv[1])' "$2"
    else
        skip "graph: $1 is XML" "neither xmllint nor python3"
        return
    fi
    ok "graph: $1 is XML" $?
}

# drawn NAME OPERAND...: to standard output, with nothing else said.
drawn() {
    name=$1
    shift
    "$guss" graph "$@" >"$scratch/out" 2>"$scratch/err" &&
        [ ! -s "$scratch/err" ] && grep -q '^<svg ' "$scratch/out"
    ok "graph: $name is drawn" $? || sed 's/^/    /' "$scratch/err"
    well_formed "$name" "$scratch/out"
}

for model in models/*.nn tests/accept/*.nn; do
    grep -q '^network' "$model" || continue
    # shellcheck disable=SC2046 # words
    drawn "$model" "$model" $(cat "${model%.nn}.args" 2>/dev/null)
done
for schedule in models/*.yaml; do
    model=${schedule%.yaml}
    drawn "$schedule" "${model%.*}.nn" "$schedule"
done

# has TEXT...: each is a text of the drawing made last.
has() {
    for text; do
        grep -qF ">$text</text>" "$scratch/out" || {
            echo "    no text '$text'"
            return 1
        }
    done
}
drawn "an autoencoder" models/simple_autoencoder.nn models/simple_autoencoder.mnist.yaml
has 'training: autoencoder' 'batch 256, 100 epochs' mnist/train \
    Simple_Autoencoder 'trained by adam, learning rate 0.001' \
    'the input itself' binary_crossentropy encoder_layer 'Dense, relu' \
    '25,120 params' '50,992 params, 50,176 multiply-adds' \
    'encoder; its output is the code' decoder
ok "graph: an autoencoder: what the drawing says" $?
drawn "a convolutional one" models/convolutional_autoencoder.nn \
    models/convolutional_autoencoder.mnist.yaml
grep -oE 'note">(encoder|decoder)' "$scratch/out" | sort | uniq -c |
    tr -s ' ' >"$scratch/notes"
expect_text "graph: which layers encode, which decode" "$scratch/notes" <<'END'
 7 note">decoder
 6 note">encoder
END
drawn "an autoencoder's network alone" models/simple_autoencoder.nn
! grep -qE "note.>(en|de)coder" "$scratch/out"
ok "graph: without a schedule a network is not known for an autoencoder" $?
drawn "a gan" models/dcgan.nn models/dcgan.mnist.yaml
has '1. discriminator update' '2. generator update' '128 rows' '256 rows' \
    'normal: mean 0, stddev 1' 'frozen; runs as in prediction' frozen \
    'trained by adam, learning rate 0.0001' 'trained by adam, learning rate 0.0002' \
    '128 + 128' '1 for real, 0 for fake' '1 for all'
ok "graph: a gan: what the drawing says" $?

cat >"$scratch/classes.nn" <<'END'
network other(784) { Dense(784) }
network classes(784) { Dense(10, activation=softmax) }
END
cat >"$scratch/classes.yaml" <<'END'
objective: classifier
network: classes
loss: categorical_crossentropy
batch: 10
iterations: 1
optimizer: {name: sgd}
data: {train: smileys/train}
END
cp tests/drawings/residual.nn "$scratch"
cd "$scratch" || exit 3
drawn "a classifier" classes.nn classes.yaml
has 'training: classifier' 'batch 10, 1 iteration' labels one-hot '(10)' \
    'trained by sgd, learning rate 0.01' categorical_crossentropy
ok "graph: a classifier: what the drawing says" $?
! grep -q '>other</text>' out
ok "graph: with a schedule, only its networks are drawn" $?

[ -n "${GOLDEN:-}" ] && "$guss" graph residual.nn -o "$root/tests/drawings/residual.svg"
expect_status "graph: -o" 0 "$guss" graph residual.nn -o residual.svg
[ ! -s out ] && [ ! -s err ]
ok "graph: -o says nothing" $?
expect_text "graph: a small drawing" residual.svg <"$root/tests/drawings/residual.svg"
"$guss" graph residual.nn | cmp - residual.svg
ok "graph: without -o it is printed" $?
drawn "one network" --network half residual.nn
has half dense && ! has whole >/dev/null
ok "graph: --network draws that one alone" $?

refused "a misspelt network" 1 "$guss" graph --network hlaf residual.nn <<'END'
error: 'residual.nn' has no network 'hlaf'; did you mean 'half'?
END
: >empty.nn
refused "a file without networks" 1 "$guss" graph empty.nn <<'END'
error: 'empty.nn' has no network to draw
END
refused "a model that is missing" 1 "$guss" graph none.nn <<'END'
error: cannot read 'none.nn': No such file or directory
END
refused "a schedule that is missing" 1 "$guss" graph classes.nn none.yaml <<'END'
error: cannot read 'none.yaml': No such file or directory
END
refused "--network beside a schedule" 2 "$guss" graph --network classes classes.nn \
    classes.yaml <<'END'
error: a schedule says which networks to draw: leave out --network or 'classes.yaml'
try: guss graph --help
END
refused "a drawing over its model" 2 "$guss" graph residual.nn -o ./residual.nn <<'END'
error: './residual.nn' is to be read, not written (choose another name with -o)
try: guss graph --help
END
refused "a drawing of another kind" 2 "$guss" graph residual.nn -o x.png <<'END'
error: a drawing is an SVG file: -o wants one that ends in .svg, not 'x.png'
try: guss graph --help
END
cmp residual.nn "$root/tests/drawings/residual.nn"
ok "graph: the model is left alone" $?
refused "a folder that is missing" 3 "$guss" graph residual.nn -o none/x.svg <<'END'
error: cannot write 'none/x.svg': No such file or directory
END
sed 's/network: classes/network: clases/' classes.yaml >misspelt.yaml
refused "a schedule's misspelt network" 1 "$guss" graph classes.nn misspelt.yaml <<'END'
misspelt.yaml:2:10: error: unknown network 'clases'; did you mean 'classes'?
    2 | network: clases
      |          ^~~~~~
END
sed '/network:/d' classes.yaml >unnamed.yaml
refused "a schedule without a network" 1 "$guss" graph classes.nn unnamed.yaml <<'END'
unnamed.yaml:1:1: error: the file has 2 networks: say which with 'network'
    1 | objective: classifier
      | ^
END
sed 's/^generator: .*/generator: generater/' "$root/models/dcgan.smileys.yaml" >gan.yaml
line=$(grep -n '^generator:' gan.yaml | cut -d: -f1)
refused "a gan's misspelt network" 1 "$guss" graph "$root/models/dcgan.nn" gan.yaml <<END
gan.yaml:$line:12: error: unknown network 'generater'; did you mean 'generator'?
    $line | generator: generater
      |            ^~~~~~~~~
END
"$guss" graph residual.nn >/dev/full 2>err
[ $? -eq 3 ] && [ "$(cat err)" = "error: cannot write to standard output" ]
ok "graph: a full disk" $?

# What /dev/stdout is, where it can be lost without harm.
ln -s /proc/self/fd/1 standard
mkdir drawings && ln -s drawings/behind.svg link.svg
"$guss" graph residual.nn >wanted.svg
{ echo above && "$guss" graph residual.nn -o standard; } >both &&
    sed 1d both | cmp - wanted.svg && [ -h standard ]
ok "graph: standard output by way of a link" $?
"$guss" graph residual.nn -o standard | cmp - wanted.svg && [ -h standard ]
ok "graph: a pipe by way of a link" $?
"$guss" graph residual.nn -o link.svg && cmp drawings/behind.svg wanted.svg &&
    [ -h link.svg ] && [ "$(ls -A drawings)" = behind.svg ]
ok "graph: the file behind a link" $?

# Nearly as many layers as a network may have, half of them joined with the first.
cat >long.nn <<'END'
network long {
    first = Input(4)
    repeat 2000 {
        next = Dense(4)
        Add() from next, first
    }
}
END
drawn "a network of 4,001 layers" long.nn

# The pictures of the documentation are what guss draws.
cd "$root" || exit 3
"$guss" graph models/dcgan.nn models/dcgan.mnist.yaml | cmp - docs/pictures/dcgan.svg
ok "graph: docs/pictures/dcgan.svg is what guss draws" $?
"$guss" graph tests/drawings/residual.nn | cmp - docs/pictures/residual.svg
ok "graph: docs/pictures/residual.svg is what guss draws" $?
