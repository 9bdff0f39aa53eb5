// The order of what is found: scores as search/plan/ranking.py has them, whose figures are `index.ranking`; entries with
// one link as one; hits by issue.

const version = new URL(import.meta.url).search;
const { markOf } = await import(`./files-text.js${version}`);
const { ISSUE } = await import(`./files-index.js${version}`);

const ISSUE_NUMBER = /^第? *(\d{1,6}) *期$|^(?:issue|no\.?|vol\.?) *#?(\d{1,6})$|^#(\d{1,6})$/i;

/** Ranks documents for the `words` of the query `q`. `lifts` tell of a document whether it is from when was wished. */
export class Ranker {
  constructor(index, words, q, lifts) {
    Object.assign(this, { index, words, lifts });
    this.titled = words.filter((word) => !word.isRun);
    this.worth = this.titled.reduce((sum, word) => sum + word.worth, 0) || 1;
    this.units = this.titled.reduce((sum, word) => sum + word.units, 0);
    this.mark = markOf(this.titled.map(({ text }) => text).join(""));
    this.number = ISSUE_NUMBER.exec(q.trim())?.slice(1).find(Boolean);
  }

  /** `docs` in the order of `sort`, without those that say again what another one does: `{docs, scores}`. */
  ranked(docs, sort) {
    const isScored = this.words.length > 0;
    const scores = isScored ? this.#scores(docs) : new Map();
    const newest = docs.toSorted(this.#newest);
    const kept = isScored ? this.folded(newest, scores) : newest;
    if (sort === "oldest") kept.sort((one, other) => this.#newest(other, one));
    else if (!isScored || sort === "newest") kept.sort(this.#newest);
    else kept.sort((one, other) => scores.get(other) - scores.get(one) || this.#newest(one, other));
    return { docs: kept, scores };
  }

  /** Of those that share a link the best: `scores` decide, or else the newest, of documents with that first. */
  folded(docs, scores = new Map()) {
    const best = new Map();
    for (const doc of docs) {
      const key = this.index.groups.get(doc)?.[0] ?? doc;
      const other = best.get(key);
      if (other === undefined || (scores.get(doc) ?? 0) > (scores.get(other) ?? 0)) best.set(key, doc);
    }
    return [...best.values()];
  }

  newestFirst(docs) {
    return docs.toSorted(this.#newest);
  }

  #newest = (one, other) => this.index.issueOf[other] - this.index.issueOf[one] || one - other;

  #scores(docs) {
    const { index, words, lifts } = this;
    const { ranking } = index;
    const terms = this.#termScores();
    const all = words.reduce((sum, word) => sum + word.worth, 0) || 1;
    const score = (doc) => {
      const coverage = words.reduce((sum, word) => sum + word.form[doc] * word.worth, 0) / all;
      const factor = index.info.roles[index.roles[doc]] * (1 + ranking.recency * index.recency[index.issueOf[doc]]);
      const lifted = lifts.reduce((product, fits) => (fits(doc) ? product * ranking.wish_factor : product), 1);
      return lifted * coverage ** ranking.coverage_power * (terms[doc] + this.#bonus(doc)) * factor;
    };
    return new Map(docs.map((doc) => [doc, score(doc)]));
  }

  /** What the terms of all words score, by document. */
  #termScores() {
    const { index, words } = this;
    const { k1, run_weight, ...weights } = index.ranking;
    const scores = new Float64Array(index.info.documents);
    const saturated = (level) => ((k1 + 1) * index.weights[level & 127]) / (k1 + index.weights[level & 127]);
    const add = ({ docs, levels }, weight, isMeant = () => true) =>
      docs.forEach((doc, at) => isMeant(doc) && (scores[doc] += weight * saturated(levels[at])));
    const seen = new Set();
    for (const word of words) {
      for (const [kind, text] of word.terms) {
        const term = index[kind](text);
        if (!term || seen.has(kind + text)) continue;
        seen.add(kind + text);
        add(term, weights[`${kind}s`] * word.weight * index.idf(term.docs.length));
      }
      for (const { term, fresh, factor } of word.extra) add(term, factor * word.weight * index.idf(fresh.size), (doc) => fresh.has(doc));
      if (word.isRun) word.whole.forEach((held, doc) => held && (scores[doc] += run_weight * index.idf(word.found) * (weights.words + weights.grams)));
    }
    return scores;
  }

  /** What a document gets for words in its title, and an issue for its number. */
  #bonus(doc) {
    const { index, titled, number } = this;
    if (number && index.roles[doc] === ISSUE && index.issues[index.issueOf[doc]].number === +number) return index.ranking.exact_title_bonus;
    const { ranking, titleUnits, nameMarks } = index;
    let [worth, filled] = [0, 0];
    for (const word of titled) {
      if (!word.inTitle[doc]) continue;
      worth += word.worth * word.form[doc];
      filled += word.units * word.weight;
    }
    if (!worth) return 0;
    const isWhole = titled.every((word) => word.inTitle[doc] && word.form[doc] === 1);
    if (isWhole && (titleUnits[doc] === this.units || nameMarks[doc] === this.mark)) return ranking.exact_title_bonus;
    return ranking.title_bonus * worth * (worth / this.worth) * Math.min(1, filled / titleUnits[doc]);
  }
}

/** `docs` by their issues, in the order of the first of each: `{best, others}`. Those of an issue are of one tier, the
 *  best that it has: `isPartial` tells which; search/answer/grouping.py does the same. */
export function byIssue(index, docs, scores, isPartial) {
  const groups = new Map();
  for (const doc of docs) {
    const held = groups.get(index.issueOf[doc]);
    if (!held) groups.set(index.issueOf[doc], [doc]);
    else if (isPartial(held[0]) === isPartial(doc)) held.push(doc);
  }
  const score = (doc) => scores.get(doc) ?? 0;
  return [...groups.values()].map((held) => {
    const best = held.reduce((one, other) => (score(other) > score(one) ? other : one));
    return { best, others: held.filter((doc) => doc !== best) };
  });
}
