// Which documents meet the filters of a search, as search/document/filters.py has them.

const version = new URL(import.meta.url).search;
const { own } = await import(`./files-text.js${version}`);
const { keyOf, readDays, readNumbers } = await import(`./files-parse.js${version}`);

const IN_FILES = ["section", "by", "site", "tag"]; // filters whose values are fetched when they are asked for

/** A host as the network knows it: 例子.中国 is xn--fsqu00a.xn--fiqs8s. */
function plainHost(host) {
  try {
    return new URL(`http://${keyOf(host)}`).hostname.replace(/^www\./, "");
  } catch {
    return host;
  }
}

const KEYS = { site: plainHost, by: (name) => keyOf(name).replace(/^@/, "") };

/** Fetches the values of the filters that are asked for. */
export async function valuesFor(index, asked) {
  const names = asked.flatMap((filters) => IN_FILES.filter((name) => filters[name]?.length));
  if (/[^\x00-\x7f]/.test(names.length && JSON.stringify(asked))) await index.folding();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await index.valuesOf(name)])));
}

/** Tells whether a document meets all `filters`; `values` are those that `valuesFor` fetched. */
export function accepting(index, values, filters) {
  const issueOf = (doc) => index.issues[index.issueOf[doc]];
  const tests = [];
  const add = (name, test) => filters[name]?.length && tests.push(test);
  const kinds = new Set(filters.kind?.map((name) => own(index.info.kindNames, keyOf(name)) ?? keyOf(name)));
  add("kind", (doc) => kinds.has(index.info.kinds[index.kinds[doc]]));
  const archives = new Set(index.info.archives.filter((archive) => filters.archive?.some((name) => keyOf(name) === keyOf(archive))));
  add("archive", (doc) => archives.has(issueOf(doc).archive));
  for (const name of IN_FILES.filter((each) => filters[each]?.length)) {
    const wanted = filters[name].map(KEYS[name] ?? keyOf);
    const isWanted = (key) => wanted.some((each) => key === each || (name === "site" && key.endsWith(`.${each}`)));
    tests.push((doc) => values[name](doc).some(isWanted));
  }
  const inRange = (value, ranges) =>
    ranges.some(([low, high]) => value !== "" && value !== null && (low === null || +value >= low) && (high === null || +value <= high));
  const ranges = Object.fromEntries(["year", "issue"].map((name) => [name, (filters[name] ?? []).map(readNumbers).filter(Boolean)]));
  add("year", (doc) => inRange(issueOf(doc).date.slice(0, 4), ranges.year));
  add("issue", (doc) => inRange(issueOf(doc).number, ranges.issue));
  const days = { from: filters.from?.map((text) => readDays(text)?.[0] ?? ""), to: filters.to?.map((text) => readDays(text)?.[1] ?? "9") };
  add("from", (doc) => issueOf(doc).date && days.from.every((day) => day <= issueOf(doc).date));
  add("to", (doc) => issueOf(doc).date && days.to.every((day) => issueOf(doc).date <= day));
  return (doc) => tests.every((test) => test(doc));
}
