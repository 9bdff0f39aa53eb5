// Filters by a click: the results change in place, the panel of a phone stays open, and a text that is pending stays.
// Without this file each of them is a link.

const FILTERS = ".side .choices a, .side .bars a, .browse .choices a, .browse .bars a, .chips a, .sorts a[href]";

/** The words for a link that are the same before and after it was followed. */
function nameOf(link) {
  const label = link.getAttribute("aria-label") ?? link.firstChild?.textContent ?? "";
  return `${link.closest("section")?.querySelector("h2")?.textContent}/${label.split(/[、,]/)[0].trim()}`;
}

/** Lets the filters of `main` change what is shown: `go(address)` tells whether that stands there now. `pending()` is the
 * text that was typed and is not searched for yet, if any. */
export function narrowing(main, { go, pending }) {
  async function follow(address, name) {
    const { open } = main.querySelector(".fold") ?? {};
    const place = scrollY;
    const asked = new URL(address);
    const typed = pending();
    if (typed) asked.searchParams.set("q", typed);
    if (!(await go(asked.href))) return;
    const fold = main.querySelector(".fold");
    if (open && fold) {
      fold.open = true;
      scrollTo(0, place);
    }
    const same = name && [...main.querySelectorAll(FILTERS)].find((link) => nameOf(link) === name);
    same?.focus({ preventScroll: true });
  }

  main.addEventListener("click", (event) => {
    const { target } = event;
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (target.closest(".done a")) {
      event.preventDefault(); // no step of its own
      target.closest(".fold").open = false;
      return main.querySelector(".list").scrollIntoView();
    }
    const link = target.closest(FILTERS);
    if (!link) return;
    event.preventDefault();
    follow(link.href, nameOf(link));
  });

  rangeOfYears(main, follow);
}

/** From one bar to another, by mouse or finger: all the years between. */
function rangeOfYears(main, follow) {
  let first;
  let last;
  let dragged = false;

  const barsOf = (bar) => [...bar.parentElement.querySelectorAll("a")];

  function mark() {
    const [from, to] = [first.dataset.year, last.dataset.year].sort();
    for (const bar of barsOf(first)) bar.classList.toggle("within", dragged && from <= bar.dataset.year && bar.dataset.year <= to);
  }

  function nearest(x) {
    const away = (bar) => Math.abs(bar.getBoundingClientRect().left + bar.offsetWidth / 2 - x);
    return barsOf(first).reduce((one, other) => (away(other) < away(one) ? other : one));
  }

  function end() {
    if (!first) return;
    dragged = false;
    mark();
    first = undefined;
  }

  main.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".bars a[data-year]");
    if (!bar || event.button) return;
    first = last = bar;
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (!first) return;
    last = nearest(event.clientX);
    dragged ||= last !== first;
    mark();
  });
  addEventListener("pointerup", () => {
    if (!first) return;
    if (dragged) {
      const [from, to] = [first.dataset.year, last.dataset.year].sort();
      const address = new URL(first.href);
      address.searchParams.delete("page");
      address.searchParams.set("year", from === to ? from : `${from}..${to}`);
      ignoreClick(); // one follows where the pointer came back to the bar on which it went down
      follow(address.href);
    }
    end();
  });
  addEventListener("pointercancel", end);
  main.addEventListener("dragstart", (event) => event.target.closest?.(".bars") && event.preventDefault());
}

function ignoreClick() {
  const ignore = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", ignore, { capture: true });
  setTimeout(() => removeEventListener("click", ignore, { capture: true }));
}

/** Menus and the help close when one turns to something else. */
export function closing() {
  const open = () => document.querySelectorAll(":is(.menu, .help)[open]");
  document.addEventListener("click", ({ target }) => {
    for (const menu of open()) {
      const isDone = Boolean(target.closest(".menu .ways"));
      if (menu.contains(target) && !isDone) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus(); // not lost with what had it
      menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopImmediatePropagation();
    }
  }, { capture: true });
}
