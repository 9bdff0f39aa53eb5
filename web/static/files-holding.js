// Which documents hold a word: as it is typed, spelled otherwise, under another name.
//
// A word of files-words.js gets, each by the number of a document: `whole` (1 where it stands, as a search for all words
// wants it), `form` (what that counts, from 0 to 1), `inTitle`; further `found` (how many documents hold it), `worth`
// (how much it tells) and `extra` (other terms that score for it).

const version = new URL(import.meta.url).search;
const { gramsOf, stem } = await import(`./files-text.js${version}`);
const { ENGLISH, SAME, TRANSLATION } = await import(`./files-index.js${version}`);

const LEAST_PREFIX = 3;

const countOf = (marks) => marks.reduce((sum, each) => sum + each, 0);

/** The documents of a term, with whether each has it in its title. */
const standing = ({ docs, levels }) => new Map(Array.from(docs, (doc, at) => [doc, levels[at] >> 7]));

/** The documents that hold all `grams`, with whether all stand in the title. */
export function holding(index, grams) {
  const found = grams.map((gram) => index.gram(gram));
  if (!found.length || found.some((each) => !each)) return new Map();
  const [first, ...others] = found.sort((one, other) => one.docs.length - other.docs.length);
  let held = standing(first);
  for (const { docs, levels } of others) {
    const kept = new Map();
    docs.forEach((doc, at) => held.has(doc) && kept.set(doc, held.get(doc) & (levels[at] >> 7)));
    held = kept;
  }
  return held;
}

/** The documents that hold a term which begins like `prefix`. */
export function starting(index, prefix) {
  const held = new Map();
  for (const { docs, levels } of index.startingWith(prefix)) {
    docs.forEach((doc, at) => held.set(doc, (held.get(doc) ?? 0) | (levels[at] >> 7)));
  }
  return held;
}

/** Other names that find all that the word finds. */
export function wholeNames(index, word) {
  if (word.isPhrase || word.isPrefix || word.isRun) return [];
  return index.namesOf(word.text).flatMap(([kind, , texts]) => (kind === SAME ? texts : []));
}

/** `word` with the documents that hold it, or a name that says the same. */
export function looked(index, word) {
  const count = index.info.documents;
  Object.assign(word, { whole: new Uint8Array(count), form: new Float32Array(count), inTitle: new Uint8Array(count), extra: [] });
  for (const spelling of word.spellings) hold(word, word.isTitle ? inTitles(index, spelling) : holding(index, spelling), 1, true);
  if (word.isTitle) return weighed(index, word);
  const exact = index.word(word.text);
  if (exact && !word.isRun) hold(word, standing(exact), 1, true);
  if (word.isPrefix) hold(word, starting(index, word.text), 1, true);
  if (word.isLatin && word.text.length >= LEAST_PREFIX && /^[a-z]+$/.test(word.text)) {
    const found = index.word(`~${stem(word.text)}`);
    if (found) hold(word, standing(found), index.ranking.stem, true, found);
  }
  if (!word.isRun && !word.isPhrase) {
    for (const [kind, factor, texts] of index.namesOf(word.text)) {
      if (kind === SAME) for (const text of texts) holdName(index, word, text, factor, true);
    }
  }
  return weighed(index, word);
}

function weighed(index, word) {
  word.found = countOf(word.whole);
  word.worth = (word.isRun ? index.ranking.run_worth : word.weight) * index.idf(Math.max(1, word.found));
  return word;
}

/** The documents that hold all `grams` in their titles. */
const inTitles = (index, grams) => new Map([...holding(index, grams)].filter(([, inTitle]) => inTitle));

/** Adds the documents with other forms of the word, which only a relaxed search looks for. */
export async function loosen(index, word) {
  if (word.isRun || word.isPhrase || word.isPrefix) return;
  const names = [word.text, stem(word.text)].flatMap((text) => index.namesOf(text)).filter(([kind]) => kind !== SAME);
  await index.fetchTerms(names.flatMap(([, , texts]) => texts).flatMap(gramsOf));
  // How rare a word is, is counted with what says the same; what says nearly the same limits it.
  const [said, near] = [word.whole.slice(), word.whole.slice()];
  const mark = (kind, held) => held.forEach((_, doc) => kind !== ENGLISH && (near[doc] = 1) && kind === TRANSLATION && (said[doc] = 1));
  for (const [kind, factor, texts] of names) for (const text of texts) mark(kind, holdName(index, word, text, factor, false));
  if (word.isLast && word.isLatin && word.text.length >= LEAST_PREFIX) {
    const held = starting(index, word.text);
    hold(word, held, index.ranking.prefix, false);
    mark(TRANSLATION, held);
  }
  const idfOf = (docs) => index.idf(countOf(docs));
  const beside = countOf(near) ? index.ranking.beside_synonyms * idfOf(near) : index.idf(1); // as of a word in one document
  word.worth = word.weight * Math.min(countOf(said) ? idfOf(said) : Infinity, beside);
  if (word.units > 2 && word.grams) {
    for (const gram of word.grams) if (index.word(gram)) hold(word, holding(index, [gram]), index.ranking.part, false);
  }
}

function holdName(index, word, text, factor, isWhole) {
  const grams = gramsOf(text);
  const held = holding(index, grams);
  const [rarest] = grams.map((gram) => index.gram(gram)).filter(Boolean).sort((one, other) => one.docs.length - other.docs.length);
  if (held.size) hold(word, held, factor, isWhole, rarest, index.ranking.words + index.ranking.grams);
  return held;
}

function hold(word, held, factor, isWhole, scoring = null, weight = 1) {
  const fresh = new Set();
  for (const [doc, inTitle] of held) {
    if (!word.form[doc]) fresh.add(doc);
    if (isWhole) word.whole[doc] = 1;
    word.form[doc] = Math.max(word.form[doc], factor);
    word.inTitle[doc] |= inTitle;
  }
  if (scoring && fresh.size) word.extra.push({ term: scoring, fresh, factor: factor * weight });
}
