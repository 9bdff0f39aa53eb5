// Answers in the shape of the JSON API, from the files of an exported site: what <wangqi-search> shows there.

const version = new URL(import.meta.url).search;
const { marksIn, snippet } = await import(`./files-text.js${version}`);
const { openIndex } = await import(`./files-index.js${version}`);
const { search } = await import(`./files-query.js${version}`);

let opened;

/** What `/api/v1/search` of a server would answer to these parameters, in as much as the element shows it. */
export async function answer(site, parameters) {
  opened ??= openIndex(new URL("search/", site));
  opened.catch(() => (opened = undefined)); // the next key tries again
  const index = await opened;
  const asked = Object.fromEntries(parameters);
  const list = (name) => asked[name]?.split(",").filter(Boolean) ?? [];
  const filters = { archive: list("archive"), kind: list("kind") };
  const result = await search(index, { q: asked.q, filters, perPage: Number(asked.per_page) });
  const hits = await Promise.all(result.hits.map(({ whole }) => whole));
  const whole = hits.length - result.partialShown;
  const page = new URL(`search/?${new URLSearchParams(parameters.filter(([name]) => name in { q: 1, archive: 1, kind: 1 }))}`, site);
  return {
    total: result.total,
    partial: { total: result.partial },
    hits: hits.map((hit, at) => hitAsJson(hit, result.needles, at >= whole, index.info.limits)),
    notices: result.correction?.shown ? [{ message: `已显示“${result.correction.q}”的结果。` }] : [],
    links: { html: page.href },
  };
}

function hitAsJson(hit, needles, partial, limits) {
  const cut = snippet(hit.text, needles, limits.snippet_chars);
  const { number, title, date } = hit.issue;
  return {
    role: hit.role === 1 ? "issue" : "entry",
    kind: hit.kind,
    title: hit.title,
    text: hit.text,
    section: "",
    url: hit.url || null,
    site: hit.site,
    permalink: hit.place,
    issue: { number, title: title ?? "", date: date || null },
    highlights: { title: inCodePoints(hit.title, marksIn(hit.title, needles)) },
    snippet: { text: cut.text, ranges: inCodePoints(cut.text, cut.ranges) },
    partial,
  };
}

const inCodePoints = (text, ranges) => ranges.map((range) => range.map((at) => [...text.slice(0, at)].length));
