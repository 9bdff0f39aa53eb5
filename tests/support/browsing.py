"""What tests in a browser share: a server for any WSGI application, and what a keyboard with an input method sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from playwright.sync_api import Locator, Page

# A browser that drops a connection leaves a socket of the development server to the garbage collector.
IN_BROWSER = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """The address of `app` on a port of its own, each time another one: another origin for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def until(page: Page, condition: str, seconds: float = 10) -> None:
    """Waits until `condition` holds; Playwright's own `wait_for_function` is refused by our policy."""
    end = monotonic() + seconds
    while not page.evaluate(condition):
        assert monotonic() < end, condition
        page.wait_for_timeout(20)


def chromium_alone(page: Page, why: str = "an input method is played by DevTools") -> None:
    """Skip the running test in another browser, which cannot be driven as far as that."""
    assert page.context.browser
    if page.context.browser.browser_type.name != "chromium":
        pytest.skip(why)


def tap(element: Locator) -> None:
    """Touch it with a finger; in Firefox, where none can be played, a click."""
    if element.page.context.browser and element.page.context.browser.browser_type.name == "firefox":
        element.click()
    else:
        element.tap()


class InputMethod:
    """What an input method does to the focused box of `page`, through DevTools."""

    def __init__(self, page: Page) -> None:
        chromium_alone(page)
        self._devtools = page.context.new_cdp_session(page)

    def compose(self, text: str) -> None:
        """`text` stands underlined in the box, in place of what was being composed before."""
        self._devtools.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def commit(self, text: str) -> None:
        """The composition ends with `text`."""
        self._devtools.send("Input.insertText", {"text": text})

    def key(self, key: str, code: int = 229) -> None:
        """A key that the input method takes for itself: 229 is what browsers tell then."""
        for kind in ("rawKeyDown", "keyUp"):
            self._devtools.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "windowsVirtualKeyCode": code})
