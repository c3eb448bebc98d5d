#!/bin/sh
# Holds guss to what it promises about the C compiler: how it is named, how it
# is run and stopped; and about the executables of guss train that are kept.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" "$scratch/tmp"
cd "$scratch/work" || exit 3
export TMPDIR="$scratch/tmp"
given=${CC:-cc}
unset GUSS_CC CC NO_COLOR
cp "$root"/tests/cli/files/model.* .

check_compilers() {
    refused "no C compiler" 3 env GUSS_CC=/nonexistent "$guss" build \
        model.nn -o x <<'END'
error: cannot run the C compiler '/nonexistent', which GUSS_CC names: No such file or directory
END
    refused "no C compiler in PATH" 3 env PATH="$PWD" "$guss" build model.nn \
        -o x <<'END'
error: cannot run the C compiler 'cc' (install gcc, or set GUSS_CC): No such file or directory
END
    refused "a C compiler that makes nothing" 3 env CC=true "$guss" build \
        model.nn -o x <<'END'
error: the C compiler 'true' made no executable
END
    refused "a C compiler that fails" 3 env CC=gcc GUSS_CC=false "$guss" build \
        model.nn -o x <<'END'
error: the C compiler 'false' failed with status 1
END
    printf '#!/bin/sh\nexit 127\n' >cc127
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nkill -9 $$\n' >cc9
    # shellcheck disable=SC2016
    for signal in HUP INT QUIT TERM; do
        printf '#!/bin/sh\nkill -%s $PPID\nexec sleep 9\n' $signal >slow$signal
    done
    chmod +x cc127 cc9 slow*
    refused "a C compiler that cannot run its own" 3 env GUSS_CC=./cc127 \
        "$guss" build model.nn -o x <<'END'
error: cannot run the C compiler './cc127', which GUSS_CC names
END
    refused "a C compiler that is killed" 3 env GUSS_CC=./cc9 "$guss" build \
        model.nn -o x <<'END'
error: the C compiler './cc9' was ended by signal 9
END
    refused "SIGINT while the C compiler works" 130 env GUSS_CC=./slowINT \
        "$guss" build model.nn -o x <<'END'
error: stopped by SIGINT
END
    refused "SIGTERM while the C compiler works" 143 env GUSS_CC=./slowTERM \
        "$guss" build model.nn -o x <<'END'
error: stopped by SIGTERM
END
    refused "SIGQUIT while the C compiler works" 131 env GUSS_CC=./slowQUIT \
        "$guss" build model.nn -o x <<'END'
error: stopped by SIGQUIT
END
    refused "SIGHUP while the C compiler works" 129 env GUSS_CC=./slowHUP \
        "$guss" build model.nn -o x <<'END'
error: stopped by SIGHUP
END
    [ ! -e x ]
    ok "toolchain: a C compiler that fails leaves no executable" $?
    nothing_left "a C compiler that fails"
    rm cc127 cc9 slow*
}

# A compiler that says what it was called with, for the words of GUSS_CC.
check_words() {
    mkdir 'a place'
    cat >'a place/it is' <<'END'
#!/bin/sh
for word; do printf '<%s>\n' "$word"; done | sed '/^<-std=c11>$/,$d' >words
exit 1
END
    chmod +x 'a place/it is'
    called() { # NAME GUSS_CC: with the words of standard input
        GUSS_CC=$2 PATH="$PWD/a place:$PATH" "$guss" build model.nn -o x \
            2>"$scratch/err"
        expect_text "toolchain: $1" words
        rm -f words
    }
    called "a path with a blank" "$PWD/a place/it is" </dev/null
    called "a name with a blank, found in PATH" "it is" </dev/null
    called "a quoted path, and options" "'a place/it is'  -a \"b  c\" d\\ e" <<'END'
<-a>
<b  c>
<d e>
END
    # shellcheck disable=SC2016 # nothing is to be put in
    called "no more of a shell than its quotes" \
        'a\ place/it\ is $HOME ";" `x` '"'\\n'"' "\"\n" \* --x=""' <<'END'
<$HOME>
<;>
<`x`>
<\n>
<"\n>
<*>
<--x=>
END
    refused "a quote without an end" 2 env GUSS_CC="cc 'x" "$guss" build \
        model.nn -o x <<'END'
error: GUSS_CC, 'cc 'x', is no program and no command: a quote has no end, or it has more than 48 words
try: guss build --help
END
    GUSS_CC='   ' CC="$given -pipe" "$guss" build model.nn -o x
    [ -x x ]
    ok "toolchain: an empty GUSS_CC is none; CC with an option" $?
    rm -r 'a place' x
}

check_folder() {
    refused "no temporary folder" 3 env TMPDIR=none "$guss" build model.nn \
        -o x <<'END'
error: cannot make a folder in 'none', which TMPDIR names: No such file or directory
END
}

# has_ended PID: within five seconds.
has_ended() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null)
        case $state in '' | Z) return 0 ;; esac
        sleep 0.5
    done
    return 1
}

# Signals at the worst moments; each comes from the compiler that guss runs.
check_signals() {
    cat >again <<'END'
#!/bin/sh
trap 'kill -INT $PPID; kill -TERM $PPID; exit 1' TERM
sleep 60 &
echo $! >deputy
until grep -q sleep /proc/$!/comm; do :; done
kill -TERM $PPID
wait
END
    cat >late <<'END'
#!/bin/sh
trap '' INT
while [ $# -gt 1 ]; do
    [ "$1" = -o ] && echo done >"$2"
    shift
done
kill -INT $PPID
kill -INT $PPID
END
    chmod +x again late
    refused "signals while guss ends for one" 143 env GUSS_CC=./again "$guss" \
        build model.nn -o x <<'END'
error: stopped by SIGTERM
END
    has_ended "$(cat deputy)"
    ok "toolchain: what the C compiler runs ends with it" $?
    refused "SIGINT when the C compiler has done its work" 130 env \
        GUSS_CC=./late "$guss" build model.nn -o x <<'END'
error: stopped by SIGINT
END
    [ ! -e x ]
    ok "toolchain: a build that was stopped writes no executable" $?
    (
        trap '' INT
        exec env GUSS_CC=./late "$guss" build model.nn -o x
    ) >"$scratch/out" 2>"$scratch/err" && [ -e x ]
    ok "toolchain: a signal that guss was told to ignore is ignored" $?
    rm again late deputy
}

# A compiler that is stopped, that will not end, that writes to a terminal.
check_stopped() {
    cat >stopped <<'END'
#!/bin/sh
guss=$PPID
(until grep -q '^State:.T' /proc/$$/status; do :; done; kill -TERM $guss) &
kill -STOP $$
sleep 60
END
    cat >deaf <<'END'
#!/bin/sh
trap '' TERM
kill -TERM $PPID
while :; do sleep 60; done
END
    cat >chatty <<'END'
#!/bin/sh
echo 'a line' >&2
exit 9
END
    chmod +x stopped deaf chatty
    for kind in stopped deaf; do
        refused "SIGTERM while the C compiler is $kind" 143 timeout 30 env \
            GUSS_CC=./$kind "$guss" build model.nn -o x <<'END'
error: stopped by SIGTERM
END
    done
    nothing_left "a C compiler that is stopped"
    if command -v script >/dev/null; then
        timeout 30 script -qec "stty tostop; GUSS_CC=./chatty '$guss' build \
            model.nn -o x" /dev/null </dev/null >"$scratch/out" 2>&1
        tr -d '\r' <"$scratch/out" >"$scratch/lines"
        expect_text "toolchain: a terminal that stops writers" "$scratch/lines" \
            <<'END'
a line
error: the C compiler './chatty' failed with status 9
END
    else
        skip "toolchain: a terminal that stops writers" "script is missing"
    fi
    rm stopped deaf chatty
}

# A C compiler may make what the system does not run.
check_no_program() {
    cat >odd <<'END'
#!/bin/sh
while [ $# -gt 1 ]; do
    [ "$1" = -o ] && echo "no program" >"$2"
    shift
done
END
    chmod +x odd
    refused "an executable that is no program" 3 env GUSS_CC=./odd HOME= \
        XDG_CACHE_HOME= "$guss" train model.nn model.yaml --out run <<'END'
warning: the executable is not kept for the next time: neither XDG_CACHE_HOME nor HOME is an absolute path
error: cannot run 'model': Exec format error
END
    rm odd
}

# Not what is tested below.
cat >quick <<END
#!/bin/sh
exec $given "\$@" -O0
END
chmod +x quick

# ---- executables that are kept ---------------------------------------------

# trains NAME PATTERN [WORD...]: with this on standard error before the run,
# and without a word where PATTERN is empty.
trains() {
    name=$1 pattern=$2
    shift 2
    rm -rf run
    timeout 100 "$@" "$guss" train model.nn model.yaml --out run \
        >"$scratch/out" 2>"$scratch/err" </dev/null
    got=$?
    sed '/^model: /,$d' "$scratch/err" >"$scratch/said"
    if [ -n "$pattern" ]; then
        [ "$(wc -l <"$scratch/said")" -eq 1 ] &&
            grep -q "^warning: $pattern" "$scratch/said"
    else
        [ ! -s "$scratch/said" ]
    fi && [ $got -eq 0 ] && [ -s run/weights.safetensors ]
    ok "toolchain: $name" $? || sed 's/^/    /' "$scratch/err"
}

kept() { find "$XDG_CACHE_HOME/guss" -type f; }

# spoilt NAME COMMAND FAULT: the executable that is kept, with its path behind
# COMMAND, is not run but named with its FAULT, and a good one takes its place.
spoilt() {
    file=$(kept)
    $2 "$file"
    trains "$1" "'$file' $3; it is built anew" env
    file=$(kept)
    case $file in
    *-"$(sha256sum "$file" | cut -c1-32)") [ "$(kept | wc -l)" -eq 1 ] ;;
    *) false ;;
    esac
    ok "toolchain: $1: it is whole again" $?
}

empty() { : >"$1"; }
halve() { truncate -s 100000 "$1"; }
change() { printf x | dd of="$1" bs=1 seek=70000 conv=notrunc 2>/dev/null; }
link_elsewhere() { mv "$1" "$scratch/moved" && ln -s "$scratch/moved" "$1"; }
name_elsewhere() { ln "$1" "$scratch/other"; }

check_kept() {
    export GUSS_CC=./quick
    export XDG_CACHE_HOME="$scratch/kept"
    (umask 0 && trains "an executable is made" "" env)
    [ "$(find "$XDG_CACHE_HOME" -perm /077 | wc -l)" -eq 0 ] &&
        [ "$(kept | wc -l)" -eq 1 ]
    ok "toolchain: what is kept is the user's alone" $?
    spoilt "an empty executable" empty "is damaged"
    spoilt "half an executable" halve "is damaged"
    spoilt "an executable with another byte" change "is damaged"
    spoilt "an executable that is none" "chmod -x" "may not be run"
    alone="is not this user's alone"
    spoilt "an executable that others may write" "chmod go+w" "$alone"
    spoilt "an executable with a name elsewhere" name_elsewhere "$alone"
    spoilt "a link for an executable" link_elsewhere "$alone"
    # Root then asks for permissions as all others do.
    if setpriv --bounding-set=-all true 2>/dev/null; then
        chmod 0 "$XDG_CACHE_HOME/guss"
        trains "a folder that cannot be opened" "the executable is not kept \
for the next time: cannot open the folder '$XDG_CACHE_HOME/guss': Permission \
denied" setpriv --bounding-set=-all
        chmod 700 "$XDG_CACHE_HOME/guss"
    else
        skip "toolchain: a folder that cannot be opened" "setpriv is missing"
    fi
    if [ "$(id -u)" -eq 0 ]; then
        spoilt "another user's executable" "chown 12345" "$alone"
        chown 12345 "$XDG_CACHE_HOME/guss"
        trains "another user's folder" "the executable is not kept for the next \
time: '$XDG_CACHE_HOME/guss' is another user's" env
        chown 0 "$XDG_CACHE_HOME/guss"
    else
        skip "toolchain: other users' files" "only root can make them"
    fi
    file=$(kept)
    : >"$XDG_CACHE_HOME/guss/.guss-0123456789abcdef" # of a guss that was killed
    chmod 777 "$XDG_CACHE_HOME/guss"
    trains "a folder that others may write" "" env
    [ "$(stat -c %a "$XDG_CACHE_HOME/guss")" = 755 ]
    ok "toolchain: the folder is closed to others" $?
    trains "another C compiler" "" env GUSS_CC="./quick -g0"
    [ "$(kept | wc -l)" -eq 2 ] && [ -e "$file" ]
    ok "toolchain: a temporary file of a guss that was killed is removed" $?
}

# Every build is a line of `builds`; the version is what `version` holds.
check_versions() {
    export XDG_CACHE_HOME="$scratch/versions"
    cat >cc <<'END'
#!/bin/sh
[ "$1" = --version ] && { cat version; exit; }
echo built >>builds
exec ./quick "$@"
END
    chmod +x cc
    built() { [ "$(wc -l <builds)" -eq "$1" ]; }
    echo 1.0 >version
    trains "a C compiler" "" env GUSS_CC=./cc
    trains "the same again" "" env GUSS_CC=./cc
    built 1
    ok "toolchain: the same version builds once" $?
    echo 2.0 >version
    trains "another version" "" env GUSS_CC=./cc
    built 2 && [ "$(kept | wc -l)" -eq 2 ]
    ok "toolchain: another version builds anew" $?
    rm version
    trains "a version that is not said" "" env GUSS_CC=./cc
    rm cc
    trains "a C compiler that is gone" "" env GUSS_CC=./cc
    built 2
    ok "toolchain: what is kept does without a version" $?
    rm builds
}

# It runs without a place for it, and then leaves nothing.
check_nowhere() {
    unset XDG_CACHE_HOME
    not_kept="the executable is not kept for the next time"
    neither="$not_kept: neither XDG_CACHE_HOME nor HOME is an absolute path"
    trains "no HOME" "$neither" env -u HOME
    trains "an empty HOME" "$neither" env HOME=
    trains "a HOME that nobody can write" \
        "$not_kept: cannot make the folder '/proc/.cache/guss': " env HOME=/proc
    (umask 027 && trains "a strict mask" "$neither" env HOME=)
    [ "$(stat -c %a run/model)" = 750 ]
    ok "toolchain: a run's executable has the permissions of any other" $?
    : >file
    trains "a file for a cache" "$not_kept: cannot make the folder \
'$PWD/file/guss': Not a directory" env XDG_CACHE_HOME="$PWD/file"
    nothing_left "train with no place for its executable"
    rm file
    if unshare -m true 2>/dev/null; then
        mkdir -p "$scratch/mounted"
        unshare -m sh -c "mount -t tmpfs -o noexec none '$scratch/mounted' &&
            export XDG_CACHE_HOME='$scratch/mounted' TMPDIR='$scratch/mounted' &&
            '$guss' train model.nn model.yaml --out first &&
            '$guss' train model.nn model.yaml --out second &&
            ls -A '$scratch/mounted'" >"$scratch/out" 2>"$scratch/err"
        [ "$(cat "$scratch/out")" = guss ] && ! grep '^warning:' "$scratch/err" &&
            cmp first/weights.safetensors second/weights.safetensors
        ok "toolchain: a file system that lets nothing run" $? ||
            sed 's/^/    /' "$scratch/err"
        rm -r first second
        # shellcheck disable=SC2016 # its own
        unshare -m sh -c 'mount -t tmpfs none "$0" && mkdir -m 777 "$0/guss" &&
            mount -o remount,ro "$0" && XDG_CACHE_HOME=$0 exec "$@"' \
            "$scratch/mounted" "$guss" train model.nn model.yaml --out third \
            >"$scratch/out" 2>"$scratch/err"
        others="others may write to '$scratch/mounted/guss': Read-only file system"
        [ -s third/weights.safetensors ] &&
            grep -qx "warning: $not_kept: $others" "$scratch/err"
        ok "toolchain: a folder that stays open to others" $? ||
            sed 's/^/    /' "$scratch/err"
        rm -r third
    else
        skip "toolchain: a file system that lets nothing run" "root can mount"
    fi
}

check_compilers
check_words
check_folder
check_signals
check_no_program
check_stopped
check_kept
check_versions
check_nowhere
