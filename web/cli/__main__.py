"""`python -m wangqi.web.cli` is `wangqi`."""

from wangqi.web.cli.start import wangqi

if __name__ == "__main__":
    wangqi()
