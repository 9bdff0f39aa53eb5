"""Pictures of the site for the README: `make screenshots` serves the bundled newsletter and looks at it with Chromium.

    python scripts/screenshots.py [FOLDER] [ADDRESS]

FOLDER is where the pictures go; ADDRESS is a site that is served already, to look at another archive.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Final, Literal
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
NEWSLETTER: Final = ROOT / "examples" / "newsletter"
PATIENCE_S: Final = 30
COLOURS: Final = 128
"""Enough for letters on one ground: a picture takes a fourth of the space."""


@dataclass(frozen=True)
class Device:
    width: int
    height: int
    scale: int


PHONE: Final = Device(375, 760, 2)
DESKTOP: Final = Device(1280, 820, 1)


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    device: Device
    scheme: Literal["light", "dark"] = "light"


RESULTS: Final = "/search?q=搜索"
ISSUE: Final = "/issues/qingtong/issue-06.md?hl=消息系统"
PICTURES: Final = [
    Picture("home", "/", DESKTOP),
    Picture("results", RESULTS, DESKTOP),
    Picture("results-dark", RESULTS, DESKTOP, "dark"),
    Picture("nothing", "/search?q=图床&kind=book&year=2024", DESKTOP),
    Picture("issue", ISSUE, DESKTOP),
    Picture("phone-home", "/", PHONE),
    Picture("phone-results", RESULTS, PHONE),
    Picture("phone-results-dark", RESULTS, PHONE, "dark"),
    Picture("phone-issue", f"{ISSUE}#e-1", PHONE),
]


def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return path or sys.exit("no Chromium: apt-get install chromium fonts-noto-cjk")


def main(folder: str = str(DOCS / "images"), address: str = "") -> None:
    with nullcontext(address) if address else served() as site, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for picture in PICTURES:
            path = Path(folder) / f"{picture.name}.png"
            path.write_bytes(shrunk(taken(browser, site, picture)))
            print(f"{path.name}: {path.stat().st_size // 1024} KB")
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """The address of a server over the bundled newsletter, in an index of its own."""
    with TemporaryDirectory() as index:
        port = free_port()
        command = [sys.executable, "-m", "wangqi", "serve", f"qingtong={NEWSLETTER}", "--index", index]
        server = subprocess.Popen([*command, "--port", str(port)], cwd=DOCS.parent, stderr=subprocess.DEVNULL)
        try:
            yield answering(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answering(address: str) -> str:
    """`address`, as soon as the server there answers."""
    for _ in range(PATIENCE_S * 10):
        with suppress(OSError), urlopen(f"{address}/healthz"):
            return address
        sleep(0.1)
    raise TimeoutError(f"no answer from {address} after {PATIENCE_S} s")


def taken(browser: Browser, site: str, picture: Picture) -> bytes:
    device = picture.device
    page = browser.new_page(
        viewport={"width": device.width, "height": device.height},
        device_scale_factor=device.scale,
        color_scheme=picture.scheme,
        locale="zh-CN",
        is_mobile=device is PHONE,
    )
    address = site.rstrip("/") + picture.path
    page.request.get(address)  # the first answer takes longer than the page should say
    page.goto(address, wait_until="networkidle")
    image = page.screenshot()
    page.close()
    return image


def shrunk(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    smaller = io.BytesIO()
    image.save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
