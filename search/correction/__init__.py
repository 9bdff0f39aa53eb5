"""What was probably meant by words that an index does not hold: `correct.py` takes a query tree and gives another.

    letters ─► typos: words of the index one or two edits away
            └► pinyin: words that are pronounced so, or whose syllables begin so
    Han     ─► pinyin: words that sound the same
    alternatives ─► choice: those that stand together in one entry first, frequent ones second

Nothing is loaded before a query needs it. pypinyin and rapidfuzz are imported here and nowhere else.
"""
