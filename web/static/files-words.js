// The words of a query, as the archive cuts them: what holds each, and which terms score for it.
//
// A word is `{ text, units, grams, spellings, terms, weight }`: a document holds it that holds all grams of one of
// `spellings`; `terms` are the pairs `[kind, text]` that score.

const version = new URL(import.meta.url).search;
const { components, gramsOf, isNumber, joined, nameOf, pairs, runsOf, stem } = await import(`./files-text.js${version}`);
const { spansOf } = await import(`./files-cut.js${version}`);


export const prefixesOf = (parts) => parts.filter(({ type }) => type === "prefix").map(({ text }) => text);

/** The terms to look up for the parts of a query. */
export function termsOf(parts) {
  const terms = new Set(parts.filter(({ type }) => type === "phrase").flatMap(({ text }) => gramsOf(text)));
  const add = (...texts) => texts.forEach((text) => terms.add(text));
  const flat = parts.filter(({ type }) => type === "word").flatMap(({ text }) => runsOf(text));
  flat.forEach((run, at) => {
    if (run.script === "latin") {
      const name = nameOf(run.units);
      add(name, ...components(run.units), ...run.units.map((unit) => unit.text), stem(name));
      if (flat[at + 1]?.script === "latin") add(joined(run.units) + joined(flat[at + 1].units));
    } else add(...([...run.text].length > 1 ? pairs([...run.text]) : [run.text]));
  });
  return terms;
}

/** The words of parts that stand beside each other. */
export function wordsOf(index, parts, q) {
  const words = [];
  const isOne = parts.length === 1 && runsOf(parts[0].text).length === 1;
  for (const { text } of parts.filter(({ type }) => type === "word")) {
    const before = words.length;
    const own = runsOf(text);
    for (const run of own) {
      if (run.script === "latin") addLatin(words, run.units);
      else words.push(...hanWords(index, run.text, isOne));
    }
    const pieces = words.slice(before);
    const isMixed = own.some((run) => run.script === "latin") && own.some((run) => run.script === "cjk");
    if (isMixed && pieces.length > 1 && pieces.length <= 4) words.push(runWord(index, text, pieces));
  }
  words.forEach((word, at) => {
    const isHow = at && /^(?:怎么|怎样|如何|咋|怎)$/.test(words[at - 1].text) && [...word.text].length === 1;
    word.weight = isHow || index.stop.has(word.text) ? index.ranking.grammar_weight : 1;
  });
  const last = words.at(-1);
  if (last?.isLatin) last.isLast = /\S$/.test(q);
  words.push(...parts.filter(({ type }) => type === "phrase").map(phraseWord).filter(Boolean));
  words.push(...prefixesOf(parts).map(prefixWord));
  return words;
}

function addLatin(words, units) {
  const text = nameOf(units);
  const spellings = [[text]];
  // Apart, as far as it is known: mp3 is not every text with mp and 3.
  const isApart = units.length > 1 && !units[0].dotted && !units.some((unit) => isNumber(unit.text));
  if (isApart) spellings.push(units.map((unit) => unit.text));
  const terms = [...new Set([text, ...(units.length > 1 ? components(units) : [])])].map((term) => ["word", term]);
  const word = { text, isLatin: true, units: units.length, spellings, terms: [...terms, ["gram", text]], weight: 1 };
  const before = words.at(-1);
  if (before?.isLatin && !isNumber(before.text) && !isNumber(text) && /^[\x00-\x7f]+$/.test(before.text + text)) {
    for (const each of [before, word]) {
      each.spellings.push([before.text + text]);
      each.terms.push(["gram", before.text + text]);
    }
  }
  words.push(word);
}

/** The words of Han characters in a row; `isAll` when nothing else was typed. */
function hanWords(index, text, isAll) {
  const chars = [...text];
  const spans = spansOf(index, chars, isAll);
  return spans.map(({ start, end }) => {
    const own = chars.slice(start, end);
    const inside = [];
    for (let from = 0; from < own.length; from++) {
      for (let to = from + 2; to <= own.length; to++) {
        const part = own.slice(from, to).join("");
        if ((to - from < 4 || to - from === own.length) && index.word(part)) inside.push(["word", part]);
      }
    }
    const grams = own.length > 1 ? pairs(own) : own;
    const border = end < chars.length ? [chars[end - 1] + chars[end]] : [];
    return {
      text: own.join(""),
      units: own.length,
      grams,
      isLone: own.length === 1 && chars.length > 1, // its own term is still to be fetched
      spellings: [grams],
      terms: [...inside, ...(own.length === 1 ? [["word", own[0]]] : []), ...[...grams, ...border].map((gram) => ["gram", gram])],
      weight: 1,
    };
  });
}

function runWord(index, typed, pieces) {
  const grams = gramsOf(typed);
  return { text: typed, isRun: true, units: pieces.reduce((sum, each) => sum + each.units, 0), spellings: [grams], terms: [], weight: index.ranking.run_worth };
}

function phraseWord({ text, inTitle = false }) {
  const grams = gramsOf(text);
  if (!grams.length) return null;
  const terms = grams.flatMap((gram) => [["word", gram], ["gram", gram]]);
  return { text, isPhrase: true, isTitle: inTitle, units: [...text].length, grams, spellings: [grams], terms, weight: 1 };
}

function prefixWord(prefix) {
  return { text: prefix, isPrefix: true, units: 1, spellings: [], terms: [], weight: 1 };
}
