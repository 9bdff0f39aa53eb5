"""The settings: `wangqi.toml`, `WANGQI_*` variables, options.

settings  each setting, and where it comes from       values  what each may hold
hosts     names of hosts in one form
"""

from indexer.config.settings import Config, archive_name, dictionary_words, load_config

__all__ = ["Config", "archive_name", "dictionary_words", "load_config"]
