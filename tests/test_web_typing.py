"""Results, completions and the history while one types, in the system's Chromium."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from browsing import IN_BROWSER, InputMethod, chromium_alone, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = IN_BROWSER

GHOST = "document.querySelector('#ghost > :last-child').textContent"
"""How the title goes on that stands behind what is typed."""
PAUSE = 400
"""Milliseconds after which a search that was to start has started."""


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 600})
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def box(page: "Page") -> "Locator":
    return page.locator("input[name=q]")


def titles(page: "Page") -> list[str]:
    return page.locator(".hit h2").all_inner_texts()


def wait_for(page: "Page", q: str) -> None:
    """Until the address, and so the page, is the search for `q`."""
    page.wait_for_url(lambda address: f"?q={quote_plus(q)}" in address)


def type_and_wait(page: "Page", q: str) -> list[str]:
    box(page).fill(q)
    wait_for(page, q)
    return titles(page)


def search(page: "Page", q: str) -> list[str]:
    box(page).fill(q)
    box(page).press("Enter")
    wait_for(page, q)
    return titles(page)


def reload_titles(page: "Page") -> list[str]:
    page.reload()
    return titles(page)


@pytest.mark.parametrize("start", ["/", "/search?q=的"])
def test_results_come_while_one_types_and_the_address_is_theirs(page: "Page", site_address: str, start: str) -> None:
    page.goto(site_address + start)
    steps = page.evaluate("history.length")
    box(page).fill("")
    box(page).press_sequentially("消息系统", delay=30)
    wait_for(page, "消息系统")
    assert titles(page)[0] == "NATS"
    assert "消息系统" in page.title()
    assert box(page).evaluate("input => input === document.activeElement")
    assert page.evaluate("history.length") == steps
    assert titles(page) == reload_titles(page)
    assert page.locator("body").get_attribute("data-page") == "results"


def test_what_was_typed_before_the_script_came_counts(page: "Page", site_address: str) -> None:
    held: list[Route] = []
    page.route("**/wangqi.js?**", lambda route: held.append(route))
    page.goto(site_address, wait_until="commit")
    box(page).press_sequentially("消息系统")
    held[0].continue_()
    wait_for(page, "消息系统")
    assert titles(page)[0] == "NATS"


def test_filters_stay_while_one_types(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的&kind=article")
    type_and_wait(page, "搜索")
    assert "kind=article" in page.url
    assert set(page.locator(".hit .kind").all_inner_texts()) == {"文章"}


def test_an_emptied_box_keeps_what_it_showed(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=消息")
    before = titles(page)
    box(page).fill("")
    page.wait_for_timeout(PAUSE)
    assert titles(page) == before


def test_back_and_forward_restore_query_results_and_place(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    first = search(page, "的")
    page.mouse.wheel(0, 700)
    until(page, "scrollY === 700")
    box(page).evaluate("input => input.focus({preventScroll: true})")
    second = search(page, "消息")
    assert second != first

    page.go_back()
    assert box(page).input_value() == "的"
    assert titles(page) == first
    until(page, "scrollY === 700")

    page.go_back()
    page.locator(".home").wait_for()
    assert box(page).input_value() == ""

    page.go_forward()
    page.go_forward()
    assert box(page).input_value() == "消息"
    assert titles(page) == second


def test_back_passes_over_what_was_only_typed(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    search(page, "的")
    type_and_wait(page, "消")
    type_and_wait(page, "消息")
    search(page, "消息系统")
    page.go_back()
    wait_for(page, "的")
    assert box(page).input_value() == "的"


def test_opening_a_hit_means_the_text_in_the_box(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    found = type_and_wait(page, "消息系统")
    page.locator(".hit a.place").first.click()
    page.wait_for_url("**/issues/**")
    page.go_back()
    wait_for(page, "消息系统")
    assert titles(page) == found
    assert box(page).input_value() == "消息系统"
    page.go_back()
    page.locator(".home").wait_for()


def test_touching_the_results_means_the_text_in_the_box(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "消息")
    page.locator("main").dispatch_event("pointerdown")  # and the box keeps the focus, as on phones
    type_and_wait(page, "消息系统")
    page.go_back()
    page.locator(".home").wait_for()
    page.go_forward()
    assert box(page).input_value() == "消息系统"


def test_leaving_the_box_before_the_answer_means_it_too(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    held = hold(page, "消息")
    with page.expect_request(lambda request: request.url.endswith(quote_plus("消息"))):
        box(page).fill("消息")
    box(page).blur()
    held[0].continue_()
    wait_for(page, "消息")
    page.go_back()
    page.locator(".home").wait_for()


def test_back_to_results_that_are_not_at_hand_fetches_them(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    first = search(page, "的")
    search(page, "消息")
    page.reload()
    page.go_back()
    page.locator(".hit h2").get_by_text(first[0]).wait_for()
    assert titles(page) == first


def hold(page: "Page", q: str) -> "list[Route]":
    """Keeps the answers for `q` back; the test lets them go."""
    held: list[Route] = []
    page.route(lambda address: address.endswith(f"/search?q={quote_plus(q)}"), lambda route: held.append(route))
    return held


LATE = """const asked = window.fetch;
window.fetch = async (address) => {  // one that cannot be aborted
  const answer = await asked(address);
  if (decodeURIComponent(address).endsWith("/search?q=消息")) await new Promise((go) => (window.letGo = go));
  return answer;
}"""


def test_a_late_answer_is_never_shown(page: "Page", site_address: str) -> None:
    page.add_init_script(LATE)
    page.goto(f"{site_address}/search?q=的")
    box(page).fill("消息")
    until(page, "Boolean(window.letGo)")
    new = type_and_wait(page, "数据库")
    page.evaluate("void letGo()")
    page.wait_for_timeout(PAUSE)
    assert titles(page) == new


def test_old_results_stay_until_the_new_ones_are_there(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    before = titles(page)
    held = hold(page, "消息系统")
    with page.expect_request(lambda request: request.url.endswith(quote_plus("消息系统"))):
        box(page).fill("消息系统")
    assert titles(page) == before
    assert page.locator("main").get_attribute("aria-busy") == "true"
    held[0].continue_()
    wait_for(page, "消息系统")
    assert titles(page) != before
    assert page.locator("main").get_attribute("aria-busy") is None


def test_nothing_moves_but_the_results(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    places = "['.bar', '.search', '.box', 'main'].map(name => document.querySelector(name).getBoundingClientRect().top)"
    before = page.evaluate(places)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    assert page.evaluate(places) == before
    assert not page.get_by_role("listbox").is_visible()  # nothing lies over the hits


Failure = Callable[["Route"], None]
FAILURES: dict[str, Failure] = {
    "offline": lambda route: route.abort("internetdisconnected"),
    "too many": lambda route: route.fulfill(status=429, headers={"Retry-After": "1"}, body="busy"),
    "signing in": lambda route: route.fulfill(body="<title>请先登录</title>", content_type="text/html"),
    "no index": lambda route: route.fulfill(status=503, headers={"Retry-After": "30"}, body="no index"),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_keeps_the_results_and_the_next_key_tries_again(
    page: "Page", site_address: str, failure: Failure
) -> None:
    page.goto(f"{site_address}/search?q=的")
    before, address = titles(page), page.url
    told = page.get_by_role("status")
    page.route("**/search?**", failure)
    page.route("**/suggest?**", failure)
    box(page).fill("消息")
    told.get_by_text("没有连上").wait_for()
    assert told.evaluate("status => status.getBoundingClientRect().width > 100")  # to be seen as well
    assert titles(page) == before
    assert page.url == address
    assert page.locator("main").get_attribute("aria-busy") is None

    page.unroute_all()
    assert type_and_wait(page, "消息系统")[0] == "NATS"
    told.get_by_text("没有连上").wait_for(state="detached")


def test_a_count_is_said_once_when_typing_is_over(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    page.evaluate(
        "window.said = []; new MutationObserver(() => live.textContent && said.push(live.textContent))"
        ".observe(live, {childList: true})"
    )
    for letter in "消息系统":
        box(page).press_sequentially(letter)
        page.wait_for_timeout(200)  # each is searched for
    until(page, "said.length")
    page.wait_for_timeout(PAUSE)
    assert page.evaluate("said") == [page.locator("main .total").inner_text().partition(" ·")[0]]


# Input methods. tests/test_web_embedding.py has the same for the box on other people's pages.


def requests_of(page: "Page") -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    return asked


def test_an_input_method_is_left_alone_until_it_is_done(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    box(page).fill("")
    asked, method = requests_of(page), InputMethod(page)
    for letters in ("xi", "xiao'x", "xiao'xi"):
        method.compose(letters)
        page.wait_for_timeout(PAUSE)
    method.key("Enter")
    method.key("ArrowDown")
    page.wait_for_timeout(PAUSE)
    assert asked == []
    assert box(page).evaluate("input => input === document.activeElement")
    method.commit("消息")
    wait_for(page, "消息")
    assert box(page).input_value() == "消息"


@pytest.mark.parametrize("key", ["ArrowDown", "ArrowRight", "Enter"])
def test_keys_of_an_input_method_reach_neither_the_hits_nor_the_title(
    page: "Page", site_address: str, key: str
) -> None:
    page.goto(site_address)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    method = InputMethod(page)
    method.compose("ni")
    assert page.evaluate(GHOST) == ""  # it would stand behind half a word
    method.key(key)
    assert box(page).evaluate("input => input === document.activeElement")
    assert box(page).input_value() == "NATni"


def test_the_key_that_ends_a_composition_in_safari_does_nothing(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    InputMethod(page).key("ArrowRight")  # 229, though nothing is being composed any more
    assert box(page).input_value() == "NAT"


def test_what_was_typed_before_a_composition_waits_for_its_end(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    asked, method = requests_of(page), InputMethod(page)
    box(page).fill("go")
    method.compose("yu")
    page.wait_for_timeout(PAUSE)
    assert asked == []
    method.commit("语言")
    wait_for(page, "go语言")


PHONES = {
    # The keyboards of Android compose each Latin word too: "kuber" is what the reader has typed so far.
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36": True,
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 ArkWeb/4.1 Mobile": True,
    # Those of Apple compose only Chinese.
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1": False,
}


@pytest.mark.parametrize(("agent", "searched"), PHONES.items(), ids=["Android", "HarmonyOS", "iPhone"])
def test_a_phone_that_composes_every_word_is_not_blocked(
    browser: "Browser", site_address: str, agent: str, searched: bool
) -> None:
    context = browser.new_context(
        user_agent=agent, is_mobile=True, has_touch=True, viewport={"width": 375, "height": 812}
    )
    page = context.new_page()
    page.goto(site_address)
    box(page).tap()
    InputMethod(page).compose("NATS")
    if searched:
        wait_for(page, "NATS")
        assert titles(page)[0] == "NATS"
    else:
        page.wait_for_timeout(2 * PAUSE)
        assert titles(page) == []
    context.close()


def test_real_keys_beside_a_touched_screen_compose_half_words(browser: "Browser", site_address: str) -> None:
    context = browser.new_context(
        user_agent=next(iter(PHONES)), is_mobile=True, has_touch=True, viewport={"width": 1000, "height": 700}
    )
    page = context.new_page()
    chromium_alone(page)
    page.goto(f"{site_address}/search?q=的")
    box(page).fill("")
    asked, devtools = requests_of(page), context.new_cdp_session(page)
    key = {"type": "rawKeyDown", "key": "x", "code": "KeyX", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", key)
    InputMethod(page).compose("xiao'xi")
    page.wait_for_timeout(2 * PAUSE)
    assert asked == []
    InputMethod(page).commit("消息")
    wait_for(page, "消息")
    context.close()


# The best title, in grey behind what is typed


@pytest.mark.parametrize("key", ["ArrowRight", "End"])
def test_the_best_title_stands_behind_what_is_typed_and_a_key_takes_it(
    page: "Page", site_address: str, key: str
) -> None:
    page.goto(site_address)
    type_and_wait(page, "nat")
    until(page, f"{GHOST} === 'S'")
    assert box(page).input_value() == "nat"
    box(page).press(key)
    wait_for(page, "NATS")
    assert box(page).input_value() == "NATS"
    assert titles(page)[0] == "NATS"
    assert page.evaluate(GHOST) == ""


@pytest.mark.parametrize("key", ["Home", "ArrowLeft", "Shift+End"])
def test_other_keys_and_other_places_leave_the_title(page: "Page", site_address: str, key: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    box(page).press(key)
    box(page).press("ArrowRight")
    assert box(page).input_value() == ("NAT" if key != "Shift+End" else "NATS")


def test_typing_on_keeps_the_title_and_another_letter_drops_it(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "NA")
    until(page, f"{GHOST} === 'TS'")
    box(page).press("t")
    assert page.evaluate(GHOST) == "S"
    box(page).press("x")
    assert page.evaluate(GHOST) == ""


def test_esc_drops_the_title_then_empties_the_box(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    box(page).press("Escape")
    assert (page.evaluate(GHOST), box(page).input_value()) == ("", "NAT")
    box(page).press("Escape")
    assert box(page).input_value() == ""
    assert titles(page)[0] == "NATS"


def test_a_finger_takes_the_title(browser: "Browser", site_address: str) -> None:
    context = browser.new_context(is_mobile=True, has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    chromium_alone(page, "there is no finger there")
    page.goto(site_address)
    type_and_wait(page, "NA")
    until(page, f"{GHOST} === 'TS'")
    page.locator("#ghost > :last-child").tap()
    wait_for(page, "NATS")
    context.close()


def test_down_leads_from_the_box_to_the_first_hit_whatever_was_completed(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    type_and_wait(page, "NAT")
    until(page, f"{GHOST} === 'S'")
    box(page).press("ArrowDown")
    assert page.evaluate("document.activeElement.innerText") == titles(page)[0]


def test_a_page_to_read_completes_and_enter_leads_to_the_results(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/issues/qingtong/issue-06.md")
    heading = page.locator("h1").first.inner_text()
    box(page).fill("NAT")
    until(page, f"{GHOST} === 'S'")
    box(page).press("End")
    page.wait_for_timeout(PAUSE)
    assert page.locator("h1").first.inner_text() == heading
    box(page).press("Enter")
    wait_for(page, "NATS")
    assert titles(page)[0] == "NATS"


def test_a_title_is_text_behind_the_box(page: "Page", site_address: str) -> None:
    odd = "n<b onclick=alert(1)>粗</b>"
    page.route("**/suggest?**", lambda route: route.fulfill(json=["n", [odd]], content_type="application/json"))
    page.goto(site_address)
    box(page).fill("n")
    until(page, f"{GHOST} === {odd[1:]!r}")


# Searches of before


def recent(page: "Page") -> list[str]:
    until(page, "document.querySelector('#q').role === 'combobox'")  # once their file has come
    return page.get_by_role("option").all_inner_texts()


def test_an_empty_box_offers_the_searches_of_before_until_they_are_forgotten(page: "Page", site_address: str) -> None:
    chromium_alone(page, "who leaves the page there leaves the box first, and so means what stands in it")
    page.goto(site_address)
    for q in ("消息", "搜索", "消息", "图床"):
        search(page, q)
    type_and_wait(page, "数据")  # only typed
    page.goto(site_address)
    assert recent(page) == []  # not before one asks
    box(page).click()
    assert recent(page) == ["图床", "消息", "搜索"]
    assert box(page).get_attribute("aria-expanded") == "true"
    box(page).press("ArrowDown")
    box(page).press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    assert chosen.get_attribute("id") == box(page).get_attribute("aria-activedescendant")
    box(page).press("Enter")
    wait_for(page, "消息")
    assert box(page).input_value() == "消息"
    assert not page.get_by_role("listbox").is_visible()

    box(page).fill("")
    assert recent(page) == ["消息", "图床", "搜索"]
    box(page).press("ArrowDown")
    box(page).press("Delete")
    assert recent(page) == ["图床", "搜索"]
    page.get_by_role("button", name="清除最近的搜索").click()
    assert recent(page) == []
    page.reload()
    assert page.evaluate("Object.values(localStorage).join('')") in ("[]", '["消息"]')  # that of the address


def test_esc_and_leaving_close_the_searches_of_before(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    search(page, "消息")
    box(page).fill("")
    assert recent(page) == ["消息"]
    box(page).press("Escape")
    assert recent(page) == []
    box(page).press("ArrowDown")
    assert recent(page) == ["消息"]
    box(page).blur()
    assert recent(page) == []


def test_what_was_kept_is_text_and_anything_else_is_nothing(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    for kept, shown in (('["<b>粗</b>", 7]', ["<b>粗</b>"]), ("{}", []), ("x", []), ("null", [])):
        page.evaluate(f"localStorage.setItem('searches {site_path(site_address)}', {kept!r})")
        box(page).blur()
        box(page).click()
        assert recent(page) == shown


def site_path(address: str) -> str:
    return "/" + address.split("/", 3)[3] + "/search"


# Copying


def test_a_hit_is_copied_as_markdown(browser: "Browser", site_address: str) -> None:
    context = browser.new_context(locale="zh-CN", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(site_address)
    type_and_wait(page, "消息系统")
    page.locator(".hit .menu summary").first.click()
    page.locator(".hit button.copy").first.click()
    page.get_by_role("status").get_by_text("复制好了").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("[NATS](<https://nats.io/>)")
    page.get_by_role("status").get_by_text("复制好了").wait_for(state="detached")
    context.close()
