#!/bin/sh
# Holds guss to the paper, where ../shared has it: its model tables as they
# were printed and scanned, and the errors of its own weights on MNIST.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
paper=$root/../shared/paper
export GUSS_DATA="$root/../shared/data"
cd "$root" || exit 3

# same_table MODEL FIGURE: every table of the file is that of its network.
same_table() {
    table=$paper/tables/$2.txt
    if [ ! -e "$table" ]; then
        skip "paper: $1 has the tables of $2" "no ../shared/paper"
        return
    fi
    "$guss" diff "models/$1.nn" "$table" >"$scratch/out" 2>&1 &&
        [ ! -s "$scratch/out" ]
    ok "paper: $1 has the tables of $2" $? ||
        sed 's/^/    /' "$scratch/out" | head -20
}

# in_paper MODEL: its tables are found among those of the whole text.
in_paper() {
    if [ ! -e "$paper/paper.de.txt" ]; then
        skip "paper: the tables of $1 are in its text" "no ../shared/paper"
        return
    fi
    expect_status "paper: the tables of $1 are in its text" 0 \
        "$guss" diff "models/$1.nn" "$paper/paper.de.txt"
}

# near KEY VALUE TOLERANCE: the line of that key in what evaluate printed.
near() {
    awk -v key="$1" -v value="$2" -v tolerance="$3" '
        $1 == key { difference = $2 - value; found = 1 }
        END { exit !(found && difference <= tolerance &&
                     difference >= -tolerance) }' "$scratch/out"
}

# same_errors MODEL LOSS SQUARED: evaluate with the paper's weights.
same_errors() {
    name="paper: $1 with the paper's weights has the loss $2"
    weights=$paper/weights/$1.safetensors
    if [ ! -e "$weights" ] || [ ! -e "$GUSS_DATA/mnist" ]; then
        skip "$name" "no ../shared"
        return
    fi
    if ! "$guss" build "models/$1.nn" "models/$1.mnist.yaml" \
        -o "$scratch/$1" >"$scratch/out" 2>&1; then
        if grep -q 'cannot be built yet' "$scratch/out"; then
            skip "$name" "this model cannot be built yet"
            return
        fi
        ok "$name: it builds" 1
        sed 's/^/    /' "$scratch/out" | head -20
        return
    fi
    "$scratch/$1" evaluate --weights "$weights" --input mnist/test \
        >"$scratch/out" 2>"$scratch/err" && near loss "$2" 2e-5 &&
        near mean_squared_error "$3" 2e-6
    ok "$name" $? || sed 's/^/    /' "$scratch/out" "$scratch/err"
}

same_table simple_autoencoder figure-04a
same_table deep_autoencoder figure-06a
same_table convolutional_autoencoder figure-07a
same_table vanilla_gan figure-09a
same_table dcgan figure-11
for model in simple_autoencoder deep_autoencoder convolutional_autoencoder \
    vanilla_gan dcgan; do
    in_paper $model
done
same_errors simple_autoencoder 0.091274 0.009536
same_errors deep_autoencoder 0.087683 0.008609
same_errors convolutional_autoencoder 0.090227 0.009609

# ---- reproducing it ---------------------------------------------------------------

# A project of its own, beside which there is nothing shared, and no data but the
# faces that guss draws.
if ! command -v python3 >/dev/null; then
    skip "paper: it is reproduced" "no python3"
    exit
fi
unset GUSS_DATA GUSS_PAPER
mkdir -p "$scratch/project/tools"
cp -R "$root/models" "$scratch/project"
cp -R "$root/tools/paper" "$scratch/project/tools"
cd "$scratch/project" || exit 3
runs=$scratch/paper/runs

# reproduce OPTION...: of two parts.
set_parts="--build $BUILD --out $scratch/paper --threads 1"
reproduce() {
    # shellcheck disable=SC2086 # words
    python3 -B tools/paper $set_parts --runs 'simple.smileys vanilla.smileys' \
        "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
}

# Stopped in the midst of its second part.
# shellcheck disable=SC2086 # words
python3 -B tools/paper $set_parts --runs 'simple.smileys vanilla.smileys' \
    --publish "$scratch/never" >"$scratch/out" 2>"$scratch/err" </dev/null &
stopped=$!
log=$runs/vanilla.smileys/log.csv
while kill -0 $stopped 2>/dev/null &&
    { [ ! -e "$log" ] || [ "$(wc -l <"$log")" -lt 9 ]; }; do
    sleep 0.05
done
kill -TERM $stopped
wait $stopped
ok "paper: a signal stops it, with its status" $(($? != 130))
grep -q '^tools/paper: stopped; what was trained is saved' "$scratch/err"
ok "paper: and says that nothing is lost" $?
grep -q '"state": "stopped"' "$runs/vanilla.smileys/run.json" &&
    grep -q '"state": "finished"' "$runs/simple.smileys/run.json"
ok "paper: one part is finished, one has saved" $?
saved=$(($(wc -l <"$log") - 1))

reproduce --report
ok "paper: what was stopped is in a report" $? || sed 's/^/    /' "$scratch/err"
grep -q "^\*\*Unfinished\*\*: .*After $saved updates" "$scratch/paper/report.md"
ok "paper: with a sheet of the state that it has reached" $?
reproduce --limit $((saved + 40))
ok "paper: the same command goes on, to another budget" $? ||
    sed 's/^/    /' "$scratch/err"
grep -q "vanilla GAN, the drawn faces): $((saved + 40)) updates, $saved done" \
    "$scratch/out"
ok "paper: from where it stopped" $? || sed 's/^/    /' "$scratch/out"
awk -F, -v updates=$((saved + 40)) 'NR > 1 && $2 != NR - 1 { wrong = 1 }
    END { exit wrong || NR != updates + 1 }' "$runs/vanilla.smileys/log.csv"
ok "paper: every update is in the log once" $?
reproduce --limit $((saved + 40))
grep -q '^0 of 2 parts to train' "$scratch/out"
ok "paper: what is done is not done again" $? || sed 's/^/    /' "$scratch/out"

# A changed schedule is another run.
sed -i 's/^seed: 1/seed: 2/' models/simple_autoencoder.smileys.yaml
reproduce --limit 20 --publish "$scratch/published"
grep -q '"seed": 2' "$runs/simple.smileys/run.json" &&
    grep -q '"seed": 1' "$runs/simple.smileys.before-1/run.json"
ok "paper: a run of a changed schedule makes way, and is kept" $?

# ---- its report -----------------------------------------------------------------

for report in paper published; do
    grep -o '^## Figure .*' "$scratch/$report/report.md" >"$scratch/headings"
    expect_text "paper: the figures of the report ($report)" \
        "$scratch/headings" <<'END'
## Figure 1
## Figure 2
## Figure 3
## Figure 4a
## Figure 4b
## Figure 5
## Figure 6a
## Figure 6b
## Figure 6c
## Figure 7a
## Figure 7b
## Figure 7c
## Figure 8
## Figure 9
## Figure 10
## Figure 11
## Figure 12
## Figure 13
END
    python3 - "$scratch/$report" <<'END'
import base64, os, re, sys
folder = sys.argv[1]
shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", open(f"{folder}/report.md").read())
page = open(f"{folder}/report.html").read()
inside = [base64.b64decode(data) for data in re.findall(r'<img [^>]*base64,([^"]+)"', page)]
assert len(shown) >= 6 and len(shown) == page.count("<img "), shown
assert [open(os.path.join(folder, path), "rb").read() for path in shown] == inside
assert not re.search(r'(src|href)="(?!data:|#)', page)
END
    ok "paper: every picture is there, and in the page itself ($report)" $?
    for figure in 'Figure 4b' 'Figure 10'; do
        sed -n "/^## $figure\$/,/^## /p" "$scratch/$report/report.md" |
            grep -q '^\*\*Unfinished\*\*: '
        ok "paper: $figure says that its budget was reduced ($report)" $?
    done
done
grep -q '^\*\*Not found: MNIST, Smile, Smile-2\.\*\*' "$scratch/paper/report.md"
ok "paper: the report names the sets that are missing" $?
[ ! -e "$scratch/never" ]
ok "paper: what was stopped publishes nothing" $?
expect_status "paper: a figure that it does not have" 2 \
    python3 -B tools/paper --build "$BUILD" --out "$scratch/paper" --figure 14

# What is published of the sets without a licence: nothing but numbers.
if [ -n "$(git -C "$root" ls-files examples/paper 2>/dev/null)" ]; then
    ! git -C "$root" ls-files | grep -v -e '^models/' -e '^tests/scores/runs/.*[.]csv$' |
        grep -qiE '(^|[^[:alnum:]])smile2?([^[:alnum:]]|$)'
    ok "paper: no committed file is called after Smile" $?
fi

# ---- what it calculates with ------------------------------------------------------

python3 -B - <<'END'
import array, math, sys
sys.path.insert(0, "tools/paper")
import arrays, claims, curves, forecast

# Of two-dimensional distributions the trace of the root has a closed form.
m, c = [1.0, 2.0], [[2.0, 0.6], [0.6, 1.0]]
n, d = [0.0, 4.0], [[1.0, -0.3], [-0.3, 3.0]]
product = arrays.product(c, d)
determinant = product[0][0] * product[1][1] - product[0][1] * product[1][0]
shared = math.sqrt(product[0][0] + product[1][1] + 2 * math.sqrt(determinant))
wanted = 1.0 + 4.0 + 3.0 + 4.0 - 2 * shared
assert abs(arrays.frechet_distance((m, c), (n, d)) - wanted) < 1e-9
# A value that is the same in every picture has no variance.
flat = [[2.0, 0.0], [0.0, 0.0]]
assert abs(arrays.frechet_distance((m, flat), (m, flat))) < 1e-9

samples = arrays.Array((3, 2), array.array("f", [1, 5, 3, 5, 5, 8]))
assert arrays.moments(samples) == ([3.0, 6.0], [[4.0, 3.0], [3.0, 3.0]])
assert samples.some(1, 2).values.tolist() == [3, 5]
assert arrays.rank_correlation([1, 2, 3], [9.0, 5.0, 1.0]) == -1
assert arrays.rank_correlation([1, 2, 3, 4], [1.0, 3.0, 2.0, 9.0]) == 0.8
assert [forecast.text(s) for s in (7, 750, 18060, 1570000)] == \
    ["0:07", "12:30", "5:01:00", "18 days 4 hours"]

# Where draws overlap neither is less.
assert claims.less([1, 2], [3, 4]) is True and claims.less([3, 4], [1, 2]) is False
assert claims.less([1, 3], [2, 4]) is None
times = {"simple_autoencoder": 1.0, "deep_autoencoder": 3.0}
judge = claims.Judge(type("Measures", (), {"parts": {}}), times, 0.0, None)
assert judge.longer("convolutional", 15, 60).verdict == claims.UNDECIDED   # not timed
times["convolutional_autoencoder"] = 20.0
assert judge.longer("deep", 1.0, None).verdict == claims.CONFIRMED
assert judge.longer("convolutional", 15, 60).verdict == claims.CONFIRMED
judge.load = 2.0
assert judge.longer("convolutional", 15, 60).verdict == claims.UNDECIDED   # busy
assert claims.verdict_of_draws(None) == claims.UNDECIDED
up, grid = curves.scale_of([2000.0, 40000.0], True)
assert up(2000.0) == 0 and 0.9 < up(40000.0) < 1 and grid == [2000, 5000, 10000, 20000]
up, grid = curves.scale_of([0.5, 2.0], False)
assert up(0.0) == 0 and 0.9 < up(2.0) < 1 and grid[0] == 0 and len(grid) >= 3
END
ok "paper: distances, correlations, scales, and times in words" $?

# What is named is there.
python3 -B - "$root" "$scratch/paper/report.md" <<'END'
import os, re, sys
sys.path.insert(0, "tools/paper")
from figures import FIGURES, KINDS, RUNS, SETS
from guss import path_of
for run in RUNS.values():
    assert run.model in KINDS and run.data in SETS
    for name in (path_of(run.model) + ".nn", path_of(run.schedule) + ".yaml"):
        assert os.path.exists(os.path.join(sys.argv[1], name)), name
claims = re.findall(r"^### (\S+)\. ", open(sys.argv[2]).read(), re.M)
assert len(claims) == 16, claims
for figure in FIGURES:
    assert set(figure.claims) <= set(claims), figure.number
    for name in (*figure.readers, *(sheet.run for sheet in figure.sheets)):
        assert name in RUNS, name
END
ok "paper: the runs of every figure, their models, and the claims on them" $?

# What a run took, of the record that it leaves.
python3 - "$runs/simple.smileys/run.json" "$scratch/paper/report.md" <<'END'
import json, re, sys
record = json.load(open(sys.argv[1]))
report = open(sys.argv[2]).read()
share = 100 * (1 - record["step_seconds"] / record["seconds"])
row = next(line for line in report.splitlines() if line.startswith("| `simple.smileys` | "))
assert f" {share:.1f} % " in row, (row, share)
parts = re.findall(r"^\| ([a-z, ]+) \| [0-9:]+ \| [0-9:]+ \|$", report, re.M)
assert parts == ["training", "timing a step of each model",
                 "measuring, and writing the report", "sum"], parts
END
ok "paper: the report adds up what was spent, and says what was outside steps" $?
