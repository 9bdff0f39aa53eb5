"""Lists of words that come with the program, to be read and mended by people.

    aliases.txt    names of one thing, equal in a search: k8s = kubernetes
    spellings.txt  two spellings of one word, equal as well: 账号 = 帐号
    synonyms.txt   what people say in two ways, each for the other where little is found: 二手 = 闲置
    glossary.txt   English words and their Chinese translations: download = 下载
    names.txt      names that are no misspelled words, whatever an archive holds: packer

`word_lists` reads them, `glossary` the last but one.
Made by hand from general knowledge of what newsletters on technology write about.
"""
