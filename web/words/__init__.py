"""What readers are told, in their language.

terminal  the same for the command line
language  Chinese or English                          labels  the words for kinds, facets, orders
reasons   why a hit ranks where it does
as_markdown  a hit as a line of Markdown, to paste
"""
