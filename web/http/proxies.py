"""Where the site stands as visitors see it: behind a proxy, under a path, by one of its names.

    request ─► BehindProxies ─► KnownHosts ─► MountedAt ─► the application

Nothing a visitor sends decides that. A header counts only when a switch says that the proxies set it, and only from
where they are; a host is one that the site goes by, or the request is refused; `base_url` wins over all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from wangqi.indexer.config.hosts import DEFAULT_PORTS, NEARBY, Host, Network, host_at, host_in_settings, read_host
from wangqi.search.errors import ConfigError
from wangqi.web.http.clients import is_among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BY_PROXY: Final = "wangqi.by_proxy"
"""In the environment of a request that one of the proxies has passed on."""
UNKNOWN_HOST: Final = "wangqi.unknown_host"
"""What the visitor called the host, when that is no name of the site."""
UNLISTED_HOST: Final = "wangqi.unlisted_host"
"""The host is called by a name that holds for this visitor, but need not for the next: shared caches keep no answer."""

MAX_PREFIX_CHARS: Final = 200
"""It stands in each of the hundred addresses of a page."""
_PLAIN_PATH: Final = re.compile(r"(/(?!\.{1,2}(/|$))[\w.~!$&'()*+,=-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """Whom to believe, and what."""

    count: int = 0
    """How many there are in front: of a list in a header, what the last so many have added counts."""
    at: tuple[Network, ...] = NEARBY
    host: bool = False
    """They set `X-Forwarded-Host`."""
    prefix: bool = False
    """They set `X-Forwarded-Prefix`."""


def mounted(
    app: WSGIApplication, *, base_url: str | None, host_names: Collection[str] = (), proxies: Proxies
) -> WSGIApplication:
    """`app` as visitors see it. Raises `ConfigError` when `base_url` is no address or a name no host."""
    names = [_host(name, "host_names") for name in host_names]
    if base_url:
        app = at_base = MountedAt(app, base_url)
        names.append(at_base.host)
    app = KnownHosts(app, names, is_fixed=bool(base_url))
    return BehindProxies(app, proxies) if proxies.count else app


def varies_by(base_url: str | None, proxies: Proxies) -> tuple[str, ...]:
    """The headers of a request that decide about the addresses in an answer."""
    if base_url:
        return ()
    switches = {
        "X-Forwarded-Proto": proxies.count,
        "X-Forwarded-Host": proxies.host,
        "X-Forwarded-Prefix": proxies.prefix,
    }
    return ("Host", *(name for name, is_on in switches.items() if is_on and proxies.count))


def mounted_paths(path: str, base_url: str | None) -> set[str]:
    """The forms in which `path` of the site comes in: the proxy may pass the path of `base_url` on or cut it off."""
    return {path, urlsplit(base_url or "").path.rstrip("/") + path}


class BehindProxies:
    """`app` as it looks from in front of the proxies; for whoever comes past them, as it is."""

    def __init__(self, app: WSGIApplication, proxies: Proxies) -> None:
        self.app = app
        self.proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_among(environ.get("REMOTE_ADDR", ""), self.proxies.at):
            environ = {**environ, **self._told(environ)}
        return self.app(environ, start_response)

    def _told(self, environ: WSGIEnvironment) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if address := self._last(environ, "FOR"):
            told |= {"REMOTE_ADDR": address, BY_PROXY: True}
        if (scheme := self._last(environ, "PROTO").lower()) in DEFAULT_PORTS:
            told["wsgi.url_scheme"] = scheme
        if self.proxies.host and (host := self._last(environ, "HOST")):
            told["HTTP_HOST"] = host
        if self.proxies.prefix and (prefix := plain_path(self._last(environ, "PREFIX"))):
            told |= {"SCRIPT_NAME": prefix, "PATH_INFO": _below(prefix, environ.get("PATH_INFO", ""))}
        return told

    def _last(self, environ: WSGIEnvironment, name: str) -> str:
        """The value of `X-Forwarded-…` from the outermost proxy that is trusted; "" when not all of them have added
        one."""
        values: list[str] = environ.get(f"HTTP_X_FORWARDED_{name}", "").split(",")
        return values[-self.proxies.count].strip() if len(values) >= self.proxies.count else ""


class KnownHosts:
    """`app`, told the host by a name that the site goes by; any other name is left to it to refuse.

    Besides `names` there are those that can only lead a visitor back to where he is: of loopback, the address that he
    is connected to, and the port there. Through a proxy, which may have a cache, they do not count beside `names`.
    """

    def __init__(self, app: WSGIApplication, names: Collection[Host], *, is_fixed: bool) -> None:
        """`is_fixed`: whatever the host is called here, `app` shows one that is settled."""
        self.app = app
        self.names = names
        self.is_fixed = is_fixed

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        scheme = environ["wsgi.url_scheme"]
        here = host_at(environ["SERVER_NAME"], environ["SERVER_PORT"]).at(scheme)
        sent = environ.get("HTTP_HOST")
        host = here if sent is None else read_host(sent)
        host = host and host.at(scheme)
        return self.app({**environ, **self._place(host, here, environ)}, start_response)

    def _place(self, host: Host | None, here: Host, environ: WSGIEnvironment) -> dict[str, Any]:
        if host and any(host == name.at(environ["wsgi.url_scheme"]) for name in self.names):
            return {"HTTP_HOST": str(host)}
        may_be_unlisted = self.is_fixed or not self.names or BY_PROXY not in environ
        if host and may_be_unlisted and self._leads_back(host, here):
            return {"HTTP_HOST": str(host), UNLISTED_HOST: bool(self.names) and not self.is_fixed}
        return {"HTTP_HOST": str(here), UNKNOWN_HOST: environ.get("HTTP_HOST", "")}

    def _leads_back(self, host: Host, here: Host) -> bool:
        return (
            host == here
            or host.is_loopback
            or any(host.name == name.name and (self.is_fixed or host.port == here.port) for name in self.names)
        )


class MountedAt:
    """`app` as it looks from `base_url` (`https://blog.example/wangqi`), whatever the request says of host and scheme.

    The proxy may pass the path on as it is or without the prefix.
    """

    def __init__(self, app: WSGIApplication, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in DEFAULT_PORTS or parts.query or parts.fragment:
            raise ConfigError(
                "base_url {base_url!r} is not an address such as https://blog.example/wangqi", base_url=base_url
            )
        self.app = app
        self.scheme = parts.scheme
        self.host = _host(parts.netloc, f"base_url {base_url!r}")
        self.prefix = unquote(parts.path).rstrip("/").encode().decode("latin-1")  # as WSGI has its paths

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        place = {
            "wsgi.url_scheme": self.scheme,
            "HTTP_HOST": str(self.host.at(self.scheme)),
            "SCRIPT_NAME": self.prefix,
            "PATH_INFO": _below(self.prefix, environ.get("PATH_INFO", "")),
        }
        return self.app({**environ, **place}, start_response)


def plain_path(text: str) -> str:
    """`text` of a header as a path that addresses can begin with, as WSGI has it; "" when it could lead elsewhere."""
    path = unquote_to_bytes(text.encode("latin-1", "replace")).decode(errors="replace").rstrip("/")
    fits = len(path) <= MAX_PREFIX_CHARS and _PLAIN_PATH.fullmatch(path)
    return path.encode().decode("latin-1") if fits else ""


def _below(prefix: str, path: str) -> str:
    """`path` without `prefix`, which the proxy may have cut off or not."""
    return path.removeprefix(prefix) if prefix and f"{path}/".startswith(f"{prefix}/") else path


def _host(text: str, where: str) -> Host:
    host = host_in_settings(text)
    if not host:
        raise ConfigError("{where}: {text!r} names no host", where=where, text=text)
    return host
