" Vim filetype plugin: guss, a language for neural networks (*.nn).
if exists("b:did_ftplugin")
    finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:#
setlocal shiftwidth=4 softtabstop=4 expandtab textwidth=80
setlocal suffixesadd=.nn
let &l:include = '^\s*include\s*"\zs[^"]*'
if executable("guss")
    let &l:makeprg = 'guss check --color=never %:S'
    setlocal errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m
    setlocal errorformat+=%f:%l:%c:\ %tote:\ %m,%-G%.%#
endif

let b:undo_ftplugin = "setlocal commentstring< comments< shiftwidth< "
            \ . "softtabstop< expandtab< textwidth< suffixesadd< include< "
            \ . "makeprg< errorformat<"
