// Bars for the years of what was found, which choose years. web/pages/year_bars.py draws the same.

const version = new URL(import.meta.url).search;
const { el, svg } = await import(`./files-elements.js${version}`);
const { withFilter, write } = await import(`./files-request.js${version}`);

const MAX_YEARS = 30;

/** Of `counts` by year; `all` is what each year has, to show what part of it was found. Null for a single year. */
export function years(counts, all, request) {
  const known = counts.map(([year, count]) => [Number(year), count]).sort(([one], [other]) => one - other).slice(-MAX_YEARS);
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
    const to = withFilter(request, "year", nextYears(request.filters.year, year));
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
