"""The pages for readers, rendered on the server and whole without JavaScript.

home     the empty box: the newest issue, what there is to browse; a random entry
results  a search                                      issues   an issue, all issues (by their issue_names)
entries  an entry with what is around it and near to it
view     a search as its page shows it, with filters, typed (filters typed in the box), year_bars,
         nothing_found and recommended (a pasted link), and whole_archive to compare with
hits, choices, syntax_help   what a page repeats, written in Python: html_pieces (escaping), marked_text
shared, templating   what all pages are made with
rendered long issues, kept as they were rendered; installing   the site as an app, also offline
"""

from wangqi.web.pages import entries, home, installing, results
from wangqi.web.pages import issues as reading
from wangqi.web.pages.shared import blueprint

__all__ = ["blueprint", "entries", "home", "installing", "reading", "results"]
