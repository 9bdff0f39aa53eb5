// Searches an exported site, and ranks as the server does.
//
//     const index = await openIndex(new URL("search/", root));
//     const result = await search(index, { q: "图床", filters: { kind: ["tool"] } });
//
// The figures of the ranking are those of search/plan/ranking.py.

const version = new URL(import.meta.url).search; // which the other files are fetched in as well
const { gramsOf, markOf, squeezed, stem } = await import(`./files-text.js${version}`);
const { ENGLISH, ENTRY, ISSUE, SAME, TRANSLATION } = await import(`./files-index.js${version}`);
const { parse } = await import(`./files-parse.js${version}`);
const { RUN_WORTH, prefixesOf, termsOf, wordsOf } = await import(`./files-words.js${version}`);
const { accepting, valuesFor } = await import(`./files-filters.js${version}`);
const { meant } = await import(`./files-correct.js${version}`);

const K1 = 1.2;
const GRAM_WEIGHT = 0.5; // a word counts 1
const RUN_WEIGHT = 1;
const STEM_FACTOR = 0.9;
const PREFIX_FACTOR = 0.6;
const PART_FACTOR = 0.7;
const TITLE_BONUS = 1.5;
const EXACT_TITLE_BONUS = 100;
const COVERAGE_POWER = 1.5;
const LEAST_COVERAGE = 0.25;
const RELAXED_SHARE = 0.4;
const ENOUGH = 30;
const BESIDE_SYNONYMS = 1.7;
const RECENCY = 0.03;
const WISH_FACTOR = 1.5;
const PARTIAL_LISTED = 300;
const LEAST_PREFIX = 3;
const VERIFIED = 40; // candidates for a phrase whose texts are read to see whether it stands there in a row

const isAddress = (q) => /^https?:\/\/\S+$/i.test(q.trim());

/** The page that an address is of, however it is written. */
const pageOf = (address) => address.trim().toLowerCase().replace(/^https?:\/\/(?:www\.)?/, "").replace(/[?#].*$/, "").replace(/\/$/, "");

const countOf = (marks) => marks.reduce((sum, each) => sum + each, 0);

/** Whether a word of letters was typed that no document holds. */
const isUnheld = (word) => word.isLatin && !word.isChoice && /^[a-z]+$/.test(word.text) && !word.form.some(Boolean);

/** One search: words with the documents that hold them, then tiers, scores and counts. */
class Search {
  constructor(index, { q = "", filters = {}, sort = "relevance", page = 1, perPage = 10 }) {
    Object.assign(this, { index, q, sort, page, perPage });
    this.query = parse(q, index.info);
    /** Every one of these must be met: what the page asks for, and what was typed. */
    this.asked = [filters, this.query.filters];
  }

  async run() {
    const { index } = this;
    this.values = await valuesFor(index, [...this.asked, ...this.query.left]);
    let words = await this.#words();
    if (/[^\x00-\x7f]/.test(this.q) && words.some((word) => word.grams?.some((gram) => !index.gram(gram)))) {
      await index.folding(); // it may be written in other characters
      words = await this.#words();
    }
    if (await this.#parted(words)) words = await this.#words();
    if (await this.#corrected(words)) words = await this.#words();
    await this.#exclude();
    const scored = words.length > 0;
    this.words = words;
    this.needed = this.#needed();
    if (this.#asksNothing()) this.query.notices.push("没有可以搜索的字词。");
    let first = this.#asksNothing() ? [] : this.#answers(this.#isWhole, scored);
    if (this.query.phrases.length) first = await this.#verified(first);
    let second = [];
    if (scored && first.length < ENOUGH && (this.needed.length > 1 || !first.length)) second = await this.#partial(words, first);
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
    await index.fetchTerms([...lone, ...found.flatMap((word) => this.#wholeNames(word)).flatMap(gramsOf)]);
    return found.map((word) => this.#looked(word));
  }

  /** Whether words that nothing holds are two, which stand beside each other in a text: openwebui, Open WebUI. */
  async #parted(words) {
    const { index, query } = this;
    const parted = new Map();
    for (const { text } of words.filter(isUnheld)) {
      if ((await index.sounding(text)).length) continue; // wuli is 物理 sooner than Wu Li
      const cuts = Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
      const pairs = cuts.filter(([start]) => index.word(start));
      await index.fetchTerms(pairs.map(([, end]) => end));
      for (const pair of pairs) {
        const docs = [...this.#holding(pair).keys()];
        const found = docs.length <= VERIFIED ? await this.#standing(docs, [[text, false]]) : [];
        if (found.length) parted.set(text, { type: "phrase", text: pair.join(" ") });
      }
    }
    query.words = query.words.filter(({ text }) => !parted.has(text.toLowerCase()));
    query.phrases.push(...parted.values());
    return parted.size > 0;
  }

  /** Whether words that nothing holds stand for others, which are searched for then; what is less sure is offered. */
  async #corrected(words) {
    const found = new Map();
    for (const word of words.filter(isUnheld)) {
      const other = await meant(this.index, word.text);
      if (other) found.set(word.text, other);
    }
    const typed = this.query.words;
    const isFor = ({ text }) => found.get(text.toLowerCase());
    const changed = typed.filter(isFor);
    if (!changed.length) return false;
    const rewritten = (other) => changed.reduce((q, { text }) => q.replace(text, other(text, isFor({ text }).word)), this.q);
    const correction = { q: rewritten((_, word) => word), exact: rewritten((text) => `"${text}"`), shown: changed.every((part) => isFor(part).isSure) };
    this.correction = correction;
    if (correction.shown) this.query.words = typed.map((part) => ({ ...part, text: isFor(part)?.word ?? part.text }));
    return correction.shown;
  }

  #wholeNames(word) {
    if (word.isPhrase || word.isPrefix || word.isRun) return [];
    return this.index.namesOf(word.text).flatMap(([kind, , texts]) => (kind === SAME ? texts : []));
  }

  // What holds them

  /** The documents that hold all `grams`, with whether each stands in the title. */
  #holding(grams) {
    const { index } = this;
    const found = grams.map((gram) => index.gram(gram));
    if (!found.length || found.some((each) => !each)) return new Map();
    found.sort((one, other) => one.docs.length - other.docs.length);
    let held = new Map();
    found.forEach(({ docs, levels }, number) => {
      const kept = new Map();
      for (let at = 0; at < docs.length; at++) {
        const doc = docs[at];
        if (!number) kept.set(doc, levels[at] >> 7);
        else if (held.has(doc)) kept.set(doc, held.get(doc) & (levels[at] >> 7));
      }
      held = kept;
    });
    return held;
  }

  /** `word` with the documents that hold it: `whole`, `form` (what that counts), `inTitle`, `worth`. */
  #looked(word) {
    const { index } = this;
    const count = index.info.documents;
    Object.assign(word, { whole: new Uint8Array(count), form: new Float32Array(count), inTitle: new Uint8Array(count), extra: [] });
    for (const spelling of word.spellings) this.#hold(word, word.isTitle ? this.#titled(spelling) : this.#holding(spelling), 1, true);
    if (word.isTitle) return this.#weighed(word);
    const exact = index.word(word.text);
    if (exact && !word.isRun) this.#hold(word, new Map([...exact.docs].map((doc, at) => [doc, exact.levels[at] >> 7])), 1, true);
    if (word.isPrefix) this.#hold(word, this.#starting(word), 1, true);
    if (word.isLatin && word.text.length >= 3 && /^[a-z]+$/.test(word.text)) {
      const found = index.word(`~${stem(word.text)}`);
      if (found) this.#hold(word, new Map([...found.docs].map((doc, at) => [doc, found.levels[at] >> 7])), STEM_FACTOR, true, found);
    }
    if (!word.isRun && !word.isPhrase) {
      for (const [kind, factor, texts] of index.namesOf(word.text)) {
        if (kind === SAME) for (const text of texts) this.#holdName(word, text, factor, true);
      }
    }
    return this.#weighed(word);
  }

  #weighed(word) {
    word.found = countOf(word.whole);
    word.worth = (word.isRun ? RUN_WORTH : word.weight) * this.index.idf(Math.max(1, word.found));
    return word;
  }

  /** The documents that hold all `grams` in their titles. */
  #titled(grams) {
    return new Map([...this.#holding(grams)].filter(([, inTitle]) => inTitle));
  }

  /** Other forms that only a relaxed search looks for. */
  async #loosen(word) {
    const { index } = this;
    if (word.isRun || word.isPhrase || word.isPrefix) return;
    const names = [word.text, stem(word.text)].flatMap((text) => index.namesOf(text)).filter(([kind]) => kind !== SAME);
    await index.fetchTerms(names.flatMap(([, , texts]) => texts).flatMap(gramsOf));
    // How rare a word is, is counted with what says the same; what says nearly the same limits it.
    const [said, near] = [word.whole.slice(), word.whole.slice()];
    const mark = (kind, held) => held.forEach((_, doc) => kind !== ENGLISH && (near[doc] = 1) && kind === TRANSLATION && (said[doc] = 1));
    for (const [kind, factor, texts] of names) for (const text of texts) mark(kind, this.#holdName(word, text, factor, false));
    if (word.isLast && word.isLatin && word.text.length >= LEAST_PREFIX) {
      const held = this.#starting(word);
      this.#hold(word, held, PREFIX_FACTOR, false);
      mark(TRANSLATION, held);
    }
    const idfOf = (docs) => index.idf(Math.max(1, countOf(docs)));
    word.worth = word.weight * Math.min(countOf(said) ? idfOf(said) : Infinity, BESIDE_SYNONYMS * idfOf(near));
    if (word.units > 2 && word.grams) {
      for (const gram of word.grams) if (index.word(gram)) this.#hold(word, this.#holding([gram]), PART_FACTOR, false);
    }
  }

  #holdName(word, text, factor, isWhole) {
    const grams = gramsOf(text);
    const held = this.#holding(grams);
    const rarest = grams.map((gram) => this.index.gram(gram)).filter(Boolean).sort((one, other) => one.docs.length - other.docs.length)[0];
    if (held.size) this.#hold(word, held, factor, isWhole, rarest, 1 + GRAM_WEIGHT);
    return held;
  }

  #starting(word) {
    const held = new Map();
    for (const { docs, levels } of this.index.startingWith(word.text)) {
      docs.forEach((doc, at) => held.set(doc, (held.get(doc) ?? 0) | (levels[at] >> 7)));
    }
    return held;
  }

  #hold(word, held, factor, isWhole, scoring = null, weight = 1) {
    const fresh = new Set();
    for (const [doc, inTitle] of held) {
      if (!word.form[doc]) fresh.add(doc);
      if (isWhole) word.whole[doc] = 1;
      word.form[doc] = Math.max(word.form[doc], factor);
      word.inTitle[doc] |= inTitle;
    }
    if (scoring && fresh.size) word.extra.push({ term: scoring, fresh, factor: factor * weight });
  }

  async #exclude() {
    const { index, query } = this;
    const parts = query.excluded.map(({ type, text }) => ({ type, text, grams: gramsOf(text) }));
    await Promise.all([index.fetchTerms(parts.flatMap(({ grams }) => grams)), ...prefixesOf(parts).map((text) => index.fetchStarting(text))]);
    this.excluded = new Set(parts.flatMap((part) => [...(part.type === "prefix" ? this.#starting(part) : this.#holding(part.grams)).keys()]));
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

  async #partial(words, first) {
    await Promise.all(words.map((word) => this.#loosen(word)));
    const most = words.filter((word) => !word.isRun && !word.isPhrase && !word.isChoice);
    const phrases = words.filter((word) => word.isPhrase);
    const content = most.filter((word) => word.weight === 1);
    const telling = content.length ? content : most;
    if (!telling.length) return [];
    const total = most.reduce((sum, word) => sum + word.worth, 0);
    const coverage = new Float32Array(this.index.info.documents);
    for (const word of most) for (let doc = 0; doc < coverage.length; doc++) coverage[doc] += (word.form[doc] * word.worth) / total;
    const isHeld = (doc) => telling.some((word) => word.form[doc]) && phrases.every((word) => word.whole[doc] || word.isChoice) && this.#isChosen(doc);
    const candidates = coverage.filter((_, doc) => isHeld(doc));
    const least = Math.max(RELAXED_SHARE * candidates.reduce((best, each) => Math.max(best, each), 0), LEAST_COVERAGE) - 1e-6;
    const taken = new Set(first);
    return this.#answers((doc) => coverage[doc] >= least && isHeld(doc) && !taken.has(doc), true);
  }

  // Scores

  #scores(docs) {
    const { index, words } = this;
    const scores = new Float64Array(index.info.documents);
    const saturated = (level) => ((K1 + 1) * index.weights[level & 127]) / (K1 + index.weights[level & 127]);
    const seen = new Set();
    for (const word of words) {
      for (const [kind, text] of word.terms) {
        const term = index[kind](text);
        if (!term || seen.has(kind + text)) continue;
        seen.add(kind + text);
        const weight = (kind === "word" ? 1 : GRAM_WEIGHT) * word.weight * index.idf(term.docs.length);
        for (let at = 0; at < term.docs.length; at++) scores[term.docs[at]] += weight * saturated(term.levels[at]);
      }
      for (const { term, fresh, factor } of word.extra) {
        const weight = factor * word.weight * index.idf(fresh.size);
        for (let at = 0; at < term.docs.length; at++) {
          if (fresh.has(term.docs[at])) scores[term.docs[at]] += weight * saturated(term.levels[at]);
        }
      }
      if (word.isRun) word.whole.forEach((held, doc) => held && (scores[doc] += RUN_WEIGHT * index.idf(word.found) * 1.5));
    }
    const all = words.reduce((sum, word) => sum + word.worth, 0) || 1;
    const titled = words.filter((word) => !word.isRun);
    const everything = titled.reduce((sum, word) => sum + word.worth, 0) || 1;
    const units = titled.reduce((sum, word) => sum + word.units, 0);
    const mark = markOf(titled.map(({ text }) => text).join(""));
    const lifts = this.query.wishes.map(({ filters }) => this.#accepts(filters));
    const issue = /^第? *(\d{1,6}) *期$|^(?:issue|no\.?|vol\.?) *#?(\d{1,6})$|^#(\d{1,6})$/i.exec(this.q.trim())?.slice(1).find(Boolean);
    return new Map(
      docs.map((doc) => {
        const coverage = words.reduce((sum, word) => sum + word.form[doc] * word.worth, 0) / all;
        let bonus = this.#titleBonus(doc, titled, everything, units, mark);
        if (issue && index.roles[doc] === ISSUE && index.issues[index.issueOf[doc]].number === +issue) bonus = EXACT_TITLE_BONUS;
        const factor = index.info.roles[index.roles[doc]] * (1 + RECENCY * index.recency[index.issueOf[doc]]);
        const lifted = lifts.reduce((all, fits) => (fits(doc) ? all * WISH_FACTOR : all), 1);
        return [doc, lifted * coverage ** COVERAGE_POWER * (scores[doc] + bonus) * factor];
      }),
    );
  }

  #titleBonus(doc, titled, everything, units, mark) {
    let [worth, filled] = [0, 0];
    for (const word of titled) {
      if (!word.inTitle[doc]) continue;
      worth += word.worth * word.form[doc];
      filled += word.units * word.weight;
    }
    if (!worth) return 0;
    const { titleUnits, nameMarks } = this.index;
    const isWhole = titled.every((word) => word.inTitle[doc] && word.form[doc] === 1);
    if (isWhole && (titleUnits[doc] === units || nameMarks[doc] === mark)) return EXACT_TITLE_BONUS;
    return TITLE_BONUS * worth * (worth / everything) * Math.min(1, filled / titleUnits[doc]);
  }

  /** Of those that share a link the best: `scores` decide, or the newest. */
  #folded(docs, scores) {
    const best = new Map();
    for (const doc of docs) {
      const key = this.index.groups.get(doc)?.[0] ?? doc;
      const other = best.get(key);
      if (other === undefined || (scores.get(doc) ?? 0) > (scores.get(other) ?? 0)) best.set(key, doc);
    }
    return [...best.values()];
  }

  #newest = (one, other) => this.index.issueOf[other] - this.index.issueOf[one] || one - other;

  #ranked(docs, scored, sort) {
    const scores = scored ? this.#scores(docs) : new Map();
    const newest = docs.toSorted(this.#newest);
    const folded = scored ? this.#folded(newest, scores) : newest;
    if (!scored || sort === "newest") return folded.sort(this.#newest);
    if (sort === "oldest") return folded.sort((one, other) => this.#newest(other, one));
    return folded.sort((one, other) => scores.get(other) - scores.get(one) || this.#newest(one, other));
  }

  async #result(first, second, scored) {
    const { index, page, perPage } = this;
    const whole = this.#ranked(first, scored, scored || this.sort === "oldest" ? this.sort : "newest");
    if (!scored && this.sort === "oldest") whole.reverse();
    const partial = this.#ranked(second, scored, "relevance");
    const listed = [...whole, ...partial.slice(0, PARTIAL_LISTED)];
    const pages = Math.ceil(listed.length / perPage);
    const from = (page - 1) * perPage;
    const shown = listed.slice(from, from + perPage);
    const hits = shown.map((doc) => this.#hit(doc));
    if (page === 1 && isAddress(this.q) && !(await this.#leadThere(shown))) {
      this.query.notices.push(`没有条目推荐过这个网址。${shown.length ? "以下的条目含有其中的词。" : ""}`);
    }
    return {
      total: whole.length,
      partial: partial.length,
      correction: this.correction ?? null,
      notices: this.query.notices,
      wishes: this.query.wishes,
      pages,
      page,
      hits,
      partialShown: Math.max(0, Math.min(shown.length, from + shown.length - whole.length)),
      facets: this.#facets(whole.length ? whole : partial, scored, whole.length > 0),
      entriesOfYears: index.entriesOfYears,
      missing: this.words.filter((word) => !word.isRun && word.weight === 1 && !word.form.some(Boolean)).map((word) => word.text),
      needles: this.#needles(),
    };
  }

  /** Whether one of the documents has the link that was typed. */
  async #leadThere(docs) {
    const records = await Promise.all(docs.map((doc) => this.index.record(doc)));
    return records.some(({ url }) => url && pageOf(url) === pageOf(this.q));
  }

  /** What is shown of a document: at once what came with the terms, `head`, and later all of it, `whole`. */
  #hit(doc) {
    const { index } = this;
    const others = (index.groups.get(doc) ?? []).filter((other) => other !== doc);
    const also = others.map((other) => ({ issue: index.issues[index.issueOf[other]] }));
    const more = { also, archives: index.info.archives.length };
    const head = index.head(doc);
    return { head: head && { ...head, ...more }, whole: index.record(doc).then((hit) => ({ ...hit, ...more })) };
  }

  /** How many documents each value of kind and year would leave. */
  #facets(docs, scored, isFirst) {
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
        for (const doc of chosen && scored ? this.#folded(met.toSorted(this.#newest), new Map()) : met) {
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

/** What `request` finds: `{ q, filters, sort, page, perPage }`. */
export function search(index, request) {
  return new Search(index, request).run();
}
