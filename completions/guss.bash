# shellcheck shell=bash
# Completion in bash, of guss and of executables that it has made. The program
# itself knows what may follow: `guss --complete WORD...` prints a line that says
# what kind of names may stand there (words, files [ENDING], folders), a line
# with what stays of the last word, and then lines "word<TAB>purpose".

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

declare -ga _guss_programs

# The program to ask: guss, or one whose completion was asked for, if that is
# what `$1` runs. No other program is run, whatever it is called.
_guss_program()
{
    local typed program
    typed=$(type -P -- "$1") || return
    for program in guss "${_guss_programs[@]}"; do
        if [[ $typed -ef $(type -P -- "$program") ]]; then
            printf '%s\n' "$program"
            return
        fi
    done
    return 1
}

# Names of files with an ending, and of folders; any, where there are neither.
_guss_files()
{
    local name all=()
    mapfile -t all < <(compgen -f -- "$1")
    for name in "${all[@]}"; do
        [[ -d $name || $name == *".$2" ]] && paths+=("$name")
    done
    [[ ${#paths[@]} -gt 0 ]] || paths=("${all[@]}")
}

_guss()
{
    local words lines program current before paths=()
    _guss_words
    if ! program=$(_guss_program "${words[0]/#~\//$HOME/}"); then
        compopt -o default 2>/dev/null
        return
    fi
    mapfile -t lines < <("$program" --complete "${words[@]:1}" 2>/dev/null)
    current=${words[-1]#"${lines[1]}"}
    # where bash quotes what it puts in, and ends folders with a slash
    [[ ${lines[0]} == words ]] || compopt -o filenames 2>/dev/null
    case ${lines[0]} in
    'files '*) _guss_files "$current" "${lines[0]#files }" ;;
    files) mapfile -t paths < <(compgen -f -- "$current") ;;
    folders) mapfile -t paths < <(compgen -d -- "$current") ;;
    esac
    COMPREPLY=("${lines[@]:2}")
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}" "${paths[@]}")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&
        compopt -o nospace 2>/dev/null
    # what bash takes for the word begins behind its last = or :
    before=${COMP_WORDS[COMP_CWORD]//\\/}
    before=${words[-1]%"${before#[=:]}"}
    COMPREPLY=("${COMPREPLY[@]/#/"${lines[1]}"}")
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}

complete -F _guss guss
