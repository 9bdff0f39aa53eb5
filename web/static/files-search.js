// The search page of an exported site: what the server's page of results shows, made in the browser.
//
// The address says what is asked for (`?q=图床&kind=tool&page=2`), as on the served site. Typing replaces the address,
// Enter and every link make a step that Back takes back.

// Of the same version as this file, which its address names.
const version = new URL(import.meta.url).search;
const { marksIn, snippet } = await import(`./files-text.js${version}`);
const { openIndex } = await import(`./files-index.js${version}`);
const { search } = await import(`./files-query.js${version}`);
const { closing, narrowing } = await import(`./narrowing.js${version}`);

const place = document.getElementById("results");
const form = document.querySelector("form.search");
const input = form.elements.q;
const main = document.querySelector("main");
const live = document.getElementById("live");
const root = new URL(place.dataset.root, location.href);

const PAUSE_MS = 140;
const PER_PAGE = 10;
const COPIED_MS = 2000;
const FACETS = { kind: "类型", archive: "刊物" };
const SORTS = { relevance: "相关度", newest: "最新", oldest: "最早" };
const FILTERS = ["archive", "kind", "section", "issue", "year", "from", "to", "by", "site", "tag"];
const SVG = "http://www.w3.org/2000/svg";

let index; // once something is asked for
const opened = () => (index ??= openIndex(new URL("search/", root)));

// Elements

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) node.setAttribute(name, value);
  node.append(...children.flat(9).filter((child) => child || child === 0));
  return node;
}

const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

function marked(text, ranges) {
  const parts = [];
  let end = 0;
  for (const [start, stop] of ranges) {
    parts.push(text.slice(end, start), el("mark", {}, text.slice(start, stop)));
    end = stop;
  }
  return [...parts, text.slice(end)];
}

// Addresses

/** What an address asks for. */
function read(address) {
  const asked = new URL(address, location.href).searchParams;
  const values = (text) => (/^".*"$/.test(text) ? [text.slice(1, -1)] : text.split(/[,，]/)); // a comma may be a part of a name
  const list = (name) => asked.getAll(name).flatMap(values).filter(Boolean);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, list(name)]));
  const page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
  const sort = Object.hasOwn(SORTS, asked.get("sort")) ? asked.get("sort") : "relevance";
  return { q: (asked.get("q") ?? "").trim().slice(0, 200), filters, sort, page };
}

function write({ q, filters, sort, page }) {
  const asked = new URLSearchParams();
  if (q) asked.set("q", q);
  for (const name of FILTERS) for (const value of filters[name] ?? []) asked.append(name, /[,，]/.test(value) ? `"${value}"` : value);
  if (sort !== "relevance") asked.set("sort", sort);
  if (page > 1) asked.set("page", page);
  return `${location.pathname}?${asked}`;
}

const isEmpty = ({ q, filters, sort }) => !q && sort === "relevance" && FILTERS.every((name) => !filters[name].length);

const without = (request, name, value) => ({
  ...request,
  page: 1,
  filters: { ...request.filters, [name]: request.filters[name].filter((each) => each !== value) },
});

const toggled = (request, name, value) =>
  request.filters[name].includes(value)
    ? without(request, name, value)
    : { ...request, page: 1, filters: { ...request.filters, [name]: [...request.filters[name], value] } };

const issueLabel = ({ number, title, path }) => (number === null ? title || path : `第 ${number} 期`);

// Hits

function issueHit(hit, needles) {
  return el("article", { class: "hit whole" },
    el("h2", {}, el("a", { href: hit.place }, marked(hit.title, marksIn(hit.title, needles)))),
    el("p", { class: "meta" }, about(hit)));
}

function entryHit(hit, needles, request) {
  const cut = hit.text === null ? { text: "", ranges: [] } : snippet(hit.text, needles);
  const to = hit.url || hit.place;
  const heading = hit.title
    ? el("h2", {}, el("a", { href: to }, marked(hit.title, marksIn(hit.title, needles))))
    : el("h2", { class: "untitled" }, el("a", { href: to }, cut.text ? marked(cut.text, cut.ranges) : kindLabel(hit.kind)));
  return el("article", { class: "hit" },
    heading,
    hit.who && el("p", { class: "who" }, `—— ${hit.who}`),
    el("div", { class: "about" }, el("p", { class: "meta" }, about(hit, request)), menu(hit, cut.text, request)),
    hit.title && (cut.text || hit.text === null) && el("p", { class: "snippet", dir: "auto" }, marked(cut.text, cut.ranges)),
    hit.also.length > 0 && el("p", { class: "also" }, "也见于 ", hit.also.map(({ issue }, at) => [at ? "、" : "", el("a", { href: issue.place }, issueLabel(issue))])));
}

function menu(hit, text, request) {
  const { site } = hit;
  const own = site && link({ ...request, page: 1, filters: { ...request.filters, site: [site] } }, `只看 ${site}`);
  return el("details", { class: "menu" },
    el("summary", { "aria-label": "更多", title: "更多" }, el("span", { "aria-hidden": "true" }, "⋯")),
    el("div", { class: "ways" },
      navigator.clipboard && el("button", { type: "button", class: "copy", "data-markdown": asMarkdown(hit, text) }, "复制"),
      el("a", { href: hit.place }, "固定链接"), el("a", { href: hit.issue.place }, "整期"), own));
}

/** A hit as one line of Markdown, as web/words/as_markdown.py writes it. */
function asMarkdown(hit, text) {
  const escaped = (words) => words.trim().replace(/\s+/g, " ").replace(/\\|&(?=#?\w+;)|[`*_[\]<>#|~]|^[-+](?=\s|$)/g, "\\$&").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  const linked = (words, to) => `[${escaped(words)}](<${to.replace(/[<>\n\r]/g, encodeURIComponent).replace(/\\|&(?=#?\w+;)/g, "\\$&")}>)`;
  const name = hit.archives > 1 ? hit.issue.archive : document.querySelector(".wordmark").textContent;
  const said = hit.title && text ? `：${escaped(text)}` : "";
  const issue = hit.url ? linked(issueLabel(hit.issue), hit.place) : escaped(issueLabel(hit.issue));
  return `${linked(hit.title || text || kindLabel(hit.kind), hit.url || hit.place)}${said}（${escaped(name)} ${issue}）`;
}

let labels = {};
const kindLabel = (kind) => labels[kind] ?? kind;

function about(hit, request) {
  const { issue, kind } = hit;
  const parts = [el("a", request ? { class: "place", href: hit.place, title: "本期位置" } : { href: issue.place }, issueLabel(issue))];
  if (hit.archives > 1) parts.unshift(el("span", {}, issue.archive));
  if (issue.date) parts.push(el("time", { datetime: issue.date }, issue.date));
  if (request) parts.push(link({ ...request, page: 1, filters: { ...request.filters, kind: [kind] } }, kindLabel(kind), { class: "kind" }));
  if (hit.site) parts.push(el("span", { class: "site" }, hit.site));
  return parts.flatMap((part, at) => (at ? [" ", part] : [part]));
}

const link = (request, label, attributes = {}) => el("a", { ...attributes, href: write(request), "data-step": "" }, label);

// The page

const whole = ({ total, partial }) => (partial && !total ? `只含部分词的 ${partial} 条` : `共 ${total} 条`);
const rest = ({ total, partial }) => (total && partial ? `，另有只含部分词的 ${partial} 条` : "");
const totals = (result) => whole(result) + rest(result);

function tools(result, request, ms) {
  const sorts = Object.entries(SORTS).filter(([sort]) => request.q || sort !== "relevance");
  const chosen = request.q || request.sort !== "relevance" ? request.sort : "newest";
  const chosenFilters = FILTERS.flatMap((name) => request.filters[name].map((value) => [without(request, name, value), chipLabel(name, value)]));
  const wished = result.wishes.map(({ typed, part, rest: other }) => [{ ...request, page: 1, q: request.q.replace(part, other).trim() }, `${typed}优先`]);
  const chips = [...wished, ...chosenFilters];
  return el("div", { class: "tools" },
    el("p", { class: "total" }, result.pages > 0 && [whole(result), el("span", { class: "wide" }, `${rest(result)} · ${ms} ms`)]),
    result.total > 1 && el("nav", { class: "sorts", "aria-label": "排序" },
      sorts.map(([sort, label]) => link({ ...request, sort, page: 1 }, label, { "aria-current": sort === chosen && "true" }))),
    chips.length > 0 && el("ul", { class: "chips", "aria-label": "已选的筛选" },
      chips.map(([to, label]) => el("li", {}, link(to, [label, el("span", { "aria-hidden": "true" }, "×")], { title: "去掉这个筛选" })))),
    notices(result, request));
}

const chipLabel = (name, value) =>
  ({
    kind: kindLabel(value),
    year: `${value.replace("..", "–")} 年`,
    issue: `第 ${value} 期`,
    section: `栏目：${value}`,
    from: `${value} 起`,
    to: `${value} 止`,
    by: `投稿：${value}`,
    tag: `标签：${value}`,
  })[name] ?? value;

function notices(result, request) {
  const said = [];
  const to = (q) => link({ ...request, q, page: 1 }, q);
  const { correction } = result;
  if (correction?.shown) said.push(el("p", { class: "notice" }, `已为您显示“${correction.q}”的结果，仍可搜索`, to(correction.exact)));
  else if (correction) said.push(el("p", { class: "notice" }, "您要找的是不是 ", to(correction.q)));
  said.push(...result.notices.map((text) => el("p", { class: "notice" }, text)));
  if (result.missing.length && (result.total || result.partial)) said.push(el("p", { class: "notice" }, `没有条目含有“${result.missing.join("”“")}”。`));
  if (!result.total && result.partial && request.q) said.push(el("p", { class: "notice" }, "没有条目含有全部的词，以下只含部分词。"));
  return said;
}

function years(counts, all, request) {
  const known = counts.map(([year, count]) => [Number(year), count]).sort(([one], [other]) => one - other).slice(-30);
  if (known.length < 2) return null;
  const [first, last] = [known[0][0], known.at(-1)[0]];
  const most = Math.max(...known.map(([, count]) => count));
  const counted = new Map(known);
  const shares = new Map(known.map(([year, count]) => [year, count / Math.max(count, all.get(`${year}`) ?? 0)]));
  const largest = Math.max(...shares.values());
  const isPart = [...shares.values()].some((share) => share < 1);
  const bars = Array.from({ length: last - first + 1 }, (_, at) => first + at).map((year) => {
    const count = counted.get(year);
    if (!count) return el("span");
    const isChosen = request.filters.year.some((each) => isWithin(year, each));
    const to = { ...request, page: 1, filters: { ...request.filters, year: nextYears(request.filters.year, year) } };
    const share = shares.get(year);
    return el("a", { href: write(to), "data-step": "", "data-year": year, "aria-label": `${year} 年、${count} 条`, "aria-current": isChosen && "true" },
      svg("svg", { viewBox: "0 0 1 36", preserveAspectRatio: "none", "aria-hidden": "true" },
        bar("counts", count / most), bar("shares", share / largest)),
      el("span", { class: "said", "aria-hidden": "true" }, `${year} 年 · ${count} 条${isPart ? ` · ${(100 * share).toFixed(1)}%` : ""}`));
  });
  return el("nav", { class: "years", "aria-label": "各年的条数" },
    el("div", { class: "bars" }, bars),
    el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, first), el("span", {}, last)),
    isPart && el("label", { class: "switch" }, el("input", { type: "checkbox", autocomplete: "off" }), "占当年的比例"));
}

function bar(name, part) {
  const height = Math.max(2, Math.round(36 * part));
  return svg("rect", { class: name, x: 0.1, y: 36 - height, width: 0.8, height });
}

function isWithin(year, range) {
  const [low, high = low] = range.split("..");
  return (!low || low <= year) && (!high || year <= high);
}

/** What a click on the bar of `year` chooses: that year; where one is chosen, all from it to that; the chosen one is
 *  taken away. */
function nextYears(chosen, year) {
  const [one, ...others] = chosen;
  if (others.length || !/^\d+$/.test(one ?? "")) return [`${year}`];
  if (Number(one) === year) return [];
  return [[Number(one), year].sort((low, high) => low - high).join("..")];
}

function side(result, request, archives) {
  const bars = years(result.facets.year, result.entriesOfYears, request);
  const facets = Object.entries(FACETS).map(([name, label]) => {
    const chosen = request.filters[name];
    const offered = name === "archive" && archives < 2 ? [] : result.facets[name].slice(0, 20);
    return offered.length > 0 && el("section", {}, el("h2", {}, label),
      el("ul", { class: "choices" }, offered.map(([value, count]) => el("li", {},
        link(toggled(request, name, value), [name === "kind" ? kindLabel(value) : value, " ", el("span", { class: "count" }, count)],
          { "aria-current": chosen.includes(value) && "true" })))));
  });
  if (bars) facets.push(el("section", {}, el("h2", {}, "年份"), bars));
  return facets.some(Boolean) && el("aside", { class: "side", "aria-label": "筛选" },
    el("details", { class: "fold" }, el("summary", {}, "筛选"), facets,
      el("p", { class: "done" }, el("a", { href: "#list" }, `看结果：${totals(result)}`))));
}

function nothing(result, request) {
  const filtered = FILTERS.some((name) => request.filters[name].length);
  const bare = { ...request, page: 1, filters: Object.fromEntries(FILTERS.map((name) => [name, []])) };
  return el("section", { class: "empty" },
    el("h2", {}, request.q ? `没有找到“${request.q}”` : "没有这样的条目"),
    el("p", {}, filtered ? "可以试试：" : "换一个说法，或者只写记得最清楚的两三个字。也可以翻一翻："),
    el("ul", {},
      filtered && el("li", {}, link(bare, "不要筛选")),
      el("li", {}, el("a", { href: root.href }, "最新一期")),
      el("li", {}, el("a", { href: new URL("issues/", root).href }, "全部期数"))));
}

function pages({ pages: last, page }, request) {
  if (last < 2) return null;
  const shown = [...new Set([1, page - 2, page - 1, page, page + 1, page + 2, last])].filter((one) => one >= 1 && one <= last).sort((one, other) => one - other);
  const to = (number, label, attributes) => link({ ...request, page: number }, label, attributes);
  return el("nav", { class: "pages", "aria-label": "分页" },
    page > 1 && to(Math.min(page - 1, last), "上一页", { rel: "prev" }),
    shown.flatMap((number, at) => [
      at > 0 && number - shown[at - 1] > 1 && el("span", { class: "gap" }, "…"),
      to(number, number, { class: "number", "aria-current": number === page && "page" }),
    ]),
    page < last && to(page + 1, "下一页", { rel: "next" }));
}

/** The list with a place for each hit, which is filled when its text is there; what is known of it stands there before. */
function list(result, request) {
  const article = (hit) => (hit.role === 1 ? issueHit(hit, result.needles) : entryHit(hit, result.needles, request));
  const places = result.hits.map(({ head }) => el("li", { class: "coming" }, head && article(head)));
  const whole = result.hits.length - result.partialShown;
  const start = (result.page - 1) * PER_PAGE + 1;
  const heading = result.partial > 300 ? `以下只含部分词（${result.partial}，列出前 300）` : `以下只含部分词（${result.partial}）`;
  const node = el("div", { class: "list", id: "list" },
    whole > 0 && el("ol", { class: "hits", start }, places.slice(0, whole)),
    result.partialShown > 0 && el("section", { class: "partial", id: "partial", "aria-labelledby": "partial-heading" },
      el("h2", { id: "partial-heading" }, heading),
      el("ol", { class: "hits", start: start + whole }, places.slice(whole))),
    result.pages === 0 && nothing(result, request),
    result.pages > 0 && !result.hits.length && el("section", { class: "empty" }, el("h2", {}, "这一页没有内容"), el("p", {}, link({ ...request, page: 1 }, "回到第一页"))),
    pages(result, request));
  const filled = result.hits.map(async ({ whole }, at) => {
    places[at].replaceChildren(article(await whole));
    places[at].removeAttribute("class");
  });
  return { node, filled: Promise.all(filled) };
}

let asked = 0;

/** Shows what `request` finds; what is shown stays until then. */
async function show(request) {
  const own = ++asked;
  document.title = `${request.q || "全部条目"} - ${document.querySelector(".wordmark").textContent}`;
  main.setAttribute("aria-busy", "true");
  try {
    const { info } = await opened();
    labels = Object.fromEntries(info.kinds.map((kind, at) => [kind, info.labels[at]]));
    const began = performance.now();
    const result = await search(await index, { ...request, perPage: PER_PAGE });
    if (own !== asked) return;
    const { node, filled } = list(result, request);
    const parts = [tools(result, request, Math.max(1, Math.round(performance.now() - began))), node, side(result, request, info.archives.length)];
    place.replaceChildren(...parts.filter(Boolean));
    place.classList.toggle("narrowable", Boolean(place.querySelector(".side")));
    scrollTo(0, 0);
    main.removeAttribute("aria-busy"); // these results are the ones: only texts are still to come
    node.setAttribute("aria-busy", "true");
    await filled;
    node.removeAttribute("aria-busy");
    if (own === asked) say(result.pages ? totals(result) : `没有找到“${request.q}”`);
  } catch (error) {
    if (own === asked) fail(error);
  } finally {
    if (own === asked) main.removeAttribute("aria-busy");
  }
}

function say(text, seen = false) {
  live.textContent = text;
  live.classList.toggle("unseen", !seen);
  if (seen) setTimeout(say, COPIED_MS, "");
}

function fail(error) {
  index = undefined; // the site may have been updated while this page was open
  const hint = typeof DecompressionStream === "undefined" ? "这个浏览器太旧了，请换一个新一些的。" : "没有连上，或者网站刚刚更新过。请刷新这一页。";
  place.replaceChildren(el("section", { class: "empty" }, el("h2", {}, "搜索没有成功"), el("p", {}, hint)));
  say(hint);
  console.error(error);
}

function showAddress() {
  const request = read(location.href);
  input.value = request.q;
  if (!isEmpty(request)) return show(request);
  asked++;
  place.replaceChildren();
  return opened().then(greet, fail); // what every search needs comes while one types
}

/** What there is to search, where nothing is asked yet. */
function greet({ issues, entriesOfYears }) {
  const entries = [...entriesOfYears.values()].reduce((sum, each) => sum + each, 0);
  if (isEmpty(read(location.href))) place.replaceChildren(el("p", { class: "total" }, `${issues.length} 期，${entries} 条`));
}

function go(request, meant) {
  const address = write(request);
  if (meant) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  return isEmpty(request) ? showAddress() : show(request);
}

// Events. An input method's half words are not searched for (see wangqi.js).

let timer;
const wait = () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const request = { ...read(location.href), q: input.value.trim(), page: 1 };
    if (request.q && request.q !== read(location.href).q) go(request, false);
  }, PAUSE_MS);
};
input.addEventListener("compositionend", wait);
input.addEventListener("input", (event) => (event.isComposing ? clearTimeout(timer) : wait()));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  go({ ...read(location.href), q: input.value.trim(), page: 1 }, true);
});
narrowing(main, { go: (address) => go(read(address), true).then(() => true), pending: () => "" });
closing();
main.addEventListener("click", async ({ target }) => {
  const button = target.closest("button.copy");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.markdown);
  say(live.dataset.copied, true);
});
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[data-step]");
  if (!anchor || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(read(anchor.getAttribute("href")), true);
});
addEventListener("popstate", showAddress);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.isComposing || event.target.closest("input, textarea")) return;
  event.preventDefault();
  input.focus();
});

// What was typed before this script was there stays, and is searched for.
if (document.activeElement === input && input.value.trim()) wait();
else showAddress();
