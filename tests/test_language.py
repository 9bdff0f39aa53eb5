"""The pages in English: who gets them, that nothing is left in Chinese, and that a language once chosen stays."""

import re
from pathlib import Path

import polib
import pytest
from flask import Flask
from messages import all_messages

from wangqi import web
from wangqi.web.words.language import CHINESE, ENGLISH, counted, gettext, with_language

CATALOG = polib.pofile(str(Path(web.__path__[0]) / "locale" / "en.po"))
PLACE = re.compile(r"%\(\w+\)s|<\w+>")


def test_every_message_of_the_pages_has_its_english_and_no_other_is_kept() -> None:
    assert {entry.msgid for entry in CATALOG} == all_messages()
    assert not CATALOG.untranslated_entries()


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.msgid)
def test_a_translation_has_the_places_of_its_message(entry: polib.POEntry) -> None:
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    for form in forms:
        assert set(PLACE.findall(form)) | {"%(num)s"} == set(PLACE.findall(entry.msgid)) | {"%(num)s"}


def test_english_has_a_form_for_one_and_one_for_many() -> None:
    try:
        with_language(ENGLISH)
        assert [counted("%(num)s 条", number) for number in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
        assert gettext("没有这样的话") == "没有这样的话"  # what the catalog lacks is said in Chinese
    finally:
        with_language(CHINESE)


@pytest.mark.parametrize(
    ("accepted", "address", "tag"),
    [
        (None, "/", "zh-CN"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "/", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.5", "/", "en"),
        ("de", "/", "zh-CN"),  # the newsletter is Chinese: so are its readers
        ("zh", "/?lang=en", "en"),
        ("en", "/search?q=图床&lang=zh", "zh-CN"),
        ("en", "/search?q=图床&lang=xx", "en"),
        ("en", "/nope", "en"),
        ("en", "/search?page=x", "en"),
    ],
)
def test_the_address_decides_on_the_language_before_the_browser(
    example_site: Flask, accepted: str | None, address: str, tag: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    page = example_site.test_client().get(address, headers=headers)
    assert f'<html lang="{tag}">' in page.text


def test_a_language_that_was_chosen_stays_in_links_and_forms(example_site: Flask) -> None:
    page = example_site.test_client().get("/search?q=图床&lang=en").text
    inside = re.findall(r'<a [^>]*?href="(/[^"]*)"', page)
    pages = [address for address in inside if not address.startswith(("/api/", "/search.atom"))]
    assert len(pages) > 20
    assert [address for address in pages if "lang=en" not in address] == [
        "/search?q=%E5%9B%BE%E5%BA%8A&amp;lang=zh"  # the way back
    ]
    assert '<input type="hidden" name="lang" value="en">' in page


def test_a_language_that_the_browser_asked_for_stays_out_of_the_addresses(example_site: Flask) -> None:
    page = example_site.test_client().get("/search?q=图床", headers={"Accept-Language": "en"}).text
    assert re.findall(r'"([^"]*[?;]lang=[^"]*)"', page) == ["/search?q=%E5%9B%BE%E5%BA%8A&amp;lang=zh"]


@pytest.mark.parametrize(
    "address", ["/", "/search?q=图床", "/search?q=魑魅魍魉", "/issues", "/issues/qingtong/issue-06.md"]
)
def test_caches_keep_the_languages_apart(example_site: Flask, address: str) -> None:
    client = example_site.test_client()
    answers = [client.get(address, headers={"Accept-Language": language}) for language in ("zh", "en")]
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
    for language, answer in zip(("zh", "en"), answers, strict=True):
        assert "Accept-Language" in answer.headers["Vary"]
        again = {"Accept-Language": language, "If-None-Match": answer.headers["ETag"]}
        assert client.get(address, headers=again).status_code == 304


def test_notices_are_said_in_the_language_of_the_page(example_site: Flask) -> None:
    client = example_site.test_client()
    assert "left out: “魑魅魍魉”." in client.get("/search?q=图床 魑魅魍魉&lang=en").text
    assert "There is no field “foo”" in client.get("/search?q=foo:bar&lang=en").text
    notices = client.get("/api/v1/search?q=foo:bar", headers={"Accept-Language": "en"}).get_json()["notices"]
    assert "没有“foo”这个字段，已当作普通文字。" in [notice["message"] for notice in notices]


def test_an_english_page_holds_no_chinese_but_what_is_quoted(example_site: Flask) -> None:
    page = example_site.test_client().get("/search?q=zzzqqq&lang=en").text
    text = re.sub(r'<a [^>]*lang="zh-CN".*?</a>|<title>.*?</title>|<[^>]*>', " ", page, flags=re.DOTALL)
    assert set(re.findall(r"[\u4e00-\u9fff]+", text)) <= {"往期"}  # the title of the site
