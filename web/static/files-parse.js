// What was typed: words, phrases, prefixes, alternatives, what to leave out, filters. search/query/parser.py reads the
// same language, docs/query-syntax.md tells it.

const { fold, own } = await import(`./files-text.js${new URL(import.meta.url).search}`);

const MAX_CHARS = 200;
const MAX_PARTS = 40;
const PART =
  /(?<minus>NOT\s+(?=\S)|[-－−](?![-－−\s]))?(?<typed>(?:(?<field>[A-Za-zＡ-Ｚａ-ｚ]{2,11}|[\u4e00-\u9fff]{1,3})[:：])?(?:["＂“”„‟](?<one>[^"＂“”„‟]+)["＂“”„‟]|「(?<two>[^」]+)」|『(?<three>[^』]+)』|(?<bare>[^\s“「『]+|[“「『])))/gu;
const SEARCHABLE = /[\p{L}\p{N}\u00a9\u00ae\u2190-\u2bff\u{1f000}-\u{1faff}]/u;
const NUMBERS = /^(?:第|#)? ?(\d{0,9}) ?(?:(?:\.\.|-|~|至) ?(\d{0,9}))? ?[期年]?$/;
const DAY = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$/;

/** A name as it is compared; traditional characters are one with the simplified only where the table of them is loaded. */
export const keyOf = (text) => fold(text).text.toLowerCase().trim().replace(/\s+/g, " ");

/** First and last day of a day, a month or a year; null for what is none. */
export function readDays(text) {
  const [, year, month, day] = DAY.exec(keyOf(text)) ?? [];
  if (!year || month > 12 || month === "0") return null;
  const two = (number) => `${number}`.padStart(2, "0");
  const last = day ?? new Date(Date.UTC(year, month ?? 12, 0)).getUTCDate();
  const days = [`${year}-${two(month ?? 1)}-${two(day ?? 1)}`, `${year}-${two(month ?? 12)}-${two(last)}`];
  return days.some((each) => Number.isNaN(Date.parse(each))) ? null : days;
}

/** `[low, high]`, null where it has no such end; null for what is no number and no range. */
export function readNumbers(text) {
  const found = NUMBERS.exec(keyOf(text));
  if (!found || !(found[1] || found[2])) return null;
  const [low, high] = [found[1], found[2]].map((digits) => (digits ? Number(digits) : null));
  if (!/\.\.|-|~|至/.test(text)) return [low, low];
  return low !== null && high !== null && low > high ? null : [low, high];
}

function readRange(value) {
  const [first, last = first] = value.split("..").map((part) => part.trim());
  const [start, end] = [readDays(first), readDays(last)];
  if (!(start || end) || (first && !start) || (last && !end) || (start && end && start[0] > end[1])) return null;
  return { from: start ? [start[0]] : [], to: end ? [end[1]] : [] };
}

/** The host that an address, or a part of one, has. */
const hostOf = (text) => keyOf(text).replace(/^[a-z]+:\/\//, "").replace(/[/?#:].*$/, "").replace(/^www\.|\.$/g, "");

/** What `field:value` asks for, by the names of the parameters; null when it is not understood. */
function readField(name, value, isQuoted, info) {
  if (name === "date") return readRange(value);
  const whole = ["section", "archive", "by", "tag"].includes(name) && isQuoted ? [value] : value.split(/[,，]/);
  const values = whole.map((each) => each.trim()).filter(Boolean);
  const readers = {
    kind: (text) => (info.kinds.includes(keyOf(text)) ? keyOf(text) : own(info.kindNames, keyOf(text))),
    issue: (text) => readNumbers(text) && text,
    year: (text) => readNumbers(text) && text,
    by: (text) => text.replace(/^@/, ""),
    site: hostOf,
    tag: (text) => text.replace(/^[#＃ ]+/, ""),
  };
  const read = values.map(readers[name] ?? String);
  return read.length && read.every(Boolean) ? { [name]: read } : null;
}

// Wishes: words that say from when it is what one looks for. They lift what fits, and hide nothing.

const RECENT_DAYS = 90;
const WISHES = [
  [/^((?:19|20)\d\d)年$/, (year) => ({ year: [year] })],
  [/^今年$/, () => ({ year: [yearsAgo(0)] })],
  [/^去年$/, () => ({ year: [yearsAgo(1)] })],
  [/^前年$/, () => ({ year: [yearsAgo(2)] })],
  [/^(?:这个月|本月)$/, () => month(0)],
  [/^(?:上个月|上月)$/, () => month(1)],
  [/^(?:最近|近期)$/, () => ({ from: [dayOf(Date.now() - RECENT_DAYS * 864e5)], to: [dayOf(Date.now())] })],
  [/^第?(\d{1,6})期(?:以后|之后|以来)$/, (number) => ({ issue: [`${number}..`] })],
  [/^第?(\d{1,6})期(?:以前|之前)$/, (number) => ({ issue: [`..${number}`] })],
];
const dayOf = (time) => new Date(time).toISOString().slice(0, 10);
const yearsAgo = (years) => `${new Date().getFullYear() - years}`;

function month(ago) {
  const now = new Date();
  const text = new Date(Date.UTC(now.getFullYear(), now.getMonth() - ago, 1)).toISOString().slice(0, 7);
  return { from: [text], to: [text] };
}

/** The wish that a word says, the filters that fit it, and what else the word asks for; null when it is none. */
function readWish(text) {
  const [said, ...rest] = text.split("的");
  for (const [pattern, filtersOf] of WISHES) {
    const match = pattern.exec(keyOf(said));
    if (match) return { typed: said, part: text, rest: rest.join("的"), filters: filtersOf(match[1]) };
  }
  return null;
}

/** Takes the wishes from the words of `query`, as long as it asks for anything else. */
function takeWishes(query) {
  const read = query.words.map((word) => [word, readWish(word.text)]);
  const left = read.map(([word, wish]) => ({ ...word, text: wish ? wish.rest : word.text })).filter(({ text }) => text);
  if (left.length + query.phrases.length + query.prefixes.length + query.choices.length === 0) return;
  query.words = left;
  query.wishes = read.map(([, wish]) => wish).filter(Boolean);
}

/** What `q` asks for; `info` is the index's, which says what fields and kinds are called. */
export function parse(q, info) {
  const query = { words: [], phrases: [], prefixes: [], choices: [], excluded: [], filters: {}, left: [], typed: [], wishes: [], notices: [] };
  const items = [...itemsOf(q.slice(0, MAX_CHARS), info, query)].slice(0, MAX_PARTS);
  for (let at = 0; at < items.length; at++) {
    const { operator, minus } = items[at];
    if (operator === "AND" && at && at < items.length - 1) continue;
    const alternatives = [items[at]];
    while (!minus && items[at + 1]?.operator === "OR" && items[at + 2] && !items[at + 2].minus) {
      alternatives.push(items[at + 2]);
      at += 2;
    }
    if (alternatives.length > 1) query.choices.push(alternatives);
    else if (minus) query.excluded.push(items[at]);
    else query[{ word: "words", phrase: "phrases", prefix: "prefixes" }[items[at].type]].push(items[at]);
  }
  takeWishes(query);
  return query;
}

/** The parts of a query, `{type, text}`; filters go to `query`. */
function* itemsOf(q, info, query) {
  for (const { 0: part, index, groups } of q.matchAll(PART)) {
    const { minus, typed, field, bare } = groups;
    const quoted = groups.one ?? groups.two ?? groups.three;
    const name = field && (own(info.fields, keyOf(field)) ?? "");
    const value = (quoted ?? bare).trim();
    if (name === "title" && SEARCHABLE.test(value)) {
      yield { type: "phrase", text: value, inTitle: true, minus };
      continue;
    }
    const asked = name && name !== "title" && readField(name, value, quoted !== undefined, info);
    if (asked) query.typed.push({ start: index, end: index + part.length, filters: asked, isLeft: Boolean(minus) });
    if (asked && minus) query.left.push(asked);
    else if (asked) for (const [each, values] of Object.entries(asked)) (query.filters[each] ??= []).push(...values);
    if (asked) continue;
    if (name) query.notices.push(`没有看懂“${typed}”，已当作普通文字。`);
    if (quoted !== undefined && !field) {
      if (SEARCHABLE.test(quoted)) yield { type: "phrase", text: quoted.trim(), minus };
    } else yield* wordsOf(typed, minus, index ? q.slice(0, index) : "");
  }
}

function* wordsOf(typed, minus, before) {
  // One or two letters behind Latin words are an option: rm -rf.
  const isOption = minus && minus.length === 1 && /^[a-z]{1,2}$/.test(typed) && before.trim() && /^[\x00-\x7f]*$/.test(before);
  if (!minus && /^(?:OR|AND)$/.test(typed)) return yield { type: "word", text: typed, operator: typed };
  // Of an address the words of its host and path are searched for.
  const text = /^https?:\/\//i.test(typed) ? typed.replace(/^https?:\/\/(?:www\.)?/i, "").replace(/[?#].*$/, "") : typed;
  const start = text.replace(/[*＊]+$/, "");
  const isPrefix = start !== text && /^[\w.+#-]{2,}$/.test(keyOf(start));
  if (SEARCHABLE.test(start)) yield { type: isPrefix ? "prefix" : "word", text: isPrefix ? keyOf(start) : start, minus: isOption ? undefined : minus };
}
