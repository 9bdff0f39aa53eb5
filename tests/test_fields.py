"""The words of an address, as they are searched."""

import pytest

from wangqi.search.document.fields import address_words, typed_words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://github.com/hyperhq/runv", "github.com hyperhq runv"),
        ("https://www.lamp.example/", "lamp.example"),
        # A title as a slug is words, however long.
        (
            "https://blog.example/2024/how-to-draw-an-owl-with-nothing-but-two-circles-and-patience",
            "blog.example 2024 how-to-draw-an-owl-with-nothing-but-two-circles-and-patience",
        ),
        ("https://img.example/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c", "img.example"),  # nobody types this
        ("https://a.example/p/tool.html", "a.example p tool"),
        ("https://a.example/%E7%81%AF", "a.example 灯"),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_host_and_path_are_words(address: str, words: str) -> None:
    assert address_words(address) == words


def test_a_pasted_address_asks_for_its_words() -> None:
    assert typed_words("https://github.com/hyperhq/runv?tab=readme") == "github.com hyperhq runv"
    assert typed_words("owner/repo") == "owner/repo"
