"""Debian's Firefox for Playwright, which drives it by WebDriver BiDi (its channel `moz-firefox`).

Playwright asks more of a Firefox than one with long support knows, and gives up at the first command that is unknown.
So a program stands between the two that passes everything on and answers such commands itself: what they would have
changed (colour scheme, forced colours) stays as it is. Run as a program, it is that one:

    python firefox.py /usr/bin/firefox-esr --remote-debugging-port=0 …
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

LISTENING: Final = "WebDriver BiDi listening on "
START_MS: Final = 60_000

# Pages that come back from memory are no navigation to Playwright, and it waits for ever.
SETTINGS: Final[dict[str, str | float | bool]] = {
    "browser.sessionhistory.max_total_viewers": 0,
    "fission.bfcacheInParent": False,
}


def launch(driver: Playwright, firefox: str, folder: Path) -> Browser:
    """A Firefox without a window; `folder` is for the command that starts it."""
    command = folder / "firefox"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{firefox}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return driver.firefox.launch(
        executable_path=command, channel="moz-firefox", timeout=START_MS, firefox_user_prefs=SETTINGS
    )


async def run(command: list[str]) -> int:
    """Start Firefox, and tell on the standard error where to talk to it: to us."""
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr
    async for line in process.stderr:
        told = line.decode(errors="replace")
        found = re.search(rf"{LISTENING}(ws://\S+)", told)
        if found:
            told = f"{LISTENING}ws://127.0.0.1:{await _listen(found[1])}\n"
        sys.stderr.write(told)
        sys.stderr.flush()
    return await process.wait()


async def _listen(address: str) -> int:
    """Pass on what comes in on a port of ours to the Firefox at `address`."""

    async def talk(driver: ServerConnection) -> None:
        path = driver.request.path if driver.request else ""
        async with connect(address + path, max_size=None) as firefox:
            ways = [asyncio.ensure_future(_asks(driver, firefox)), asyncio.ensure_future(_answers(firefox, driver))]
            _, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in others:
                way.cancel()

    server = await serve(talk, "127.0.0.1", 0, max_size=None)
    return int(next(iter(server.sockets)).getsockname()[1])


async def _asks(driver: ServerConnection, firefox: ClientConnection) -> None:
    async for message in driver:
        await firefox.send(message)


async def _answers(firefox: ClientConnection, driver: ServerConnection) -> None:
    async for message in firefox:
        answer = json.loads(message)
        is_unknown = answer.get("error") == "unknown command" and "emulation." in answer["message"]
        done = {"type": "success", "id": answer.get("id"), "result": {}}
        await driver.send(json.dumps(done) if is_unknown else message)


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
