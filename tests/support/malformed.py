"""Issue files that are broken or odd in sixty ways, each with what should become of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

TEXT = "# 青铜周刊（第 90 期）\n\n## 工具\n\n1、[铜镜](https://mirror.example/)\n\n一面{}的镜子。\n"
LAUGHS = "a: &a [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def front(matter: str) -> bytes:
    return f"---\n{matter}\n---\n{TEXT}".encode()


UNREADABLE: dict[str, bytes] = {
    "gbk": TEXT.encode("gbk"),
    "gb18030": (TEXT + "𠮷").encode("gb18030"),
    "big5": "# 青銅週刊\n\n一面鏡子。\n".encode("big5"),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "utf-16-bom-only": b"\xff\xfe",
    "utf-32": TEXT.encode("utf-32"),
    "latin-1": "# Numéro\n\ncafé à la crème\n".encode("latin-1"),
    "shift-jis": "# 週刊です\n\nカタカナ\n".encode("shift-jis"),
    "cut-in-a-character": TEXT.encode()[:-3],
    "byte-lost-inside": TEXT.encode().replace("铜".encode(), "铜".encode()[:2]),
    "lone-continuation": TEXT.encode() + b"\x80",
    "overlong": TEXT.encode() + b"\xc0\xaf",
    "surrogate": TEXT.encode() + b"\xed\xa0\x80",
    "beyond-unicode": TEXT.encode() + b"\xf5\x80\x80\x80",
    "nul": TEXT.encode() + b"\0",
    "nul-only": b"\0" * 100,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "gzip": b"\x1f\x8b\x08\0" + bytes(range(256)),
    "two-encodings": TEXT.encode() + "镜子".encode("gbk"),
    "larger-than-5-mb": b"a" * 5_000_001,
    "larger-than-is-looked-at": b"a\n" * 6_000_000,
}
"""Cannot be read: their last good version stays."""

READABLE: dict[str, bytes] = {
    "byte-order-mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "cr": TEXT.replace("\n", "\r").encode(),
    "line-separators": TEXT.replace("\n\n", "\n\u2028\n").encode(),
    "control-characters": TEXT.encode() + b"\x01\x02\x0b\x0c\x1b[31m",
    "zero-width": TEXT.replace("铜", "铜\u200b").encode(),
    "right-to-left-override": TEXT.encode() + "\u202egnp.exe".encode(),
    "one-line-of-1-mb": TEXT.encode() + "铜镜 ".encode() * 150_000,
    "quotes-nested": TEXT.encode() + b">" * 20_000 + b" a\n",
    "lists-nested": TEXT.encode() + b"".join(b"  " * depth + b"- a\n" for depth in range(300)),
    "brackets-nested": TEXT.encode() + b"[" * 50_000,
    "brackets-closed": TEXT.encode() + b"[" * 5_000 + b"a" + b"](b)" * 5_000,
    "emphasis-nested": TEXT.encode() + b"*a " * 20_000,
    "html-nested": TEXT.encode() + b"<div>" * 20_000,
    "html-unclosed": TEXT.encode() + b"<!--" + b"a" * 50_000,
    "fence-unclosed": TEXT.encode() + b"```\n" + b"a\n" * 1_000,
    "table-of-pipes": TEXT.encode() + b"|" * 20_000 + b"\n" + b"|-" * 10_000,
    "headings-only": b"# a\n## b\n" * 1_000,
    "references-round": TEXT.encode() + b"[a]: [b]\n[b]: [a]\n[a][b][a]\n",
    "backticks": TEXT.encode() + b"".join(b"`" * n + b"a" for n in range(300)),
    "billion-laughs": front(LAUGHS + "title: *i"),
    "billion-laughs-as-draft": front(LAUGHS + "draft: *i"),
    "billion-laughs-as-date": front(LAUGHS + "date: *i\nnumber: *i\nstatus: *i"),
    "yaml-of-itself": front("title: &a [*a]"),
    "yaml-nested": front("title: " + "[" * 5_000),
    "yaml-tag-of-python": front("title: !!python/object/apply:os.system ['true']"),
    "yaml-unclosed": TEXT.replace("# ", "---\ntitle: 青铜\n# ").encode(),
    "yaml-of-a-list": front("- 青铜\n- 周刊"),
    "yaml-keys-twice": front("title: 一\ntitle: 二"),
    "yaml-tabs": front("title:\t青铜\n\tdate: 2024"),
    "date-impossible": front("title: 青铜\ndate: 2024-02-30"),
    "date-far-away": front("title: 青铜\ndate: 99999-99-99"),
    "date-of-a-number": front("title: 青铜\ndate: 1e999"),
    "time-as-title": front("title: 3:30\ndate: 12:61"),
    "number-of-a-thousand-digits": front("title: 第 " + "9" * 1_000 + " 期\nnumber: " + "9" * 5_000),
    "title-of-a-list": front("title: [青铜, 周刊]"),
    "title-of-nothing": front("title:\ndate:"),
    "toml-broken": b"+++\ntitle = [\n+++\n" + TEXT.encode(),
}
"""Read as well as they can be: nothing of them stops the run, and none is left out of the index."""


def _link_out(path: Path) -> None:
    outside = path.parents[1] / "secret.md"
    outside.write_text("# 不可见\n", encoding="utf-8")
    path.symlink_to(outside)


PASSED_OVER: dict[str, Callable[[Path], object]] = {
    "link-out-of-the-archive": _link_out,
    "link-to-nowhere": lambda path: path.symlink_to("nowhere.md"),
    "link-to-itself": lambda path: path.symlink_to(path),
    "link-to-a-device": lambda path: path.symlink_to("/dev/zero"),
    "fifo": os.mkfifo,
    "folder": Path.mkdir,
    "empty": Path.touch,
    "blank": lambda path: path.write_bytes(b" \n\t\n"),
}
"""No files of the archive, not read, not waited for; or nothing in them."""
