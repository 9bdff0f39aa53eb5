"""The query language: text typed by a person → query tree, filters and notices; `docs/query-syntax.md` tells it."""
