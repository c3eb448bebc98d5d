#!/bin/sh
# guss data: sheets of data sets, and sets that are downloaded. Downloads come
# from a server on this machine (mirror.py), which knows how to go wrong; what
# stays behind in the folder is looked at after each.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mirror=$(cd "$(dirname "$0")" && pwd)/mirror.py
fetch=$BUILD/tests/tools/fetch
mnist=$root/../shared/data/mnist
unset GUSS_DATA http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export no_proxy='*'
cd "$scratch" || exit 3
servers=
trap 'kill $servers 2>/dev/null; rm -rf "$scratch"' EXIT

# ---- usage -----------------------------------------------------------

check_usage() {
    expect_status "data: --help" 0 "$guss" data --help
    expect_text "data: --help lists the commands of data" "$scratch/out" <<'END'
usage: guss data COMMAND [OPTION…] OPERAND

  data show   draw a sheet of a data set
  data fetch  download a known data set: mnist

guss data COMMAND --help tells more of one.

      --color WHEN         auto, always or never
  -h, --help               this text
      --version            the version
END
    for command in show fetch; do
        "$guss" data $command --help | grep -q "^usage: guss data $command "
        ok "data: $command --help" $?
    done
    refused "no command" 2 "$guss" data <<'END'
error: no command given
try: guss data --help
END
    refused "a misspelt command of data" 2 "$guss" data shwo x <<'END'
error: unknown command 'data shwo'; did you mean 'data show'?
try: guss data --help
END
    refused "a misspelt group" 2 "$guss" dat show <<'END'
error: unknown command 'dat'; did you mean 'data'?
try: guss --help
END
    refused "an option of another command" 2 \
        "$guss" data fetch mnist --count 3 <<'END'
error: data fetch has no option '--count'
try: guss data fetch --help
END
    refused "nothing to show" 2 "$guss" data show -o x.png <<'END'
error: an operand is missing: guss data show [OPTION…] REF
try: guss data show --help
END
    refused "nowhere to draw" 2 "$guss" data show smileys/train <<'END'
error: data show wants a file to write: -o S.png
try: guss data show --help
END
    for count in 0 -1 1000001 99999999999999999999 3x ''; do
        refused "a count of '$count'" 2 \
            "$guss" data show smileys/train -o x.png --count="$count" <<END
error: --count wants a number from 1 to 1000000, not '$count'
try: guss data show --help
END
    done
    refused "a wrong number of columns" 2 \
        "$guss" data show smileys/train -o x.png --columns=many <<'END'
error: --columns wants a number from 1 to 1000000, not 'many'
try: guss data show --help
END
    refused "an unknown kind of pixels" 2 \
        "$guss" data show smileys/train -o x.png --pixels=grey <<'END'
error: --pixels is raw, unit, signed or binary, not 'grey'
try: guss data show --help
END
    refused "an unknown set" 2 "$guss" data fetch mnits <<'END'
error: no known data set is named 'mnits'; did you mean 'mnist'? (known: mnist, fashion_mnist, kmnist, cifar10)
try: guss data fetch --help
END
    refused "a mirror that is no URL" 2 \
        "$guss" data fetch mnist --mirror=/srv/mnist <<'END'
error: --mirror wants a URL that starts with https:// or http://, not '/srv/mnist'
try: guss data fetch --help
END
    refused "a home without a place" 1 \
        env -u XDG_DATA_HOME HOME=here "$guss" data fetch mnist <<'END'
error: there is no user's data folder: neither XDG_DATA_HOME nor HOME is an absolute path
END
    [ ! -e x.png ]
    ok "data: what is refused writes nothing" $?
}

# ---- show ------------------------------------------------------------

# shows NAME SIZE OPERANDS...: a sheet x.png; standard input is what is said.
shows() {
    what=$1 size=$2
    shift 2
    rm -f x.png
    expect_status "data: $what is drawn" 0 "$guss" data show -o x.png "$@" ||
        return
    expect_text "data: $what is described" "$scratch/out"
    [ "$(png_size x.png)" = "$size" ]
    ok "data: $what: a sheet of $size" $?
}

check_show() {
    shows "a set that is drawn by itself" 593x593 smileys/train <<'END'
smileys/train: 400 samples (28, 28), uint8, labels 0 to 2
END
    shows "a set that is small" 593x121 smileys/test <<'END'
smileys/test: 17 samples (28, 28), uint8, labels 0 to 2
END
    cp "$root/tests/pictures/full-chroma.jpg" colours.jpg
    shows "a JPEG picture" 43x29 colours.jpg <<'END'
colours.jpg: 1 sample (23, 37, 3), uint8
END
    shows "a part of a set" 180x121 --count 5 --columns 3 smileys/test <<'END'
smileys/test: 17 samples (28, 28), uint8, labels 0 to 2
END
    mv x.png plain.png
    "$guss" data show -o x.png --count 5 --columns 3 --pixels binary \
        smileys/test >/dev/null && ! cmp -s x.png plain.png
    ok "data: --pixels binary shows what a network sees" $?
    "$guss" data show -o x.png --count 5 --columns 3 --pixels signed \
        smileys/test >/dev/null && cmp -s x.png plain.png
    ok "data: --pixels signed looks as the pixels do" $?
    mkdir -p faces/smile faces/frown
    cp plain.png faces/smile/1.png
    cp plain.png faces/frown/2.png
    cp plain.png faces/frown/1.png
    shows "a folder of classes" 552x127 faces <<'END'
faces: 3 samples (121, 180), uint8, labels 0 to 1: frown, smile
END
    mkdir -p elsewhere && mv faces elsewhere
    shows "a folder from --data" 552x127 faces --data elsewhere <<'END'
faces: 3 samples (121, 180), uint8, labels 0 to 1: frown, smile
END
    escape=$(printf '\033')
    mkdir "classes" "classes/${escape}[31mred" && cp plain.png classes/*red
    echo note >"classes/${escape}]0;x"
    shows "a class whose name a terminal would obey" 186x127 classes <<'END'
classes: 1 sample (121, 180), uint8, labels 0 to 0: ?[31mred
END
    expect_text "data: what is passed over is counted" "$scratch/err" <<'END'
warning: 1 file of 'classes' that is no picture was passed over: 'classes/?]0;x'
END
    npy row.npy '1, 3' '|u1' '\1\2\3'
    shows "a row that is no square" 69x27 row.npy <<'END'
row.npy: 1 sample (3), uint8
END
    npy signed.npy '1, 2, 1' '<f4' '\0\0\200\277\0\0\200\077'
    shows "floats around 0" 38x70 signed.npy <<'END'
signed.npy: 1 sample (2, 1), float32
END
    npy channels.npy '1, 1, 1, 2' '|u1' '\1\2'
    refused "what is no image" 1 "$guss" data show channels.npy -o y.png <<'END'
error: cannot draw the samples of 'channels.npy': they are no images of 1 or 3 channels
END
    refused "a set that is not there" 1 "$guss" data show none.npy -o y.png <<END
error: data 'none.npy' was not found; there is none of
  none.npy (from the current folder)
  ./data/none.npy (data in the current folder)
  $scratch/share/guss/none.npy (the user's data folder)
--data DIR names another folder to look in
data is named as NAME/train or NAME/test, or is a .npy, .npz, .csv or IDX file, a picture (PNG or JPEG) or a folder of pictures
smileys/train needs no file: guss draws it
END
    refused "to write over the data" 2 "$guss" data show row.npy -o row.npy <<'END'
error: 'row.npy' is to be read, not written (choose another name with -o)
try: guss data show --help
END
    refused "a sheet of another kind" 2 \
        "$guss" data show smileys/test -o x.jpg <<'END'
error: a sheet is a PNG file: -o wants one that ends in .png, not 'x.jpg'
try: guss data show --help
END
    refused "a sheet that cannot be written" 3 \
        "$guss" data show smileys/test -o none/x.png <<'END'
error: cannot write 'none/x.png': No such file or directory
END
    [ ! -e y.png ]
    ok "data: what cannot be drawn leaves no file" $?
}

# ---- folders of PNG files, trained on --------------------------------

# picture FOLDER NAME OPTION...: a sheet of one of the faces, 62 x 62.
picture() {
    mkdir -p "$1"
    png=$1/$2.png
    shift 2
    "$guss" data show -o "$png" --columns 1 --count 1 "$@" smileys/test \
        >/dev/null
}

check_classes() {
    for n in 1 2 3; do
        picture faces/train/black $n --pixels binary
        picture faces/train/white $n
        picture faces/test/black $n --pixels binary
        picture faces/test/wight $n
    done
    echo 'network tell(62, 62, 1) { Flatten() Dense(2, activation=softmax) }' \
        >tell.nn
    cat >tell.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 3
epochs: 60
seed: 2
optimizer: {name: adam}
data: {train: faces/train}
END
    expect_status "data: a classifier of PNG files is built" 0 \
        "$guss" build tell.nn tell.yaml -o tell
    refused "other classes to test with" 1 \
        ./tell train --out run --set data.test=faces/test <<'END'
error: 'faces/test' has the class 'wight', but network 'tell' knows 'black' and 'white'
END
    picture faces/test/yellow 1
    rm -r faces/test/wight && cp -R faces/train/white faces/test
    refused "a class too many to test with" 1 \
        ./tell train --out run --set data.test=faces/test <<'END'
error: 'faces/test' has the class 'yellow', but network 'tell' knows 'black' and 'white'
END
    refused "a class too many to train on" 1 \
        ./tell train --out run --set data.train=faces/test <<'END'
error: 'faces/test' has 3 classes, 'black', 'white' and 'yellow'; network 'tell' has outputs for 2
END
    rm -r faces/test/yellow
    expect_status "data: a classifier is trained on PNG files" 0 \
        ./tell train --out run --set data.test=faces/test
    cp "$scratch/err" "$scratch/told"
    ./tell evaluate --weights run/weights.safetensors --input faces/test |
        grep -qx 'accuracy 1'
    ok "data: it tells their classes apart" $?
    grep -qx 'epoch 60/60  loss [^ ]*  accuracy 1  val_loss [^ ]*  val_accuracy 1  .*' \
        "$scratch/told"
    ok "data: each epoch says how often it is right" $?
    sed -n '1p; $s/,[^,]*,1,[^,]*,1$/ is right/p' run/log.csv >log
    expect_text "data: and so does the log" log <<'END'
epoch,iteration,loss,accuracy,val_loss,val_accuracy
60,120 is right
END
    (./tell train --out halves --set data.test=faces/test --set epochs=30 &&
        ./tell train --resume halves --set epochs=60) >"$scratch/out" 2>&1 &&
        cmp run/log.csv halves/log.csv
    ok "data: a resumed run goes on with such a log" $?
    mv x.png faces/test/white/2.png
    refused "a PNG file of another size" 1 \
        ./tell evaluate --weights run/weights.safetensors --input faces/test <<'END'
error: faces/test/white/2.png: 70 x 38 pixels (height x width), but faces/test/black/1.png has 62 x 62; all must be of one size
END
    expect_status "data: pictures of any size are brought to one" 0 \
        ./tell train --out sized --set data.train=faces/test --set epochs=1 \
        --set 'data.size=[62, 62]' --set data.fit=pad
    grep -A9 '^data:' sized/schedule.yaml | grep -e size -e fit >sized/said
    expect_text "data: the run says so" sized/said <<'END'
  size: [62, 62]
  fit: pad
END
}

# ---- fetch -----------------------------------------------------------

start_server() { # PORT_FILE ARGUMENTS...
    port=$1
    shift
    python3 "$mirror" served "$scratch/$port" "$@" >"$scratch/$port.log" 2>&1 &
    servers="$servers $!"
    for _ in $(seq 100); do
        [ -e "$scratch/$port" ] && return
        sleep 0.1
    done
    return 1
}

# fetches STATUS WAY...: the served file x through these mirrors, into got/x.
fetches() {
    wanted=$1
    shift
    for way; do
        shift
        case $way in http*) ;; *) way=$url/$way ;; esac
        set -- "$@" "$way"
    done
    expect_status "data: fetching: $what" "$wanted" \
        "$fetch" got x 200000 "$sum" "$@"
}

# nothing_is_left: neither a file nor a part of it.
nothing_is_left() {
    [ -z "$(ls -A got 2>/dev/null)" ]
    ok "data: fetching: $what: nothing is left behind" $?
}

# fails WHY WAY: why one mirror does not do.
fails() {
    what=$1
    fetches 3 "$2" || return
    sed "s|$url|URL|" "$scratch/err" >"$scratch/said"
    expect_text "data: fetching: $what: the message" "$scratch/said"
    nothing_is_left
}

has_file() {
    cmp -s got/x served/x && [ "$(ls -A got)" = x ]
    ok "data: fetching: $what: the file is there, whole" $?
}

check_success() {
    what="a good mirror"
    fetches 0 good && has_file
    sed "s|$url|URL|" "$scratch/err" >"$scratch/said"
    expect_text "data: fetching: where it came from" "$scratch/said" <<'END'
x: 200000 bytes from URL/good/x
END
    what="what is there already"
    fetches 0 missing && has_file
    [ ! -s "$scratch/err" ]
    ok "data: fetching: what is there already is left alone" $?
    what="a file that is not whole"
    head -c 1000 served/x >got/x
    fetches 0 good/ && has_file
    what="a file that is wrong"
    tr 0-9 1-90 <served/x >got/x
    fetches 0 good && has_file
    rm got/x
    what="the second mirror"
    fetches 0 missing good && has_file
    sed "s|$url|URL|" "$scratch/err" >"$scratch/said"
    expect_text "data: fetching: what was tried" "$scratch/said" <<'END'
URL/missing/x: the server answers with status 404; trying the next mirror
x: 200000 bytes from URL/good/x
END
    rm got/x
    what="the third mirror" && fetches 0 wrong cut good && has_file
    rm got/x
    what="five redirections" && fetches 0 hops/5 && has_file
    rm got/x
}

check_failures() {
    fails "a missing file" missing <<'END'
cannot download 'x'
URL/missing/x: the server answers with status 404
END
    fails "another file" wrong <<END
cannot download 'x'
URL/wrong/x: not the file that is wanted: its SHA-256 is $wrong_sum, not $sum
END
    fails "half a file" short <<'END'
cannot download 'x'
URL/short/x: 100000 bytes, but 200000 are wanted
END
    # these words are libcurl's, and change with its version
    what="a cut connection"
    fetches 3 cut && grep -q '/cut/x: .* 100000 bytes ' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    nothing_is_left
    fails "a file without an end" long <<'END'
cannot download 'x'
URL/long/x: more than the 200000 bytes that are wanted
END
    fails "six redirections" hops/6 <<'END'
cannot download 'x'
URL/hops/6/x: Maximum (5) redirects followed
END
    what="a redirection to a file"
    fetches 3 file && grep -q 'Protocol .file. .*disabled' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    nothing_is_left
    what="no server"
    fetches 3 http://127.0.0.1:1 && grep -q '[Cc]onnect' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    what="no such host"
    fetches 3 http://nowhere.invalid && grep -q 'nowhere.invalid' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    nothing_is_left
}

check_disk() {
    what="a full disk"
    rm -rf got
    # shellcheck disable=SC3045 # dash has it
    (ulimit -f 64 && "$fetch" got x 200000 "$sum" "$url/good" "$url/good") \
        >"$scratch/out" 2>"$scratch/err"
    ok "data: fetching: $what: status 3" "$(($? != 3))"
    expect_text "data: fetching: $what: the message" "$scratch/err" <<'END'
cannot write 'got/x': File too large
END
    nothing_is_left
    what="a folder that is a file"
    rm -rf got && : >got
    fetches 3 good
    expect_text "data: fetching: $what: the message" "$scratch/err" <<'END'
cannot make the folder 'got': Not a directory
END
    rm -f got
}

# stopped SIGNAL STATUS WAY
stopped() {
    what="$1 while it is $3"
    rm -rf got
    "$fetch" got x 200000 "$sum" "$url/$3" 2>"$scratch/err" &
    child=$!
    for _ in $(seq 100); do
        [ -n "$(ls -A got 2>/dev/null)" ] && break
        sleep 0.05
    done
    sleep 0.3
    kill -s "$1" $child
    wait $child
    [ $? -eq "$2" ] && [ "$(cat "$scratch/err")" = stopped ]
    ok "data: fetching: $what: status $2" $?
    nothing_is_left
}

# trusted COMMAND...: where our certificate is the one that is vouched for.
trusted() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare -m sh -c 'mount --bind certificate.pem "$0" && exec "$@"' \
        /etc/ssl/certs/ca-certificates.crt "$@"
}

check_trusted() {
    if ! trusted true 2>/dev/null; then
        skip "data: fetching: https that is trusted" "cannot mount"
        return
    fi
    tls=https://127.0.0.1:$(cat tls_port)
    what="from https to http"
    expect_status "data: fetching: $what" 3 \
        trusted "$fetch" got x 200000 "$sum" "$tls/plain" &&
        grep -q 'Protocol .http. .*disabled' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    nothing_is_left
    what="from https to https"
    expect_status "data: fetching: $what" 0 \
        trusted "$fetch" got x 200000 "$sum" "$tls/hops/2" && has_file
    rm got/x
}

# A certificate that nobody vouches for, and then one that is trusted.
check_tls() {
    if ! openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem >openssl.log 2>&1; then
        skip "data: fetching: https" "no openssl"
        return
    fi
    cat key.pem certificate.pem >both.pem
    start_server tls_port both.pem
    what="an unknown certificate"
    fetches 3 "https://127.0.0.1:$(cat tls_port)/good" &&
        grep -qi 'certificate' "$scratch/err"
    ok "data: fetching: $what: the message" $?
    nothing_is_left
    check_trusted
}

check_fetch() {
    if ! command -v python3 >/dev/null; then
        skip "data: fetching" "no python3"
        return
    fi
    mkdir served
    seq 100000 | head -c 200000 >served/x
    sum=$(sha256sum <served/x | cut -d' ' -f1)
    start_server port
    ok "data: fetching: the server is up" $?
    url=http://127.0.0.1:$(cat port)
    wrong_sum=$(python3 -c "import sys, hashlib
print(hashlib.sha256(bytes(b ^ 1 for b in open('served/x', 'rb').read()))
      .hexdigest())")
    check_success
    check_failures
    check_disk
    stopped INT 130 slow
    stopped TERM 143 deaf
    check_tls
}

# The command itself, with the set that it knows.
check_mnist() {
    if [ ! -e "$mnist" ] || ! command -v python3 >/dev/null; then
        skip "data: fetch mnist" "no MNIST in ../shared/data, or no python3"
        return
    fi
    cp "$mnist"/*.gz served
    set -- "$guss" data fetch mnist --mirror "$url/missing" --mirror "$url/good"
    expect_status "data: fetch mnist" 0 "$@"
    expect_text "data: fetch mnist says where it is" "$scratch/out" <<END
mnist is in $scratch/share/guss/mnist
END
    expect_status "data: fetch mnist again" 0 "$@"
    expect_text "data: fetch mnist says that it is there" "$scratch/out" <<END
mnist is already in $scratch/share/guss/mnist
END
    shows "what was fetched" 593x593 mnist/test <<'END'
mnist/test: 10000 samples (28, 28), uint8, labels 0 to 9
END
    : >share/guss/mnist/t10k-labels-idx1-ubyte.gz
    expect_status "data: fetch mnist mends a file" 0 "$@"
    [ "$(grep -c ' bytes from ' "$scratch/err")" -eq 1 ] &&
        grep -q '^t10k-labels.* 4542 bytes from ' "$scratch/err"
    ok "data: fetch mnist fetches what is wrong alone" $?
}

check_usage
check_show
check_classes
check_fetch
check_mnist
