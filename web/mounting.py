"""Where the site stands as visitors see it: behind a proxy, under a path.

Nothing a visitor sends decides that: `X-Forwarded-*` counts only when proxies are configured and only from where they
are, and a configured `base_url` wins over both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

from search.errors import ConfigError
from web.clients import NEARBY, Network, is_among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def mounted(
    app: WSGIApplication, *, base_url: str | None, proxies: int, proxies_at: tuple[Network, ...] = NEARBY
) -> WSGIApplication:
    """`app`, believing the last `proxies` values of each `X-Forwarded-*` header that comes from one of `proxies_at`,
    and `base_url` before all.

    Raises `ConfigError` when `base_url` is no address.
    """
    if base_url:
        app = MountedAt(app, base_url)
    return BehindProxies(app, proxies, proxies_at) if proxies else app


class BehindProxies:
    """`app` as it looks from in front of the proxies; for whoever comes past them, as it is."""

    def __init__(self, app: WSGIApplication, proxies: int, proxies_at: tuple[Network, ...]) -> None:
        self.direct = app
        self.forwarded = ProxyFix(app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies)
        self.proxies_at = proxies_at

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_proxy = is_among(environ.get("REMOTE_ADDR", ""), self.proxies_at)
        return (self.forwarded if is_proxy else self.direct)(environ, start_response)


class MountedAt:
    """`app` as it looks from `base_url` (`https://blog.example/wangqi`), whatever the request says of host and scheme.

    The proxy may pass the path on as it is or without the prefix.
    """

    def __init__(self, app: WSGIApplication, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ConfigError(f"base_url {base_url!r} is not an address such as https://blog.example/wangqi")
        self.app = app
        self.scheme = parts.scheme
        self.host = parts.netloc
        self.prefix = unquote(parts.path).rstrip("/").encode().decode("latin-1")  # as WSGI has its paths

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self.prefix and f"{path}/".startswith(f"{self.prefix}/"):
            path = path.removeprefix(self.prefix)
        place = {"wsgi.url_scheme": self.scheme, "HTTP_HOST": self.host, "SCRIPT_NAME": self.prefix, "PATH_INFO": path}
        return self.app({**environ, **place}, start_response)
