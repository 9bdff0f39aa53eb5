"""The parts put together as the settings say: one analyzer, for the engine that indexes and for every query."""

from __future__ import annotations

from indexer.config import Config, dictionary_words
from search.analysis import Analyzer
from search.engine import Engine


def make_analyzer(config: Config) -> Analyzer:
    """Raises `ConfigError` when the dictionary file cannot be read."""
    return Analyzer(dictionary_words(config), config.aliases, config.synonyms)


def make_engine(analyzer: Analyzer) -> Engine:
    from search.whoosh_engine import WhooshEngine  # loads numpy and Whoosh: a quarter of a second

    return WhooshEngine(analyzer)
