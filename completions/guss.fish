# Completion of guss's command lines in fish. guss itself knows what may follow:
# `guss --complete WORD...` prints a line that says what kind of names may stand
# there (words, files [ENDING], folders), and then lines "word<TAB>purpose".
function __guss_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    command -q -- $program; or return
    set -l lines ($program --complete $words "$current" 2>/dev/null)
    # a value behind `--name=` is one word with it
    set -l before (string match -r '^--[^=]*=' -- $current)
    set -l value (string replace -r '^--[^=]*=' '' -- $current)
    set -l kind (string split ' ' -- $lines[1])
    set -e lines[1]
    for line in $lines
        echo "$before$line"
    end
    set -l paths
    switch "$kind[1]"
        case files
            set paths (__fish_complete_path "$value")
        case folders
            set paths (__fish_complete_directories "$value")
    end
    # "name.nn<TAB>", "folder/<TAB>Directory"; an ending that nothing has is
    # not asked for
    set -l wanted (string match -r "^.*(?:/|\.$kind[2])\t.*\$" -- $paths)
    if set -q kind[2] wanted[1]
        set paths $wanted
    end
    for path in $paths
        echo "$before$path"
    end
end

complete -c guss -f -a '(__guss_complete)'
