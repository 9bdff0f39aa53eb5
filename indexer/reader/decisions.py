"""The thresholds and weights by which the reader decides, each with what it decides.

`TABLE` has them for `docs/reading-issues.md`, with the range in which none of the gold issues is read otherwise, as
`python -m bench.decisions` finds it. What is set by reason alone (a list has two items) stands where it is used.
"""

from typing import Final, NamedTuple

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


class Decision(NamedTuple):
    """One of the above."""

    name: str
    decides: str

    @property
    def value(self) -> float:
        found: float = globals()[self.name]
        return found


TABLE: Final = (
    Decision(
        "LIST_SHARE", "share of a section's characters in bullets for these to be entries, where its name promises none"
    ),
    Decision("PLAIN_LIST_SHARE", "the same for bullets without links below a known name"),
    Decision("SHORT_CHARS", "longest line that may be a title without a link"),
    Decision("LINKED_TITLES", "share of titles with links for lines above the first section to be entries"),
    Decision("INTRODUCTION_LINES", "lines that may stand above them"),
    Decision(
        "GROUP_SHARE", "share of outer bullets that only name a group, and of inner ones with links, for all to do so"
    ),
    Decision("GROUP_NAME_CHARS", "longest name of such a group"),
    Decision("NUMBER_BEFORE_LINK", "weight of a numbered line that begins with a link"),
    Decision("NUMBER_ALONE", "weight of a number alone on its line; from here on a line is plainly a title"),
    Decision("NUMBER_WITH_LINK", "weight of a numbered line that holds a link"),
    Decision("NUMBER_BEFORE_ADDRESS", "weight of a number before nothing but an address"),
    Decision("NUMBER_IN_LIST_OF_ADDRESSES", "the same in a list"),
    Decision("NUMBER_SKIPPED", "cost of numbers that are left inside an entry"),
    Decision("NUMBER_AFTER_GAP", "weight of a number that skips one or two"),
    Decision("NUMBER_RESTARTED", "weight of a number that goes back or skips more"),
    Decision("ROUNDS_LINKED", "share of rounds of labels with a link for them to be records"),
    Decision("NAME_BEFORE_LINKS_CHARS", "longest name before links that say only what they are"),
    Decision("HEADING_SHARE", "share of sibling headings for all of them to be titles, or names of sections"),
    Decision("ODD_HEADINGS", "share of sibling headings that may be otherwise"),
    Decision("SECTION_CHARS", "longest heading that is a section's name more likely than a title"),
    Decision("WORD_CHARS", "longest heading that is one, if a list stands below"),
    Decision("CLOSING_LINKS", "lines of links that may close one text; more are a list"),
    Decision("FOOTER_SHARE", "share of the lines of a footer that return in other issues"),
    Decision("FOOTER_GAP", "lines one after the other in it that do not"),
    Decision("FOOTER_LINES", "lines from the end of an issue that may be one"),
    Decision("FURNITURE_CHARS", "longest entry that may be furniture"),
    Decision("TITLE_WIDTH", "characters of a line without a leading link that are its title"),
    Decision("HEADING_WIDTH", "the same of a heading"),
)
