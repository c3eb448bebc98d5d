#!/bin/sh
# What a classifier answers: predict for pictures and other samples, and what
# evaluate says of a whole set.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
picture=$(cd "$(dirname "$0")" && pwd)/picture.py
unset GUSS_DATA
cd "$scratch" || exit 3

# prints NAME COMMAND...: standard output is standard input.
prints() {
    what=$1
    shift
    expect_status "answers: $what" 0 "$@" || return
    expect_text "answers: $what: what is printed" "$scratch/out"
}

# tensors FILE CLASS_NAMES KEY SHAPE VALUES...: weights of one tensor.
tensors() {
    python3 - "$@" <<'END'
import json
import struct
import sys

path, names, key, shape = sys.argv[1:5]
values = struct.pack("<%df" % (len(sys.argv) - 5), *map(float, sys.argv[5:]))
header = {key: {"dtype": "F32", "shape": json.loads(shape), "data_offsets": [0, len(values)]}}
if names:
    header["__metadata__"] = {"class_names": names}
text = json.dumps(header).encode()
open(path, "wb").write(len(text).to_bytes(8, "little") + text + values)
END
}

schedule() { # LOSS
    cat <<END
objective: classifier
loss: $1
batch: 4
epochs: 1
optimizer: {name: sgd}
data: {train: pictures}
threads: 1
END
}

# What lights most is the class: a picture's values are its answer.
make_models() {
    echo 'network same(1, 3, 1) { Flatten() Dense(3, use_bias=false) }' >same.nn
    schedule mean_squared_error >same.yaml
    echo 'network one(1, 3, 1) { Flatten() Dense(1, use_bias=false) }' >one.nn
    schedule mean_squared_error >one.yaml
    expect_status "answers: a classifier is built" 0 \
        "$guss" build same.nn same.yaml -o same || return
    expect_status "answers: one of one output" 0 \
        "$guss" build one.nn one.yaml -o one || return
    expect_status "answers: one without a schedule" 0 \
        "$guss" build same.nn -o plain || return
    tensors same.w '["red fox", "owl", "a\u001b[1m"]' same/dense/kernel '[3, 3]' \
        1 0 0 0 1 0 0 0 1
    tensors unnamed.w "" same/dense/kernel '[3, 3]' 1 0 0 0 1 0 0 0 1
    tensors one.w '["no", "yes"]' one/dense/kernel '[3, 1]' 1 0 0
}

make_pictures() {
    python3 "$picture" b.png 1 3 51 255 0
    python3 "$picture" a.png 1 3 204 0 51
    python3 "$picture" 'pictures/x,"y".png' 1 3 0 0 51
    python3 "$picture" pictures/a.png 1 3 51 51 0
    python3 "$picture" "$(printf 'odd\033[31m\nx.png')" 1 3 255 0 0
    python3 "$picture" classes/owl/2.png 1 3 0 102 0
    python3 "$picture" classes/owl/1.png 1 3 0 51 0
    python3 "$picture" 'classes/red fox/1.png' 1 3 0 255 0
    python3 - <<'END'
head = b"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }"
open("x.npy", "wb").write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes([0, 0, 255, 51, 0, 0]))
END
}

check_text() {
    prints "pictures in the order given" \
        ./same predict --weights same.w b.png a.png <<'END'
b.png owl 1.000 red fox 0.200 a?[1m 0.000
a.png red fox 0.800 a?[1m 0.200 owl 0.000
END
    grep -qx '2 samples: red fox 1 (50.0 %), owl 1 (50.0 %)' "$scratch/err"
    ok "answers: a summary of several" $?
    prints "the greatest alone" \
        ./same predict --weights same.w --top 1 a.png <<'END'
a.png red fox 0.800
END
    [ ! -s "$scratch/err" ]
    ok "answers: no summary of one" $?
    prints "a folder by its names" \
        ./same predict --weights same.w --top=1 pictures classes <<'END'
pictures/a.png red fox 0.200
pictures/x,"y".png a?[1m 0.200
classes/owl/1.png owl 0.200
classes/owl/2.png owl 0.400
classes/red fox/1.png owl 1.000
END
    prints "a name that a terminal would obey" \
        ./same predict --weights same.w --top 1 odd* <<'END'
odd?[31m?x.png red fox 1.000
END
    prints "a picture as --input" \
        ./same predict --weights same.w --top 1 --input a.png <<'END'
a.png red fox 0.800
END
    prints "samples of an array" \
        ./same predict --weights same.w --top 1 --input x.npy <<'END'
0 a?[1m 1.000
1 red fox 0.200
END
    prints "samples of arrays" \
        ./same predict --weights same.w --top 1 x.npy a.png <<'END'
x.npy:0 a?[1m 1.000
x.npy:1 red fox 0.200
a.png red fox 0.800
END
    prints "classes without names" \
        ./same predict --weights unnamed.w a.png <<'END'
a.png 0 0.800 2 0.200 1 0.000
END
    prints "one output for two classes" \
        ./one predict --weights one.w b.png a.png <<'END'
b.png no 0.800 yes 0.200
a.png yes 0.800 no 0.200
END
    prints "a network without a schedule whose weights name classes" \
        ./plain predict --weights same.w --top 1 a.png <<'END'
a.png red fox 0.800
END
}

check_formats() {
    prints "CSV" ./same predict --weights unnamed.w --top 2 --format csv \
        a.png 'pictures/x,"y".png' <<'END'
file,class_1,value_1,class_2,value_2
a.png,0,0.800000012,2,0.200000003
"pictures/x,""y"".png",2,0.200000003,0,0
END
    ./same predict --weights same.w --format json a.png x.npy odd* >"$scratch/out" \
        2>"$scratch/err" && python3 - "$scratch/out" <<'END'
import json
import sys

answers = json.load(open(sys.argv[1]))
assert [a["file"] for a in answers] == ["a.png", "x.npy", "x.npy", "odd\x1b[31m\nx.png"], answers
assert [a.get("sample") for a in answers] == [None, 0, 1, None], answers
assert [c["name"] for c in answers[0]["classes"]] == ["red fox", "a\x1b[1m", "owl"], answers
assert abs(answers[0]["classes"][0]["value"] - 0.8) < 1e-7, answers
END
    ok "answers: JSON" $?
    expect_status "answers: into a file" 0 \
        ./same predict --weights same.w --top 1 --output a.csv a.png
    expect_text "answers: by its ending" a.csv <<'END'
file,class_1,value_1
a.png,red fox,0.800000012
END
    expect_status "answers: an array of one picture" 0 \
        ./same predict --weights same.w --input a.png --output a.npy
    prints "what an array has is taken as it is" ./same predict \
        --weights same.w --top 1 --set data.pixels=raw a.npy <<'END'
0 red fox 0.800
END
}

check_mistakes() {
    refused "to answer for nothing" 2 ./same predict --weights same.w <<'END'
error: --input REF is missing, or a picture
try: ./same predict --help
END
    refused "a picture beside --input" 2 \
        ./same predict --weights same.w --input a.png b.png <<'END'
error: 'b.png' is given beside --input a.png; write both as operands
try: ./same predict --help
END
    refused "a picture for an array" 2 \
        ./same predict --weights same.w b.png --output y.npy <<'END'
error: --output y.npy is made of --input REF, not of operands such as 'b.png'
try: ./same predict --help
END
    for command in generate interpolate nearest; do
        refused "$command of a classifier" 1 \
            ./same $command --weights same.w --output g.png <<'END'
error: network 'same' is a classifier and makes no images; 'predict' gives its answers
END
    done
    refused "a classifier's reconstruction" 1 ./same reconstruct \
        --weights same.w --input a.png --output g.png <<'END'
error: network 'same' is a classifier and reconstructs nothing; 'predict' gives its answers
END
    ./same --help >help && ! grep -Eq \
        '^  (reconstruct|generate|interpolate|nearest)' help &&
        grep -q '^  predict' help
    ok "answers: the help of a classifier lists what it can do" $?
    ./same predict --help >help &&
        grep -q '^A PICTURE is a PNG or JPEG file,' help
    ok "answers: the help of predict says which pictures it reads" $?
    for output in - y.txt; do
        advice=
        [ $output = - ] && advice="; a classifier's answers are printed without it"
        refused "the output $output" 2 ./same predict --weights same.w \
            --input a.png --output $output <<END
error: --output wants a file that ends in .npy, not '$output'$advice
try: ./same predict --help
END
    done
    refused "another form than the file's" 2 ./same predict --weights same.w \
        --format json --output y.csv a.png <<'END'
error: --format json does not fit the file 'y.csv' of --output
try: ./same predict --help
END
    refused "an unknown form" 2 \
        ./same predict --weights same.w --format yaml a.png <<'END'
error: --format wants text, csv or json, not 'yaml'
try: ./same predict --help
END
    refused "CSV of evaluate" 2 \
        ./same evaluate --weights same.w --format csv <<'END'
error: --format wants text or json, not 'csv'
try: ./same evaluate --help
END
    refused "a layer's answer" 2 \
        ./same predict --weights same.w --layer flatten a.png <<'END'
error: --output Y.npy is missing, which --layer needs
try: ./same predict --help
END
    refused "what is no classifier" 2 \
        ./plain predict --weights unnamed.w a.png <<'END'
error: --output Y.npy is missing: network 'same' is no classifier, whose answers could be printed
try: ./plain predict --help
END
    python3 "$picture" high.png 3 1 1 2 3
    refused "a picture of another size" 1 \
        ./same predict --weights same.w a.png high.png <<'END'
error: high.png: 3 x 1 pixels (height x width), but the network's input has 1 x 3
END
    [ ! -s "$scratch/out" ]
    ok "answers: nothing is printed before all is known" $?
    : >x.csv
    refused "to write over a picture" 2 ./same predict --weights same.w \
        x.csv --output ./x.csv <<'END'
error: --output would write over './x.csv', which --input reads
try: ./same predict --help
END
    for option in "--top 3" "--format csv"; do
        # shellcheck disable=SC2086 # an option and its value
        refused "an array with $option" 2 ./same predict --weights same.w \
            --input a.png --output y.npy $option <<END
error: ${option%% *} is for a classifier's answers, not for the array 'y.npy'
try: ./same predict --help
END
    done
    [ ! -e y.txt ] && [ ! -e y.csv ] && [ ! -e y.npy ]
    ok "answers: what is refused writes nothing" $?
}

# ---- evaluate --------------------------------------------------------

# A fox that looks like an owl, and no sample of the third class.
check_evaluation() {
    prints "what a set is measured by" ./same evaluate --weights same.w \
        --input classes --mistakes s.png --confusion c.png <<'END'
loss 0.333333
mean_squared_error 0.333333
mean_absolute_error 0.377778
accuracy 0.666667
precision red fox -
precision owl 0.666667
precision a?[1m -
recall red fox 0
recall owl 1
recall a?[1m -
f1 red fox 0
f1 owl 0.8
f1 a?[1m -
confusion red fox 0 1 0
confusion owl     0 2 0
confusion a?[1m   0 0 0
mistake classes/red fox/1.png true red fox 0.000 predicted owl 1.000
END
    [ "$(png_size s.png)" = 69x27 ] && [ -s c.png ]
    ok "answers: the pictures of an evaluation" $?
    ./same evaluate --weights same.w --input classes --format json \
        >"$scratch/out" 2>"$scratch/err" && python3 - "$scratch/out" <<'END'
import json
import sys

said = json.load(open(sys.argv[1]))
assert said["classes"] == ["red fox", "owl", "a\x1b[1m"], said
assert said["confusion"] == [[0, 1, 0], [0, 2, 0], [0, 0, 0]], said
assert said["precision"] == {"red fox": None, "owl": 0.666667, "a\x1b[1m": None}, said
assert said["f1"] == {"red fox": 0, "owl": 0.8, "a\x1b[1m": None}, said
assert said["accuracy"] == 0.666667 and "mistakes" not in said, said
END
    ok "answers: an evaluation in JSON" $?
    mkdir answers && mv classes/owl answers/yes && mv "classes/red fox" answers/no
    prints "what one output is measured by" \
        ./one evaluate --weights one.w --input answers <<'END'
loss 0.666667
mean_squared_error 0.666667
mean_absolute_error 0.666667
accuracy 0.333333
precision no 0.333333
precision yes -
recall no 1
recall yes 0
f1 no 0.5
f1 yes 0
confusion no  1 0
confusion yes 2 0
END
    rm -f s.png
    ./one evaluate --weights one.w --input answers/no --mistakes s.png \
        >/dev/null 2>"$scratch/err"
    expect_text "answers: a folder without classes" "$scratch/err" <<'END'
error: 'answers/no' has no labels, which a classifier needs: its pictures lie in no sub-folders, which are classes; predict says what it is taken for
END
    mkdir right && cp -R answers/no right
    expect_status "answers: no mistakes" 0 \
        ./one evaluate --weights one.w --input right --mistakes s.png
    expect_text "answers: no mistakes: what is said" "$scratch/err" <<'END'
no mistakes: there is nothing to draw in 's.png'
END
    [ ! -e s.png ]
    ok "answers: no mistakes: no picture" $?
}

check_evaluation_mistakes() {
    refused "to draw mistakes over the weights" 2 \
        ./same evaluate --weights same.w --mistakes ./same.w <<'END'
error: --mistakes would write over './same.w', which --weights reads
try: ./same evaluate --help
END
    refused "to draw over a sample" 2 ./same evaluate --weights same.w \
        --input classes --mistakes "classes/red fox/1.png" <<'END'
error: --mistakes would write over 'classes/red fox/1.png', which is part of the data
try: ./same evaluate --help
END
    refused "two pictures in one file" 2 ./same evaluate --weights same.w \
        --mistakes x.png --confusion ./x.png <<'END'
error: --confusion and --mistakes name one file, 'x.png'
try: ./same evaluate --help
END
    refused "a count of nothing" 2 \
        ./same evaluate --weights same.w --count 3 <<'END'
error: --count is how many images --mistakes draws
try: ./same evaluate --help
END
    [ ! -e x.png ]
    ok "answers: an evaluation that is refused draws nothing" $?
}

make_models || exit
make_pictures
check_text
check_formats
check_mistakes
check_evaluation_mistakes
check_evaluation
