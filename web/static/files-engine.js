// Searches an exported site: fetches the pieces of the index that a query needs, and ranks as the server does.
//
//     const engine = await openIndex(new URL("search/", root));
//     const result = await engine.search({ q: "图床", filters: { kind: ["tool"] } });
//
// web/export/search_files.py says which files there are. The figures of the ranking are those of search/plan/ranking.py.

const K1 = 1.2;
const GRAM_WEIGHT = 0.5; // a word counts 1
const GRAMMAR_WEIGHT = 0.2;
const RUN_WEIGHT = 1;
const RUN_WORTH = 0.3;
const STEM_FACTOR = 0.9;
const PREFIX_FACTOR = 0.6;
const PART_FACTOR = 0.7;
const TITLE_BONUS = 1.5;
const EXACT_TITLE_BONUS = 100;
const COVERAGE_POWER = 1.5;
const LEAST_COVERAGE = 0.25;
const RELAXED_SHARE = 0.4;
const ENOUGH = 30;
const RECENCY = 0.03;
const PARTIAL_LISTED = 300;
const LEAST_PREFIX = 3;
const LONGEST_WORD = 8;
const SNIPPET_CHARS = 120;
const LEAD = 30; // characters before the first mark in which the start of its sentence is looked for
const VERIFIED = 40; // candidates for a phrase whose texts are read to see whether it stands there in a row

const [ENTRY, ISSUE] = [0, 1];
const [, BOTH, SOME, WORD] = [0, 1, 2, 3];

// Folding and units, as search/analysis has them.

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

let simplified = new Map(); // of `fold.bin`, once it is there

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

const isNumber = (text) => /^\d+$/.test(text);

function joined(units) {
  return units.reduce((text, unit, at) => {
    const keeps = at && isNumber(units[at - 1].text) && isNumber(unit.text) && !["case", "digit", "|"].includes(unit.gap);
    return text + (keeps ? unit.gap : "") + unit.text;
  }, "");
}

function components(units) {
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

// Files

async function inflated(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(
    await new Response(response.body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
  );
}

const decoder = new TextDecoder();

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  numbers(count) {
    return Uint16Array.from({ length: count }, () => this.number());
  }
  take(count) {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

/** The terms of a file: `grams` and `words`, text → `{docs, levels}`, and the other names. */
function readShard(bytes) {
  const reader = new Reader(bytes);
  const terms = [];
  let text = "";
  for (let left = reader.number(); left; left--) {
    const shared = reader.number();
    const rest = decoder.decode(reader.take(reader.number()));
    text = [...text].slice(0, shared).join("") + rest;
    terms.push({ text, mode: reader.number(), size: reader.number() });
  }
  for (const term of terms) {
    let last = 0;
    term.docs = Int32Array.from({ length: term.size }, () => (last += reader.number()));
  }
  for (const term of terms) term.levels = reader.take(term.size);
  const [grams, words] = [new Map(), new Map()];
  for (const term of terms) {
    if (term.mode !== WORD) grams.set(term.text, term);
    if (term.mode === BOTH || term.mode === WORD) words.set(term.text, term);
    if (term.mode === SOME) {
      const bits = reader.take(Math.ceil(term.size / 8));
      const kept = [...term.docs.keys()].filter((at) => bits[at >> 3] & (1 << (at & 7)));
      words.set(term.text, { docs: kept.map((at) => term.docs[at]), levels: kept.map((at) => term.levels[at]) });
    }
  }
  const names = JSON.parse(decoder.decode(bytes.subarray(reader.at)));
  return { grams, words, names };
}

/** The number of the file whose range holds `key`, of files that begin with `firsts`. */
function rangeOf(key, firsts) {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const keyOf = (term) => term.replace(/^[~.]+(?=.)/u, "");

export async function openIndex(address) {
  const info = JSON.parse(decoder.decode(await inflated(new URL("index.bin", address))));
  if (info.format !== 1) throw new Error(`index of format ${info.format}`);
  const columns = await inflated(new URL(`${info.folder}/columns.bin`, address));
  return new Engine(address, info, columns);
}

class Engine {
  #address;
  #shards = new Map();
  #sounds = new Map();
  #pieces = new Map();
  #folding;

  constructor(address, info, columns) {
    this.#address = address;
    this.info = info;
    const count = info.documents;
    const reader = new Reader(columns);
    const flags = reader.numbers(count);
    this.kinds = flags.map((byte) => byte & 31);
    this.roles = flags.map((byte) => (byte >> 5) & 3);
    this.sections = reader.numbers(count);
    this.titleUnits = reader.numbers(count);
    this.nameUnits = reader.numbers(count);
    this.#number(flags);
    this.groups = new Map(info.groups.flatMap((group) => group.map((doc) => [doc, group])));
    this.weights = Float32Array.from({ length: 128 }, (_, level) => info.scale[0] * info.scale[1] ** level);
    this.stop = new Set(info.stop.split(" "));
  }

  /** Of each document its issue and its file of entries; of each issue what it is. */
  #number(flags) {
    const { issues, archives, documents } = this.info;
    this.issueOf = new Uint32Array(documents);
    this.pieceOf = new Uint16Array(documents);
    this.placeOf = new Uint16Array(documents);
    let doc = 0;
    this.issues = issues.map(([archive, path, number, date, count, digest, title], order) => {
      let [piece, place] = [-1, 0];
      for (const end = doc + count; doc < end; doc++) {
        if (flags[doc] >> 7) [piece, place] = [piece + 1, 0];
        this.issueOf[doc] = order;
        this.pieceOf[doc] = piece;
        this.placeOf[doc] = place++;
      }
      const issue = { archive: archives[archive], path, number, date, digest, title };
      return { ...issue, place: this.pageOf(issue) };
    });
    const days = this.issues.map(({ date }) => (date ? Date.parse(date) : NaN));
    const known = days.filter((day) => !Number.isNaN(day));
    const [first, last] = [Math.min(...known), Math.max(...known)];
    this.recency = days.map((day) => (day >= first && first < last ? (day - first) / (last - first) : 0));
  }

  idf(found) {
    return Math.log(1 + (this.info.documents - found + 0.5) / (found + 0.5));
  }

  // Fetching

  #load(name) {
    return inflated(new URL(`${this.info.folder}/${name}`, this.#address));
  }

  /** The file that the term would be in. */
  #shardOf(term) {
    const chars = [...keyOf(term)];
    if (chars.length === 1) return `s${rangeOf(chars[0], this.info.single)}`;
    return `${rangeOf(chars.slice(0, 2).join(""), this.info.shards)}`;
  }

  /** The words that may be typed as `letters` in pinyin, the most frequent first. */
  async sounding(letters) {
    const name = `p${rangeOf(letters, this.info.sounds)}.bin`;
    if (!this.#sounds.has(name)) {
      const loaded = this.#load(name).then((bytes) => JSON.parse(decoder.decode(bytes)));
      loaded.catch(() => this.#sounds.delete(name));
      this.#sounds.set(name, loaded);
    }
    return (await this.#sounds.get(name))[letters] ?? [];
  }

  async fetchTerms(terms) {
    const names = new Set([...terms].filter(Boolean).map((term) => this.#shardOf(term)));
    await Promise.all(
      [...names].map(async (name) => {
        if (!this.#shards.has(name)) this.#shards.set(name, this.#load(`${name}.bin`).then(readShard));
        try {
          this.#shards.set(name, await this.#shards.get(name));
        } catch (error) {
          this.#shards.delete(name); // it may be there the next time
          throw error;
        }
      }),
    );
  }

  #lookUp(kind, term) {
    return this.#shards.get(this.#shardOf(term))?.[kind]?.get(term);
  }

  gram = (term) => this.#lookUp("grams", term);

  word = (term) => this.#lookUp("words", term) ?? (term[0] === "~" ? this.#lookUp("words", term.slice(1)) : undefined);

  namesOf = (term) => this.#shards.get(this.#shardOf(term))?.names?.[term] ?? [];

  /** The grams that start so, of files that are there. */
  startingWith(prefix) {
    const shard = this.#shards.get(this.#shardOf(prefix));
    return shard ? [...shard.grams.values()].filter(({ text }) => text.startsWith(prefix)) : [];
  }

  /** The table of characters that are written in several ways. */
  folding() {
    this.#folding ??= this.#load("fold.bin").then((bytes) => {
      const [many, one] = JSON.parse(decoder.decode(bytes)).map((chars) => [...chars]);
      simplified = new Map(many.map((char, at) => [char, one[at]]));
    });
    return this.#folding;
  }

  /** What a hit shows of a document. */
  async record(doc) {
    const issue = this.issues[this.issueOf[doc]];
    const name = `entries/${issue.digest}-${this.pieceOf[doc]}.bin`;
    if (!this.#pieces.has(name)) {
      const loaded = inflated(new URL(name, this.#address)).then((bytes) => JSON.parse(decoder.decode(bytes)));
      loaded.catch(() => this.#pieces.delete(name));
      this.#pieces.set(name, loaded);
    }
    const [title, text, url, anchor, part, who] = (await this.#pieces.get(name))[this.placeOf[doc]];
    return { doc, title, text, url, anchor, part, who, issue, kind: this.info.kinds[this.kinds[doc]], role: this.roles[doc] };
  }

  /** The address of the page of an issue, or of a part of it. */
  pageOf({ archive, path }, part = 1) {
    const folders = path.split("/").map(encodeURIComponent).join("/");
    return new URL(`../issues/${encodeURIComponent(archive)}/${folders}/${part > 1 ? `part-${part}/` : ""}`, this.#address).href;
  }

  /** The address at which a hit stands in its issue; of an issue, its page. */
  addressOf({ role, issue, part, anchor }) {
    return role === ISSUE ? this.pageOf(issue) : `${this.pageOf(issue, part)}#${anchor}`;
  }

  search(request) {
    return new Search(this, request).run();
  }
}

// Queries

const QUOTED = /(-?)(?:"([^"]+)"|“([^”]+)”|「([^」]+)」)|(\S+)/gu;
const FIELDS = { kind: "kind", 类型: "kind", year: "year", 年份: "year", archive: "archive", 刊物: "archive", section: "section", 栏目: "section", issue: "issue", 期: "issue" };

/** What was typed: words, phrases, what to leave out, filters. */
function parse(q) {
  const query = { words: [], phrases: [], prefixes: [], excluded: [], filters: {} };
  for (const [, minus, ...found] of q.matchAll(QUOTED)) {
    const phrase = found.slice(0, 3).find(Boolean);
    if (phrase) {
      (minus ? query.excluded : query.phrases).push(phrase);
      continue;
    }
    const word = found[3];
    const [, name, value] = /^(\p{L}+)[:：](.+)$/u.exec(word) ?? [];
    if (name && FIELDS[name.toLowerCase()]) {
      (query.filters[FIELDS[name.toLowerCase()]] ??= []).push(...value.split(/[,，]/));
    } else if (/^-./.test(word)) query.excluded.push(word.slice(1));
    else if (/^[\w.-]{2,}\*$/.test(word)) query.prefixes.push(word.slice(0, -1).toLowerCase());
    else query.words.push(word);
  }
  return query;
}

/** The runs of a text: Han characters, Latin words with their units, symbols. */
function runsOf(text) {
  const folded = fold(text).text;
  return [...folded.matchAll(RUN)].map((match) => ({
    script: match.groups.cjk ? "cjk" : match.groups.latin ? "latin" : "symbol",
    text: match[0],
    units: match.groups.latin ? latinUnits(match[0], folded.slice(Math.max(0, match.index - 2), match.index)) : null,
  }));
}

const pairs = (chars) => chars.slice(1).map((char, at) => chars[at] + char);

/** The grams of a phrase: where all of them are, it may stand. */
function gramsOf(text) {
  return runsOf(text).flatMap((run) => {
    if (run.script === "latin") return [nameOf(run.units)];
    const chars = [...run.text];
    return chars.length > 1 ? pairs(chars) : chars;
  });
}

const nameOf = (units) => (units[0].dotted && units.length === 1 ? `.${units[0].text}` : joined(units));

/** One search: words with the documents that hold them, then tiers, scores and counts. */
class Search {
  constructor(engine, { q = "", filters = {}, sort = "relevance", page = 1, perPage = 10 }) {
    Object.assign(this, { engine, q, sort, page, perPage });
    this.query = parse(q);
    this.filters = { ...filters };
    for (const [name, values] of Object.entries(this.query.filters)) {
      this.filters[name] = [...(this.filters[name] ?? []), ...values];
    }
  }

  async run() {
    const { engine } = this;
    let words = await this.#words();
    const typed = [...this.query.words, ...this.query.phrases].join("");
    if (/[^\x00-\x7f]/.test(typed) && words.some((word) => word.grams?.some((gram) => !engine.gram(gram)))) {
      await engine.folding(); // it may be written in other characters
      words = await this.#words();
    }
    if (await this.#heard(words)) words = await this.#words();
    await this.#exclude();
    const scored = words.length > 0;
    this.words = words;
    const content = words.filter((word) => word.weight === 1 && !word.isRun);
    const needed = content.length ? content : words.filter((word) => !word.isRun);
    let first = this.#answers(needed, (doc) => needed.every((word) => word.whole[doc]), scored);
    if (this.query.phrases.length) first = await this.#verified(first);
    let second = [];
    if (scored && first.length < ENOUGH && (needed.length > 1 || !first.length)) second = await this.#partial(words, first);
    return this.#result(first, second, scored);
  }

  // Words

  async #words() {
    const { engine, query } = this;
    const runs = query.words.map((word) => ({ typed: word, runs: runsOf(word) }));
    const flat = runs.flatMap(({ runs }) => runs);
    const terms = new Set();
    const add = (...texts) => texts.forEach((text) => terms.add(text));
    flat.forEach((run, at) => {
      if (run.script === "latin") {
        const name = nameOf(run.units);
        add(name, ...components(run.units), ...run.units.map((unit) => unit.text), stem(name));
        if (flat[at + 1]?.script === "latin") add(joined(run.units) + joined(flat[at + 1].units));
      } else add(...([...run.text].length > 1 ? pairs([...run.text]) : [run.text]));
    });
    for (const phrase of query.phrases) add(...gramsOf(phrase));
    add(...query.prefixes);
    await engine.fetchTerms(terms);
    const words = [];
    for (const { typed, runs: own } of runs) {
      const before = words.length;
      for (const run of own) {
        if (run.script === "latin") this.#addLatin(words, run.units);
        else words.push(...this.#hanWords(run.text));
      }
      const pieces = words.slice(before);
      const isMixed = own.some((run) => run.script === "latin") && own.some((run) => run.script === "cjk");
      if (isMixed && pieces.length > 1 && pieces.length <= 4) words.push(this.#run(typed, pieces));
    }
    words.forEach((word, at) => {
      const isHow = at && /^(?:怎么|怎样|如何|咋|怎)$/.test(words[at - 1].text) && [...word.text].length === 1;
      word.weight = isHow || engine.stop.has(word.text) ? GRAMMAR_WEIGHT : 1;
    });
    const last = words.at(-1);
    if (last?.isLatin) last.isLast = /\S$/.test(this.q);
    words.push(...query.phrases.map((phrase) => this.#phrase(phrase)).filter(Boolean));
    words.push(...query.prefixes.map((prefix) => this.#prefix(prefix)));
    await engine.fetchTerms(words.flatMap((word) => this.#wholeNames(word)).flatMap(gramsOf));
    return words.filter((word) => word.isRun || word.weight).map((word) => this.#looked(word));
  }

  /** Whether words that nothing holds are read as pinyin, in place of which Chinese ones are searched for then. */
  async #heard(words) {
    const heard = new Map();
    for (const word of words) {
      if (!word.isLatin || !/^[a-z]{3,30}$/.test(word.text) || word.form.some(Boolean)) continue;
      const [found] = await this.engine.sounding(word.text);
      if (found) heard.set(word.text, found);
    }
    if (!heard.size) return false;
    this.query.words = this.query.words.map((typed) => heard.get(typed.toLowerCase()) ?? typed);
    this.instead = this.query.words.join(" ");
    return true;
  }

  #addLatin(words, units) {
    const text = nameOf(units);
    const spellings = [[text]];
    if (units.length > 1 && !units[0].dotted) spellings.push(units.map((unit) => unit.text));
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

  /** The words of Han characters in a row, as the words of the archive cut them best. */
  #hanWords(text) {
    const { engine } = this;
    const chars = [...text];
    const cut = this.#cut(chars);
    return cut.map(({ start, end }) => {
      const own = chars.slice(start, end);
      const inside = [];
      for (let from = 0; from < own.length; from++) {
        for (let to = from + 2; to <= own.length; to++) {
          const part = own.slice(from, to).join("");
          if ((to - from < 4 || to - from === own.length) && engine.word(part)) inside.push(["word", part]);
        }
      }
      const grams = own.length > 1 ? pairs(own) : own;
      const border = end < chars.length ? [chars[end - 1] + chars[end]] : [];
      return {
        text: own.join(""),
        units: own.length,
        grams,
        spellings: [own.length > 1 || chars.length === 1 ? grams : border.length ? border : [chars[start - 1] + own[0]]],
        terms: [...inside, ...(own.length === 1 ? [["word", own[0]]] : []), ...[...grams, ...border].map((gram) => ["gram", gram])],
        weight: 1,
      };
    });
  }

  #cut(chars) {
    const { engine } = this;
    const total = Math.log(engine.info.documents * 70);
    const best = Array(chars.length + 1).fill(0);
    const ends = [];
    for (let start = chars.length - 1; start >= 0; start--) {
      best[start] = -Infinity;
      for (let end = start + 1; end <= Math.min(chars.length, start + LONGEST_WORD); end++) {
        const word = end > start + 1 ? engine.word(chars.slice(start, end).join("")) : undefined;
        if (end > start + 1 && !word) continue;
        const likely = Math.log(word ? word.docs.length + 1 : 100) - total + best[end];
        if (likely > best[start]) [best[start], ends[start]] = [likely, end];
      }
    }
    const spans = [];
    for (let start = 0; start < chars.length; start = ends[start]) {
      const isUnknown = ends[start] === start + 1 && !engine.stop.has(chars[start]);
      // Unknown characters in a row are a word that the archive does not have as one.
      if (isUnknown && spans.at(-1)?.isUnknown) spans.at(-1).end = ends[start];
      else spans.push({ start, end: ends[start], isUnknown });
    }
    return spans;
  }

  #run(typed, pieces) {
    const grams = gramsOf(typed);
    return { text: typed, isRun: true, units: pieces.reduce((sum, each) => sum + each.units, 0), spellings: [grams], terms: [], weight: RUN_WORTH };
  }

  #phrase(text) {
    const grams = gramsOf(text);
    if (!grams.length) return null;
    const terms = grams.flatMap((gram) => [["word", gram], ["gram", gram]]);
    return { text, isPhrase: true, units: [...text].length, grams, spellings: [grams], terms, weight: 1 };
  }

  #prefix(prefix) {
    return { text: prefix, isPrefix: true, units: 1, spellings: [], terms: [], weight: 1 };
  }

  #wholeNames(word) {
    if (word.isPhrase || word.isPrefix || word.isRun) return [];
    return this.engine.namesOf(word.text).flatMap(([isWhole, , texts]) => (isWhole ? texts : []));
  }

  // What holds them

  /** The documents that hold all `grams`, with whether each stands in the title. */
  #holding(grams) {
    const { engine } = this;
    const found = grams.map((gram) => engine.gram(gram));
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
    const { engine } = this;
    const count = engine.info.documents;
    Object.assign(word, { whole: new Uint8Array(count), form: new Float32Array(count), inTitle: new Uint8Array(count), extra: [] });
    for (const spelling of word.spellings) this.#hold(word, this.#holding(spelling), 1, true);
    const exact = engine.word(word.text);
    if (exact && !word.isRun) this.#hold(word, new Map([...exact.docs].map((doc, at) => [doc, exact.levels[at] >> 7])), 1, true);
    if (word.isPrefix) this.#hold(word, this.#starting(word), 1, true);
    if (word.isLatin && word.text.length >= 3 && /^[a-z]+$/.test(word.text)) {
      const found = engine.word(`~${stem(word.text)}`);
      if (found) this.#hold(word, new Map([...found.docs].map((doc, at) => [doc, found.levels[at] >> 7])), STEM_FACTOR, true, found);
    }
    if (!word.isRun && !word.isPhrase) {
      for (const [isWhole, factor, texts] of engine.namesOf(word.text)) {
        if (isWhole) for (const text of texts) this.#holdName(word, text, factor, true);
      }
    }
    const held = word.whole.reduce((sum, each) => sum + each, 0);
    word.found = held;
    word.worth = (word.isRun ? RUN_WORTH : word.weight) * engine.idf(Math.max(1, held));
    return word;
  }

  /** Other forms that only a relaxed search looks for. */
  async #loosen(word) {
    const { engine } = this;
    if (word.isRun || word.isPhrase || word.isPrefix) return;
    const near = [word.text, stem(word.text)].flatMap((text) => engine.namesOf(text)).filter(([isWhole]) => !isWhole);
    await engine.fetchTerms(near.flatMap(([, , texts]) => texts).flatMap(gramsOf));
    for (const [, factor, texts] of near) for (const text of texts) this.#holdName(word, text, factor, false);
    if (word.isLast && word.isLatin && word.text.length >= LEAST_PREFIX) {
      this.#hold(word, this.#starting(word), PREFIX_FACTOR, false);
    }
    if (word.units > 2 && word.grams) {
      for (const gram of word.grams) if (engine.word(gram)) this.#hold(word, this.#holding([gram]), PART_FACTOR, false);
    }
  }

  #holdName(word, text, factor, isWhole) {
    const grams = gramsOf(text);
    const held = this.#holding(grams);
    const rarest = grams.map((gram) => this.engine.gram(gram)).filter(Boolean).sort((one, other) => one.docs.length - other.docs.length)[0];
    if (held.size) this.#hold(word, held, factor, isWhole, rarest, 1 + GRAM_WEIGHT);
  }

  #starting(word) {
    const held = new Map();
    for (const { docs, levels } of this.engine.startingWith(word.text)) {
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
    const { engine, query } = this;
    const grams = query.excluded.map(gramsOf).filter((each) => each.length);
    await engine.fetchTerms(grams.flat());
    this.excluded = new Set(grams.flatMap((each) => [...this.#holding(each).keys()]));
  }

  // Documents

  /** The documents that are `met` and pass the filters, but for that of `but`; entries first. */
  #answers(words, met, scored, but = "") {
    const { engine } = this;
    const accepts = this.#accepts(but);
    const found = [];
    for (let doc = 0; doc < engine.info.documents; doc++) {
      if (met(doc) && !this.excluded.has(doc) && accepts(doc)) found.push(doc);
    }
    const wantsIssues = scored || this.filters.kind?.includes("issue");
    const sought = found.filter((doc) => engine.roles[doc] === ENTRY || (wantsIssues && engine.roles[doc] === ISSUE));
    return sought.length || !scored ? sought : found;
  }

  #accepts(but) {
    const { engine, filters } = this;
    const tests = [];
    const add = (name, test) => filters[name]?.length && name !== but && tests.push(test);
    const kinds = new Set(filters.kind);
    add("kind", (doc) => kinds.has(engine.info.kinds[engine.kinds[doc]]) || kinds.has(engine.info.labels[engine.kinds[doc]]));
    add("section", (doc) => filters.section.includes(engine.info.sections[engine.sections[doc]]));
    add("archive", (doc) => filters.archive.includes(engine.issues[engine.issueOf[doc]].archive));
    const inRange = (value, ranges) =>
      ranges.some((range) => {
        const [low, high = low] = range.split("..");
        return value !== "" && value !== null && (!low || +value >= +low) && (!high || +value <= +high);
      });
    add("year", (doc) => inRange(engine.issues[engine.issueOf[doc]].date.slice(0, 4), filters.year));
    add("issue", (doc) => inRange(engine.issues[engine.issueOf[doc]].number, filters.issue));
    return (doc) => tests.every((test) => test(doc));
  }

  /** Of candidates for a phrase, those where it stands in a row, as far as that is looked at. */
  async #verified(docs) {
    if (docs.length > VERIFIED) return docs;
    const needles = this.query.phrases.map(squeezed);
    const records = await Promise.all(docs.map((doc) => this.engine.record(doc)));
    const kept = records.filter(({ title, text, who }) => {
      const texts = [title, text, who].map(squeezed);
      return needles.every((needle) => texts.some((each) => each.includes(needle)));
    });
    return kept.map(({ doc }) => doc);
  }

  async #partial(words, first) {
    await Promise.all(words.map((word) => this.#loosen(word)));
    const most = words.filter((word) => !word.isRun && !word.isPhrase);
    const phrases = words.filter((word) => word.isPhrase);
    const content = most.filter((word) => word.weight === 1);
    const telling = content.length ? content : most;
    if (!telling.length) return [];
    const total = most.reduce((sum, word) => sum + word.worth, 0);
    const coverage = new Float32Array(this.engine.info.documents);
    for (const word of most) for (let doc = 0; doc < coverage.length; doc++) coverage[doc] += (word.form[doc] * word.worth) / total;
    const isHeld = (doc) => telling.some((word) => word.form[doc]) && phrases.every((word) => word.whole[doc]);
    const candidates = coverage.filter((_, doc) => isHeld(doc));
    const least = Math.max(RELAXED_SHARE * candidates.reduce((best, each) => Math.max(best, each), 0), LEAST_COVERAGE) - 1e-6;
    const taken = new Set(first);
    return this.#answers(words, (doc) => coverage[doc] >= least && isHeld(doc) && !taken.has(doc), true);
  }

  // Scores

  #scores(docs) {
    const { engine, words } = this;
    const scores = new Float64Array(engine.info.documents);
    const saturated = (level) => ((K1 + 1) * engine.weights[level & 127]) / (K1 + engine.weights[level & 127]);
    const seen = new Set();
    for (const word of words) {
      for (const [kind, text] of word.terms) {
        const term = engine[kind](text);
        if (!term || seen.has(kind + text)) continue;
        seen.add(kind + text);
        const weight = (kind === "word" ? 1 : GRAM_WEIGHT) * word.weight * engine.idf(term.docs.length);
        for (let at = 0; at < term.docs.length; at++) scores[term.docs[at]] += weight * saturated(term.levels[at]);
      }
      for (const { term, fresh, factor } of word.extra) {
        const weight = factor * word.weight * engine.idf(fresh.size);
        for (let at = 0; at < term.docs.length; at++) {
          if (fresh.has(term.docs[at])) scores[term.docs[at]] += weight * saturated(term.levels[at]);
        }
      }
      if (word.isRun) word.whole.forEach((held, doc) => held && (scores[doc] += RUN_WEIGHT * engine.idf(word.found) * 1.5));
    }
    const all = words.reduce((sum, word) => sum + word.worth, 0) || 1;
    const titled = words.filter((word) => !word.isRun);
    const everything = titled.reduce((sum, word) => sum + word.worth, 0) || 1;
    const units = titled.reduce((sum, word) => sum + word.units, 0);
    const issue = /^第? *(\d{1,6}) *期$|^(?:issue|no\.?|vol\.?) *#?(\d{1,6})$|^#(\d{1,6})$/i.exec(this.q.trim())?.slice(1).find(Boolean);
    return new Map(
      docs.map((doc) => {
        const coverage = words.reduce((sum, word) => sum + word.form[doc] * word.worth, 0) / all;
        let bonus = this.#titleBonus(doc, titled, everything, units);
        if (issue && engine.roles[doc] === ISSUE && engine.issues[engine.issueOf[doc]].number === +issue) bonus = EXACT_TITLE_BONUS;
        const factor = engine.info.roles[engine.roles[doc]] * (1 + RECENCY * engine.recency[engine.issueOf[doc]]);
        return [doc, coverage ** COVERAGE_POWER * (scores[doc] + bonus) * factor];
      }),
    );
  }

  #titleBonus(doc, titled, everything, units) {
    let [worth, filled] = [0, 0];
    for (const word of titled) {
      if (!word.inTitle[doc]) continue;
      worth += word.worth * word.form[doc];
      filled += word.units * word.weight;
    }
    if (!worth) return 0;
    const { titleUnits, nameUnits } = this.engine;
    const isWhole = titled.every((word) => word.inTitle[doc] && word.form[doc] === 1);
    if (isWhole && (titleUnits[doc] === units || nameUnits[doc] === units)) return EXACT_TITLE_BONUS;
    return TITLE_BONUS * worth * (worth / everything) * Math.min(1, filled / titleUnits[doc]);
  }

  /** Of those that share a link the best: `scores` decide, or the newest. */
  #folded(docs, scores) {
    const best = new Map();
    for (const doc of docs) {
      const key = this.engine.groups.get(doc)?.[0] ?? doc;
      const other = best.get(key);
      if (other === undefined || (scores.get(doc) ?? 0) > (scores.get(other) ?? 0)) best.set(key, doc);
    }
    return [...best.values()];
  }

  #newest = (one, other) => this.engine.issueOf[other] - this.engine.issueOf[one] || one - other;

  #ranked(docs, scored, sort) {
    const scores = scored ? this.#scores(docs) : new Map();
    const newest = docs.toSorted(this.#newest);
    const folded = scored ? this.#folded(newest, scores) : newest;
    if (!scored || sort === "newest") return folded.sort(this.#newest);
    if (sort === "oldest") return folded.sort((one, other) => this.#newest(other, one));
    return folded.sort((one, other) => scores.get(other) - scores.get(one) || this.#newest(one, other));
  }

  async #result(first, second, scored) {
    const { engine, page, perPage } = this;
    const whole = this.#ranked(first, scored, scored || this.sort === "oldest" ? this.sort : "newest");
    if (!scored && this.sort === "oldest") whole.reverse();
    const partial = this.#ranked(second, scored, "relevance");
    const listed = [...whole, ...partial.slice(0, PARTIAL_LISTED)];
    const pages = Math.ceil(listed.length / perPage);
    const from = (page - 1) * perPage;
    const shown = listed.slice(from, from + perPage);
    const hits = shown.map((doc) => this.#hit(doc));
    return {
      total: whole.length,
      partial: partial.length,
      instead: this.instead ?? "",
      pages,
      page,
      hits,
      partialShown: Math.max(0, Math.min(shown.length, from + shown.length - whole.length)),
      facets: this.#facets(whole.length ? whole : partial, scored, whole.length > 0),
      missing: this.words.filter((word) => !word.isRun && word.weight === 1 && !word.form.some(Boolean)).map((word) => word.text),
      needles: this.#needles(),
      filters: this.filters,
      excluded: this.query.excluded,
    };
  }

  async #hit(doc) {
    const { engine } = this;
    const others = (engine.groups.get(doc) ?? []).filter((other) => other !== doc);
    const also = others.map((other) => ({ issue: engine.issues[engine.issueOf[other]] }));
    const hit = await engine.record(doc);
    return { ...hit, place: engine.addressOf(hit), also, archives: engine.info.archives.length };
  }

  /** How many documents each value of kind and year would leave. */
  #facets(docs, scored, isFirst) {
    const { engine } = this;
    const content = this.words.filter((word) => word.weight === 1 && !word.isRun);
    const needed = content.length ? content : this.words.filter((word) => !word.isRun);
    const values = {
      kind: (doc) => engine.info.kinds[engine.kinds[doc]],
      year: (doc) => engine.issues[engine.issueOf[doc]].date.slice(0, 4),
      archive: (doc) => engine.issues[engine.issueOf[doc]].archive,
    };
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const chosen = this.filters[name]?.length && isFirst;
        const met = chosen ? this.#answers(needed, (doc) => needed.every((word) => word.whole[doc]), scored, name) : docs;
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
    const { engine } = this;
    return this.words
      .filter((word) => !word.isRun && (word.weight === 1 || this.words.length === 1))
      .flatMap((word) => {
        const names = [word.text, stem(word.text)].flatMap((text) => engine.namesOf(text)).flatMap(([, , texts]) => texts);
        const parts = word.units > 2 && word.grams ? word.terms.filter(([kind, text]) => kind === "word" && text.length > 1).map(([, text]) => text) : [];
        const own = { text: squeezed(word.text), isLatin: Boolean(word.isLatin), isStart: Boolean(word.isPrefix || word.isLast) };
        const root = word.isLatin && /^[a-z]{4,}$/.test(word.text) ? [{ text: stem(word.text), isLatin: true, isStart: true }] : [];
        return [own, ...root, ...[...names, ...parts].map((text) => ({ text: squeezed(text), isLatin: /^[\x00-\x7f]/.test(text) }))];
      });
  }
}

/** Folded, in lower case, without what may stand between the units of a word. */
export function squeezed(text) {
  return fold(text).text.toLowerCase().replace(/[^\p{L}\p{N}+#]/gu, "");
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

/** The window of `text` around its first marks, and the marks in it. */
export function snippet(text, needles) {
  const ranges = marksIn(text, needles);
  if (text.length <= SNIPPET_CHARS) return { text: text.replaceAll("\n", " "), ranges };
  let start = ranges.length && ranges[0][1] > SNIPPET_CHARS ? ranges[0][0] : 0;
  if (start) {
    const lead = text.slice(Math.max(0, start - LEAD), start);
    const sentence = Math.max(...[..."。！？；\n"].map((sign) => lead.lastIndexOf(sign)));
    start -= sentence < 0 ? Math.min(LEAD / 2, start) : lead.length - sentence - 1;
  }
  if (/[\udc00-\udfff]/.test(text[start])) start--;
  let end = Math.min(text.length, start + SNIPPET_CHARS);
  if (/[\udc00-\udfff]/.test(text[end] ?? "")) end++;
  const shift = start ? start - 1 : 0; // of "…"
  const inside = ranges.filter(([from, to]) => from >= start && to <= end).map((range) => range.map((at) => at - shift));
  return { text: `${start ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`.replaceAll("\n", " "), ranges: inside };
}
