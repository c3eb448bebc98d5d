#!/bin/sh
# Which runs draw their first and last state: those whose data are images.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

npy pairs.npy '3, 1, 2, 2' '|u1' '\1\2\3\4\5\6\7\10\11\12\13\14'
echo 'network ae(1, 2, 2) { Conv2D(2, 1) }' >ae.nn
cat >ae.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 2
epochs: 2
optimizer: {name: adam}
data: {train: pairs.npy}
END
"$guss" build ae.nn ae.yaml -o ae >out 2>&1 || cat out
expect_status "sheets: data that are no images are trained on" 0 \
    ./ae train --out none
[ ! -e none/samples ]
ok "sheets: and not drawn" $?
expect_status "sheets: unless they are to be drawn, which is refused" 1 \
    ./ae train --out none --set snapshots.every=1
expect_text "sheets: for this reason" err <<'END'
error: cannot draw the samples of 'pairs.npy': (1, 2, 2) is no image of 1 or 3 channels
END

sed 's/autoencoder/classifier/; s/mean_squared_error/categorical_crossentropy/
     s/pairs.npy/smileys\/train/' ae.yaml >tell.yaml
echo 'network tell(784) { Dense(3, activation=softmax) }' >tell.nn
"$guss" build tell.nn tell.yaml -o tell >out 2>&1 || cat out
./tell train --out told --set snapshots.every=1 >out 2>&1 || cat out
[ ! -e told/samples ]
ok "sheets: nothing is drawn of a classifier" $?

sed "s/^epochs:.*/iterations: 3/; /^snapshots:/d; s/^checkpoint:.*//" \
    "$root/models/vanilla_gan.smileys.yaml" >gan.yaml
"$guss" build "$root/models/vanilla_gan.nn" gan.yaml -o gan >out 2>&1 || cat out
./gan train --out made >out 2>&1 || cat out
ls made/samples >listed
expect_text "sheets: the ends of a GAN" listed <<'END'
00000000.png
00000003.png
END
./gan generate --weights made --seed "$(sed -n 's/^seed: //p' gan.yaml)" \
    --count 25 --columns 5 --output again.png >out 2>&1 || cat out
cmp again.png made/samples/00000003.png
ok "sheets: 25 images of the last state" $?

seed=$(sed -n 's/^seed: //p' gan.yaml)
./gan train --out inked --set 'snapshots={at: [2], ink: black}' \
    --set 'checkpoint={at: [1, 2], every: 3, keep: 1}' --set iterations=6 \
    >out 2>&1 || cat out
./gan generate --weights inked --seed "$seed" --columns 5 \
    --set snapshots.ink=black --output black.png >out 2>&1 || cat out
cmp black.png inked/samples/00000006.png
ok "sheets: black on white, of a run as of a command" $?
./gan generate --weights inked --seed "$seed" --columns 5 \
    --output white.png >out 2>&1 || cat out
cmp -s white.png black.png
[ $? -eq 1 ]
ok "sheets: which is another sheet than white on black" $?
grep -q '^  ink: black$' inked/schedule.yaml
ok "sheets: the schedule of the run says so" $?

# ---- states to come back to --------------------------------------------------

ls inked/checkpoints >listed
expect_text "checkpoints: those asked for stay, of the others the newest" listed <<'END'
1.guss
2.guss
6.guss
END
./gan generate --weights inked/checkpoints/2.guss --seed "$seed" --columns 5 \
    --set snapshots.ink=black --output then.png >out 2>&1 || cat out
cmp then.png inked/samples/00000002.png
ok "checkpoints: one draws what the network made then" $?
./gan train --resume inked --set 'checkpoint={at: [2], every: 1, keep: 2}' \
    --set iterations=9 >out 2>&1 || cat out
ls inked/checkpoints >listed
expect_text "checkpoints: as the schedule has it where the run goes on" listed <<'END'
2.guss
8.guss
9.guss
END
