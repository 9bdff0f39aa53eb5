"""One address for each page: what tells whether a link was recommended before, however it is written.

>>> canonical_link("http://www.Example.org/a/?utm_source=weekly#top")
'example.org/a'
>>> canonical_link("https://count.example/click?target=https%3A%2F%2Fexample.org%2Fa")
'example.org/a'
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from wangqi.search.document.known_sites import Parameters, known_page

_TRACKING: Final = re.compile(
    r"utm_\w+|spm|from|ref|ref_src|referrer|source|fbclid|gclid|mc_[ce]id|share_\w+|isappinstalled|scene|chksm|mpshare|srcid|_hsenc|_hsmi"
)
"""Parameters that say where a reader came from, not what he reads."""

_TARGETS: Final = ("target", "url", "u", "to", "link", "dest", "destination", "goto", "redirect", "redirect_url")
"""Parameters in which click counters carry the address that they lead to."""

_TARGET_IN_PATH: Final = re.compile(r"/(https?)(://|%3a%2f%2f)([^/].*)", re.IGNORECASE)
"""The same in the path: https://count.example/c/https://example.org/a."""

_TAKES_ADDRESSES: Final = re.compile(
    r"(?<![a-z])(?:archive|webcache|translate|share|sharer|sharing|sharearticle|intent|submit|submitlink|login|signin|oauth)(?![a-z])",
    re.IGNORECASE,
)
"""A word of the host or path by which a page is known that takes an address and does not lead to it: a copy in an
archive, a translation, a form to share it or to sign in."""

_PLAIN_WEB: Final = re.compile(r"https?://([A-Za-z0-9][A-Za-z0-9.-]*)(?:[/?#]|$)")
"""What almost every address looks like, and a web address without a doubt; its host."""

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+/?", re.ASCII)
"""owner/repo. The name of an owner holds no dot, that of a host does."""

_SSH_REPOSITORY: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](\S+)")
"""git@github.com:owner/repo.git, as it is copied for cloning."""

_WITHOUT_SCHEME: Final = re.compile(r"(?://)?(?:[\w-]+\.)+[^\W\d_][\w-]*[^\W\d_]\.?(?::[0-9]+)?(?:[/?#].*)?")
"""example.org:8080/a, with or without slashes before. Its last part has two characters or more and begins and ends in a
letter: 3.11 is a number, v1.2b a version, and draw.i on the way to draw.io."""

MAX_UNWRAPPED: Final = 3


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


def is_relative(address: str) -> bool:
    """Whether an address names a file by its place, not a page of the web nor a place on the same page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.path) and not parts.scheme and not parts.netloc


def site_of(url: str | None) -> str:
    """The site that `url` leads to, through click counters: its host without `www.`; "" when it is no web address."""
    host = web_host(url)
    if url and host and url.find("http", len("http://")) > 0:
        with suppress(ValueError):
            host = web_host(_unwrapped(urlsplit(url.strip())).geturl()) or host
    return (host or "").removeprefix("www.")


def typed_address(text: str) -> str | None:
    """The web address that someone types or pastes to name a page, with or without its scheme; `owner/repo` names a
    repository of GitHub. None when `text` is no address.

    >>> typed_address("example.org/a"), typed_address("octo/cat"), typed_address("图床")
    ('https://example.org/a', 'https://github.com/octo/cat', None)
    """
    text = text.strip()
    if _REPOSITORY.fullmatch(text):
        text = f"https://github.com/{text}"
    elif repository := _SSH_REPOSITORY.fullmatch(text):
        text = f"https://{repository[1]}/{repository[2]}"
    elif _WITHOUT_SCHEME.fullmatch(text):
        text = f"https://{text.removeprefix('//')}"
    # What cannot be read comes back as it is, such as an address whose port is no number.
    return text if web_address(text) and canonical_link(text) != text else None


def canonical_link(url: str) -> str:
    """`url` without scheme, `www.`, usual port, tracking parameters, fragment and last slash; click counters unwrapped;
    of what a known site shows under several addresses, one of them.

    Only good for comparing. Equal results mean the same page; an address that is none comes back as it is.
    """
    try:
        parts = _unwrapped(urlsplit(url.strip()))
        host, port = plain_host(parts.hostname or ""), parts.port
    except ValueError:
        return url
    if parts.scheme not in {"http", "https"} or not host:
        return url
    path = quote(unquote(parts.path), safe="/~@!$&'()*+,;=:", errors="replace").rstrip("/")
    parameters = _telling_parameters(parts.query)
    if port in (None, 80, 443):
        host, path, parameters = known_page(host, path, parameters)
    else:
        host = f"{host}:{port}"
    # A page that shows its content by script may name it in the fragment alone: #/guide, #!guide.
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{path}{_query(parameters)}{route}"


def plain_host(host: str) -> str:
    """`host` without `www.`, as the network knows it: 例子.中国 is xn--fsqu00a.xn--fiqs8s."""
    if not host.isascii():
        with suppress(UnicodeError):  # too long, or with signs that no name may hold
            host = host.encode("idna").decode()
    return host.removesuffix(".").removeprefix("www.")


def _telling_parameters(query: str) -> Parameters:
    return [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _is_tracking(name)]


def _query(parameters: Parameters) -> str:
    """The parameters that tell pages apart, by name: in which order they stand tells nothing."""
    return "?" + urlencode(sorted(parameters), errors="replace") if parameters else ""


def _is_tracking(name: str) -> bool:
    return bool(_TRACKING.fullmatch(name.lower()))


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The address behind the click counters that an address goes through."""
    for _ in range(MAX_UNWRAPPED):
        target = _target(parts)
        if not target:
            break
        parts = target
    return parts


def _target(parts: SplitResult) -> SplitResult | None:
    """The address that a click counter leads to; None when `parts` is none of a counter."""
    found = _target_in_path(parts) or _target_in_query(parts.query)
    if not found or _TAKES_ADDRESSES.search(f"{parts.hostname}{parts.path.partition('//')[0]}"):
        return None
    target = urlsplit(found)
    # A counter leads elsewhere: a page with an address of its own site is that page, given something to show.
    return target if target.hostname and target.hostname != parts.hostname else None


def _target_in_path(parts: SplitResult) -> str | None:
    found = _TARGET_IN_PATH.search(parts.path)
    if not found:
        return None
    if "%" in found[2]:
        return unquote(found[0][1:])
    # Written out, the query behind it is its own.
    return f"{found[0][1:]}?{parts.query}"


def _target_in_query(query: str) -> str | None:
    if "http" not in query:
        return None
    parameters = dict(parse_qsl(query))
    found = (parameters.get(name, "") for name in _TARGETS)
    return next((value for value in found if re.match(r"https?://[^/]", value)), None)
