"""The parts put together as the settings say: one analyzer, for the engine that indexes and for every query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wangqi.indexer.config import Config, dictionary_words
from wangqi.search.analysis import Analyzer
from wangqi.search.engine import Engine

if TYPE_CHECKING:
    from wangqi.search.engine.shelf import Shelf
    from wangqi.search.opensearch_engine.access import ClusterSettings
    from wangqi.search.opensearch_engine.client import Client


def make_analyzer(config: Config) -> Analyzer:
    """Raises `ConfigError` when the dictionary file cannot be read."""
    return Analyzer(dictionary_words(config), config.aliases, config.synonyms)


def make_engine(config: Config) -> Engine:
    """Raises `ConfigError` as `make_analyzer`, also for a cluster that is not named, or cannot be asked from here."""
    analyzer = make_analyzer(config)
    if config.engine == "opensearch":
        from wangqi.search.opensearch_engine.engine import OpenSearchEngine

        return OpenSearchEngine(analyzer, *_cluster(config))
    from wangqi.search.whoosh_engine import WhooshEngine

    return WhooshEngine(analyzer)


def make_shelf(config: Config) -> Shelf | None:
    """What hosts share that share no folder; it needs no analyzer, which takes a moment to make."""
    if config.engine != "opensearch":
        return None
    from wangqi.search.opensearch_engine.held import HeldIndexes
    from wangqi.search.opensearch_engine.shelf import OpenSearchShelf

    return OpenSearchShelf(HeldIndexes(*_cluster(config)))


def _cluster(config: Config) -> tuple[Client, ClusterSettings]:
    from wangqi.search.opensearch_engine.access import ClusterSettings, read_access
    from wangqi.search.opensearch_engine.client import connect

    access = read_access(
        config.opensearch_url or "",
        user=config.opensearch_user or "",
        password=config.opensearch_password or "",
        ca_certificate=config.opensearch_ca,
    )
    settings = ClusterSettings(
        name=config.opensearch_index,
        shards=config.opensearch_shards,
        replicas=config.opensearch_replicas,
        call_s=config.opensearch_timeout,
        search_s=config.opensearch_deadline,
    )
    return connect(access), settings
