"""Links that return, as one hit: what to take off the counts of the cluster, which counts every document.

Documents with one link lie on one shard, so each shard tells by itself how many it counts too often: of a link with
three documents that are found two in the total, and in a count each one beside the first that has the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wangqi.search.opensearch_engine.query.matching import Query

RETURNING: Final[Query] = {"term": {"returns": True}}

_MAP: Final = """
String name = doc['fold'].value;
Map link = state.links.get(name);
if (link == null) { link = new HashMap(); state.links.put(name, link); }
link.put('', (int) link.getOrDefault('', 0) + 1);
for (String field : params.fields) {
  for (value in doc[field]) {
    String counted = field + ' ' + value;
    link.put(counted, (int) link.getOrDefault(counted, 0) + 1);
  }
}
"""
_COMBINE: Final = """
Map spare = new HashMap();
for (Map link : state.links.values()) {
  for (counted in link.entrySet()) {
    int more = (int) counted.getValue() - 1;
    if (more > 0) { spare.put(counted.getKey(), (int) spare.getOrDefault(counted.getKey(), 0) + more); }
  }
}
return ['spare': spare, 'links': state.links.size() > params.most ? [] : new ArrayList(state.links.keySet())];
"""
_REDUCE: Final = """
Map spare = new HashMap();
List links = new ArrayList();
for (each in states) {
  if (each == null) { continue; }
  for (counted in each.spare.entrySet()) {
    spare.put(counted.getKey(), (int) spare.getOrDefault(counted.getKey(), 0) + (int) counted.getValue());
  }
  links.addAll(each.links);
}
return ['spare': spare, 'links': links];
"""

_BEST_MAP: Final = """
String link = doc['fold'].value;
def best = state.best.get(link);
double score = _score;
String newest = doc['newest'].value;
if (best == null) { state.best.put(link, [score, newest, doc['entry_id'].value]); return; }
boolean wins = score > best[0] || (score == best[0] && newest.compareTo(best[1]) < 0);
state.worse.add(wins ? best[2] : doc['entry_id'].value);
if (wins) { state.best.put(link, [score, newest, doc['entry_id'].value]); }
"""

_JOINED: Final = """
List all = new ArrayList();
for (each in states) { if (each != null) { all.addAll(each); } }
return all;
"""

LINKS: Final = "links"
RETURN: Final = "returning"


@dataclass(frozen=True, slots=True)
class Spare:
    """What was counted too often."""

    counts: dict[str, int]
    """By the field and the value, a blank between; "" for the total."""
    links: Sequence[str]
    """The links that were found, where they were asked for."""

    def of(self, field: str, value: str) -> int:
        return self.counts.get(f"{field} {value}", 0)

    @property
    def total(self) -> int:
        return self.counts.get("", 0)


NOTHING_SPARE: Final = Spare({}, ())


def spare_aggregation(fields: Sequence[str], *, most_links: int = 0) -> dict[str, Any]:
    """What counts, over the documents that a search finds, what `read_spare` reads; the links too where each shard
    finds no more than so many."""
    script = {
        "init_script": "state.links = new HashMap()",
        "map_script": _MAP.strip(),
        "combine_script": _COMBINE.strip(),
        "reduce_script": _REDUCE.strip(),
        "params": {"fields": list(fields), "most": most_links},
    }
    return {RETURN: {"filter": RETURNING, "aggs": {LINKS: {"scripted_metric": script}}}}


def read_spare(aggregations: dict[str, Any]) -> Spare:
    found = aggregations[RETURN][LINKS]["value"]
    return Spare(found["spare"], found["links"])


def worse_search(scored: Query) -> dict[str, Any]:
    """The search whose answer `read_worse` reads, apart from any other: in OpenSearch 3.9.0 a script beside hits or
    another aggregation is given the scores of other documents."""
    script = {
        "init_script": "state.best = new HashMap(); state.worse = new ArrayList()",
        "map_script": _BEST_MAP.strip(),
        "combine_script": "return state.worse",
        "reduce_script": _JOINED.strip(),
    }
    query = {"bool": {"must": [scored], "filter": [RETURNING]}}
    return {"size": 0, "track_total_hits": False, "query": query, "aggs": {LINKS: {"scripted_metric": script}}}


def read_worse(answer: dict[str, Any]) -> list[str]:
    """The ids of the documents whose link a better one has."""
    return list(answer["aggregations"][LINKS]["value"])
