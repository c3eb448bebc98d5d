#!/bin/sh
# tools/install-packages where nothing can be installed: what building needs is
# listed, with status 3; what some tests want is only said.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/bin"
old=$IFS IFS=:
for folder in $PATH; do
    find "$folder/" -mindepth 1 -maxdepth 1 2>/dev/null
done | while read -r program; do
    [ -e "$scratch/bin/${program##*/}" ] ||
        ln -s "$program" "$scratch/bin/${program##*/}"
done
IFS=$old

# without NAME: no such program, and an apt-get that fails.
without() {
    rm -f "$scratch/bin/$1" "$scratch/bin/apt-get" "$scratch/bin/sudo"
    printf '#!/bin/sh\nexit 1\n' >"$scratch/bin/apt-get"
    chmod +x "$scratch/bin/apt-get"
}
without zsh
expect_status "packages: without zsh the tests run" 0 \
    env PATH="$scratch/bin" "$root/tools/install-packages" test
grep -q '; tests are skipped for want of:.* zsh' "$scratch/err"
ok "packages: what tests are skipped for is said" $?
without bison
expect_status "packages: without bison nothing is built" 3 \
    env PATH="$scratch/bin" "$root/tools/install-packages" build
grep -q '^note: install them with: sudo apt-get install bison$' "$scratch/err"
ok "packages: what is missing is said" $?
