// Words that nothing holds, read as pinyin, as mistyped, or as two; Han characters of the same sound as those that were
// meant. search/correction does the same, and more of it.

const version = new URL(import.meta.url).search;
const { pairs, runsOf } = await import(`./files-text.js${version}`);
const { spansOf } = await import(`./files-cut.js${version}`);
const { holding } = await import(`./files-holding.js${version}`);

const MISTAKE = Math.log(10);
const LEAST_LETTERS = 4;
const LETTERS_FOR_TWO = 8; // from this length on, two edits
const LETTERS_FOR_SURE = 5;
const LETTERS_FOR_OTHERS = 6;
const ENDING = 3;
const MAX_CHARS = 6; // of a word that is known by its sound
const MAX_VARIED = 4; // up to this length the second reading of each character counts too
const MAX_HAN = 30;
const CHARS_FOR_SURE = 3;

/** How many letters to put in, take out, change or swap with their neighbour, up to `most`; more are Infinity. */
function edits(typed, word, most) {
  if (Math.abs(typed.length - word.length) > most) return Infinity;
  const rows = [Array.from({ length: word.length + 1 }, (_, at) => at)];
  for (let one = 1; one <= typed.length; one++) {
    const row = [one];
    for (let other = 1; other <= word.length; other++) {
      const isSame = typed[one - 1] === word[other - 1];
      row[other] = Math.min(row[other - 1] + 1, rows[one - 1][other] + 1, rows[one - 1][other - 1] + !isSame);
      const isSwapped = one > 1 && other > 1 && typed[one - 1] === word[other - 2] && typed[one - 2] === word[other - 1];
      if (isSwapped) row[other] = Math.min(row[other], rows[one - 2][other - 2] + 1);
    }
    if (Math.min(...row) > most) return Infinity;
    rows.push(row);
  }
  return rows.at(-1).at(-1) <= most ? rows.at(-1).at(-1) : Infinity;
}

function sharedStart(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

const reversed = (word) => [...word].reverse().join("");

/** Whether `typed` is surely `word` and not a name by itself; the reasons stand in search/correction/typos.py. */
function isSure(typed, word, count) {
  const [first, last] = [sharedStart(typed, word), sharedStart(reversed(typed), reversed(word))];
  if (!first || typed.length < LETTERS_FOR_SURE || count > 1) return false;
  if (typed.length === word.length && [...typed].sort().join("") === [...word].sort().join("")) return true;
  return last > 0 && (typed.length < word.length || typed[first] === typed[first - 1] || typed.length >= LETTERS_FOR_OTHERS);
}

/** The word that `typed` is likeliest a misspelling of, and whether that is sure; null when none is near. */
async function spelledNear(index, typed) {
  if (typed.length < LEAST_LETTERS) return null;
  const most = typed.length >= LETTERS_FOR_TWO ? 2 : 1;
  const words = await index.latinWords(typed[0]); // people seldom mistype the first letter
  const near = words.map(([word, documents]) => ({ word, documents, count: edits(typed, word, most) })).filter(({ count }) => count <= most);
  const score = ({ documents, count }) => Math.log(1 + documents) - MISTAKE * count;
  const [best] = near.toSorted((one, other) => score(other) - score(one));
  if (!best || words.some(([word]) => word.length > typed.length && word.startsWith(typed))) return null; // half a word
  const isEnding = best.count > 1 && sharedStart(typed, best.word) >= typed.length - ENDING;
  return isEnding ? null : { word: best.word, isSure: isSure(typed, best.word, best.count) };
}

/** What stands for Latin letters that nothing holds, and whether that is sure; null when there is nothing. */
async function meant(index, typed) {
  const [heard] = typed.length >= 3 && typed.length <= 30 ? await index.sounding(typed) : [];
  return heard ? { word: heard, isSure: /[aeiouv]/.test(typed) } : spelledNear(index, typed); // rgzn may be any name
}

/** Whether a word of letters was typed that no document holds. */
const isUnheld = (word) => word.isLatin && !word.isChoice && /^[a-z]+$/.test(word.text) && !word.form.some(Boolean);

/** Makes phrases of words that nothing holds and that are two, which stand beside each other in a text: openwebui, Open
 *  WebUI. `standing` gives those of some documents where a text stands; true when a word became a phrase. */
export async function parted(index, query, words, standing) {
  const phrases = new Map();
  for (const { text } of words.filter(isUnheld)) {
    if ((await index.sounding(text)).length) continue; // wuli is 物理 sooner than Wu Li
    const cuts = Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
    const known = cuts.filter(([start]) => index.word(start));
    await index.fetchTerms(known.map(([, end]) => end));
    for (const pair of known) {
      const found = await standing([...holding(index, pair).keys()], text);
      if (found.length) phrases.set(text, { type: "phrase", text: pair.join(" ") });
    }
  }
  query.words = query.words.filter(({ text }) => !phrases.has(text.toLowerCase()));
  query.phrases.push(...phrases.values());
  return phrases.size > 0;
}

/** `{q, exact, shown, words}`: the query with what it stands for, where some words find nothing; `exact` asks for what was
 *  typed, `shown` says that all is sure, `words` are the parts of the query. Null when nothing is wrong. */
export async function corrected(index, query, words, q) {
  const found = new Map();
  for (const word of words.filter(isUnheld)) found.set(word.text, await meant(index, word.text));
  for (const { text } of query.words.filter(({ text }) => isHan(text))) found.set(text.toLowerCase(), await righted(index, text));
  const meantBy = ({ text }) => found.get(text.toLowerCase());
  const changed = query.words.filter(meantBy);
  if (!changed.length) return null;
  const rewritten = (other) => changed.reduce((typed, part) => typed.replace(part.text, () => other(part)), q);
  return {
    q: rewritten((part) => meantBy(part).word),
    exact: rewritten(({ text }) => `"${text}"`),
    shown: changed.every((part) => meantBy(part).isSure),
    words: query.words.map((part) => ({ ...part, text: meantBy(part)?.word ?? part.text })),
  };
}

// Han characters of the same sound: 人工只能 is 人工智能. search/correction/homophones.py

function isHan(text) {
  const runs = runsOf(text);
  return runs.length === 1 && runs[0].script === "cjk" && [...runs[0].text].length > 1;
}

const isHeld = (index, text) => holding(index, pairs([...text])).size > 0;

/** `typed` with the characters that an input method got wrong replaced; null when nothing is wrong. */
async function righted(index, typed) {
  const { text } = runsOf(typed)[0];
  const chars = [...text];
  if (chars.length > MAX_HAN || isHeld(index, text)) return null;
  const pieces = piecesOf(index, chars);
  const alike = await Promise.all(pieces.map(({ piece }) => soundingLike(index, piece)));
  await index.fetchTerms(alike.flat());
  const better = pieces.map((each, at) => ({ ...each, word: likeliest(index, alike[at]) })).filter(({ word }) => word);
  const [right, used] = [[...chars], []];
  for (let at = 0; at < chars.length; at++) {
    const found = better.find(({ start }) => start === at); // the longest: they come first
    if (!found) continue;
    right.splice(at, found.word.length, ...found.word);
    used.push(found);
    at += found.word.length - 1;
  }
  if (!used.length) return null;
  const word = right.join("");
  await index.fetchTerms(pairs(right));
  const isSure = ({ piece, word: other }) => piece.length >= CHARS_FOR_SURE && piece.length - sharedBy(piece, other) === 1;
  return { word, isSure: used.every(isSure) || (chars.length >= CHARS_FOR_SURE && isHeld(index, word)) };
}

/** The pieces that stand nowhere, the longest first of each start. No end of theirs is inside a word of the archive. */
function piecesOf(index, chars) {
  const spans = spansOf(index, chars);
  const inside = new Set(spans.filter((span) => !span.isUnknown).flatMap(({ start, end }) => range(start + 1, end)));
  const borders = range(0, chars.length + 1).filter((at) => !inside.has(at));
  const all = borders.flatMap((start) => borders.filter((end) => end > start + 1 && end - start <= MAX_CHARS).reverse().map((end) => ({ start, piece: chars.slice(start, end).join("") })));
  return all.filter(({ piece }) => !isHeld(index, piece));
}

const range = (start, end) => Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);

const sharedBy = (one, other) => [...one].filter((char, at) => char === other[at]).length;

/** Words of as many characters that sound like `piece` and share half of them. */
async function soundingLike(index, piece) {
  const readings = await index.readings();
  const own = [...piece].map((char) => (readings.get(char) ?? []).slice(0, piece.length <= MAX_VARIED ? 2 : 1));
  const spelled = own.reduce((starts, syllables) => starts.flatMap((start) => syllables.map((each) => start + each)), [""]);
  const heard = (await Promise.all(spelled.map((letters) => index.replacing(letters)))).flat();
  return heard.filter((word) => word.length === piece.length && word !== piece && 2 * sharedBy(piece, word) >= piece.length);
}

function likeliest(index, words) {
  const held = words.map((word) => ({ word, count: index.word(word)?.docs.length ?? 0 }));
  return held.sort((one, other) => other.count - one.count)[0]?.word;
}
