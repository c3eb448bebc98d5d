# shellcheck shell=bash
# Completion of guss's command lines in bash. guss itself knows what may follow:
# `guss --complete WORD...` prints a line that says what kind of names may stand
# there (words, files [ENDING], folders), and then lines "word<TAB>purpose".

# bash also splits at = and :, which guss does not: words that no blank
# separates are put together again.
_guss_words()
{
    local rest=${COMP_LINE:0:COMP_POINT} i
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
            rest=${rest#"${rest%%[![:space:]]*}"}
            words+=("")
        fi
        rest=${rest#"${COMP_WORDS[i]}"}
        words[-1]+=${COMP_WORDS[i]//\\/}
    done
}

# Names of files with an ending, and of folders; any, where there are neither.
_guss_files()
{
    local name found=()
    while IFS= read -r name; do
        [[ -d $name || $name == *".$2" ]] && found+=("$name")
    done < <(compgen -f -- "$1")
    if [[ ${#found[@]} -eq 0 ]]; then
        mapfile -t found < <(compgen -f -- "$1")
    fi
    COMPREPLY+=("${found[@]}")
}

_guss()
{
    local words lines current kind
    _guss_words
    mapfile -t lines < <(
        "${words[0]/#~\//$HOME/}" --complete "${words[@]:1}" 2>/dev/null)
    current=${words[-1]}
    [[ $current == --*=* ]] && current=${current#*=}
    kind=${lines[0]}
    COMPREPLY=("${lines[@]:1}")
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    # where bash quotes what it puts in, and ends folders with a slash
    [[ $kind == words ]] || compopt -o filenames 2>/dev/null
    case $kind in
    'files '*) _guss_files "$current" "${kind#files }" ;;
    files) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$current") ;;
    folders) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    esac
}

complete -F _guss guss
