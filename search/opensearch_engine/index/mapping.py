"""The fields of a document in the cluster, and how they are analyzed: hardly, since the tokens are ours.

| field | one value is | what it is for |
|---|---|---|
| `words` `grams` `starts` | `token␟weight` between blanks | terms that score, beginnings of grams among them |
| `title_words` `title_grams` `title_starts` | tokens between blanks | whether a title holds them |
| `places` `title_places` | a token for each position of a field, its grams stacked `a␞b` | characters in a row |
| `archive` `kind` … (`NAME_FILTERS`) | keys of the value (`Filter.keys`) | filters and counts |
| `archive_value` … | the value as it is shown | what a count is told as |
| `newest` `oldest` `order` | keys of the issue, number in it | order of the documents |
| `link` `fold` `returns` | its page; what is one hit with it; whether others are | links that return |
| `build` | names what it was built from | going on with a build that was killed |
| `file` `part` `content` | of a document that is no entry: a part of a file | the generation's own files (`shelf`) |
| `record` `also` | `search.document.entry_records`; ids of the others with its link | what is shown |

A weight is the whole frequency of a term in the document by BM25F (`search.plan.ranking`), times `WEIGHT_UNIT`: it
stands where a posting has its number of occurrences, and the similarity makes `saturation` of it. Nothing in a score
depends on a shard, on deleted documents or on the cluster's own statistics.
"""

from __future__ import annotations

from typing import Any, Final

from wangqi.search.document.filters import NAME_FILTERS
from wangqi.search.plan.ranking import RANKING

FORMAT: Final = "opensearch-2"
"""Raised whenever an index that was built before could not be searched by this program, or not rightly."""

WEIGHT_UNIT: Final = 10_000
"""With ten times as much the order of no hit is another."""

WEIGHT_MARK: Final = "␟"
STACK_MARK: Final = "␞"
HOLE: Final = "␀"
"""Stands for a position that no gram of a phrase is asked at, or none begins at: none of the three is ever a token."""

LONGEST_START: Final = 32
"""Characters of the beginnings of grams that are terms."""

FIELD_GAP: Final = 64
"""Positions between the fields of a document: more than two neighbours in a phrase are apart."""

K1: Final = RANKING.k1
"""In the similarity, so it is that of every plan."""

_SIMILARITY: Final = f"return query.boost * doc.freq / (doc.freq + {K1 * WEIGHT_UNIT}) ;"

_WEIGHTED: Final = {
    "type": "text",
    "analyzer": "weighted",
    "search_analyzer": "tokens",
    "similarity": "saturation",
    "index_options": "freqs",
    "norms": False,
}
_TOKENS: Final = {"type": "text", "analyzer": "tokens", "index_options": "docs", "norms": False}
_PLACES: Final = {
    "type": "text",
    "analyzer": "places",
    "search_analyzer": "phrase",
    "index_options": "positions",
    "norms": False,
    "position_increment_gap": FIELD_GAP,
}
_NAME: Final = {"type": "keyword"}
_NUMBER: Final = {"type": "integer"}
_LARGE_NUMBER: Final = {"type": "long"}
MOST: Final = 2**63 - 1
_UNINDEXED: Final = {"type": "keyword", "index": False, "doc_values": False}

PROPERTIES: Final[dict[str, dict[str, Any]]] = {
    **dict.fromkeys(("words", "grams", "starts"), _WEIGHTED),
    **dict.fromkeys(("title_words", "title_grams", "title_starts"), _TOKENS),
    **dict.fromkeys(("places", "title_places"), _PLACES),
    **dict.fromkeys(NAME_FILTERS, _NAME),
    **dict.fromkeys((f"{name}_value" for name in NAME_FILTERS), _NAME),
    **dict.fromkeys(("year", "day", "line", "order", "title_units"), _NUMBER),
    **dict.fromkeys(("entry_id", "issue_id", "role", "title_key", "newest", "oldest", "link", "fold"), _NAME),
    "issue": _LARGE_NUMBER,
    "site_own": _NAME,
    "returns": {"type": "boolean"},
    "build": _NAME,
    "file": _NAME,
    "part": _NUMBER,
    "content": {"type": "binary"},
    "record": _UNINDEXED,
    "also": _UNINDEXED,
}


def index_body(shards: int) -> dict[str, Any]:
    """What an index is made with; copies of its shards come when it is whole."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "similarity": {"saturation": {"type": "scripted", "script": {"source": _SIMILARITY}}},
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 1 << 20}},
                "filter": {
                    "weights": {"type": "delimited_term_freq", "delimiter": WEIGHT_MARK},
                    "holes": {"type": "stop", "stopwords": [HOLE]},
                    "stacks": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{STACK_MARK}]+)"],
                    },
                },
                "analyzer": {
                    "tokens": {"type": "custom", "tokenizer": "blanks"},
                    "weighted": {"type": "custom", "tokenizer": "blanks", "filter": ["weights"]},
                    "places": {"type": "custom", "tokenizer": "blanks", "filter": ["holes", "stacks"]},
                    "phrase": {"type": "custom", "tokenizer": "blanks", "filter": ["holes"]},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": ["record", "also", "content"]},
            "properties": PROPERTIES,
        },
    }
