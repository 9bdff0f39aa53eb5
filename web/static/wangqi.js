// The script of the pages: every page is whole without it.
