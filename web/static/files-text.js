// Texts as they are searched: folded, cut into runs and units, without English endings; and what to mark in them.
//
// The same as search/analysis (folding, units, latin, stemming) and search/answer (highlighting, snippets) have it.

const LEAD = 30; // characters before the first mark in which the start of its sentence is looked for

const CJK =
  "\\u3005-\\u3007\\u3041-\\u309f\\u30a0-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{1b000}-\\u{1b16f}\\u{20000}-\\u{3fffd}";
const SHARP = "(?<![A-Za-z0-9])[A-Za-z](?:\\+\\+|#)(?![A-Za-z+#])";
const LETTERS = `(?:(?![${CJK}])[\\p{L}\\p{N}])+`;
const PIECE = `(?:${SHARP}|${LETTERS})`;
const RUN = new RegExp(
  `(?<cjk>[${CJK}]+)|(?<latin>${PIECE}(?:[-_.'’+·]${PIECE})*)|(?<symbol>[\\u00a9\\u00ae\\u2190-\\u2bff\\u{1f000}-\\u{1faff}])`,
  "gu",
);
const WORD_PIECE = new RegExp(`(?<sharp>${SHARP})|${LETTERS}`, "gu");
const PART =
  /[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\p{Nd}+|(?:(?![\p{Nd}A-Za-z])[\p{L}\p{N}])+|./gu;
const PLAIN_LETTERS = new Map([..."ĐđÐðØøŁłĦħŦŧı"].map((letter, at) => [letter, "DdDdOoLlHhTti"[at]]));
for (const [letter, plain] of Object.entries({ Œ: "OE", œ: "oe", Æ: "AE", æ: "ae", Þ: "TH", þ: "th" })) {
  PLAIN_LETTERS.set(letter, plain);
}

/** What `object` itself has under a key that somebody typed, which may be `constructor`. */
export const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : undefined);

let simplified = new Map();

/** Characters that are written in several ways, and the one for each. */
export function setFolding(many, one) {
  simplified = new Map(many.map((char, at) => [char, one[at]]));
}

function foldChar(char) {
  if (char >= " " && char <= "~") return char;
  if (/[\t\n\r\v\f]/.test(char)) return char;
  if (/[\p{Cc}\p{Cf}\p{Cs}\u0300-\u036f]/u.test(char)) return "";
  const plain = (PLAIN_LETTERS.get(char) ?? char).normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return [...plain.normalize("NFKC")].map((one) => simplified.get(one) ?? one).join("");
}

/** The folded text, and for each of its code units where it comes from. */
export function fold(text) {
  let folded = "";
  const origins = [];
  let at = 0;
  for (const char of text) {
    const one = foldChar(char);
    for (let unit = 0; unit < one.length; unit++) origins.push(at);
    folded += one;
    at += char.length;
  }
  origins.push(at);
  return { text: folded, origins };
}

/** The units of a Latin word: `{text, gap}`, where `gap` is "case", "digit" or the connector before. */
function latinUnits(word, before) {
  const units = [];
  for (const piece of word.matchAll(WORD_PIECE)) {
    let gap = piece.index ? word[piece.index - 1] : "|";
    if (piece.groups.sharp) {
      units.push({ text: piece[0].toLowerCase(), gap });
      continue;
    }
    for (const part of piece[0].matchAll(PART)) {
      units.push({ text: part[0].toLowerCase(), gap });
      const next = piece[0][part.index + part[0].length] ?? "";
      gap = /^\p{Nd}+$/u.test(part[0]) || /\p{Nd}/u.test(next) ? "digit" : "case";
    }
  }
  if (units.length === 1 && /\.$/.test(before) && !/[\p{L}\p{N}.]\.$/u.test(before)) units[0].dotted = true;
  return units;
}

export const isNumber = (text) => /^\d+$/.test(text);

export function joined(units) {
  return units.reduce((text, unit, at) => {
    const keeps = at && isNumber(units[at - 1].text) && isNumber(unit.text) && !["case", "digit", "|"].includes(unit.gap);
    return text + (keeps ? unit.gap : "") + unit.text;
  }, "");
}

export function components(units) {
  const starts = units.map((_, at) => at).filter((at) => at === 0 || units[at].gap !== "case");
  return starts.map((start, at) => joined(units.slice(start, starts[at + 1])));
}

// English endings, as search/analysis/stemming.py takes them off.

const KEPT = new Set("news status atlas cosmos bias inning outing canning herring earring".split(" "));
const SHORT = /^[^aeiou]*[aeiouy][^aeiouywx]$/;

export function stem(word) {
  if (word.length < 4 || KEPT.has(word) || !/^[a-z]+$/.test(word)) return word;
  if (word.endsWith("s") && !word.endsWith("ss")) {
    const shorter = word.slice(0, /(?:sses|ies)$/.test(word) ? -2 : -1);
    if (shorter.length >= 3) word = shorter;
  }
  const ending = /ing$|ed$/.exec(word)?.[0];
  const shorter = ending && word.slice(0, -ending.length);
  if (ending && !/eed$|embed$/.test(word) && shorter.length >= 3 && /[aeiouy]/.test(shorter)) {
    if (/(?:at|bl|iz)$/.test(shorter) || SHORT.test(shorter)) word = `${shorter}e`;
    else word = shorter.length > 3 ? shorter.replace(/([^aeioulsz])\1$/, "$1") : shorter;
  }
  if (word.endsWith("y") && word.length > 3 && /[aeiouy]/.test(word.slice(0, -1))) word = `${word.slice(0, -1)}i`;
  return word.endsWith("e") && word.length > 3 && !SHORT.test(word.slice(0, -1)) ? word.slice(0, -1) : word;
}

/** The runs of a text: Han characters, Latin words with their units, symbols. */
export function runsOf(text) {
  const folded = fold(text).text;
  return [...folded.matchAll(RUN)].map((match) => ({
    script: match.groups.cjk ? "cjk" : match.groups.latin ? "latin" : "symbol",
    text: match[0],
    units: match.groups.latin ? latinUnits(match[0], folded.slice(Math.max(0, match.index - 2), match.index)) : null,
  }));
}

export const pairs = (chars) => chars.slice(1).map((char, at) => chars[at] + char);

/** The grams of a phrase: where all of them are, it may stand. */
export function gramsOf(text) {
  return runsOf(text).flatMap((run) => {
    if (run.script === "latin") return [nameOf(run.units)];
    const chars = [...run.text];
    return chars.length > 1 ? pairs(chars) : chars;
  });
}

export const nameOf = (units) => (units[0].dotted && units.length === 1 ? `.${units[0].text}` : joined(units));

/** Folded, in lower case, without what may stand between the units of a word. */
export function squeezed(text) {
  return fold(text).text.toLowerCase().replace(/[^\p{L}\p{N}+#]/gu, "");
}

/** One byte for what something is called, as web/export/postings.py has it. */
export function markOf(name) {
  const text = squeezed(name);
  let mark = 0;
  for (let at = 0; at < text.length; at++) mark = (mark * 31 + text.charCodeAt(at)) % 255;
  return text ? mark + 1 : 0;
}

/** The ranges of `text` to mark, sorted and apart from each other. */
export function marksIn(text, needles) {
  const folded = fold(text);
  const lowered = folded.text.toLowerCase();
  const [kept, places] = [[], []];
  for (let at = 0; at < lowered.length; at++) {
    if (/[\p{L}\p{N}+#\ud800-\udfff]/u.test(lowered[at])) {
      kept.push(lowered[at]);
      places.push(at);
    }
  }
  const solid = kept.join("");
  const ranges = [];
  for (const { text: needle, isLatin, isStart } of needles) {
    if (!needle) continue;
    for (let at = solid.indexOf(needle); at >= 0; at = solid.indexOf(needle, at + 1)) {
      let [start, end] = [places[at], places[at + needle.length - 1] + 1];
      const isInside = (char) => /[a-z0-9]/.test(char ?? "");
      if (isLatin && isInside(lowered[start - 1]) && isInside(lowered[start])) continue;
      if (isLatin && isInside(lowered[end])) {
        if (!isStart) continue;
        while (isInside(lowered[end])) end++;
      }
      ranges.push([folded.origins[start], folded.origins[end]]);
    }
  }
  ranges.sort(([one], [other]) => one - other);
  return ranges.reduce((merged, [start, end]) => {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
    return merged;
  }, []);
}

/** The window of so many `chars` of `text` around its first marks, and the marks in it. */
export function snippet(text, needles, chars) {
  const ranges = marksIn(text, needles);
  if (text.length <= chars) return { text: text.replaceAll("\n", " "), ranges };
  let start = ranges.length && ranges[0][1] > chars ? ranges[0][0] : 0;
  if (start) {
    const lead = text.slice(Math.max(0, start - LEAD), start);
    const sentence = Math.max(...[..."。！？；\n"].map((sign) => lead.lastIndexOf(sign)));
    start -= sentence < 0 ? Math.min(LEAD / 2, start) : lead.length - sentence - 1;
  }
  if (/[\udc00-\udfff]/.test(text[start])) start--;
  let end = Math.min(text.length, start + chars);
  if (/[\udc00-\udfff]/.test(text[end] ?? "")) end++;
  const shift = start ? start - 1 : 0; // of "…"
  const inside = ranges.filter(([from, to]) => from >= start && to <= end).map((range) => range.map((at) => at - shift));
  return { text: `${start ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`.replaceAll("\n", " "), ranges: inside };
}
