// The search page of an exported site: what the server's page of results shows, made in the browser.
//
// The address says what is asked for (`?q=图床&kind=tool&page=2`), as on the served site. Typing replaces the address,
// Enter and every link make a step that Back takes back.

// Of the same version as this file, which its address names.
const version = new URL(import.meta.url).search;
const { marksIn, snippet } = await import(`./files-text.js${version}`);
const { openIndex } = await import(`./files-index.js${version}`);
const { search } = await import(`./files-query.js${version}`);
const { SORTS, FILTERS, eachTyped, isEmpty, isFiltered, lifted, read, toggled, unfiltered, withFilter, without, write } = await import(`./files-request.js${version}`);
const { el, link, marked } = await import(`./files-elements.js${version}`);
const { years } = await import(`./files-years.js${version}`);
const { closing, narrowing } = await import(`./narrowing.js${version}`);

const place = document.getElementById("results");
const form = document.querySelector("form.search");
const input = form.elements.q;
const main = document.querySelector("main");
const live = document.getElementById("live");
const root = new URL(place.dataset.root, location.href);

const PAUSE_MS = 140;
const COPIED_MS = 2000;
const TITLE_CHARS = 60; // of a text that stands for a title
const FACETS = { kind: "类型", archive: "刊物" };

let index; // once something is asked for
const opened = () => (index ??= openIndex(new URL("search/", root)));
let labels = {};
let limits = {};

const issueLabel = ({ number, title, path }) => (number === null ? title || path : `第 ${number} 期`);

// Hits

function issueHit(hit, needles, request) {
  return el("article", { class: "hit whole" },
    el("h2", {}, el("a", { href: hit.place }, marked(hit.title, marksIn(hit.title, needles)))),
    el("p", { class: "meta" }, about(hit)), found(hit, request));
}

function entryHit(hit, needles, request) {
  const cut = hit.text === null ? { text: "", ranges: [] } : snippet(hit.text, needles, limits.snippet_chars);
  const to = hit.url || hit.place;
  const heading = hit.title
    ? el("h2", {}, el("a", { href: to }, marked(hit.title, marksIn(hit.title, needles))))
    : el("h2", { class: "untitled" }, el("a", { href: to }, cut.text ? marked(cut.text, cut.ranges) : kindLabel(hit.kind)));
  return el("article", { class: "hit" },
    heading,
    hit.who && el("p", { class: "who" }, `—— ${hit.who}`),
    el("div", { class: "about" }, el("p", { class: "meta" }, about(hit, request)), menu(hit, cut.text, request)),
    hit.title && (cut.text || hit.text === null) && el("p", { class: "snippet", dir: "auto" }, marked(cut.text, cut.ranges)),
    hit.also.length > 0 && el("p", { class: "also" }, "也见于 ", hit.also.map(({ issue }, at) => [at ? "、" : "", el("a", { href: issue.place }, issueLabel(issue))])),
    found(hit, request));
}

/** What else was found in the issue that a hit stands for, and all of it. */
function found({ issue, others, beside }, request) {
  const all = `本期另有 ${others} 条`;
  const { number, archive, place: page } = issue;
  const within = { ...withFilter(withFilter(request, "issue", [`${number}`]), "archive", [archive]), group: "entry" };
  return [
    others > 0 && el("p", { class: "also" }, number === null ? el("a", { href: page }, all) : link(within, all)),
    beside.length > 0 && el("ul", { class: "beside" }, beside.map((hit) => el("li", {}, el("a", { href: hit.place }, hit.title || hit.text.slice(0, TITLE_CHARS) || kindLabel(hit.kind))))),
  ];
}

function menu(hit, text, request) {
  const { site } = hit;
  const own = site && link(withFilter(request, "site", [site]), `只看 ${site}`);
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

const kindLabel = (kind) => labels[kind] ?? kind;

function about(hit, request) {
  const { issue, kind } = hit;
  const parts = [el("a", request ? { class: "place", href: hit.place, title: "本期位置" } : { href: issue.place }, issueLabel(issue))];
  if (hit.archives > 1) parts.unshift(el("span", {}, issue.archive));
  if (issue.date) parts.push(el("time", { datetime: issue.date }, issue.date));
  if (request) parts.push(link(withFilter(request, "kind", [kind]), kindLabel(kind), { class: "kind" }));
  if (hit.site) parts.push(el("span", { class: "site" }, hit.site));
  return parts.flatMap((part, at) => (at ? [" ", part] : [part]));
}

// The page

const whole = ({ total, partial }) => (partial && !total ? `只含部分词的 ${partial} 条` : `共 ${total} 条`);
const rest = ({ total, partial }) => (total && partial ? `，另有只含部分词的 ${partial} 条` : "");
const totals = (result) => whole(result) + rest(result) + inIssues(result);

function inIssues({ total, partial, issues }) {
  if (issues === null) return "";
  return total + Math.min(partial, limits.partial_listed) > limits.grouped ? `，前 ${limits.grouped} 条分在 ${issues} 期` : `，分在 ${issues} 期`;
}

/** What was chosen and typed, each with the search without it. */
function chips(result, request) {
  const typed = [...eachTyped(request, result.typed)].map(({ name, value, isLeft, to }) => [to, isLeft ? `不要：${chipLabel(name, value)}` : chipLabel(name, value)]);
  const wished = result.wishes.map(({ typed: said, part, rest: other }) => [{ ...request, page: 1, q: request.q.replace(part, () => other).trim() }, `${said}优先`]);
  const chosen = FILTERS.flatMap((name) => request.filters[name].map((value) => [without(request, name, value), chipLabel(name, value)]));
  const grouped = request.group === "issue" ? [[byIssue(request), BY_ISSUE]] : [];
  const all = [...typed, ...wished, ...chosen, ...grouped];
  if (!all.length) return null;
  const cross = () => [el("span", { "aria-hidden": "true" }, "×"), el("span", { class: "unseen" }, "，去掉")];
  return el("ul", { class: "chips", "aria-label": "已选的筛选" },
    all.map(([to, label]) => el("li", {}, link(to, [label, cross()], { title: "去掉这个筛选" }))),
    all.length > 1 && el("li", {}, link(unfiltered(request, result.typed, result.wishes), "全部去掉", { class: "plain" })));
}

const BY_ISSUE = "每期一条";
const byIssue = (request) => ({ ...request, page: 1, group: request.group === "issue" ? "entry" : "issue" });

function tools(result, request, ms) {
  const sorts = Object.entries(SORTS).filter(([sort]) => request.q || sort !== "relevance");
  const chosen = request.q || request.sort !== "relevance" ? request.sort : "newest";
  return el("div", { class: "tools" },
    el("p", { class: "total" }, result.pages > 0 && [whole(result), el("span", { class: "wide" }, `${rest(result)}${inIssues(result)} · ${ms} ms`)]),
    result.total > 1 && el("nav", { class: "sorts", "aria-label": "排序" },
      sorts.map(([sort, label]) => link({ ...request, sort, page: 1 }, label, { "aria-current": sort === chosen && "true" }))),
    chips(result, request),
    notices(result, request));
}

const chipLabel = (name, value) =>
  ({
    kind: kindLabel(value),
    year: `${value.replace("..", "–")} 年`,
    issue: `第 ${value.replace("..", "–")} 期`,
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
  const listed = el("section", {}, el("h2", {}, "列出"), el("ul", { class: "choices" },
    el("li", {}, link(byIssue(request), BY_ISSUE, { "aria-current": request.group === "issue" && "true" }))));
  return facets.some(Boolean) && el("aside", { class: "side", "aria-label": "筛选" },
    el("details", { class: "fold" }, el("summary", {}, "筛选"), listed, facets,
      el("p", { class: "done" }, el("a", { href: "#list" }, `看结果：${totals(result)}`))));
}

function nothing(result, request) {
  const filtered = isFiltered(request) || result.typed.length > 0;
  return el("section", { class: "empty" },
    el("h2", {}, request.q ? `没有找到“${request.q}”` : "没有这样的条目"),
    el("p", {}, filtered ? "可以试试：" : "换一个说法，或者只写记得最清楚的两三个字。也可以翻一翻："),
    el("ul", {},
      filtered && el("li", {}, link(unfiltered(request, result.typed, []), "不要筛选")),
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
  const narrower = lifted(request, result.typed);
  const article = (hit) => (hit.role === 1 ? issueHit : entryHit)(hit, result.needles, narrower);
  const places = result.hits.map(({ head }) => el("li", { class: "coming" }, head && article(head)));
  const whole = result.hits.length - result.partialShown;
  const start = (result.page - 1) * limits.per_page + 1;
  const heading = result.partial > limits.partial_listed ? `以下只含部分词（${result.partial}，列出前 ${limits.partial_listed}）` : `以下只含部分词（${result.partial}）`;
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
    limits = info.limits;
    labels = Object.fromEntries(info.kinds.map((kind, at) => [kind, info.labels[at]]));
    const began = performance.now();
    const result = await search(await index, { ...request, perPage: limits.per_page });
    if (own !== asked) return;
    const { node, filled } = list(result, request);
    const parts = [tools(result, request, Math.max(1, Math.round(performance.now() - began))), node, side(result, lifted(request, result.typed), info.archives.length)];
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
