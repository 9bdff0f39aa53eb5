"""Text → terms: one analyzer for the index, for queries and for highlighting.

    text ─► folding (width, case of characters kept, traditional → simplified, offsets into the original)
         ─► units (one Han character, one part of a Latin word: what positions count)
         ─► grams (units, Han bigrams, joined Latin neighbours, with positions): what matches, what phrases are made of
         └► words (jieba words, whole Latin words): what ranks a match on word boundaries above a substring

analyzer   puts these together                        folding    spellings of a character → one
units      what positions count                       latin      spellings of Latin words
segmenter  words by jieba                             stemming   English endings
regional   words of Taiwan and Hong Kong              aliases    other names of a thing
lexicon    the shipped lists of words

jieba and OpenCC are imported here and nowhere else.
"""

from wangqi.search.analysis.analyzer import Analyzer, FieldTokens
from wangqi.search.analysis.folding import fold_key
from wangqi.search.analysis.units import Unit

__all__ = ["Analyzer", "FieldTokens", "Unit", "fold_key"]
