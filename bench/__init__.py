"""Measures speed and memory, side by side with other engines; not shipped. `python -m bench --help`, `make bench`."""
