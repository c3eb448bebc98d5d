autocmd BufNewFile,BufRead *.nn setfiletype guss
