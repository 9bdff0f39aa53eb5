"""The pages for readers, rendered on the server and whole without JavaScript.

home     the empty box: the newest issue, what there is to browse; a random entry
results  a search
reading  an issue, all issues, the permalink of an entry
"""

from web.pages import home, results
from web.pages import issues as reading
from web.pages.shared import blueprint

__all__ = ["blueprint", "home", "reading", "results"]
