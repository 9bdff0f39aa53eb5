// Han characters in a row as words: cut by the words of the archive; characters that stand alone then join their neighbours
// where documents hold them so. search/plan/runs.py joins by the same rules.

const version = new URL(import.meta.url).search;
const { pairs } = await import(`./files-text.js${version}`);
const { holding } = await import(`./files-holding.js${version}`);

const LONGEST_WORD = 8;
const MAX_JOINED = 4; // characters
const LEAST_SHARE = 0.02; // of the documents with the rarer of two pieces, those that hold both in a row

/** Where words begin and end: `{start, end, isUnknown}`. `isAll` when nothing else was typed, so that grammar is meant. */
export function spansOf(index, chars, isAll = false) {
  const spans = cut(index, chars);
  const textOf = ({ start, end }) => chars.slice(start, end).join("");
  const isAlone = ({ start, end, isJoined }) => end - start === 1 && !isJoined;
  if (spans.length < 2 || !spans.some(isAlone)) return spans;
  const isWord = (parts) => mayBeOne(index, parts.flatMap((span) => span.pieces ?? [textOf(span)]));
  const whole = { start: 0, end: chars.length };
  if (chars.length <= MAX_JOINED && (isAll || isWord(spans)) && heldBy(index, textOf(whole))) return [whole];
  const together = (left, right) => {
    if (right.end - left.start > MAX_JOINED || !(isAlone(left) || isAlone(right)) || !isWord([left, right])) return 0;
    const count = heldBy(index, textOf({ start: left.start, end: right.end }));
    // How many hold a single character is not known yet.
    const rarer = Math.min(...[left, right].filter((span) => !isAlone(span)).map((span) => heldBy(index, textOf(span))));
    return rarer === Infinity || count >= LEAST_SHARE * rarer ? count : 0;
  };
  for (;;) {
    const counts = spans.slice(1).map((right, at) => together(spans[at], right));
    const most = Math.max(...counts, 0);
    if (!most) return spans;
    const at = counts.indexOf(most); // 开源 / 大 / 模型 is 开源 and 大模型, not 开源大
    const [left, right] = spans.slice(at, at + 2);
    const pieces = [left, right].flatMap((span) => span.pieces ?? [textOf(span)]);
    spans.splice(at, 2, { start: left.start, end: right.end, isJoined: true, pieces });
  }
}

/** How many documents hold all the pairs of `text`: nearly always in a row. */
const heldBy = (index, text) => holding(index, pairs([...text])).size;

/** Whether these could be a word: one of grammar only beside other single characters, and not among nothing but such. */
function mayBeOne(index, pieces) {
  if (pieces.some((piece) => index.particles.has(piece))) return false;
  const grammar = pieces.filter((piece) => index.stop.has(piece)).length;
  return !grammar || (grammar < pieces.length && pieces.every((piece) => [...piece].length === 1));
}

/** The words of the archive that are likeliest in a row; what it has no word for is unknown. */
function cut(index, chars) {
  const total = Math.log(index.info.documents * 70);
  const best = Array(chars.length + 1).fill(0);
  const ends = [];
  for (let start = chars.length - 1; start >= 0; start--) {
    best[start] = -Infinity;
    for (let end = start + 1; end <= Math.min(chars.length, start + LONGEST_WORD); end++) {
      const word = end > start + 1 ? index.word(chars.slice(start, end).join("")) : undefined;
      if (end > start + 1 && !word) continue;
      const likely = Math.log(word ? word.docs.length + 1 : 100) - total + best[end];
      if (likely > best[start]) [best[start], ends[start]] = [likely, end];
    }
  }
  const spans = [];
  for (let start = 0; start < chars.length; start = ends[start]) {
    const isUnknown = ends[start] === start + 1 && !index.stop.has(chars[start]);
    // Unknown characters in a row are a word that the archive does not have as one.
    if (isUnknown && spans.at(-1)?.isUnknown) spans.at(-1).end = ends[start];
    else spans.push({ start, end: ends[start], isUnknown });
  }
  return spans;
}
