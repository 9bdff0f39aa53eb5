// What the pages do while one types, and by the keyboard. All of it comes on top of links and a form that work without.
//
// Results are the server's own page of results, fetched and put in place of the present one: `View` is what changes.
// The address bar says what is shown: a text that is being typed replaces it, a text that is meant (Enter, a filter,
// turning to the results) becomes a step that Back takes back.

const form = document.querySelector("form.search");
const input = form.elements.q;
const main = document.querySelector("main");
const live = document.getElementById("live");
const ghost = document.getElementById("ghost");

const PAUSE_MS = 140;
const QUIET_MS = 700; // a screen reader hears a count when typing is over, not after each key
const COPIED_MS = 2000;
const VIEWS_KEPT = 20;
const RETRY_MS = 2000; // the first time; then twice as long, up to
const RETRY_AT_MOST_MS = 30_000;
const COARSE = matchMedia("(pointer: coarse)").matches;
const SEARCHES = ["home", "results"].includes(document.body.dataset.page); // other pages only complete

// Input methods. The same in wangqi-search.js, which must be one file; the same tests run over both.

/** Whether a key belongs to an input method. Safari's last key of a composition comes after it, as 229. */
const isForInputMethod = (event) => event.isComposing || event.keyCode === 229;

// Keyboards on the glass compose every word, Latin ones too, and end only at its blank: their text counts as it grows.
// On Apple's phones, and where the keys are real ones, what is being composed are the letters of half a Chinese word.
let composesWords = matchMedia("(any-pointer: coarse)").matches && !/iPhone|iPad|Macintosh/.test(navigator.userAgent);
const onGlass = composesWords;
document.addEventListener("keydown", (event) => (composesWords = onGlass && !event.code), { capture: true });

/** Calls `search` with the text of the box when typing pauses, but for half a word of an input method. */
function onPause(search) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(input.value.trim()), PAUSE_MS);
  };
  input.addEventListener("compositionend", wait);
  input.addEventListener("input", (event) => {
    if (event.isComposing && !composesWords) clearTimeout(timer);
    else wait();
  });
  return { stop: () => clearTimeout(timer) };
}

// What is said: for all to see, or only to be heard.

let announcement;

function say(text, { seen = false, after = 0, until = 0 } = {}) {
  const set = (words) => {
    live.textContent = words;
    live.classList.toggle("unseen", !(seen && words));
  };
  clearTimeout(announcement);
  set("");
  announcement = setTimeout(() => {
    set(text);
    if (until) announcement = setTimeout(set, until, "");
  }, after);
}

// Views: what differs between two pages of results.

const PARTS = ["main", "footer", "header nav", "form .kept"];
const FEEDS = "link[rel=alternate]";

const views = new Map(); // by address; Back shows them as they were left
let shown = keep(viewOf(document, present()));

/** The address of this page, without a fragment. */
function present() {
  return location.href.split("#")[0];
}

function viewOf(page, address) {
  const parts = PARTS.map((selector) => [selector, [...(page.querySelector(selector)?.childNodes ?? [])]]);
  const feeds = [...page.querySelectorAll(FEEDS)];
  return { address, title: page.title, page: page.body.dataset.page, feeds, parts, scroll: 0 };
}

function keep(view) {
  views.delete(view.address);
  views.set(view.address, view);
  if (views.size > VIEWS_KEPT) views.delete(views.keys().next().value);
  return view;
}

function show(view) {
  shown = keep(view);
  document.title = view.title;
  document.body.dataset.page = view.page;
  document.querySelectorAll(FEEDS).forEach((feed) => feed.remove());
  document.head.append(...view.feeds);
  for (const [selector, nodes] of view.parts) document.querySelector(selector)?.replaceChildren(...nodes);
  offerCopies();
  scrollTo(0, view.scroll);
}

// Where one was reading, not that one went up to the box to type.
const onScroll = () => {
  if (document.activeElement !== input || scrollY > shown.scroll) shown.scroll = scrollY;
};
addEventListener("scroll", onScroll, { passive: true });

// Steps of the history. While one types, the address of the last step is replaced; it gets its own back before the next.

let step = present();

function record(address, meant) {
  if (meant) recent.add(wordsOf(address), address);
  if (!meant || address === step) return history.replaceState(null, "", address);
  history.replaceState(null, "", step);
  history.scrollRestoration = "manual"; // of both steps: `show` scrolls, the browser would go to the box again
  history.pushState(null, "", address);
  step = address;
}

addEventListener("popstate", () => {
  step = present();
  if (step === shown.address) return; // only the fragment is another
  quit();
  say("");
  input.value = new URL(step).searchParams.get("q") ?? "";
  if (views.has(step)) show(views.get(step));
  else go(step, false);
});

addEventListener("pagehide", () => {
  history.scrollRestoration = "auto"; // back from another page it is the browser's
  noteResults();
});

/** Notes for this tab where the results are that an issue's page leads back to. */
function noteResults() {
  if (document.body.dataset.page !== "results") return;
  try {
    sessionStorage.setItem("results", JSON.stringify({ address: location.href, steps: history.length }));
  } catch {
    // This browser keeps nothing; the way back knows the words.
  }
}

// Files of the same version as this one, which its address names. Keys count before they have come.

const version = new URL(import.meta.url).search;
let recent = { onKey: () => false, fold() {}, add() {} };

import(`./recent.js${version}`).then(({ recentSearches }) => {
  recent = recentSearches(input, `searches ${new URL(form.action).pathname}`, choose);
  if (document.body.dataset.page === "results") recent.add(wordsOf(present())); // the form was sent without this file
});

import(`./narrowing.js${version}`).then(({ closing, narrowing }) => {
  const follow = async (address) => {
    typing.stop();
    hide();
    await go(address, true);
    if (shown.address !== address) return false; // no answer: what was typed stays
    input.value = wordsOf(address);
    return true;
  };
  narrowing(main, { go: follow, pending });
  closing();
});

addEventListener("load", () => navigator.serviceWorker?.register(form.dataset.worker).catch(() => {})); // then not offline

const wordsOf = (address) => (new URL(address).searchParams.get("q") ?? "").trim();

/** The text of the box where its results are not those that are shown; "" where they are. */
function pending() {
  const text = input.value.trim();
  return text === wordsOf(shown.address) ? "" : text;
}

// Searching

let again; // asks once more for what had no answer
let retry; // the timer that does so
let running; // the request whose answer will be shown: { address, meant, controller }

/** Ends what is under way; its answer would come too late. */
function quit() {
  clearTimeout(retry);
  again = undefined;
  running?.controller.abort();
  running = undefined;
  main.removeAttribute("aria-busy");
}

/** What is shown, or will be, is what the reader was looking for: he turns to the results. Nothing moves under his finger. */
function mean() {
  if (running) running.meant = true;
  else if (shown.address !== step && shown.address === present()) record(shown.address, true);
}

/** The page of results for a text, as the form would send it. */
function resultsOf(text) {
  const asked = new URLSearchParams(new FormData(form));
  asked.set("q", text);
  return `${form.action}?${asked}`;
}

/** Shows the page at `address`. What is shown stays until then; while there is no answer, it asks again and again. */
async function go(address, meant, wait = 0) {
  if (running?.address === address) return void (running.meant ||= meant);
  quit();
  if (address === shown.address) return record(address, meant);
  const own = (running = { address, meant, controller: new AbortController() });
  main.setAttribute("aria-busy", "true");
  try {
    const { page, isOld } = await load(address, own.controller.signal);
    if (running !== own) return;
    record(address, own.meant);
    show(viewOf(page, address));
    if (isOld) return say(live.dataset.old, { seen: true });
    const count = main.querySelector("[data-live]");
    say(count?.dataset.live || count?.textContent, { after: QUIET_MS });
  } catch {
    if (running !== own) return;
    if (!wait) say(live.dataset.failed, { seen: true });
    quit();
    const next = Math.min(2 * wait || RETRY_MS, RETRY_AT_MOST_MS);
    again = () => go(address, own.meant, next);
    retry = setTimeout(again, next);
  } finally {
    if (running === own) quit();
  }
}

addEventListener("online", () => again?.());

async function load(address, signal) {
  let isOld = false;
  const response = await fetch(address, { signal }).catch((error) => {
    isOld = true;
    return kept(address, error);
  });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.body.dataset.page) throw new Error("not a page of this site"); // a network that asks one to sign in first
  return { page, isOld };
}

/** The page as it was last seen; throws `error` where it is not kept. */
async function kept(address, error) {
  const found = error.name !== "AbortError" && (await globalThis.caches?.match(address));
  if (!found) throw error;
  return found;
}

function searchFor(text) {
  typing.stop();
  hide();
  recent.fold();
  if (!SEARCHES) {
    recent.add(text);
    return form.submit();
  }
  go(resultsOf(text), true);
  if (COARSE) input.blur(); // its keyboard covers half of the results
}

function choose(q, event) {
  if (event.ctrlKey || event.metaKey) return void open(resultsOf(q), "_blank");
  input.value = q;
  searchFor(q);
}

// The best title that begins as what is typed, in grey behind it. It is taken by →, End, or a finger.

let completing = new AbortController();
let completion = ""; // the whole title

const atItsEnd = () => input.selectionStart === input.value.length && input.scrollWidth <= input.clientWidth;

async function complete(text) {
  completing.abort();
  completing = new AbortController();
  const { signal } = completing;
  if (!text) return;
  try {
    const response = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal });
    const [, titles] = response.ok ? await response.json() : [text, []];
    if (!signal.aborted && document.activeElement === input && atItsEnd()) suggest(titles);
  } catch {
    // The results tell of the failure.
  }
}

function suggest(titles) {
  const typed = input.value;
  completion = titles.find((title) => title.length > typed.length && title.toLowerCase().startsWith(typed.toLowerCase())) ?? "";
  ghost.firstChild.textContent = completion && typed;
  ghost.lastChild.textContent = completion.slice(typed.length);
}

function hide() {
  completing.abort();
  suggest([]);
}

/** What is typed goes on as the title does, or it is another text. */
const onType = (event) => (event.isComposing ? hide() : suggest([completion]));

function take() {
  input.value = completion;
  hide();
  if (SEARCHES) go(resultsOf(input.value), true);
}

// Keys

function onBoxKey(event) {
  if (isForInputMethod(event)) return;
  const by = stepOf(event);
  const command = event.ctrlKey || event.metaKey;
  if (recent.onKey(event, by)) event.preventDefault();
  else if (by > 0) focusHit(0);
  else if (event.key === "Enter" && command) open(resultsOf(input.value.trim()), "_blank");
  else if (event.key === "Escape" && completion) hide(); // a second one empties the box, as the browser does
  else if (["ArrowRight", "End"].includes(event.key) && completion && atItsEnd() && !command && !event.shiftKey) take();
  else return;
  event.preventDefault();
}

const stepOf = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? 0 : { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;

/** The hits in the order of their ranks, whichever list they stand in. */
const hits = () => [...main.querySelectorAll(".hits > li")];

/** Focuses the link of a hit; Enter and Ctrl-Enter are the browser's own then. Above the first one is the box. */
function focusHit(number) {
  if (number < 0) return input.focus();
  hits()[number]?.querySelector("h2 a")?.focus();
}

function onHitKey(event) {
  const hit = event.target.closest(".hits > li");
  const by = stepOf(event);
  if (!hit || !(by || event.key === "Escape")) return;
  event.preventDefault();
  focusHit(by ? hits().indexOf(hit) + by : -1);
}

/** `/` and Ctrl-K or ⌘-K lead to the box. */
function onPageKey(event) {
  if (isForInputMethod(event) || event.altKey || event.shiftKey) return;
  const command = event.ctrlKey || event.metaKey;
  const slash = event.key === "/" && !command && !event.target.closest("input, textarea, select, [contenteditable]");
  if (!slash && !(command && event.key.toLowerCase() === "k")) return;
  event.preventDefault();
  input.focus();
  input.select();
}

// Copying

function offerCopies() {
  if (!navigator.clipboard) return; // an insecure address
  for (const button of main.querySelectorAll("button.copy")) button.hidden = false;
}

async function onClick({ target }) {
  const button = target.closest("button.copy");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.markdown);
    say(live.dataset.copied, { seen: true, until: COPIED_MS });
  } catch {
    // The browser was told not to; nothing was promised.
  }
}

// Start

const typing = onPause((text) => {
  complete(text);
  // An emptied box is on the way to another text: what it showed stays.
  if (SEARCHES && text) go(resultsOf(text), document.activeElement !== input);
});

input.addEventListener("keydown", onBoxKey);
input.addEventListener("input", onType);
input.addEventListener("compositionstart", hide);
input.addEventListener("blur", hide);
ghost.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
ghost.addEventListener("click", take);
main.addEventListener("error", ({ target }) => target.matches?.("img.thumb") && target.remove(), { capture: true });
main.addEventListener("keydown", onHitKey);
main.addEventListener("click", onClick);
document.addEventListener("keydown", onPageKey);
offerCopies();

if (SEARCHES) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    searchFor(input.value.trim());
  });
  input.addEventListener("blur", mean);
  main.addEventListener("pointerdown", mean); // a finger leaves the focus in the box on Apple's phones
}

// What was typed before this file came.
if (input.value !== input.defaultValue) input.dispatchEvent(new InputEvent("input"));
