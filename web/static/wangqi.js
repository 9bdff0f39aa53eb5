// What the pages do while one types, and by the keyboard. All of it comes on top of links and a form that work without.
//
// Results are the server's own page of results, fetched and put in place of the present one: `View` is what changes.
// The address bar says what is shown: a text that is being typed replaces it, a text that is meant (Enter, a completion,
// turning to the results) becomes a step that Back takes back.

const form = document.querySelector("form.search");
const input = form.elements.q;
const main = document.querySelector("main");
const live = document.getElementById("live");
const list = document.getElementById("completions");

const PAUSE_MS = 140;
const QUIET_MS = 700; // a screen reader hears a count when typing is over, not after each key
const COPIED_MS = 2000;
const VIEWS_KEPT = 20;
const COARSE = matchMedia("(pointer: coarse)").matches;
const COMPLETIONS = COARSE ? 3 : 6; // they lie over the results
const NOTED = document.documentElement.lang.startsWith("zh"); // "第 12 期 · 工具", the API speaks Chinese
const SEARCHES = ["home", "results"].includes(document.body.dataset.page); // other pages only complete

// Input methods. The same in wangqi-search.js, which must be one file; the same tests run over both.

/** Whether a key belongs to an input method. Safari's last key of a composition comes after it, as 229. */
const isForInputMethod = (event) => event.isComposing || event.keyCode === 229;

// The keyboards of phones compose every word, Latin ones too, and end only at its blank: their text counts as it grows.
// On desktops, and on Apple's phones, what is being composed are the letters of half a Chinese word.
const COMPOSES_WORDS = COARSE && !/iPhone|iPad|Macintosh/.test(navigator.userAgent);

/** Calls `search` with the text of the box when typing pauses, but for half a word of an input method. */
function onPause(search) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(input.value.trim()), PAUSE_MS);
  };
  input.addEventListener("compositionend", wait);
  input.addEventListener("input", (event) => {
    if (event.isComposing && !COMPOSES_WORDS) clearTimeout(timer);
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

const PARTS = ["main", "footer", "header nav"];
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

// Searching

let running; // the request whose answer will be shown: { address, meant, controller }

/** Ends what is under way; its answer would come too late. */
function quit() {
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

/** Shows the page at `address`. What is shown stays until then, and when there is no answer. */
async function go(address, meant) {
  if (running?.address === address) return void (running.meant ||= meant);
  quit();
  if (address === shown.address) return record(address, meant);
  const own = (running = { address, meant, controller: new AbortController() });
  main.setAttribute("aria-busy", "true");
  try {
    const page = await load(address, own.controller.signal);
    if (running !== own) return;
    record(address, own.meant);
    show(viewOf(page, address));
    const count = main.querySelector("[data-live]");
    say(count?.dataset.live || count?.textContent, { after: QUIET_MS });
  } catch {
    if (running === own) say(live.dataset.failed, { seen: true });
  } finally {
    if (running === own) quit();
  }
}

async function load(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.body.dataset.page) throw new Error("not a page of this site"); // a network that asks one to sign in first
  return page;
}

function searchFor(text) {
  typing.stop();
  fold();
  if (!SEARCHES) return form.submit();
  go(resultsOf(text), true);
  if (COARSE) input.blur(); // its keyboard covers half of the results
}

// Completions: a combobox with a list (ARIA 1.2). The focus stays in the box, `aria-activedescendant` walks.

let completing = new AbortController();

async function complete(text) {
  completing.abort();
  completing = new AbortController();
  const { signal } = completing;
  if (!text) return fold();
  try {
    const response = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal });
    const [, titles, notes] = response.ok ? await response.json() : [text, []];
    if (!signal.aborted && document.activeElement === input) offer(titles.slice(0, COMPLETIONS), NOTED ? notes : []);
  } catch {
    if (!signal.aborted) fold(); // the results tell of the failure
  }
}

function offer(titles, notes = []) {
  list.replaceChildren(...titles.map((title, number) => option(title, notes[number], number)));
  list.hidden = !titles.length;
  input.setAttribute("aria-expanded", `${!list.hidden}`);
  input.removeAttribute("aria-activedescendant");
}

function option(title, note, number) {
  const element = document.createElement("li");
  element.id = `completion-${number}`;
  element.setAttribute("role", "option");
  element.setAttribute("aria-selected", "false");
  element.dataset.title = title;
  element.append(title);
  if (note) element.append(Object.assign(document.createElement("small"), { textContent: note }));
  return element;
}

function fold() {
  completing.abort();
  offer([]);
}

const active = () => list.querySelector("[aria-selected=true]");

/** The next completion, or the one before; past either end comes the box itself. */
function walk(by) {
  const stops = [null, ...list.children];
  const next = stops[(stops.indexOf(active()) + by + stops.length) % stops.length];
  active()?.setAttribute("aria-selected", "false");
  if (!next) return input.removeAttribute("aria-activedescendant");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", next.id);
}

function choose(title, elsewhere) {
  if (elsewhere) return void open(resultsOf(title), "_blank");
  input.value = title;
  searchFor(title);
}

// Keys

function onBoxKey(event) {
  if (isForInputMethod(event)) return;
  const by = stepOf(event);
  if (by && !list.hidden) walk(by);
  else if (by > 0) focusHit(0);
  else if (event.key === "Enter" && active()) choose(active().dataset.title, event.ctrlKey || event.metaKey);
  else if (event.key === "Escape" && !list.hidden) fold(); // a second one empties the box, as the browser does
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

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-controls", list.id);
input.setAttribute("aria-expanded", "false");
input.addEventListener("keydown", onBoxKey);
input.addEventListener("blur", fold);
list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", ({ target }) => {
  const chosen = target.closest("[role=option]");
  if (chosen) choose(chosen.dataset.title); // else it was the edge of the list
});
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
