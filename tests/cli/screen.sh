#!/bin/sh
# What a run leaves on a terminal: the screen itself, with numbers as N. Their
# forms and what leaves narrow lines first are held by the unit test of progress.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
terminal=$(cd "$(dirname "$0")" && pwd)/terminal.py
cd "$scratch" || exit 1
python3 -c 'import os, pty; os.waitstatus_to_exitcode' 2>err || {
    skip "screen: what stays on a terminal" "no python3 with pty"
    exit 0
}

cat >faces.nn <<'END'
network faces(28, 28, 1) {
    Flatten()
    Dense(3, activation=softmax)
}
END
cat >faces.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 50
epochs: 3
optimizer: {name: adam}
data: {train: smileys/train, test: smileys/test}
threads: 1
END
"$guss" build faces.nn faces.yaml -o faces >out 2>&1 ||
    { cat out; ok "screen: the classifier is built" 1; exit 1; }

# shown NAME COLUMNS COMMAND...: the screen is standard input.
shown() {
    name=$1 columns=$2
    shift 2
    rm -rf run
    python3 "$terminal" "$columns" "$@" >whole 2>&1 ||
        { cat whole; ok "$name: its status" 1; return; }
    sed 's/[0-9.]*[0-9]%* worse/N worse/; s/rose by .* %/rose by N/
         s/; \(the last\|since\) .*//; s/[0-9]\.[0-9e+-]*/N/g
         s/done in 0:[0-9]*/done in TIME/' whole >screen
    expect_text "$name" screen
}
TERM=xterm
export TERM

shown "screen: at 80 columns every epoch stays" 80 ./faces train --out run <<'END'
faces: smileys/train, 400 samples; test smileys/test, 17 samples;
batch 50, 1 thread; to run
epoch 1/3  loss N  accuracy N  val_loss N  val_accuracy N
epoch 2/3  loss N  accuracy N  val_loss N  val_accuracy N
epoch 3/3  loss N  accuracy N  val_loss N  val_accuracy N
done in TIME: run/weights.safetensors
best val_loss N in epoch 3: run/weights.best.safetensors
END
shown "screen: at 40 columns lines are short" 40 ./faces train --out run <<'END'
faces: smileys/train, 400 samples;
test smileys/test, 17 samples;
batch 50, 1 thread; to run
epoch 1/3  loss N  val_loss N
epoch 2/3  loss N  val_loss N
epoch 3/3  loss N  val_loss N
done in TIME: run/weights.safetensors
best val_loss N in epoch 3
END
shown "screen: at 200 columns names and digits are whole" 200 \
    ./faces train --out run <<'END'
faces: smileys/train, 400 samples; test smileys/test, 17 samples; batch 50, 1 thread; to run
epoch 1/3  loss N  accuracy N  val_loss N  val_accuracy N  N s
epoch 2/3  loss N  accuracy N  val_loss N  val_accuracy N  N s
epoch 3/3  loss N  accuracy N  val_loss N  val_accuracy N  N s
done in TIME: run/weights.safetensors
best val_loss N in epoch 3: run/weights.best.safetensors
END
shown "screen: at 20 columns only paths and sizes wrap" 20 \
    ./faces train --out run <<'END'
faces: smileys/train<wrapped>
, 400 samples;
test smileys/test, 1<wrapped>
7 samples;
batch 50, 1 thread;
to run
1/3  val_loss N
2/3  val_loss N
3/3  val_loss N
done in TIME: run/we<wrapped>
ights.safetensors
best val_loss N
END
cp whole twenty
shown "screen: NO_COLOR changes nothing" 20 env NO_COLOR=1 \
    ./faces train --out run <screen
TERM=dumb shown "screen: a plain terminal shows the same" 20 \
    ./faces train --out run <screen
python3 "$terminal" 1 ./faces train --out one >screen
ok "screen: one column" $?

# The last line against the rows of the log.
cat >best.awk <<'AWK'
NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
{ loss = $column["loss"]; now = $column["val_loss"] }
NR == 2 || now < best { best = now; epoch = $1; before = loss }
END {
    printf "best val_loss %.4g in epoch %d: run/weights.best.safetensors",
        best, epoch
    rise = 100 * (now - best) / best
    percent = sprintf(rise < 99.5 ? "%.2g %%" : "%.0f %%", rise)
    if (rise > 5 && loss < before)
        printf "; since then loss fell and val_loss rose by %s", percent
    else if (rise > 0)
        printf "; the last is %s worse", percent
    print ""
}
AWK
for options in '--set epochs=9' '--set epochs=1500 --set optimizer.learning_rate=0.003' \
    '--set epochs=30 --set optimizer.learning_rate=0.03' \
    '--set epochs=40 --set optimizer.learning_rate=0.03'; do
    rm -rf run
    # shellcheck disable=SC2086 # words
    ./faces train --out run $options >out 2>err || cat err
    awk -F, -f best.awk run/log.csv >best
    tail -n 1 err >last
    expect_text "screen: the best of $options" last <best
    cat last >>lasts
done
grep -q 'since then' lasts && grep -q 'worse' lasts
ok "screen: with overfitting and without" $? || cat lasts

# The same where the line is narrow: in fewer words.
for columns in 80 64; do
    rm -rf run
    python3 "$terminal" $columns ./faces train --out run --set epochs=1500 \
        --set optimizer.learning_rate=0.003 >screen 2>&1
    tail -n 1 screen | sed 's/[0-9][0-9.]*/N/g'
done >lasts
expect_text "screen: a loss that rose is told of in narrow lines" lasts <<'END'
best val_loss N in epoch N; since then loss fell, it rose by N %
best val_loss N in epoch N; since then it rose by N %
END
