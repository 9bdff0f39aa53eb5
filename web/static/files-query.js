// Searches an exported site, and ranks as the server does.
//
//     const index = await openIndex(new URL("search/", root));
//     const result = await search(index, { q: "图床", filters: { kind: ["tool"] } });

const version = new URL(import.meta.url).search; // which the other files are fetched in as well
const { gramsOf, squeezed, stem } = await import(`./files-text.js${version}`);
const { ENTRY, ISSUE } = await import(`./files-index.js${version}`);
const { parse } = await import(`./files-parse.js${version}`);
const { prefixesOf, termsOf, wordsOf } = await import(`./files-words.js${version}`);
const { holding, loosen, looked, starting, wholeNames } = await import(`./files-holding.js${version}`);
const { Ranker, byIssue } = await import(`./files-rank.js${version}`);
const { accepting, valuesFor } = await import(`./files-filters.js${version}`);
const { corrected, parted } = await import(`./files-correct.js${version}`);

const VERIFIED = 40; // candidates for a phrase whose texts are read to see whether it stands there in a row

const isAddress = (q) => /^https?:\/\/\S+$/i.test(q.trim());

/** The page that an address is of, however it is written. */
const pageOf = (address) => address.trim().toLowerCase().replace(/^https?:\/\/(?:www\.)?/, "").replace(/[?#].*$/, "").replace(/\/$/, "");

/** One search: words with the documents that hold them, then tiers and counts. */
class Search {
  constructor(index, { q = "", filters = {}, sort = "relevance", group = "entry", page = 1, perPage = 10 }) {
    Object.assign(this, { index, q, sort, group, page, perPage });
    this.query = parse(q, index.info);
    /** Every one of these must be met: what the page asks for, and what was typed. */
    this.asked = [filters, this.query.filters];
  }

  async run() {
    const { index } = this;
    this.values = await valuesFor(index, [...this.asked, ...this.query.left]);
    this.words = await this.#words();
    if (/[^\x00-\x7f]/.test(this.q) && this.words.some((word) => word.grams?.some((gram) => !index.gram(gram)))) {
      await index.folding(); // it may be written in other characters
      this.words = await this.#words();
    }
    await this.#correct();
    await this.#exclude();
    this.needed = this.#needed();
    const scored = this.words.length > 0;
    if (this.#asksNothing()) this.query.notices.push("没有可以搜索的字词。");
    let first = this.#asksNothing() ? [] : this.#answers(this.#isWhole, scored);
    if (this.query.phrases.length) first = await this.#verified(first);
    let second = [];
    if (scored && first.length < index.ranking.enough && (this.needed.length > 1 || !first.length)) second = await this.#partial(first);
    return this.#result(first, second, scored);
  }

  /** Whether something was typed that is neither a word nor a filter. */
  #asksNothing() {
    const { excluded, filters, left } = this.query;
    return this.q.trim() !== "" && this.words.length + excluded.length + left.length + Object.keys(filters).length === 0;
  }

  /** The words that a document must hold: those of grammar only where there are no others. */
  #needed() {
    const own = this.words.filter((word) => !word.isRun && !word.isChoice);
    const content = own.filter((word) => word.weight === 1);
    return content.length ? content : own;
  }

  /** Whether a document holds all words, and one of each choice. */
  #isWhole = (doc) => this.needed.every((word) => word.whole[doc]) && this.#isChosen(doc);

  #isChosen = (doc) => this.choices.every((ways) => ways.some((words) => words.every((word) => word.whole[doc])));

  // Words

  async #words() {
    const { index, query } = this;
    const { words, phrases, prefixes } = query;
    const parts = [...words, ...phrases, ...prefixes, ...query.choices.flat()];
    await Promise.all([index.fetchTerms(termsOf(parts)), ...prefixesOf(parts).map((text) => index.fetchStarting(text))]);
    const isMade = (made) => made.length;
    this.choices = query.choices.map((ways) => ways.map((part) => wordsOf(index, [part], this.q)).filter(isMade)).filter(isMade);
    const chosen = this.choices.flat(2);
    for (const word of chosen) word.isChoice = true;
    const found = [...wordsOf(index, [...words, ...phrases, ...prefixes], this.q), ...chosen];
    const lone = found.filter(({ isLone }) => isLone).map(({ text }) => text);
    await index.fetchTerms([...lone, ...found.flatMap((word) => wholeNames(index, word)).flatMap(gramsOf)]);
    return found.map((word) => looked(index, word));
  }

  /** Words that nothing holds are searched for as what they stand for; what is less sure is offered. */
  async #correct() {
    const { index, query } = this;
    const standing = (docs, text) => (docs.length > VERIFIED ? [] : this.#standing(docs, [[squeezed(text), false]]));
    if (await parted(index, query, this.words, standing)) this.words = await this.#words();
    this.correction = await corrected(index, query, this.words, this.q);
    if (!this.correction?.shown) return;
    query.words = this.correction.words;
    this.words = await this.#words();
  }

  async #exclude() {
    const { index, query } = this;
    const parts = query.excluded.map(({ type, text }) => ({ type, text, grams: gramsOf(text) }));
    await Promise.all([index.fetchTerms(parts.flatMap(({ grams }) => grams)), ...prefixesOf(parts).map((text) => index.fetchStarting(text))]);
    const held = ({ type, text, grams }) => (type === "prefix" ? starting(index, text) : holding(index, grams));
    this.excluded = new Set(parts.flatMap((part) => [...held(part).keys()]));
  }

  // Documents

  /** The documents that are `met` and pass the filters, but for those of `but`; entries first. */
  #answers(met, scored, but = "") {
    const { index } = this;
    const accepts = this.asked.map((filters) => this.#accepts({ ...filters, [but]: [] }));
    const left = this.query.left.map((filters) => this.#accepts(filters));
    const found = [];
    for (let doc = 0; doc < index.info.documents; doc++) {
      const passes = () => accepts.every((test) => test(doc)) && !left.some((test) => test(doc));
      if (met(doc) && !this.excluded.has(doc) && passes()) found.push(doc);
    }
    const wantsIssues = scored || this.asked.some(({ kind }) => kind?.includes("issue"));
    const sought = found.filter((doc) => index.roles[doc] === ENTRY || (wantsIssues && index.roles[doc] === ISSUE));
    return sought.length || !scored ? sought : found;
  }

  #accepts = (filters) => accepting(this.index, this.values, filters);

  /** Of candidates for a phrase, those where it stands in a row, as far as that is looked at. */
  async #verified(docs) {
    const needles = this.query.phrases.map(({ text, inTitle }) => [squeezed(text), inTitle]);
    return docs.length > VERIFIED ? docs : this.#standing(docs, needles);
  }

  /** Those of `docs` where all `needles` stand as they are, or in the title. */
  async #standing(docs, needles) {
    const records = await Promise.all(docs.map((doc) => this.index.record(doc)));
    const kept = records.filter(({ title, text, who }) => {
      const texts = [title, text, who].map(squeezed);
      return needles.every(([needle, inTitle]) => (inTitle ? texts.slice(0, 1) : texts).some((each) => each.includes(needle)));
    });
    return kept.map(({ doc }) => doc);
  }

  /** The documents with most of the words, or with other forms of them, but for those of `first`. */
  async #partial(first) {
    const { index, words } = this;
    const { least_coverage, relaxed_share } = index.ranking;
    await Promise.all(words.map((word) => loosen(index, word)));
    const most = words.filter((word) => !word.isRun && !word.isPhrase && !word.isChoice);
    const phrases = words.filter((word) => word.isPhrase);
    const content = most.filter((word) => word.weight === 1);
    const telling = content.length ? content : most;
    if (!telling.length) return [];
    const total = most.reduce((sum, word) => sum + word.worth, 0);
    const coverage = new Float32Array(index.info.documents);
    for (const word of most) for (let doc = 0; doc < coverage.length; doc++) coverage[doc] += (word.form[doc] * word.worth) / total;
    const isHeld = (doc) => telling.some((word) => word.form[doc]) && phrases.every((word) => word.whole[doc] || word.isChoice) && this.#isChosen(doc);
    const candidates = coverage.filter((_, doc) => isHeld(doc));
    const least = Math.max(relaxed_share * candidates.reduce((best, each) => Math.max(best, each), 0), least_coverage) - 1e-6;
    const taken = new Set(first);
    return this.#answers((doc) => coverage[doc] >= least && isHeld(doc) && !taken.has(doc), true);
  }

  // The answer

  async #result(first, second, scored) {
    const { index, page, perPage } = this;
    const ranker = new Ranker(index, this.words, this.q, this.query.wishes.map(({ filters }) => this.#accepts(filters)));
    const { grouped, beside, partial_listed } = index.info.limits;
    const whole = ranker.ranked(first, this.sort);
    const partial = ranker.ranked(second, "relevance");
    const listed = [...whole.docs, ...partial.docs.slice(0, partial_listed)];
    const tier = new Set(partial.docs);
    const isPartial = (doc) => tier.has(doc);
    const isGrouped = this.group === "issue";
    const scores = new Map([...whole.scores, ...partial.scores]);
    const groups = isGrouped ? byIssue(index, listed.slice(0, grouped), scores, isPartial) : listed.map((best) => ({ best, others: [] }));
    const shown = groups.slice((page - 1) * perPage, page * perPage);
    const hits = shown.map(({ best, others }) => this.#hit(best, others, beside));
    if (page === 1 && isAddress(this.q) && !(await this.#leadThere(shown))) {
      this.query.notices.push(`没有条目推荐过这个网址。${shown.length ? "以下的条目含有其中的词。" : ""}`);
    }
    return {
      total: whole.docs.length,
      partial: partial.docs.length,
      issues: isGrouped ? groups.length : null,
      correction: this.correction,
      notices: this.query.notices,
      typed: this.query.typed,
      wishes: this.query.wishes,
      pages: Math.ceil(groups.length / perPage),
      page,
      hits,
      partialShown: shown.filter(({ best }) => isPartial(best)).length,
      facets: this.#facets(ranker, whole.docs.length ? whole.docs : partial.docs, scored, whole.docs.length > 0),
      entriesOfYears: index.entriesOfYears,
      missing: this.words.filter((word) => !word.isRun && word.weight === 1 && !word.form.some(Boolean)).map((word) => word.text),
      needles: this.#needles(),
    };
  }

  /** Whether one of the documents has the link that was typed. */
  async #leadThere(shown) {
    const records = await Promise.all(shown.map(({ best }) => this.index.record(best)));
    return records.some(({ url }) => url && pageOf(url) === pageOf(this.q));
  }

  /** What is shown of a document: at once what came with the terms, `head`, and later all of it, `whole`. Of `others`,
   *  found in its issue, a few are shown. */
  #hit(doc, others, beside) {
    const { index } = this;
    const again = (index.groups.get(doc) ?? []).filter((other) => other !== doc);
    const also = again.map((other) => ({ issue: index.issues[index.issueOf[other]] }));
    const more = { also, others: others.length, beside: [], archives: index.info.archives.length };
    const [head, records] = [index.head(doc), [doc, ...others.slice(0, beside)].map((each) => index.record(each))];
    return { head: head && { ...head, ...more }, whole: Promise.all(records).then(([own, ...rest]) => ({ ...own, ...more, beside: rest })) };
  }

  /** How many documents each value of kind and year would leave. */
  #facets(ranker, docs, scored, isFirst) {
    const { index } = this;
    const values = {
      kind: (doc) => index.info.kinds[index.kinds[doc]],
      year: (doc) => index.issues[index.issueOf[doc]].date.slice(0, 4),
      archive: (doc) => index.issues[index.issueOf[doc]].archive,
    };
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const chosen = isFirst && this.asked.some((filters) => filters[name]?.length);
        const met = chosen ? this.#answers(this.#isWhole, scored, name) : docs;
        const counts = new Map();
        for (const doc of chosen && scored ? ranker.folded(ranker.newestFirst(met)) : met) {
          if (value(doc)) counts.set(value(doc), (counts.get(value(doc)) ?? 0) + 1);
        }
        const byCount = ([one, many], [other, more]) => more - many || (one < other ? -1 : 1);
        return [name, [...counts].sort(name === "year" ? ([one], [other]) => other - one : byCount)];
      }),
    );
  }

  /** What to mark: texts as they are folded, with whether they may end inside a word. */
  #needles() {
    const { index } = this;
    return this.words
      .filter((word) => !word.isRun && (word.weight === 1 || this.words.length === 1))
      .flatMap((word) => {
        const names = [word.text, stem(word.text)].flatMap((text) => index.namesOf(text)).flatMap(([, , texts]) => texts);
        const parts = word.units > 2 && word.grams ? word.terms.filter(([kind, text]) => kind === "word" && text.length > 1).map(([, text]) => text) : [];
        const own = { text: squeezed(word.text), isLatin: Boolean(word.isLatin), isStart: Boolean(word.isPrefix || word.isLast) };
        const root = word.isLatin && /^[a-z]{4,}$/.test(word.text) ? [{ text: stem(word.text), isLatin: true, isStart: true }] : [];
        return [own, ...root, ...[...names, ...parts].map((text) => ({ text: squeezed(text), isLatin: /^[\x00-\x7f]/.test(text) }))];
      });
  }
}

/** What `request` finds: `{ q, filters, sort, group, page, perPage }`. */
export function search(index, request) {
  return new Search(index, request).run();
}
