// <wangqi-search>: a box for somebody's blog that searches the site which this file comes from, by its JSON API.
//
//     <script type="module" src="https://host/wangqi/static/wangqi-search.js"></script>
//     <wangqi-search archive="ruanyf" kind="tool" per-page="8" placeholder="搜索往期" lang="zh"></wangqi-search>
//
// With `files="yes"` the site is one of files (`wangqi export`), and the browser searches them.
//
// Attributes of the script, written data-archive and so on, hold where an element has none of its own. One file and
// nothing else, so that a blog can take it as it is. What the API answers becomes text and links, never HTML.

const SITE = new URL("..", import.meta.url).href;
const SCRIPT = [...document.scripts].find((script) => script.src === import.meta.url);
const PER_PAGE = 8;
const TITLE_CHARS = 40; // of an entry without a title
const PAUSE_MS = 140;
const KEYS = ["keydown", "keypress", "keyup"];
const QUIET_MS = 700; // a screen reader hears a count when typing is over, not after each key

// Each may be said otherwise by an attribute, text-total="{} 件" and so on. {} is a number.
const WORDS = {
  zh: {
    label: "搜索往期",
    total: "共 {} 条",
    one: "共 1 条",
    some: "只含部分词的 {} 条",
    none: "没有找到",
    partial: "以下只含部分词（{}）",
    all: "全部结果",
    failed: "暂时搜不了，再按一个键重试",
    issue: "第 {} 期",
  },
  en: {
    label: "Search past issues",
    total: "{} entries",
    one: "1 entry",
    some: "{} with some of the words",
    none: "Nothing found",
    partial: "Only some of the words below ({})",
    all: "All results",
    failed: "No answer; the next key tries again",
    issue: "Issue {}",
  },
};

// System colours follow the page's own `color-scheme`; the properties are for a blog that has other ones.
const STYLE = `
:host { display: block; position: relative; color: var(--wangqi-ink, CanvasText); line-height: 1.6; text-align: start; }
:host([hidden]), [hidden] { display: none !important; }
input { box-sizing: border-box; width: 100%; min-height: 2.75rem; margin: 0; padding: 0 1rem; font: inherit;
  font-size: max(16px, 1em); color: inherit; background: var(--wangqi-paper, Canvas);
  border: 1px solid var(--wangqi-line, GrayText); border-radius: var(--wangqi-radius, .5rem); }
:focus-visible { outline: 2px solid var(--wangqi-accent, LinkText); outline-offset: 1px; }
.panel { position: absolute; z-index: 100; inset-inline: 0; top: calc(100% + .25rem); max-height: 70vh; overflow-y: auto;
  padding: .5rem 1rem; background: var(--wangqi-paper, Canvas); border: 1px solid var(--wangqi-line, GrayText);
  border-radius: var(--wangqi-radius, .5rem); box-shadow: 0 .5rem 1.5rem var(--wangqi-shadow, rgb(0 0 0 / .2)); overflow-wrap: anywhere; }
ol { margin: 0; padding: 0; list-style: none; }
li { padding: .5rem 0; border-bottom: 1px solid var(--wangqi-line, GrayText); }
p { margin: 0; }
.notice, .trouble { padding: .5rem 0; }
.partial { padding: .75rem 0 .25rem; font-size: .875em; color: var(--wangqi-soft, inherit); border-bottom: 1px solid var(--wangqi-line, GrayText); }
.issue .title { font-size: 1.0625em; }
a { color: var(--wangqi-link, LinkText); text-decoration: none; }
a:hover { text-decoration: underline; }
.title { display: block; font-weight: 600; }
.meta, .meta a, .foot, .notice { font-size: .875em; color: var(--wangqi-soft, inherit); }
.meta a { text-decoration: underline; }
.snippet { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; font-size: .9375em; }
.foot { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0; }
mark { color: inherit; background: var(--wangqi-mark, rgb(255 213 79 / .45)); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** An element with these attributes and children; strings become text. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A link, or only its text when `address` would lead anywhere but to the web. */
function link(name, address, ...children) {
  const leads = /^https?:\/\//i.test(address ?? "");
  return make(leads ? "a" : "span", leads ? { class: name, href: address } : { class: name }, ...children);
}

/** `text` with its `ranges` marked; they are half-open and count code points, which `[...text]` does too. */
function marked(text, ranges) {
  const points = [...text];
  const pieces = [];
  let end = 0;
  for (const [start, stop] of ranges) {
    pieces.push(points.slice(end, start).join(""), make("mark", {}, points.slice(start, stop).join("")));
    end = stop;
  }
  return [...pieces, points.slice(end).join("")];
}

/** Whether a key belongs to an input method. Safari's last key of a composition comes after it, as 229. */
const isForInputMethod = (event) => event.isComposing || event.keyCode === 229;

// Keyboards on the glass compose every word, Latin ones too, and end only at its blank: their text counts as it grows.
// On Apple's phones, and where the keys are real ones, what is being composed are the letters of half a Chinese word.
const ON_GLASS = matchMedia("(any-pointer: coarse)").matches && !/iPhone|iPad|Macintosh/.test(navigator.userAgent);
let composesWords = ON_GLASS;

/** Calls `search` with the text of `input` when typing pauses, but for half a word of an input method. */
function onPause(input, search) {
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
}

/** Whether a key, or what an input method makes of it, is typed: all but what pages and browsers take everywhere. */
function isTyped(event) {
  if (isForInputMethod(event) || event.getModifierState("AltGraph")) return true; // @ on a German keyboard
  return !event.ctrlKey && !event.metaKey && event.key !== "Tab" && !/^F\d/.test(event.key);
}

/** Gives `root` our style; a style sheet made by script is no inline style, so that a strict policy allows it. */
function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", {}, STYLE)); // Safari before 16.4
  }
}

class WangqiSearch extends HTMLElement {
  #input;
  #panel = make("div", { class: "panel", part: "panel", hidden: "" });
  #live = make("p", { class: "unseen", role: "status" });
  #words;
  #text = "";
  #closes = false; // what an Esc does that was pressed last
  #running = new AbortController();
  #announcement;

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    document.addEventListener("pointerdown", this.#closeOutside);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#closeOutside);
    this.#running.abort();
  }

  /** The element's attribute, or else the script's; "" without either. */
  #setting(name) {
    return this.getAttribute(name) ?? SCRIPT?.getAttribute(`data-${name}`) ?? "";
  }

  /** An address of the site. */
  #address(path, parameters = []) {
    const base = this.#setting("base") || SITE;
    const address = new URL(path, new URL(base.endsWith("/") ? base : `${base}/`, SITE));
    address.search = new URLSearchParams(parameters);
    return address.href;
  }

  /** Parameters that narrow every search. */
  get #filters() {
    return ["archive", "kind"].map((name) => [name, this.#setting(name)]).filter(([, value]) => value);
  }

  #build() {
    const language = this.#setting("lang") || this.closest("[lang]")?.lang || navigator.language;
    this.#words = language.startsWith("en") ? WORDS.en : WORDS.zh;
    const label = this.#word("label");
    this.#input = make("input", {
      type: "search", name: "q", part: "input", autocomplete: "off", enterkeyhint: "search", maxlength: 400,
      placeholder: this.#setting("placeholder") || label, "aria-label": this.#setting("placeholder") || label,
    });
    // Enter sends the form to the site's own page of results.
    const form = make("form", { action: this.#address(this.#setting("files") ? "search/" : "search"), role: "search", part: "form" }, this.#input);
    form.append(...this.#filters.map(([name, value]) => make("input", { type: "hidden", name, value })));
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.append(form, this.#panel, this.#live);
    dress(root);
    for (const type of KEYS) root.addEventListener(type, this.take);
    this.#input.addEventListener("focus", () => this.#open(this.#panel.hasChildNodes()));
    this.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && this.#closeOutside({ target: relatedTarget }));
    onPause(this.#input, (text) => this.#search(text));
  }

  /** Text of ours, of the attribute text-… or in the language of the page. */
  #word(name, number) {
    return (this.#setting(`text-${name}`) || this.#words[name]).replace("{}", number);
  }

  #total(count, others) {
    if (!count) return others ? this.#word("some", others) : this.#word("none");
    return count === 1 ? this.#word("one") : this.#word("total", count);
  }

  #issueName({ number, title }) {
    return number === null ? title : this.#word("issue", number);
  }

  #open(open) {
    this.#panel.hidden = !open;
  }

  #closeOutside = ({ target }) => {
    if (!this.contains(target)) this.#open(false);
  };

  /** Shows what `text` finds. What was found before stays until then, and when there is no answer. */
  async #search(text) {
    if (text === this.#text) return;
    this.#running.abort(); // an answer to what was typed before comes too late
    this.#text = text;
    clearTimeout(this.#announcement);
    if (!text) return this.#show();
    const running = (this.#running = new AbortController());
    this.#panel.setAttribute("aria-busy", "true");
    try {
      const result = await this.#ask(text, running.signal);
      if (!running.signal.aborted) this.#showResult(result);
    } catch (error) {
      if (!running.signal.aborted) this.#fail(error);
    }
  }

  async #ask(q, signal) {
    const asked = [["q", q], ["per_page", this.#setting("per-page") || PER_PAGE], ["facets", ""], ...this.#filters];
    if (this.#setting("files")) return (await import("./files-api.js")).answer(this.#address(""), asked);
    const response = await fetch(this.#address("api/v1/search", asked), { signal });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    return body;
  }

  #showResult({ total, partial, hits, notices, links }) {
    const said = notices.map(({ message }) => make("p", { class: "notice", part: "notice" }, message));
    const found = this.#total(total, partial.total);
    const count = make("span", { part: "total" }, found);
    const foot = make("p", { class: "foot" }, count, ...(total + partial.total > hits.length ? [link("more", links.html, this.#word("all"))] : []));
    const [whole, others] = [hits.filter((hit) => !hit.partial), hits.filter((hit) => hit.partial)];
    const line = others.length ? [make("p", { class: "partial", part: "partial" }, this.#word("partial", partial.total))] : [];
    this.#show(...said, ...this.#list(whole, 1), ...line, ...this.#list(others, whole.length + 1), foot);
    this.#announce(found);
  }

  #list(hits, start) {
    return hits.length ? [make("ol", { part: "hits", start }, ...hits.map((hit) => this.#hit(hit)))] : [];
  }

  #hit(hit) {
    if (hit.role === "issue") return this.#issue(hit);
    const instead = [...hit.text].slice(0, TITLE_CHARS).join("") || hit.section || hit.kind;
    const title = hit.title ? marked(hit.title, hit.highlights.title) : [instead];
    const place = link("place", hit.permalink, this.#issueName(hit.issue));
    const meta = make("p", { class: "meta" }, place, ...[hit.issue.date, hit.site].filter(Boolean).map((each) => ` · ${each}`));
    const snippet = make("p", { class: "snippet" }, ...marked(hit.snippet.text, hit.snippet.ranges));
    return make("li", { part: "hit" }, link("title", hit.url ?? hit.permalink, ...title), meta, snippet);
  }

  /** An issue that was asked for itself. */
  #issue({ permalink, issue, title, highlights, snippet }) {
    const lead = issue.number === null || !issue.title || title.includes(issue.number) ? [] : [`${this.#issueName(issue)} · `];
    const heading = link("title", permalink, ...lead, ...marked(title, highlights.title));
    const meta = [issue.date, snippet.text].filter(Boolean).join(" · ");
    return make("li", { part: "hit", class: "issue" }, heading, make("p", { class: "meta" }, meta));
  }

  #show(...children) {
    this.#panel.removeAttribute("aria-busy");
    this.#panel.replaceChildren(...children);
    this.#open(children.length > 0 && this.matches(":focus-within")); // the reader may have gone on
  }

  #fail(error) {
    console.warn("wangqi-search:", error.message); // tells a blog's author of an attribute that the API refuses
    this.#text = null; // the same text again is another try
    this.#panel.removeAttribute("aria-busy");
    this.#panel.querySelector(".trouble")?.remove();
    this.#panel.prepend(make("p", { class: "trouble" }, this.#word("failed")));
    this.#open(true);
    this.#announce(this.#word("failed"));
  }

  #announce(text) {
    this.#announcement = setTimeout(() => (this.#live.textContent = text), QUIET_MS);
  }

  /** Does what a key is for, and keeps it from the page's own hot keys. An Esc that has nothing to close is the page's:
   *  the box may stand in a dialog of it. */
  take = (event) => {
    if (event.type === "keydown") {
      composesWords = ON_GLASS && !event.code;
      this.#closes = !this.#panel.hidden; // as far as its keyup
      this.#onKey(event);
    }
    if (isTyped(event) && (event.key !== "Escape" || this.#closes || isForInputMethod(event))) event.stopImmediatePropagation();
  };

  /** Arrows walk between the box and the titles, which stay ordinary links; Esc goes back to the box, then closes. */
  #onKey = (event) => {
    if (isForInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = [this.#input, ...this.#panel.querySelectorAll("a.title")];
    const here = stops.indexOf(this.shadowRoot.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && here >= 0 && !this.#panel.hidden) {
      event.preventDefault();
      stops[here + step]?.focus();
    } else if (event.key === "Escape" && !this.#panel.hidden) {
      event.preventDefault(); // the browser would empty the box
      this.#input.focus();
      this.#open(false);
    }
  };
}

// A page may have the file twice, under two addresses: the first one defines the element. Keys are taken before they
// reach the page; a listener that the page put on the window before this file came is the only one that hears them.
if (!customElements.get("wangqi-search")) {
  customElements.define("wangqi-search", WangqiSearch);
  for (const type of KEYS) {
    addEventListener(type, (event) => event.target instanceof WangqiSearch && event.target.take(event), { capture: true });
  }
}
// A script in the text of a page, and no element: the box stands where the script does.
if (SCRIPT?.closest("body") && !document.querySelector("wangqi-search")) SCRIPT.after(make("wangqi-search", {}));
