// Searches of before: offered below an empty box, kept in this browser alone until they are forgotten.
//
// A combobox with a list (ARIA 1.2). The focus stays in the box, `aria-activedescendant` walks.

const KEPT = 8;

/** The cache of what the service worker shows offline, for searches kept as `name`. */
const pagesOf = (name) => globalThis.caches?.open(name.replace("searches", "pages"));

/** Forgets the pages of results, or those of one search; the start page stays. */
async function forgetPages(name, q) {
  const pages = await pagesOf(name);
  for (const page of (await pages?.keys()) ?? []) {
    const { pathname, searchParams } = new URL(page.url);
    const isOf = q === undefined || searchParams.get("q") === q;
    if (name === `searches ${pathname}` && isOf) await pages.delete(page, { ignoreVary: true });
  }
}

/** What this browser has kept as `name`, the latest first; nothing where it keeps nothing. */
function kept(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return Array.isArray(found) ? found.filter((q) => typeof q === "string").slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

function keep(name, searches) {
  try {
    localStorage.setItem(name, JSON.stringify(searches.slice(0, KEPT)));
  } catch {
    // A private window, or no room: then there are none.
  }
}

/** The list at `input`, whose searches are kept as `name`; `choose(q, event)` is called for one that was chosen. */
export function recentSearches(input, name, choose) {
  const place = document.getElementById("recent");
  const list = place.querySelector("[role=listbox]");
  const active = () => list.querySelector("[aria-selected=true]");

  function option(q, number) {
    const element = document.createElement("li");
    element.id = `recent-${number}`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    element.textContent = q;
    return element;
  }

  function offer() {
    const searches = input.value ? [] : kept(name);
    list.replaceChildren(...searches.map(option));
    place.hidden = !searches.length;
    input.setAttribute("aria-expanded", `${!place.hidden}`);
    input.removeAttribute("aria-activedescendant");
  }

  function fold() {
    place.hidden = true;
    active()?.setAttribute("aria-selected", "false");
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** The next one, or the one before; past either end comes the box itself. */
  function walk(by) {
    const stops = [null, ...list.children];
    const next = stops[(stops.indexOf(active()) + by + stops.length) % stops.length];
    active()?.setAttribute("aria-selected", "false");
    if (!next) return input.removeAttribute("aria-activedescendant");
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", next.id);
  }

  function drop(q) {
    keep(name, kept(name).filter((other) => other !== q));
    forgetPages(name, q);
    offer();
  }

  /** Whether a key of the box, which is no input method's, was for the list. */
  function onKey(event, by) {
    if (place.hidden) {
      if (by < 1 || input.value) return false;
      offer();
      return !place.hidden;
    }
    if (by) walk(by);
    else if (event.key === "Escape") fold();
    else if (event.key === "Enter" && active()) choose(active().textContent, event);
    else if (event.key === "Delete" && active()) drop(active().textContent);
    else return false;
    return true;
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "none");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("click", offer);
  input.addEventListener("input", () => (input.value ? fold() : offer()));
  input.addEventListener("blur", (event) => place.contains(event.relatedTarget) || fold());
  place.addEventListener("focusout", (event) => event.relatedTarget === input || fold());
  place.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  place.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) return choose(chosen.textContent, event);
    if (!event.target.closest(".forget")) return; // the edge
    keep(name, []);
    forgetPages(name);
    fold();
    input.focus();
  });

  /** Keeps the words of a search, and its page for when there is no network: it is at hand in the browser's cache. */
  function add(q, address) {
    if (!q) return;
    keep(name, [q, ...kept(name).filter((other) => other !== q)]);
    if (address) navigator.serviceWorker?.ready.then(({ active }) => active.postMessage(address));
  }

  return { onKey, fold, add };
}
