"""The tree of a query → a plan: a condition that documents meet or not, and the words that score.

plan       conditions, words and terms                making     a tree → its plan
forms      a word as typed and its variants
named      titles and issues that a query names       variants   what else says the same as a word
runs       Han characters that only the archive knows as a word
stopwords  words of grammar                           ranking    every weight and formula of the score
"""
