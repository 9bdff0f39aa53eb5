"""The parts put together as the settings say: one analyzer, for the engine that indexes and for every query."""

from __future__ import annotations

from wangqi.indexer.config import Config, dictionary_words
from wangqi.search.analysis import Analyzer
from wangqi.search.engine import Engine


def make_analyzer(config: Config) -> Analyzer:
    """Raises `ConfigError` when the dictionary file cannot be read."""
    return Analyzer(dictionary_words(config), config.aliases, config.synonyms)


def make_engine(config: Config, analyzer: Analyzer) -> Engine:
    """Raises `ConfigError` for a cluster that is not named, or cannot be asked from here."""
    if config.engine == "opensearch":
        return _cluster_engine(config, analyzer)
    from wangqi.search.whoosh_engine import WhooshEngine  # loads numpy and Whoosh: a quarter of a second

    return WhooshEngine(analyzer)


def _cluster_engine(config: Config, analyzer: Analyzer) -> Engine:
    from wangqi.search.opensearch_engine.access import read_access
    from wangqi.search.opensearch_engine.client import connect
    from wangqi.search.opensearch_engine.engine import OpenSearchEngine
    from wangqi.search.opensearch_engine.settings import ClusterSettings

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
    return OpenSearchEngine(analyzer, connect(access), settings)
