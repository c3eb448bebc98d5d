#!/bin/sh
# Names that come from outside, of files, folders, classes and models: nothing in
# them speaks to a terminal or begins a line, and none is lost.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3

# Newlines, colours, an override of the writing direction, a byte that is not
# UTF-8: in classes but for the last, which they refuse, and in their files.
python3 - <<'END'
import os, struct, zlib

def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))

def write(path, level):
    rows = b"".join(b"\0" + bytes([level] * 4) for _ in range(4))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

for level, name in enumerate((b"a\nb", "c\u202ed".encode(), b"e\033[31mf")):
    os.makedirs(b"odd/" + name)
    write(b"odd/" + name + b"/g\n\033[2J.png", 80 * level)
    write(b"odd/" + name + b"/h\xff.png", 80 * level + 10)
os.makedirs(b"other/x\ny")
write(b"other/x\ny/g.png", 0)
END
net=$(printf 'n\n\033[1mo') run=$(printf 'r\n\033[7mn')
cat >"$net.nn" <<'E'
network net(4, 4) { Flatten() Dense(3, activation=softmax) }
E
cat >odd.yaml <<'E'
{objective: classifier, loss: categorical_crossentropy, batch: 4, iterations: 2,
 optimizer: {name: adam}, data: {train: odd, test: odd}}
E

# says_plainly NAME STATUS LINES COMMAND...: so many lines on both streams, without
# a control character.
says_plainly() {
    what=$1 wanted=$2 lines=$3
    shift 3
    expect_status "names: $what" "$wanted" "$@" || return
    cat "$scratch/out" "$scratch/err" >said
    [ "$(wc -l <said)" -eq "$lines" ] && iconv -f UTF-8 -t UTF-8 said >/dev/null &&
        ! tr -d '\n' <said | LC_ALL=C grep -q "$(printf '[\001-\037\177]')" &&
        ! LC_ALL=C grep -q "$(printf '\342\200\256')" said
    ok "names: $what: what is said" $? || cat -v said
}

says_plainly "a model is built" 0 0 "$guss" build "$net.nn" odd.yaml -o exe
says_plainly "its name" 0 1 ./exe --version
says_plainly "training" 0 4 ./exe train --out "$run"
says_plainly "verifying" 0 5 "$guss" verify "$run"
says_plainly "there is nothing to resume" 0 1 ./exe train --resume "$run"
says_plainly "evaluating" 0 17 ./exe evaluate --weights "$run"
says_plainly "evaluating, in JSON" 0 16 \
    ./exe evaluate --weights "$run" --format json
says_plainly "answers" 0 8 ./exe predict --weights "$run" odd
says_plainly "answers in JSON" 0 10 \
    ./exe predict --weights "$run" --format json odd
says_plainly "a sheet of data" 0 1 "$guss" data show odd -o s.png
says_plainly "classes that are not known" 1 2 \
    ./exe evaluate --weights "$run" --input other
says_plainly "data that is missing" 1 8 \
    ./exe evaluate --weights "$run" --input "$(printf 'no\nthing\033/x')"
"$guss" summary "$net.nn" | sed "s/ (Dense)/$(printf '\033')[ (Dense)/" >table
says_plainly "a layer of a table" 1 3 "$guss" diff "$net.nn" table
"$guss" emit "$net.nn" odd.yaml -o emitted && head -3 emitted/*.c >said &&
    ! LC_ALL=C grep -q "$(printf '\033')" said
ok "names: the emitted file's first lines" $? || cat -v said

# A word of a command that is to be typed is what it stands for.
says_plainly "a folder with a run in it" 2 2 ./exe train --out "$run"
word=$(sed -n 's/.*--resume //p' "$scratch/err")
bash -c "[ -d $word ]"
ok "names: its name can be typed" $? || echo "$word"

# None is lost.
./exe predict --weights "$run" --format json odd >said 2>err
./exe predict --weights "$run" --format csv odd >answers.csv 2>err
python3 - "$run" <<'END'
import csv, json, os, sys
found = sorted(os.path.join(os.fsencode(folder), name)
               for folder, _, names in os.walk(b"odd")
               for name in map(os.fsencode, names))
def bytes_of(entry, key):
    coded = entry.get(key + "_hex")
    return bytes.fromhex(coded) if coded else entry[key].encode()
answers = json.load(open("said", encoding="utf-8"))
assert sorted(bytes_of(answer, "file") for answer in answers) == found
rows = list(csv.reader(open("answers.csv", encoding="utf-8",
                            errors="surrogateescape", newline="")))
assert sorted(os.fsencode(row[0]) for row in rows[1:]) == found
record = json.load(open(sys.argv[1] + "/run.json", encoding="utf-8"))
assert sorted(b"odd/" + bytes_of(file, "name")
              for file in record["data"]["train"]["files"]) == found
END
ok "names: none is lost in JSON and CSV" $?

# A folder of which the disk gives a part is not taken for a whole one.
if [ -n "${SANITIZE_FLAGS:-}" ]; then
    skip "names: a disk that fails" "sanitizers are loaded first"
    exit 0
fi
for entry in 1 3 5; do
    expect_status "names: a disk that fails, entry $entry" 3 env \
        READDIR_FAILS=$entry LD_PRELOAD="$BUILD/tests/preload/failing_readdir.so" \
        "$guss" data show odd -o failed.png && [ ! -e failed.png ] &&
        grep -q "^error: cannot read the folder 'odd.*': Input/output error\$" \
            "$scratch/err"
    ok "names: and its message" $? || cat -v "$scratch/err"
done
