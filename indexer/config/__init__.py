"""The settings: `wangqi.toml`, `WANGQI_*` variables, options.

table     each setting: a field of `Config`            loading  where they come from, and which wins
toml_help  what to write instead of a line that is no TOML
values    types of values, with what they allow        hosts    names of hosts in one form, networks
"""

from wangqi.indexer.config.loading import archive_name, check_once, dictionary_words, load_config
from wangqi.indexer.config.table import Config

__all__ = ["Config", "archive_name", "check_once", "dictionary_words", "load_config"]
