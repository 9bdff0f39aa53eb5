"""The thresholds and weights by which the reader decides, each with what it decides.

`TABLE` says what each decides; `docs/reading-issues.md` has the range in which none of the gold issues is read
otherwise, as `python -m bench.decisions` finds it. What is set by reason alone (a list has two items) stands where it
is used.
"""

from typing import Final

# List or text
LIST_SHARE: Final = 0.5
PLAIN_LIST_SHARE: Final = 0.9
SHORT_CHARS: Final = 60
LINKED_TITLES: Final = 0.7
INTRODUCTION_LINES: Final = 2
GROUP_SHARE: Final = 0.6
GROUP_NAME_CHARS: Final = 30

# Number of an entry or of a point
NUMBER_BEFORE_LINK: Final = 2.0
NUMBER_ALONE: Final = 1.5
NUMBER_WITH_LINK: Final = 1.0
NUMBER_BEFORE_ADDRESS: Final = 0.5
NUMBER_IN_LIST_OF_ADDRESSES: Final = -3.0
NUMBER_SKIPPED: Final = 0.25
NUMBER_AFTER_GAP: Final = -0.5
NUMBER_RESTARTED: Final = -1.0

# Label or entry
ROUNDS_LINKED: Final = 0.8
NAME_BEFORE_LINKS_CHARS: Final = 40

# Levels of headings
HEADING_SHARE: Final = 0.5
ODD_HEADINGS: Final = 0.25
SECTION_CHARS: Final = 8
WORD_CHARS: Final = 4
CLOSING_LINKS: Final = 3

# Footers
FOOTER_SHARE: Final = 2 / 3
FOOTER_GAP: Final = 2
FOOTER_LINES: Final = 30
FURNITURE_CHARS: Final = 600

# Titles
TITLE_WIDTH: Final = 64
HEADING_WIDTH: Final = 160


TABLE: Final = {
    "LIST_SHARE": "share of bullets from which those of an unknown section are entries",
    "PLAIN_LIST_SHARE": "the same for bullets without links in a known section",
    "SHORT_CHARS": "longest title without a link",
    "LINKED_TITLES": "share of linked titles from which lines above the first section are entries",
    "INTRODUCTION_LINES": "most lines of introduction above these",
    "GROUP_SHARE": "share of outer bullets without links, and of inner ones with, that makes groups",
    "GROUP_NAME_CHARS": "longest name of a group",
    "NUMBER_BEFORE_LINK": "weight of a numbered line that begins with a link",
    "NUMBER_ALONE": "weight of a number alone on its line; lines of this weight or more are titles",
    "NUMBER_WITH_LINK": "weight of a numbered line with a link inside",
    "NUMBER_BEFORE_ADDRESS": "weight of a number before a bare address",
    "NUMBER_IN_LIST_OF_ADDRESSES": "the same in a list",
    "NUMBER_SKIPPED": "cost of a number inside an entry",
    "NUMBER_AFTER_GAP": "weight of a number after a gap of one or two",
    "NUMBER_RESTARTED": "weight of a number after a larger gap or a restart",
    "ROUNDS_LINKED": "share of repeated groups of labels with a link from which each is an entry",
    "NAME_BEFORE_LINKS_CHARS": "longest name before links such as `[官网](u)`",
    "HEADING_SHARE": "share of sibling headings that decides for all",
    "ODD_HEADINGS": "share of sibling headings that may differ",
    "SECTION_CHARS": "longest heading that is taken for a section, not a title",
    "WORD_CHARS": "the same above a list",
    "CLOSING_LINKS": "most lines of links that close a text",
    "FOOTER_SHARE": "share of lines that recur in other issues from which the last lines are a footer",
    "FOOTER_GAP": "most lines in a row of a footer that do not recur",
    "FOOTER_LINES": "longest footer, in lines",
    "FURNITURE_CHARS": "longest recurring text that is no entry",
    "TITLE_WIDTH": "longest title of a line without a leading link",
    "HEADING_WIDTH": "the same for a heading",
}
"""What each of them decides."""
