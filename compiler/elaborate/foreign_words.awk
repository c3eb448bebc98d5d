# foreign_words.txt to tables of C, one a section: rows of struct hint.
function quoted(string)
{
    gsub(/[\\"]/, "\\\\&", string)
    return "\"" string "\""
}
function row(word, own, tool, text)
{
    if (text ~ /^@/)
        text = texts[text]
    print "    {" quoted(word) ", " (own ? quoted(own) : "NULL") ", " \
        (tool ? quoted(tool) : "NULL") ", " (text ? quoted(text) : "NULL") "},"
}
function close_table()
{
    if (table)
        print "};"
}

/^#/ || /^$/ {
    next
}
/^@[a-z]+ / {
    name = $1
    sub(/^@[a-z]+ /, "")
    texts[name] = $0
    next
}
/^\[[a-z_]+\]$/ {
    close_table()
    table = substr($0, 2, length($0) - 2)
    print "static const struct hint " table "[] = {"
    next
}
{
    word = $1
    text = $0
    if (!sub(/^[^:]*: /, "", text))
        text = ""
    if (NF == 3 && $2 == "=")
        row(word, $3)
    else if ($2 == ":" && text)
        row(word, "", "", text)
    else if (table && (text ? $2 ~ /^[A-Z][A-Za-z]*:$/ : NF == 2))
        row(word, "", substr($2, 1, length($2) - (text != "")), text)
    else {
        print FILENAME ":" FNR ": this is no row" > "/dev/stderr"
        exit 1
    }
}
END {
    close_table()
}
