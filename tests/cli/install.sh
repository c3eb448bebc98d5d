#!/bin/sh
# Installs what was built into a folder, moves it to one with an odd name, and
# uses it there: building models, the emitted Makefile, pkg-config. Then takes
# it away again, and gives wrong places.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" "$scratch/home" && cd "$scratch/work" || exit 3
export HOME="$scratch/home"
unset MAKEFLAGS MFLAGS MAKELEVEL GUSS_RUNTIME
version=$(cat "$root/VERSION")
model=$root/models/simple_autoencoder.nn
schedule=$root/models/simple_autoencoder.smileys.yaml

install_into() { PREFIX=$1 DESTDIR=$2 "$root/tools/install"; }
uninstall() { PREFIX=$1 DESTDIR=$2 "$root/tools/install" --undo; }

# The names below a folder, sorted.
files_of() { (cd "$1" && find . ! -type d | sed 's/^\.\///' | LC_ALL=C sort); }

list_wanted() {
    cd "$root" || exit 3
    cat <<'END'
bin/guss
lib/guss/libguss-base.a
lib/guss/libguss-core.a
lib/guss/libguss-trainer.a
lib/pkgconfig/guss.pc
share/bash-completion/completions/guss
share/doc/guss/LICENSE
share/fish/vendor_completions.d/guss.fish
share/man/man1/guss-model.1
share/man/man1/guss.1
share/man/man5/guss-files.5
share/man/man5/guss-language.5
share/man/man5/guss-schedules.5
share/zsh/site-functions/_guss
END
    (cd runtime/core && ls guss/*.h) | sed 's/^/include\//'
    find models editors/vim editors/vscode -type f | sed 's/^/share\/guss\//'
}

check_installing() {
    stage="$scratch/stage one"
    (umask 027 && install_into /opt/guss "$stage") >"$scratch/out" 2>&1
    expect_text "install: what it says" "$scratch/out" <<END
  INSTALL $stage/opt/guss
END
    (list_wanted | LC_ALL=C sort) >wanted
    files_of "$stage/opt/guss" >got
    expect_text "install: what is installed" got <wanted
    files_of "$stage" | grep -v '^opt/guss/' >got
    [ ! -s got ] && [ -z "$(ls -A "$HOME")" ]
    ok "install: nothing lies elsewhere" $?
    find "$stage" -printf '%m %y\n' | sort -u >got
    printf '%s\n' '640 f' '750 d' '750 f' >wanted
    expect_text "install: permissions are what the umask leaves" got <wanted
    find "$stage" -type f -perm -100 -printf '%f\n' >got
    echo guss >wanted
    expect_text "install: only guss can be run" got <wanted
    (umask 022 && install_into /opt/guss "$stage") >"$scratch/out" 2>&1 &&
        [ "$(stat -c %a "$stage/opt/guss/bin/guss")" = 755 ] &&
        [ "$(files_of "$stage" | wc -l)" -eq "$(list_wanted | wc -l)" ]
    ok "install: a second time, over the first" $?
}

check_moved() {
    place="$scratch/Anna's new \"place\" \$HOME #1"
    mv "$stage/opt/guss" "$place"
    moved=$place/bin/guss
    expect_status "install: moved, it says its version" 0 "$moved" --version
    expect_status "install: moved, it builds" 0 \
        "$moved" build "$model" "$schedule" -o built
    expect_status "install: what it has built trains" 0 \
        ./built train --set epochs=1 --out run
    expect_status "install: moved, it trains" 0 \
        "$moved" train "$place/share/guss/models/simple_autoencoder.nn" \
        "$schedule" --set epochs=1 --out run2
    cmp run/weights.safetensors run2/weights.safetensors
    ok "install: to the same weights" $?
    ln -s "$moved" link
    expect_status "install: through a symbolic link" 0 \
        ./link build "$model" -o by_link
}

check_emitted_makefile() {
    expect_status "install: moved, it emits" 0 \
        "$moved" emit "$model" "$schedule" -o emitted
    expect_status "install: make builds what was emitted" 0 make -C emitted
    expect_status "install: and that runs" 0 \
        ./emitted/simple_autoencoder summary
    cp -r "$place" 'back\slash'
    expect_status "install: it emits where make cannot name it" 0 \
        './back\slash/bin/guss' emit "$model" -o emitted2
    expect_status "install: make asks for the place then" 2 make -C emitted2
    grep -q 'set GUSS_RUNTIME: guss lies where make cannot name it' \
        "$scratch/err"
    ok "install: in these words" $?
    expect_status "install: and takes it" 0 \
        env GUSS_RUNTIME="$scratch/work/back\\slash" make -C emitted2
}

# What is special to make or a shell in a file's name is not in the emitted one.
check_model_names() {
    # shellcheck disable=SC2016 # for make to run, if it could
    for name in 'two words' '$(shell touch canary)' '`touch canary`' '-o x' \
        "a'b\"c;touch canary" 'a:b#c%d=e' '..' 'été'; do
        cp "$model" "./$name.nn"
        expect_status "install: a model named $name is emitted" 0 \
            "$moved" emit "./$name.nn" -o odd
        (cd odd && make && "$(find . -perm -100 -type f)" summary) \
            >"$scratch/out" 2>&1
        ok "install: a model named $name is made" $? ||
            sed 's/^/    /' "$scratch/out"
        rm -r odd
    done
    [ -z "$(find . -name 'canary*')" ]
    ok "install: no name was run" $?
}

# shellcheck disable=SC2046,SC2086 # flags are words
check_pkg_config() {
    cp -r "$place" "$scratch/plain"
    export PKG_CONFIG_PATH="$scratch/plain/lib/pkgconfig"
    [ "$(pkg-config --modversion guss)" = "$version" ]
    ok "install: pkg-config knows the version" $?
    "$moved" emit --target generic "$model" "$schedule" -o plain
    cat >flags <<END
-I$PKG_CONFIG_PATH/../../include
-L$PKG_CONFIG_PATH/../../lib/guss
-lguss-base
-lguss-core
-lguss-trainer
END
    pkg-config --cflags --libs guss | tr ' ' '\n' |
        grep -e guss -e plain | sort >got
    expect_text "install: pkg-config knows the places" got <flags
    expect_status "install: emitted C is compiled with pkg-config's flags" 0 \
        ${CC:-cc} -O1 $(pkg-config --cflags guss) plain/*.c \
        $(pkg-config --libs guss) -o by_flags
    expect_status "install: and trains" 0 \
        ./by_flags train --set epochs=1 --out run3
    unset PKG_CONFIG_PATH
}

check_shells_and_manuals() {
    PATH=$place/bin:$PATH bash --norc -c '
        . "$1/share/bash-completion/completions/guss"
        COMP_LINE="guss su" COMP_POINT=7 COMP_WORDS=(guss su) COMP_CWORD=1
        _guss
        echo "${COMPREPLY[@]}"' bash "$place" >got
    echo summary >wanted
    expect_text "install: the installed completion works" got <wanted
    for page in "$place"/share/man/man*/*; do
        name=$(basename "$page")
        grep -q "^\.Nd [a-z]" "$page" && [ "$(wc -l <"$page")" -gt 100 ]
        ok "install: $name is a manual page" $?
    done
}

check_uninstalling() {
    echo mine >"$place/share/guss/models/mine.nn"
    expect_status "install: uninstalling" 0 uninstall "$place" ''
    find "$place" -type d -name guss >got
    files_of "$place" >>got
    printf '%s\n' "$place/share/guss" share/guss/models/mine.nn >wanted
    expect_text "install: what is not guss's stays" got <wanted
    rm "$place/share/guss/models/mine.nn"
    expect_status "install: uninstalling what is not there" 0 \
        make -C "$root" -s uninstall "PREFIX=$scratch/plain" DESTDIR=
    [ -z "$(find "$scratch/plain" -name '*guss*')" ]
    ok "install: make uninstall leaves nothing" $?
}

# refused NAME STATUS PREFIX DESTDIR: standard input is the message.
refused() {
    expect_status "install: $1 is refused" "$2" install_into "$3" "$4"
    expect_text "install: $1: the message" "$scratch/err"
}

check_refusing() {
    refused "a relative PREFIX" 2 usr "$scratch/refused" <<'END'
error: PREFIX is an absolute path, not 'usr'
END
    refused "an empty PREFIX" 2 '' "$scratch/refused" <<'END'
error: PREFIX is an absolute path, not ''
END
    refused "a PREFIX out of DESTDIR" 2 /usr/../.. "$scratch/refused/a" <<'END'
error: PREFIX leads upwards: '/usr/../..'
END
    [ ! -e "$scratch/refused" ]
    ok "install: and nothing is written" $?
    mkdir -p "$scratch/folder/bin/guss"
    refused "a folder in the way" 3 "$scratch/folder" '' <<END
error: cannot write '$scratch/folder/bin/guss': it is a folder
END
    expect_status "install: make passes PREFIX on" 2 \
        make -C "$root" -s uninstall "PREFIX=it's here" DESTDIR=/nowhere
    head -1 "$scratch/err" >got
    expect_text "install: as it is" got <<'END'
error: PREFIX is an absolute path, not 'it's here'
END
}

check_installing
check_moved
check_emitted_makefile
check_model_names
check_pkg_config
check_shells_and_manuals
check_uninstalling
check_refusing
