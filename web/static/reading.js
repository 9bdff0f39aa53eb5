// The page of an issue: the entry that one came for stays where it is while images arrive, and a line at the top tells
// where one is. All of it comes on top of a page that is whole without it.

const prose = document.querySelector(".prose");
const article = prose.parentElement;
const here = document.querySelector(".here");
const live = document.getElementById("live");
const COPIED_MS = 2000;
const READ_AT = 56; // pixels below the line at the top: what stands there is being read

// Images whose size nobody told get room of the usual shape, until it is known.

for (const image of prose.querySelectorAll("img:not([height])")) {
  if (image.complete) continue;
  image.classList.add("waiting");
  const done = () => image.classList.remove("waiting");
  image.addEventListener("load", done);
  image.addEventListener("error", done);
}

// What the address leads to is held at its place while the page above it grows, until the reader moves himself.
// Browsers that anchor the scroll position do most of that by themselves; not all do, and none for what is cut off.

/** The element that the address leads to; null when it leads to none, or none is there. */
function target() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // "#%" is no text
  }
}

let held = null; // { element, top, height }: where in the window it stands, and how high the text is

function hold(element) {
  if (!element || !prose.contains(element)) return release();
  article.style.minHeight ||= `${article.offsetHeight}px`; // near its end, a text that gets shorter would pull it down
  element.scrollIntoView({ block: "start", behavior: "instant" });
  held = { element, top: element.getBoundingClientRect().top, height: prose.offsetHeight };
}

function release() {
  held = null;
  article.style.minHeight = "";
}

/** Whether it was moved by what tells nobody else, such as a scroll bar: not by an image that came. */
const isMoved = ({ element, top, height }) =>
  prose.offsetHeight === height && Math.abs(element.getBoundingClientRect().top - top) > 8;

new ResizeObserver(() => held && hold(held.element)).observe(prose); // before the frame is painted
for (const move of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  addEventListener(move, ({ target }) => here.contains(target) || release(), { passive: true });
}
addEventListener("hashchange", () => hold(target()));
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "navigate") hold(target()); // else the browser goes back to where one was

// Where one is: the entry that stands in the upper part of the window, and its place in its section.

let told; // the entry that the line names
const partial = "part" in here.dataset; // of a part, nobody knows where its first section began
const sections = new Set([...document.querySelectorAll(".contents a")].map((link) => link.hash.slice(1)));
const entries = placed([...prose.querySelectorAll("a.anchor, [id^='h-']")]);

/** The entries in their order: { anchor, section, number, of }. `of` is the same for all of a section. */
function placed(stops) {
  const found = [];
  let section = { title: "", size: 0 };
  for (const stop of stops) {
    if (stop.matches("a.anchor")) found.push({ anchor: stop, section, number: ++section.size });
    else if (sections.has(stop.id)) section = { title: stop.textContent, size: 0 };
  }
  return found;
}

function current() {
  if (held) return entries.find(({ anchor }) => anchor === held.element);
  const line = here.getBoundingClientRect().bottom + READ_AT;
  return entries.findLast(({ anchor }) => anchor.getBoundingClientRect().top < line);
}

function tell() {
  const entry = (told = current());
  const spot = here.querySelector("[data-spot]");
  const place = entry && [entry.section.title, partial ? "" : `${entry.number}/${entry.section.size}`].filter(Boolean).join(" ");
  const text = place ? ` · ${place}` : "";
  if (spot.textContent !== text) spot.textContent = text;
  here.querySelector(".take").hidden = !entry || !navigator.clipboard;
}

let waiting = false;
addEventListener(
  "scroll",
  () => {
    if (held && isMoved(held)) release();
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      tell();
    });
  },
  { passive: true },
);
tell();

// What is copied is what the page of the entry offers.

async function copied({ anchor }) {
  const response = await fetch(anchor.href);
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return new Blob([page.querySelector(".copy").dataset.markdown], { type: "text/plain" });
}

here.querySelector(".take").addEventListener("click", async () => {
  if (!told) return;
  try {
    // A promise, since Safari allows this only at the moment of the click.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": copied(told) })]);
    say(live.dataset.copied);
  } catch {
    say(live.dataset.failed);
  }
});

function say(text) {
  live.textContent = text;
  live.classList.remove("unseen");
  setTimeout(() => {
    live.textContent = "";
    live.classList.add("unseen");
  }, COPIED_MS);
}

// From one marked word to the next. A word that a tag cuts in two is two elements and one word.

const marks = [...prose.querySelectorAll("mark")].filter((mark, index, all) => !index || apart(all[index - 1], mark));
const steps = here.querySelector(".marks");
let mark = -1;

function apart(before, mark) {
  const between = new Range();
  between.setStartAfter(before);
  between.setEndBefore(mark);
  return between.toString() !== "";
}

function go(step) {
  marks[mark]?.classList.remove("now");
  if (mark < 0) mark = marks.findIndex((each) => each.getBoundingClientRect().top > here.getBoundingClientRect().bottom) - (step > 0);
  mark = (mark + step + marks.length) % marks.length;
  marks[mark].classList.add("now");
  marks[mark].scrollIntoView({ block: "center", behavior: "instant" });
  steps.querySelector("[data-mark]").textContent = `${mark + 1}/${marks.length}`;
}

if (steps) {
  steps.hidden = !marks.length;
  steps.addEventListener("click", ({ target }) => target.dataset.step && go(Number(target.dataset.step)));
}

// Back to the results as they were last seen in this tab (`wangqi.js` notes them). Where they are one step behind, the
// browser shows them where one was.

function noted() {
  try {
    return JSON.parse(sessionStorage.getItem("results"));
  } catch {
    return null; // this browser keeps nothing
  }
}

const back = here.querySelector(".back");
const results = noted();
if (back && results) {
  back.href = results.address;
  back.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || history.length !== results.steps + 1) return;
    event.preventDefault();
    history.back();
  });
}
