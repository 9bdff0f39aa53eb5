"""One address for each page: what tells whether a link was recommended before, however it is written.

>>> canonical_link("http://www.Example.org/a/?utm_source=weekly#top")
'example.org/a'
>>> canonical_link("https://count.example/click?target=https%3A%2F%2Fexample.org%2Fa")
'example.org/a'
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_TRACKING: Final = re.compile(
    r"utm_\w+|spm|from|ref|ref_src|referrer|source|fbclid|gclid|mc_[ce]id|share_\w+|isappinstalled|scene|chksm|mpshare|srcid|_hsenc|_hsmi"
)
"""Parameters that say where a reader came from, not what he reads."""

_TARGETS: Final = ("target", "url", "u", "to", "link", "dest", "destination", "goto", "redirect", "redirect_url")
"""Parameters in which click counters carry the address that they lead to."""

_PLAIN_WEB: Final = re.compile(r"https?://([A-Za-z0-9][A-Za-z0-9.-]*)(?:[/?#]|$)")
"""What almost every address looks like, and a web address without a doubt; its host."""

MAX_UNWRAPPED: Final = 3
_FOLDED_PATHS: Final = frozenset({"github.com", "gist.github.com"})
"""Sites on which letter case in the path means nothing."""


def web_address(url: str | None) -> str | None:
    """`url` when a visitor may be sent there: absolute, http or https, with a host; else None."""
    return url if web_host(url) else None


def web_host(url: str | None) -> str | None:
    """The host of `url` in lower case; None when it is no web address."""
    if not url:
        return None
    if plain := _PLAIN_WEB.match(url):
        return plain[1].lower()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # "http://[" is no address
        return None
    return host if parts.scheme in ("http", "https") and host else None


def canonical_link(url: str) -> str:
    """`url` without scheme, `www.`, port, tracking parameters, fragment and last slash; click counters unwrapped.

    Only good for comparing. Equal results mean the same page; an address that is none comes back as it is.
    """
    for _ in range(MAX_UNWRAPPED):
        url = _wrapped(url) or url
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    if parts.scheme not in {"http", "https"} or not host:
        return url
    path = quote(unquote(parts.path), safe="/~@!$&'()*+,;=:").rstrip("/")
    if host in _FOLDED_PATHS:
        path = path.lower().removesuffix(".git")
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(name)]
    query = "&".join(f"{name}={value}" for name, value in sorted(kept))
    # A page that shows its content by script may name it in the fragment alone: #/guide, #!guide.
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{path}{'?' if query else ''}{query}{route}"


def _is_tracking(name: str) -> bool:
    return bool(_TRACKING.fullmatch(name.lower()))


def _wrapped(url: str) -> str | None:
    """The address that a click counter leads to."""
    try:
        parameters = dict(parse_qsl(urlsplit(url).query))
    except ValueError:
        return None
    found = (parameters.get(name, "") for name in _TARGETS)
    return next((value for value in found if re.match(r"https?://[^/]", value)), None)
