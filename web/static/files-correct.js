// Words that nothing holds, read as pinyin or as mistyped. search/correction does the same, and more of it.

const MISTAKE = Math.log(10);
const LEAST_LETTERS = 4;
const LETTERS_FOR_TWO = 8; // from this length on, two edits
const LETTERS_FOR_SURE = 5;
const LETTERS_FOR_OTHERS = 6;
const ENDING = 3;

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
export async function meant(index, typed) {
  const [heard] = typed.length >= 3 && typed.length <= 30 ? await index.sounding(typed) : [];
  return heard ? { word: heard, isSure: true } : spelledNear(index, typed);
}
