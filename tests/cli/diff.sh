#!/bin/sh
# guss diff: a table as it was printed agrees; a change, a missing file and a
# file that is no table are answered in full, with the status of each.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
cat >pair.nn <<'END'
network narrow(784) {
    Dense(32, activation=relu, name=encoder)
    Dense(784, activation=sigmoid)
}
network critic(784) { Dense(1) }
END
"$guss" summary pair.nn >printed.txt

# answers NAME STATUS OPERAND...: what diff prints is standard input.
answers() {
    cat >wanted
    name=$1 status=$2
    shift 2
    expect_status "diff: $name" "$status" "$guss" diff "$@"
    cat out err >both
    expect_text "$name: the words" both <wanted
}

answers "what summary prints" 0 pair.nn printed.txt </dev/null
tr '[:lower:]' '[:upper:]' <printed.txt | grep -v '^[_=]*$' >scanned.txt
answers "capitals, and no rules" 0 pair.nn scanned.txt </dev/null
sed 's/25120/25121/; s/(None, 784)/(None, 748)/; s/785 *$/786/' printed.txt \
    >changed.txt
answers "changed numbers" 1 pair.nn changed.txt <<'END'
changed.txt:5: encoder: 25121 parameters in the table, 25120 in the model
changed.txt:7: dense: (None, 748) in the table, (None, 784) in the model
changed.txt:17: dense: 786 parameters in the table, 785 in the model
changed.txt:19: total params: 786 in the table, 785 in the model
changed.txt:20: trainable params: 786 in the table, 785 in the model
END
answers "one network of two" 0 --network critic pair.nn printed.txt </dev/null
sed 's/"narrow"/"wide"/' printed.txt | cat printed.txt - >more.txt
answers "tables of other networks" 0 pair.nn more.txt <<'END'
note: 2 of the 4 tables are of other networks and were passed over
END
answers "an unknown network" 1 --network critik pair.nn printed.txt <<'END'
error: 'pair.nn' has no network 'critik'; did you mean 'critic'?
END
echo hello >hello.txt
answers "no table" 1 pair.nn hello.txt <<'END'
hello.txt:1:1: error: no model table in this file: a row of one reads 'dense (Dense)  (None, 32)  25120'
    1 | hello
      | ^
END
answers "a missing table" 1 pair.nn none.txt <<'END'
error: cannot read 'none.txt': No such file or directory
END
answers "no table given" 2 pair.nn <<'END'
error: an operand is missing: guss diff [OPTION…] FILE.nn TABLE.txt
try: guss diff --help
END
for brackets in 's/[][()]//g' 's/[[(]/{/g; s/[])]/}/g' 's/(/[/g; s/)/]/g'; do
    sed "$brackets" printed.txt >scanned.txt
    answers "brackets as in $brackets" 0 pair.nn scanned.txt </dev/null
done
cat >graph.nn <<'END'
network join {
    x = Input(4)
    a_name_that_its_column_cuts_off_here = Dense(4) from x
    y = Dense(4) from x
    Add() from x, a_name_that_its_column_cuts_off_here, y
}
END
"$guss" summary graph.nn >printed.txt
for brackets in '' 's/[][()]//g' 's/[[(]/{/g; s/[])]/}/g' 's/\[/(/g; s/]/)/g'; do
    sed "$brackets" printed.txt >scanned.txt
    answers "a graph, brackets as in '$brackets'" 0 graph.nn scanned.txt </dev/null
done
sed 's/ y\[0]/ x[0]/' printed.txt >changed.txt
answers "a changed connection below its row" 1 graph.nn changed.txt <<'END'
changed.txt:11: add: connected to x[0][0], a_name_that_its_column_cuts_off_h, x[0][0] in the table, to x[0][0], a_name_that_its_column_cuts_off_here[0][0], y[0][0] in the model
END
sed 's/^a_name/A_game/' printed.txt >changed.txt
answers "a changed name that its column cut" 1 graph.nn changed.txt <<'END'
changed.txt:7: 'A_game_that_its_column_cuts_off' in the table is 'a_name_that_its_column_cuts_off_here' in the model
END
