# Usage: awk -f storage.awk DUMP C
#
# DUMP is what guss emit --dump=plan says, C what guss emit writes of the same.
# Prints static assertions: the structs of the C are those of the dump's table,
# one for one, each member as many bytes, at the same place.

function assert(condition) {
    printf "_Static_assert(%s, \"%s\");\n", condition, condition
}

# ---- the table: a line a record, and behind it a line a member ----------------

FNR == NR && /^[a-z].*: [0-9]+ bytes$/ {
    record_bytes[++n_records] = $(NF - 1)
    next
}
FNR == NR && n_records && /^ +[0-9]+: / {
    offset[++n_members] = $1 + 0
    match($0, /, [0-9]+ bytes/)
    bytes[n_members] = substr($0, RSTART + 2, RLENGTH - 8) + 0
    next
}
FNR == NR { next }

# ---- the C --------------------------------------------------------------------

# keep PATH AT SIZE: a member of the record that is open.
function keep(path, at, size) {
    paths[depth, ++count[depth]] = path
    places[depth, count[depth]] = at
    sizes[depth, count[depth]] = size
}

# What is behind the last member of an inner struct or union of this name, which
# may be none, belongs to the outer one.
function close_inner(name, inner, i) {
    inner = depth--
    if (name)
        keep(name, offset[at_open[inner]], bytes[at_open[inner]])
    for (i = 1; i <= count[inner]; i++)
        keep((name ? name "." : "") paths[inner, i],
             offset[at_open[inner]] + places[inner, i], sizes[inner, i])
}

function close_record(i) {
    assert("sizeof(struct " record ") == " record_bytes[++records])
    for (i = 1; i <= count[1]; i++) {
        assert("offsetof(struct " record ", " paths[1, i] ") == " places[1, i])
        assert("sizeof(((struct " record " *)0)->" paths[1, i] ") == " \
               sizes[1, i])
    }
    is_done = record == "arena"
    depth = 0
}

is_done { next }
/^struct [a-zA-Z0-9_]+ \{$/ {
    record = $2
    depth = 1
    count[1] = 0
    next
}
depth && /^ +(struct|union) \{$/ {
    at_open[++depth] = ++members
    count[depth] = 0
    next
}
depth && /^\};$/ { close_record(); next }
depth && /^ +\}.*;$/ {
    gsub(/[ };]/, "")
    close_inner($0)
    next
}
depth {
    sub(/ *\/\*.*/, "")
    sub(/^ +(_Alignas\(64\) )?(struct )?[a-zA-Z0-9_]+ /, "")
    sub(/;$/, "")
    n = split($0, names, ", ")
    for (i = 1; i <= n; i++) {
        sub(/\[.*/, "", names[i])
        members++
        keep(names[i], offset[members], bytes[members])
    }
}
END {
    if (!is_done || records != n_records || members != n_members)
        assert("0 == 1")
}
