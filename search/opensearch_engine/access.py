"""How the cluster is reached: addresses of its nodes, who asks, whom to trust; and what is made there.

>>> read_access("https://wangqi:secret@es1:9200, https://es2:9200")
Access(urls=('https://es1:9200', 'https://es2:9200'), user='wangqi', ca_certificate=None)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message
from wangqi.search.opensearch_engine.deadline import EACH_S

HOW_TO_NAME_IT = Message("name it as in OPENSEARCH_URL=https://node1:9200,https://node2:9200")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    urls: tuple[str, ...]
    """Of the nodes, without user and password; a node's may have a path."""
    user: str = ""
    """None is sent where it is empty."""
    password: str = field(default="", repr=False)
    ca_certificate: Path | None = None
    """File in PEM that the nodes' certificates are checked by; the system's authorities where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    name: str = "wangqi"
    """What the names of the indexes begin with."""
    shards: int = 1
    replicas: int = 1
    call_s: float = EACH_S
    """After which the next node is asked."""
    search_s: float = 2.5
    """For all calls of one answer."""


def read_access(urls: str, *, user: str = "", password: str = "", ca_certificate: Path | None = None) -> Access:
    """The access by addresses as people write them: split by commas or blanks, user and password perhaps within.

    Raises `ConfigError`, in which no password stands."""
    parts = [_split(url) for url in urls.replace(",", " ").split()]
    if not parts:
        raise ConfigError("no address of the OpenSearch cluster: {how_to_name_it}", how_to_name_it=HOW_TO_NAME_IT)
    named = next((part for part in parts if part.username), None)
    if named and not user:
        user, password = unquote(named.username or ""), unquote(named.password or "")
    addresses = tuple(dict.fromkeys(_without_user(part) for part in parts))
    return Access(urls=addresses, user=user, password=password, ca_certificate=ca_certificate)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        _ = parts.port  # raises when it is none
    except ValueError:
        usable = False
    if not usable:
        shown = url.rpartition("@")[2]
        raise ConfigError(
            "{shown!r} is no http or https address of an OpenSearch node: {how_to_name_it}",
            shown=shown,
            how_to_name_it=HOW_TO_NAME_IT,
        )
    return parts


def _without_user(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
