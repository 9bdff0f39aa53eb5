"""Markdown files → issues → entries → a published generation of the index."""
