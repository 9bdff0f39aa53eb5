"""`python -m web.cli` is `wangqi`."""

from web.cli import main

if __name__ == "__main__":
    main(prog_name="wangqi")
