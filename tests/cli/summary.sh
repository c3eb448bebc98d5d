#!/bin/sh
# Holds `guss summary` to its description: each format in full, of a chain and
# of a graph with several inputs and outputs, a placed network, frozen weights
# and names that are too long for Keras's columns. tests/accept holds more of
# Keras's tables, tests/unit/table_formats_test.c reads the JSON.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3

cat >chain.nn <<'END'
network chain(8, 8, 1) {
    Conv2D(2, 3, padding=same)
    Conv2DTranspose(3, 4, strides=2, padding=same, name=transposed_convolution)
    Flatten()
    Dense(10, activation=softmax)
}
END
cat >graph.nn <<'END'
network part(4) { Dense(5) Dense(4) }
network n {
    left   = Input(4)
    right  = Input(4)
    a_name_that_is_too_long_for_its_column = Dense(4, trainable=false) from left
    first  = part() from right
    second = part() from first
    sum    = Add() from a_name_that_is_too_long_for_its_column, second, right
    norm   = BatchNormalization()
    _x_    = ReLU() from left
    output norm, _x_
}
END

# printed NAME ARGUMENT...: what guss summary prints is standard input.
printed() {
    name=$1
    shift
    cat >"$scratch/wanted"
    expect_status "summary: $name succeeds" 0 "$guss" summary "$@"
    expect_text "summary: $name" "$scratch/out" <"$scratch/wanted"
    [ ! -s "$scratch/err" ]
    ok "summary: $name says nothing else" $?
}

printed 'a chain as keras' --format keras chain.nn <<'END'
Model: "chain"
_________________________________________________________________
Layer (type)                 Output Shape              Param #   
=================================================================
conv2d (Conv2D)              (None, 8, 8, 2)           20        
_________________________________________________________________
transposed_convolution (Conv (None, 16, 16, 3)         99        
_________________________________________________________________
flatten (Flatten)            (None, 768)               0         
_________________________________________________________________
dense (Dense)                (None, 10)                7690      
=================================================================
Total params: 7,809
Trainable params: 7,809
Non-trainable params: 0
_________________________________________________________________
END
printed 'a graph as keras' --format keras graph.nn --network n <<'END'
Model: "n"
__________________________________________________________________________________________________
Layer (type)                    Output Shape         Param #     Connected to                     
==================================================================================================
right (InputLayer)              [(None, 4)]          0                                            
__________________________________________________________________________________________________
left (InputLayer)               [(None, 4)]          0                                            
__________________________________________________________________________________________________
part (Sequential)               (None, 4)            49          right[0][0]                      
                                                                 part[1][0]                       
__________________________________________________________________________________________________
a_name_that_is_too_long_for_its (None, 4)            20          left[0][0]                       
__________________________________________________________________________________________________
sum (Add)                       (None, 4)            0           a_name_that_is_too_long_for_its_c
                                                                 part[2][0]                       
                                                                 right[0][0]                      
__________________________________________________________________________________________________
norm (BatchNormalization)       (None, 4)            16          sum[0][0]                        
__________________________________________________________________________________________________
_x_ (ReLU)                      (None, 4)            0           left[0][0]                       
==================================================================================================
Total params: 85
Trainable params: 57
Non-trainable params: 28
__________________________________________________________________________________________________
END
printed 'a chain as wide' --format wide chain.nn <<'END'
Model: "chain"
Layer (type)                              Output Shape       Param #  Trainable  Multiply-adds  Weight bytes  Output bytes
--------------------------------------------------------------------------------------------------------------------------
conv2d (Conv2D)                           (None, 8, 8, 2)         20         20           1152            80           512
transposed_convolution (Conv2DTranspose)  (None, 16, 16, 3)       99         99           6144           396          3072
flatten (Flatten)                         (None, 768)              0          0              0             0          3072
dense (Dense)                             (None, 10)            7690       7690           7680         30760            40
--------------------------------------------------------------------------------------------------------------------------
Total params: 7,809
Trainable params: 7,809
Non-trainable params: 0
Multiply-adds: 14,976
Weight bytes: 31,236
Output bytes: 6,696
END
printed 'a graph as wide' --format wide graph.nn --network n <<'END'
Model: "n"
Layer (type)                                    Output Shape  Param #  Trainable  Multiply-adds  Weight bytes  Output bytes  Connected to
--------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------
right (InputLayer)                              [(None, 4)]         0          0              0             0            16
left (InputLayer)                               [(None, 4)]         0          0              0             0            16
part (Sequential)                               (None, 4)          49         49             80           196            32  right[0][0], part[1][0]
a_name_that_is_too_long_for_its_column (Dense)  (None, 4)          20          0             16            80            16  left[0][0]
sum (Add)                                       (None, 4)           0          0              0             0            16  a_name_that_is_too_long_for_its_column[0][0], part[2][0], right[0][0]
norm (BatchNormalization)                       (None, 4)          16          8              0            64            16  sum[0][0]
_x_ (ReLU)                                      (None, 4)           0          0              0             0            16  left[0][0]
--------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------
Total params: 85
Trainable params: 57
Non-trainable params: 28
Multiply-adds: 96
Weight bytes: 340
Output bytes: 128
END
printed 'a chain as markdown' --format markdown chain.nn <<'END'
### chain

| Layer | Type | Output shape | Params | Multiply-adds | Weight bytes | Output bytes |
| --- | --- | --- | ---: | ---: | ---: | ---: |
| conv2d | Conv2D | (None, 8, 8, 2) | 20 | 1,152 | 80 | 512 |
| transposed_convolution | Conv2DTranspose | (None, 16, 16, 3) | 99 | 6,144 | 396 | 3,072 |
| flatten | Flatten | (None, 768) | 0 | 0 | 0 | 3,072 |
| dense | Dense | (None, 10) | 7,690 | 7,680 | 30,760 | 40 |
| **Total** | | | **7,809** | **14,976** | **31,236** | **6,696** |

Trainable params: 7,809; non-trainable params: 0
END
printed 'a graph as markdown' --format markdown graph.nn --network n <<'END'
### n

| Layer | Type | Output shape | Params | Multiply-adds | Weight bytes | Output bytes | Reads |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| right | InputLayer | \[(None, 4)\] | 0 | 0 | 0 | 16 | |
| left | InputLayer | \[(None, 4)\] | 0 | 0 | 0 | 16 | |
| part | Sequential | (None, 4) | 49 | 80 | 196 | 32 | right, part |
| a_name_that_is_too_long_for_its_column | Dense | (None, 4) | 20 | 16 | 80 | 16 | left |
| sum | Add | (None, 4) | 0 | 0 | 0 | 16 | a_name_that_is_too_long_for_its_column, part, right |
| norm | BatchNormalization | (None, 4) | 16 | 0 | 64 | 16 | sum |
| \_x\_ | ReLU | (None, 4) | 0 | 0 | 0 | 16 | left |
| **Total** | | | **85** | **96** | **340** | **128** | |

Trainable params: 57; non-trainable params: 28
END
printed 'a chain as json' --format json chain.nn <<'END'
[
  {
    "network": "chain",
    "layers": [
      {"name": "conv2d", "type": "Conv2D", "output_shape": [8, 8, 2], "params": 20, "trainable": 20, "macs": 1152, "bytes": {"weights": 80, "output": 512}, "uses": 1, "inputs": []},
      {"name": "transposed_convolution", "type": "Conv2DTranspose", "output_shape": [16, 16, 3], "params": 99, "trainable": 99, "macs": 6144, "bytes": {"weights": 396, "output": 3072}, "uses": 1, "inputs": ["conv2d"]},
      {"name": "flatten", "type": "Flatten", "output_shape": [768], "params": 0, "trainable": 0, "macs": 0, "bytes": {"weights": 0, "output": 3072}, "uses": 1, "inputs": ["transposed_convolution"]},
      {"name": "dense", "type": "Dense", "output_shape": [10], "params": 7690, "trainable": 7690, "macs": 7680, "bytes": {"weights": 30760, "output": 40}, "uses": 1, "inputs": ["flatten"]}
    ],
    "totals": {"params": 7809, "trainable": 7809, "macs": 14976, "bytes": {"weights": 31236, "output": 6696}}
  }
]
END
printed 'a graph as json' --format json graph.nn --network n <<'END'
[
  {
    "network": "n",
    "layers": [
      {"name": "right", "type": "InputLayer", "output_shape": [4], "params": 0, "trainable": 0, "macs": 0, "bytes": {"weights": 0, "output": 16}, "uses": 1, "inputs": []},
      {"name": "left", "type": "InputLayer", "output_shape": [4], "params": 0, "trainable": 0, "macs": 0, "bytes": {"weights": 0, "output": 16}, "uses": 1, "inputs": []},
      {"name": "part", "type": "Sequential", "output_shape": [4], "params": 49, "trainable": 49, "macs": 80, "bytes": {"weights": 196, "output": 32}, "uses": 2, "inputs": ["right", "part"]},
      {"name": "a_name_that_is_too_long_for_its_column", "type": "Dense", "output_shape": [4], "params": 20, "trainable": 0, "macs": 16, "bytes": {"weights": 80, "output": 16}, "uses": 1, "inputs": ["left"]},
      {"name": "sum", "type": "Add", "output_shape": [4], "params": 0, "trainable": 0, "macs": 0, "bytes": {"weights": 0, "output": 16}, "uses": 1, "inputs": ["a_name_that_is_too_long_for_its_column", "part", "right"]},
      {"name": "norm", "type": "BatchNormalization", "output_shape": [4], "params": 16, "trainable": 8, "macs": 0, "bytes": {"weights": 64, "output": 16}, "uses": 1, "inputs": ["sum"]},
      {"name": "_x_", "type": "ReLU", "output_shape": [4], "params": 0, "trainable": 0, "macs": 0, "bytes": {"weights": 0, "output": 16}, "uses": 1, "inputs": ["left"]}
    ],
    "totals": {"params": 85, "trainable": 57, "macs": 96, "bytes": {"weights": 340, "output": 128}}
  }
]
END

"$guss" summary graph.nn >without
"$guss" summary --format keras graph.nn | cmp - without
ok "summary: keras is the default" $?
{
    "$guss" summary --network part graph.nn && "$guss" summary --network n graph.nn
} | cmp - without
ok "summary: a file's tables stand in its order" $?
for format in wide markdown; do
    {
        "$guss" summary --format $format --network part graph.nn && echo &&
            "$guss" summary --format $format --network n graph.nn
    } >wanted
    "$guss" summary --format $format graph.nn | cmp - wanted
    ok "summary: a blank line between tables as $format" $?
done
if command -v python3 >/dev/null; then
    "$guss" summary --format json graph.nn | python3 -c '
import json, sys
part, n = json.load(sys.stdin)
assert part["network"] == "part" and n["network"] == "n"
assert n["totals"]["params"] == sum(l["params"] for l in n["layers"])
assert n["totals"]["macs"] == sum(l["macs"] for l in n["layers"])'
    ok "summary: Python reads the JSON" $?
else
    skip "summary: Python reads the JSON" "no python3"
fi
: >empty.nn
for format in keras wide markdown json; do
    expect_status "summary: $format of a file without networks" 1 \
        "$guss" summary --format $format empty.nn
done
expect_text "summary: says that there are none" "$scratch/err" <<'END'
error: 'empty.nn' has no network
END
expect_status "summary: a misspelt network" 1 \
    "$guss" summary --format json --network prat graph.nn
expect_text "summary: a misspelt network: what it says" "$scratch/err" <<'END'
error: 'graph.nn' has no network 'prat'; did you mean 'part'?
END
expect_status "summary: a misspelt format" 2 \
    "$guss" summary --format jsn graph.nn
expect_text "summary: a misspelt format: what it says" "$scratch/err" <<'END'
error: --format is keras, wide, markdown or json, not 'jsn'
try: guss summary --help
END
