"""Corrections of words that an index does not hold: `correct.py` takes a query tree and gives another.

    letters ─► typos: words of the index one or two edits away
            └► pinyin: words that are pronounced so, or whose syllables begin so
    Han     ─► pinyin: words that sound the same
    alternatives ─► choosing: those that stand together in one entry first, frequent ones second

correct        puts these together                    candidate       a word in place of another, how sure it is
query_pieces   what of a query may be corrected       latin           what letters may mean
typos          words one or two edits away            anagrams        words by their letters
pinyin         pronunciation of characters            pinyin_words    letters read as pinyin
homophones     wrong characters of the same sound     title_initials  initials of titles
vocabulary     the words of an index                  sorted_lines    a table in one piece of memory

Nothing is loaded before a query needs it. pypinyin's table is read and rapidfuzz imported here and nowhere else.
"""
