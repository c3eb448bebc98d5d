" Vim indent file: guss, a language for neural networks (*.nn). Bodies are
" indented as guss fmt does it.
if exists("b:did_indent")
    finish
endif
let b:did_indent = 1
setlocal autoindent indentexpr=GussIndent(v:lnum) indentkeys=0},!^F,o,O
let b:undo_indent = "setlocal autoindent< indentexpr< indentkeys<"
if exists("*GussIndent")
    finish
endif

" Brackets of a kind that a line leaves open, less those that it closes of
" others; strings and comments do not count.
function s:Open(number, opening, closing)
    let l:code = substitute(getline(a:number), '"[^"]*"', '', 'g')
    let l:code = substitute(l:code, '#.*', '', '')
    return count(l:code, a:opening) - count(l:code, a:closing)
endfunction

function GussIndent(number)
    let l:above = prevnonblank(a:number - 1)
    let l:first = l:above
    if l:above == 0
        return 0
    endif
    let l:open = s:Open(l:above, '(', ')')
    if l:open > 0
        return indent(l:above) + 2 * shiftwidth()
    endif
    while l:open < 0 && l:first > 1
        let l:first -= 1
        let l:open += s:Open(l:first, '(', ')')
    endwhile
    let l:indent = indent(l:first)
    if s:Open(l:above, '{', '}') > 0
        let l:indent += shiftwidth()
    endif
    if getline(a:number) =~ '^\s*}'
        let l:indent -= shiftwidth()
    endif
    return l:indent
endfunction
