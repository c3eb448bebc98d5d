# Completion in fish, of guss and of executables that it has made. The program
# itself knows what may follow: `guss --complete WORD...` prints a line that says
# what kind of names may stand there (words, files [ENDING], folders), a line
# with what stays of the last word, and then lines "word<TAB>purpose".

# The program to ask: guss, or one whose completion was asked for, if that is
# what the line runs. No other program is run, whatever it is called.
function __guss_program
    set -l words (commandline -opc)
    set -l typed (string replace -r '^~/' "$HOME/" -- $words[1])
    set typed (command -s -- $typed); or return
    set typed (builtin realpath -- $typed)
    for program in guss $__guss_programs
        set -l path (command -s -- $program)
        if set -q path[1]; and test "$typed" = (builtin realpath -- $path)
            echo $program
            return
        end
    end
    return 1
end

function __guss_complete
    set -l program (__guss_program); or return
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    set -l lines ($program --complete $words "$current" 2>/dev/null)
    set -l kind (string split ' ' -- $lines[1])
    # "--format=" is one word with its value
    set -l kept $lines[2]
    set -l value (string sub -s (math 1 + (string length -- "$kept")) -- $current)
    set -e lines[1 2]
    for line in $lines
        echo "$kept$line"
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
        echo "$kept$path"
    end
end

complete -c guss -n __guss_program -f -a '(__guss_complete)'
