"""Asks a site of Wangqi, over its API, whether links ran before: for a machine that has no index."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from wangqi.search.document.links import canonical_link, web_address
from wangqi.search.errors import SearchError
from wangqi.search.errors.message import Message
from wangqi.search.model import Issue
from wangqi.web.site import routes

SECONDS: Final = 10
MAX_BYTES: Final = 2_000_000
MAX_LINKS: Final = 200
"""Of a draft, each of which is a request."""


class SiteError(SearchError):
    """A site that was asked and does not answer as one of Wangqi does."""


def ran_before(site: str, issue: Issue) -> Mapping[str, Sequence[str]]:
    """Where the pages that `issue` is about ran, by canonical link. Raises `SiteError`."""
    links = list(dict.fromkeys(entry.url for entry in issue.entries() if web_address(entry.url) and entry.url))
    if len(links) > MAX_LINKS:
        raise SiteError(
            Message(
                "{count} links, of which a site is asked for {most} at most; use an index (--index)",
                count=len(links),
                most=MAX_LINKS,
            )
        )
    found = {canonical_link(link): _places(_asked(site, link), issue) for link in links}
    return {link: places for link, places in found.items() if places}


def _asked(site: str, link: str) -> dict[str, Any]:
    base = site.rstrip("/")
    if urlsplit(base).scheme not in ("http", "https"):
        raise SiteError(Message("--site {site}: must be an address with http:// or https://", site=site))
    address = f"{base}{routes.API_LOOKUP}?{urlencode({'url': link})}"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            body = json.loads(answer.read(MAX_BYTES))
    except urllib.error.HTTPError as error:
        hint = Message("; it limits the rate of requests, try again later") if error.code == 429 else ""
        raise SiteError(
            Message(
                "{base} answers {code} to {path}{hint}",
                base=base,
                code=error.code,
                path=routes.API_LOOKUP,
                hint=hint,
            )
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        message = Message(
            "{base} gives no answer of Wangqi's: {reason}; is the address right, and does the site run?",
            base=base,
            reason=getattr(reason, "strerror", None) or reason,
        )
        raise SiteError(message) from error
    if not isinstance(body, dict) or not isinstance(body.get("entries"), list):
        raise SiteError(Message("{base}: its answer is none of Wangqi's", base=base))
    return body


def _places(body: Mapping[str, Any], draft: Issue) -> list[str]:
    """Where entries stand, those of the draft itself, which may be published, left out."""
    own = (draft.ref.path, draft.ref.number)
    entries = [entry for entry in body["entries"] if (entry.get("path"), entry.get("issue", {}).get("number")) != own]
    return [f"{entry.get('archive')}/{entry.get('path')}:{entry.get('line')}" for entry in entries]
