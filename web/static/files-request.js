// Searches of the page, `{ q, filters, sort, group, page }`: as addresses, and those that differ by a filter, which may
// have been typed among the words. web/pages/typed.py does the same.

export const FILTERS = ["archive", "kind", "section", "issue", "year", "from", "to", "by", "site", "tag"];
export const SORTS = { relevance: "相关度", newest: "最新", oldest: "最早" };

const MAX_CHARS = 200;

/** What an address asks for. */
export function read(address) {
  const asked = new URL(address, location.href).searchParams;
  const values = (text) => (/^".*"$/.test(text) ? [text.slice(1, -1)] : text.split(/[,，]/)); // a comma may be a part of a name
  const list = (name) => asked.getAll(name).flatMap(values).filter(Boolean);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, list(name)]));
  const page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
  const sort = Object.hasOwn(SORTS, asked.get("sort")) ? asked.get("sort") : "relevance";
  const group = asked.get("group") === "issue" ? "issue" : "entry";
  return { q: (asked.get("q") ?? "").trim().slice(0, MAX_CHARS), filters, sort, group, page };
}

export function write({ q, filters, sort, group, page }) {
  const asked = new URLSearchParams();
  if (q) asked.set("q", q);
  for (const name of FILTERS) for (const value of filters[name] ?? []) asked.append(name, /[,，]/.test(value) ? `"${value}"` : value);
  if (sort !== "relevance") asked.set("sort", sort);
  if (group !== "entry") asked.set("group", group);
  if (page > 1) asked.set("page", page);
  return `${location.pathname}?${asked}`;
}

export const isFiltered = ({ filters }) => FILTERS.some((name) => filters[name].length);

export const isEmpty = (request) => !request.q && request.sort === "relevance" && request.group === "entry" && !isFiltered(request);

export const withFilter = (request, name, values) => ({ ...request, page: 1, filters: { ...request.filters, [name]: values } });

export const without = (request, name, value) => withFilter(request, name, request.filters[name].filter((each) => each !== value));

export const toggled = (request, name, value) =>
  request.filters[name].includes(value) ? without(request, name, value) : withFilter(request, name, [...request.filters[name], value]);

// Filters that were typed: `{ start, end, filters, isLeft }`, their places in `q`, and whether they leave something out.

/** `q` with other texts in the places of the filters that were typed. */
function replaced(q, typed, textOf) {
  let [text, end] = ["", 0];
  for (const each of typed) {
    text += `${q.slice(end, each.start)}${textOf(each)}`;
    end = each.end;
  }
  return `${text}${q.slice(end)}`.trim().replace(/\s+/g, " ");
}

/** `request` with its typed filters as those that were chosen: so others can be chosen beside them. What leaves something
 *  out, or narrows a filter further that was chosen, stays in the text. */
export function lifted(request, typed) {
  const wanted = typed.filter(({ isLeft, filters }) => !isLeft && Object.keys(filters).every((name) => !request.filters[name].length));
  const filters = { ...request.filters };
  for (const each of wanted) for (const [name, values] of Object.entries(each.filters)) filters[name] = [...new Set([...filters[name], ...values])];
  return { ...request, page: 1, q: replaced(request.q, wanted, () => ""), filters };
}

/** Each value of a typed filter, `{ name, value, isLeft, to }`, with the search without it. */
export function* eachTyped(request, typed) {
  for (const part of typed) {
    for (const [name, values] of Object.entries(part.filters)) {
      for (const value of values) {
        const others = { ...part.filters, [name]: values.filter((each) => each !== value) };
        yield { name, value, isLeft: part.isLeft, to: { ...request, page: 1, q: replaced(request.q, [part], () => asTyped(others, part.isLeft)) } };
      }
    }
  }
}

function asTyped({ from = [], to = [], ...lists }, isLeft) {
  const dates = from.length + to.length ? [`date:${from}..${to}`] : [];
  const texts = Object.entries(lists).filter(([, values]) => values.length).map(([name, values]) => `${name}:${values.join(",")}`);
  return [...dates, ...texts].map((text) => (isLeft ? `-${text}` : text)).join(" ");
}

/** The search for its words alone. */
export function unfiltered(request, typed, wishes) {
  const q = wishes.reduce((text, { part, rest }) => text.replace(part, () => rest), replaced(request.q, typed, () => ""));
  return { ...request, page: 1, q: q.trim(), group: "entry", filters: Object.fromEntries(FILTERS.map((name) => [name, []])) };
}
