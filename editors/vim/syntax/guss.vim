" Vim syntax file: guss, a language for neural networks (*.nn).
" Written by editors/make-editors from the compiler's tables; do not edit.
if exists("b:current_syntax")
    finish
endif
syntax case match

syntax keyword gussItem const block network include expect nextgroup=gussDefined skipwhite
syntax match gussDefined "\<\h\w*\>" contained
syntax keyword gussStatement repeat as from output
syntax match gussLayer "\v<%(Activation|Add|Average|AveragePooling1D|AveragePooling2D|BatchNormalization|Concatenate|Conv1D|Conv2D|Conv2DTranspose|Cropping2D|Dense|DepthwiseConv2D|Dropout|ELU|Flatten|GaussianNoise|GlobalAveragePooling1D|GlobalAveragePooling2D|GlobalMaxPooling1D|GlobalMaxPooling2D|GroupNormalization|Input|LayerNormalization|LeakyReLU|MaxPooling1D|MaxPooling2D|Maximum|Minimum|Multiply|PReLU|ReLU|Rescaling|Reshape|SeparableConv2D|Softmax|SpatialDropout2D|Subtract|UpSampling2D|ZeroPadding2D)>\ze\_s*\("
syntax keyword gussActivation linear relu sigmoid tanh softmax elu selu softplus swish silu gelu leaky_relu mish relu6 hard_sigmoid exponential softsign
syntax keyword gussInitializer glorot_uniform glorot_normal he_uniform he_normal lecun_uniform lecun_normal variance_scaling random_normal truncated_normal random_uniform orthogonal zeros ones constant
syntax keyword gussWord valid same causal nearest bilinear fan_in fan_out fan_avg truncated_normal untruncated_normal uniform none l1 l2 l1_l2
syntax keyword gussBoolean true True false False
syntax match gussProperty "\v\.\s*\zs%(macs|params|trainable)>"
syntax region gussBrackets matchgroup=gussDelimiter start="(" end=")" transparent contains=ALLBUT,gussDefined,gussProperty
syntax match gussArgument "\v<%(activation|activity_regularizer|alpha|alpha_initializer|axis|beta_initializer|bias_initializer|bias_regularizer|center|cropping|depth_multiplier|depthwise_initializer|depthwise_regularizer|dilation_rate|distribution|epsilon|filters|gain|gamma_initializer|groups|interpolation|kernel_initializer|kernel_regularizer|kernel_size|max_value|maxval|mean|minval|mode|momentum|name|negative_slope|offset|padding|pointwise_initializer|pointwise_regularizer|pool_size|rate|scale|shape|shared_axes|size|stddev|strides|target_shape|threshold|trainable|units|use_bias|value)>\ze\_s*\=" contained

syntax match gussNumber "\v<\d+>"
syntax match gussFloat "\v<\d+\.\d*%([eE][+-]?\d+)?|\.\d+%([eE][+-]?\d+)?|<\d+[eE][+-]?\d+>"
syntax region gussString start=+"+ end=+"+ oneline
syntax match gussOperator "[-+*/%=]"
syntax match gussCheck "@"
syntax match gussComment "#.*$" contains=@Spell
syntax sync minlines=100

highlight default link gussItem Keyword
highlight default link gussDefined Identifier
highlight default link gussStatement Statement
highlight default link gussLayer Function
highlight default link gussActivation Constant
highlight default link gussInitializer Constant
highlight default link gussWord Constant
highlight default link gussBoolean Boolean
highlight default link gussProperty Type
highlight default link gussArgument Type
highlight default link gussDelimiter Delimiter
highlight default link gussNumber Number
highlight default link gussFloat Float
highlight default link gussString String
highlight default link gussOperator Operator
highlight default link gussCheck Special
highlight default link gussComment Comment

let b:current_syntax = "guss"
