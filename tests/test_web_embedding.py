"""The search box on somebody's blog: another origin, a strict policy, and the recipes of `docs/embedding.md`."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import IN_BROWSER, InputMethod, chromium_alone, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright.sync_api import Browser, Locator, Page

pytestmark = IN_BROWSER

DOCUMENT = (Path(__file__).resolve().parent.parent / "docs" / "embedding.md").read_text(encoding="utf-8")
TOLD_SITE = "https://search.example/wangqi"


def recipe(heading: str, language: str, number: int = 0) -> str:
    """A block of code under a heading of the document."""
    section = DOCUMENT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return blocks[number]


class Blog:
    """A site of one page whose policy allows scripts and requests of `site` only, and no style but its own."""

    def __init__(self, site: str) -> None:
        self.policy = f"default-src 'self'; script-src 'self' {site}; connect-src {site}"
        self.html = ""
        self.address = ""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found = environ["PATH_INFO"] == "/"
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", self.policy)]
        start_response("200 OK" if found else "404 Not Found", headers)
        return [self.html.encode()] if found else []


@pytest.fixture(scope="module")
def blog(site_address: str) -> Iterator[Blog]:
    blog = Blog(site_address.removesuffix("/wangqi"))
    with serving(blog) as blog.address:
        yield blog


@pytest.fixture
def device() -> dict[str, Any]:
    """What the browser runs on: a desktop, unless a test says otherwise."""
    return {}


@pytest.fixture
def page(browser: "Browser", device: dict[str, Any]) -> Iterator["Page"]:
    context = browser.new_context(locale="zh-CN", **device)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    yield page
    context.close()
    assert [text for text in said if "Content Security Policy" in text or "uncaught" in text] == []


Write = Callable[..., "Page"]


@pytest.fixture
def write(page: "Page", blog: Blog, site_address: str) -> Write:
    """Opens the blog with this in its body and head, the site's real address in place of the document's."""

    def write(body: str, head: str = "") -> "Page":
        told = f'<!doctype html><html lang="zh-CN"><head><title>博客</title>{head}</head><body>{body}</body></html>'
        blog.html = told.replace(TOLD_SITE, site_address)
        page.goto(blog.address)
        return page

    return write


SCRIPT = f'<script type="module" src="{TOLD_SITE}/static/wangqi-search.js"></script>'


def box(page: "Page") -> "Locator":
    return page.locator("wangqi-search input[type=search]")


def titles(page: "Page") -> list[str]:
    page.locator("wangqi-search ol").wait_for()
    return page.locator("wangqi-search .title").all_inner_texts()


def test_one_line_is_enough(write: Write) -> None:
    page = write(recipe("Plain HTML", "html"))
    box(page).press_sequentially("消息系统")
    assert titles(page)[0] == "NATS"
    page.locator("wangqi-search").get_by_text("共 ").wait_for()


def test_results_of_fewer_words_say_so(write: Write) -> None:
    page = write(SCRIPT)
    with page.expect_response("**/api/v1/search?**") as response:
        box(page).fill("消息系统 没有这个词")
    titles(page)
    told = [notice["message"] for notice in response.value.json()["notices"]]
    assert told
    assert page.locator("wangqi-search .notice").all_inner_texts() == told


def test_an_element_has_filters_and_its_own_words(write: Write) -> None:
    page = write(recipe("Plain HTML", "html", 1))
    assert box(page).get_attribute("placeholder") == "搜工具和文章"
    assert not page.get_by_role("link", name="搜索往期").is_visible()  # meant for readers without JavaScript
    box(page).fill("的")
    assert 1 <= len(titles(page)) <= 5
    with page.expect_navigation(url="**/wangqi/search?**"):
        box(page).press("Enter")
    assert "kind=tool%2Carticle" in page.url
    assert set(page.locator(".hit .kind").all_inner_texts()) <= {"工具", "文章"}


def test_attributes_of_the_script_hold_for_all_boxes(write: Write) -> None:
    page = write("<wangqi-search></wangqi-search>", head=recipe("Plain HTML", "html", 2))
    assert box(page).get_attribute("placeholder") == "Search past issues"
    with page.expect_response("**/api/v1/search?**") as response:
        box(page).fill("的")
    assert {hit["kind"] for hit in response.value.json()["hits"]} == {"book"}


def test_the_recipe_for_hexo(write: Write, page: "Page") -> None:
    # Hexo calls the script with itself as `hexo`, and puts what it registers into each page.
    injected = page.evaluate(
        "script => { const found = []; const register = (place, html) => found.push([place, html]);"
        "new Function('hexo', script)({extend: {injector: {register}}}); return found }",
        recipe("Hexo", "js"),
    )
    [(place, html)] = injected
    assert place == "head_end"
    write("<p><wangqi-search></wangqi-search></p>", head=html)
    box(page).fill("NATS")
    assert titles(page)[0] == "NATS"


def test_the_recipe_for_hugo(write: Write) -> None:
    page = write(recipe("Hugo", "html"))
    box(page).fill("NATS")
    assert titles(page)[0] == "NATS"
    assert page.locator("wangqi-search").count() == 1


def test_the_recipe_for_vitepress(write: Write, page: "Page") -> None:
    script = recipe("VitePress", "js").replace("export default", "return")
    [[tag, attributes]] = page.evaluate("script => new Function(script)().head", script)
    assert page.evaluate(
        "script => new Function(script)().vue.template.compilerOptions.isCustomElement('wangqi-search')", script
    )
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    write('<div id="app"></div>', head=f"<{tag}{written}></{tag}>")
    # Vue draws the page after the script has run.
    page.evaluate("document.querySelector('#app').append(document.createElement('wangqi-search'))")
    box(page).fill("NATS")
    assert titles(page)[0] == "NATS"


def test_every_attribute_part_and_property_is_told() -> None:
    static = Path(__file__).resolve().parent.parent / "web" / "static" / "wangqi-search.js"
    source = static.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([\w-]+)` \||`(text-\w+)`", DOCUMENT, re.MULTILINE))
    told = {row or text for row, text in told}
    texts = {f"text-{name}" for name in re.findall(r'^    (\w+): "', source, re.MULTILINE)}
    assert len(texts) == 9
    assert told == set(re.findall(r'#setting\("([\w-]+)"\)', source)) | {"archive", "kind"} | texts
    parts = re.search(r"parts \((.*?)\)", DOCUMENT)
    assert parts
    assert set(re.findall(r"`(\w+)`", parts[1])) == set(re.findall(r'part: "(\w+)"', source))
    assert set(re.findall(r"(--wangqi-\w+):", DOCUMENT)) == set(re.findall(r"var\((--wangqi-\w+)", source))


def test_a_keyboard_walks_through_the_results(write: Write) -> None:
    page = write(SCRIPT)
    box(page).fill("的")
    first, second = titles(page)[:2]
    active = "document.querySelector('wangqi-search').shadowRoot.activeElement?.textContent"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(active) == first
    page.keyboard.press("ArrowDown")
    assert page.evaluate(active) == second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert box(page).evaluate("input => input.getRootNode().activeElement === input")
    page.keyboard.press("Escape")
    assert not page.locator("wangqi-search ol").is_visible()
    assert box(page).input_value() == "的"


def test_an_input_method_is_left_alone_until_it_is_done(write: Write) -> None:
    page = write(SCRIPT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    box(page).focus()
    method = InputMethod(page)
    for letters in ("xi", "xiao'x", "xiao'xi"):
        method.compose(letters)
        page.wait_for_timeout(200)
    method.key("Enter")
    method.key("Escape")
    page.wait_for_timeout(200)
    assert asked == []
    assert page.url.rstrip("/").count("/") == 2  # Enter has not sent the form
    method.commit("消息")
    assert "NATS" in titles(page)
    assert len(asked) == 1


ANDROID = {
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36",
    "is_mobile": True,
    "has_touch": True,
}


@pytest.mark.parametrize("device", [ANDROID])
@pytest.mark.parametrize("has_keys", [False, True], ids=["on the glass", "real keys"])
def test_a_phone_composes_every_word_but_not_where_it_has_real_keys(write: Write, page: "Page", has_keys: bool) -> None:
    chromium_alone(page)
    write(SCRIPT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    box(page).focus()
    if has_keys:
        key = {"type": "rawKeyDown", "key": "n", "code": "KeyN", "windowsVirtualKeyCode": 229}
        page.context.new_cdp_session(page).send("Input.dispatchKeyEvent", key)
    InputMethod(page).compose("NATS")
    if has_keys:
        page.wait_for_timeout(600)
        assert asked == []
    else:
        assert titles(page)[0] == "NATS"


def test_the_file_may_be_there_twice(write: Write, page: "Page") -> None:
    other = SCRIPT.replace("wangqi-search.js", "wangqi-search.js?v=2")
    write(f"<p>正文</p>{SCRIPT}{other}{SCRIPT}")
    box(page).fill("NATS")  # the fixture looks for errors
    assert titles(page)[0] == "NATS"
    assert page.locator("wangqi-search").count() == 1


HEAR = """window.heard = [];
for (const type of ["keydown", "keypress", "keyup"]) {
  document.addEventListener(type, (event) => heard.push(event.key));
  document.addEventListener(type, (event) => heard.push(event.key), { capture: true });
  window.addEventListener(type, (event) => heard.push(event.key));
}"""


def test_keys_typed_in_the_box_do_not_reach_the_hot_keys_of_the_page(write: Write, page: "Page") -> None:
    write(f"<p>正文</p>{SCRIPT}")
    page.evaluate(HEAR)
    box(page).focus()
    page.keyboard.type("j/k?的")
    page.keyboard.press("Backspace")
    box(page).fill("的")
    titles(page)
    for key in ("ArrowDown", "j", "ArrowUp", "Escape"):  # in the results as well
        page.keyboard.press(key)
    assert page.evaluate("heard") == []
    assert not page.locator("wangqi-search ol").is_visible()
    method = InputMethod(page)
    method.compose("xi")
    method.key("Escape")
    method.commit("息")
    assert page.evaluate("heard") == []


def test_keys_that_are_not_typed_reach_the_page(write: Write, page: "Page") -> None:
    write(f"<p>正文</p>{SCRIPT}")
    page.evaluate(HEAR)
    box(page).focus()
    for keys, name in {"Escape": "Escape", "F2": "F2", "Control+k": "k", "Tab": "Tab"}.items():
        page.evaluate("heard.length = 0")
        page.keyboard.press(keys)
        assert name in page.evaluate("heard"), keys


def test_texts_are_those_of_the_attributes(write: Write) -> None:
    texts = 'text-total="{} 件" text-all="すべて" text-none="なし" text-issue="{} 号" text-label="探す" lang="ja"'
    page = write(f"<wangqi-search per-page='2' {texts}></wangqi-search>", head=SCRIPT)
    assert box(page).get_attribute("aria-label") == "探す"
    box(page).fill("的")
    titles(page)
    foot = page.locator("wangqi-search .foot").inner_text()
    assert re.fullmatch(r"\d+ 件\s*すべて", foot)
    assert re.match(r"\d+ 号", page.locator("wangqi-search .place").first.inner_text())
    box(page).fill("魑魅魍魉")
    page.locator("wangqi-search .foot").get_by_text("なし").wait_for()


def test_colours_are_those_of_the_properties(write: Write, blog: Blog) -> None:
    page = write(f"<p>正文</p>{SCRIPT}")
    for name, colour in {"paper": "rgb(1, 2, 3)", "ink": "rgb(9, 8, 7)"}.items():
        page.locator("wangqi-search").evaluate(f"box => box.style.setProperty('--wangqi-{name}', '{colour}')")
    box(page).fill("的")
    titles(page)
    for selector in ("input[type=search]", ".panel"):
        colours = page.locator(f"wangqi-search {selector}").evaluate(
            "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).color]"
        )
        assert colours == ["rgb(1, 2, 3)", "rgb(9, 8, 7)"]


def answer_with(**changes: Any) -> Callable[[Any], None]:
    """A route that changes the first hit."""

    def answer(route: Any) -> None:
        response = route.fetch()
        body = response.json()
        body["hits"][0] |= changes
        route.fulfill(response=response, body=json.dumps(body))

    return answer


def test_what_is_answered_is_text_and_never_html(write: Write) -> None:
    page = write(SCRIPT)
    odd = "<img src=x onerror=alert(1)>𠮷消息"
    start = len("<img src=x onerror=alert(1)>") + 1  # in code points: 𠮷 is one, though two units of UTF-16
    page.route(
        "**/api/**", answer_with(title=odd, url="javascript:alert(1)", highlights={"title": [[start, start + 2]]})
    )
    box(page).fill("消息")
    assert titles(page)[0] == odd
    first = page.locator("wangqi-search li").first
    assert first.locator("mark").first.inner_text() == "消息"
    assert first.locator("img").count() == 0
    assert first.locator(".title").get_attribute("href") is None


@pytest.mark.parametrize(("text", "called"), [("𠮷" * 50, "𠮷" * 40), ("", "资源")])
def test_an_entry_without_a_title_is_called_by_its_first_words_or_its_section(
    write: Write, text: str, called: str
) -> None:
    page = write(SCRIPT)
    page.route("**/api/**", answer_with(title="", text=text))
    box(page).fill("消息")
    assert titles(page)[0] == called


def test_a_failure_keeps_the_results_and_the_next_key_tries_again(write: Write) -> None:
    page = write(SCRIPT)
    box(page).fill("消息")
    before = titles(page)
    page.context.set_offline(True)
    with page.expect_console_message(lambda message: "wangqi-search" in message.text):
        box(page).fill("消息系")
    page.get_by_text("暂时搜不了").first.wait_for()
    assert titles(page) == before
    page.context.set_offline(False)
    box(page).fill("消息系统")
    page.locator("wangqi-search .trouble").wait_for(state="detached")


def test_styles_of_the_page_stay_outside(write: Write, blog: Blog) -> None:
    page = write(f"<p>正文</p>{SCRIPT}")
    box(page).fill("的")
    titles(page)
    assert page.evaluate("document.styleSheets.length") == 0
    item = page.locator("wangqi-search li").first
    assert item.evaluate("item => getComputedStyle(item).listStyleType") == "none"
    assert page.locator("wangqi-search .panel").evaluate("panel => getComputedStyle(panel).position") == "absolute"
