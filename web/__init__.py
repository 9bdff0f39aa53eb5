"""Pages, JSON API and the command line; puts `search` and `indexer` together."""
