"""Lists of words that come with the program, to be read and mended by people.

    aliases.txt    names of one thing, equal in a search: k8s = kubernetes
    glossary.txt   English words and their Chinese translations: download = 下载
    names.txt      names that are no misspelled words, whatever an archive holds: packer

Made by hand from general knowledge of what newsletters on technology write about.
"""
