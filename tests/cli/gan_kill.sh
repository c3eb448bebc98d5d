#!/bin/sh
# SIGKILL fifty times: a run of 2,000 updates of the paper's vanilla GAN, killed
# wherever it happens to be and resumed each time, ends with the bits of the run
# that nobody disturbed.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
kills=50 updates=2000 apart=38

sed "s/^epochs:.*/iterations: $updates/
     s/^checkpoint:.*/checkpoint: {every: 20, keep: 3}/
     /^snapshots:/d" "$root/models/vanilla_gan.smileys.yaml" >gan.yaml
"$guss" build "$root/models/vanilla_gan.nn" gan.yaml -o gan >out 2>&1
ok "gan_kill: the vanilla GAN is built" $? || exit 1

# The update that the newest whole checkpoint was written after.
saved() {
    newest=0
    for file in torn/checkpoints/*.guss; do
        at=${file##*/}
        at=$(echo "${at%.guss}" | sed 's/^0*//')
        case $at in *[!0-9]* | '') continue ;; esac
        [ "$at" -le "$newest" ] || newest=$at
    done
    echo "$newest"
}

# kill_at UPDATE: starts or resumes, waits for a checkpoint behind UPDATE and
# kills; true where there was something to kill.
kill_at() {
    from='--out torn'
    [ "$(saved)" -eq 0 ] || from='--resume torn'
    # shellcheck disable=SC2086 # words
    ./gan train $from >out 2>err &
    while [ "$(saved)" -lt "$1" ] && kill -0 $! 2>/dev/null; do
        sleep 0.01
    done
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    [ $? -eq 137 ]
}

expect_status "gan_kill: a run that nobody disturbs" 0 \
    ./gan train --out smooth
killed=0
for i in $(seq $kills); do
    kill_at $((i * apart)) && killed=$((killed + 1))
done
[ $killed -eq $kills ]
ok "gan_kill: killed $killed times of $kills" $?
expect_status "gan_kill: then it comes to its end" 0 ./gan train --resume torn
cmp smooth/weights.safetensors torn/weights.safetensors &&
    cmp smooth/log.csv torn/log.csv
ok "gan_kill: the same weights and the same log, to the bit" $?
