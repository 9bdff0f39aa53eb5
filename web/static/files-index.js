// The index of an exported site: fetches the pieces that are asked for, and says what is in them.
//
// web/export/search_files.py says which files there are, web/export/shards.py what is in those of terms.

const { own, setFolding, stem } = await import(`./files-text.js${new URL(import.meta.url).search}`);

export const [ENTRY, ISSUE] = [0, 1]; // roles
export const [ENGLISH, SAME, TRANSLATION] = [0, 1, 2]; // kinds of other names; synonyms are 3
const [, BOTH, SOME, WORD] = [0, 1, 2, 3]; // modes of terms

async function inflated(address, options = {}) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(
    await new Response(response.body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
  );
}

const decoder = new TextDecoder();
const chinese = new TextDecoder("gb18030");

/** A text in GB 18030, or in UTF-8 behind its mark. */
export const textOf = (bytes) => (bytes[0] === 0xef && bytes[1] === 0xbb ? decoder : chinese).decode(bytes);

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

/** The terms of a file: `grams` and `words`, text → `{docs, levels}`, words by their stems, the other names, and heads.
 *  `usual` says at which level a term stands in a document, and in its title, that stands there once. */
function readShard(bytes, usual) {
  const reader = new Reader(bytes);
  const count = reader.number();
  const [shared, rests, modes] = [0, 1, 2].map(() => reader.numbers(count));
  const terms = Array.from(modes, (mode) => ({ mode, size: reader.number() }));
  let text = "";
  terms.forEach((term, at) => {
    const units = reader.numbers(rests[at]);
    if (units.length) units[0] += text.charCodeAt(shared[at]) || 0; // modulo 2 ** 16, as numbers are here
    term.text = text = text.slice(0, shared[at]) + String.fromCharCode(...units);
  });
  for (const term of terms) {
    let last = 0;
    term.docs = Int32Array.from({ length: term.size }, () => (last += reader.number()));
  }
  for (const term of terms) {
    term.levels = reader.take(term.size).map((byte, at) => (byte & 128) | ((byte + usual[byte >> 7][term.docs[at]]) & 127));
  }
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
  const [names, heads] = JSON.parse(textOf(bytes.subarray(reader.at)));
  const stems = new Map();
  for (const word of words.keys()) {
    if (/^[a-z]+$/.test(word)) stems.set(`~${stem(word)}`, [...(stems.get(`~${stem(word)}`) ?? []), word]);
  }
  return { grams, words, stems, names, heads };
}

/** Terms as one, which stands wherever one of them does. */
function merged(terms) {
  const levels = new Map();
  for (const { docs, levels: own } of terms) docs.forEach((doc, at) => levels.set(doc, Math.max(levels.get(doc) ?? 0, own[at])));
  const docs = [...levels.keys()].sort((one, other) => one - other);
  return { docs, levels: docs.map((doc) => levels.get(doc)) };
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

/** The host of a link without `www.`; "" where it has none. */
const siteOf = (url) => (/^https?:\/\/(?:[^/?#]*@)?([^/?#:]+)/i.exec(url)?.[1] ?? "").toLowerCase().replace(/^www\./, "");

const keyOf = (term) => term.replace(/^[~.]+(?=.)/u, "");

/** Opens the index at `address`. Its first file is asked for anew: it names all others, which change with the site. */
export async function openIndex(address) {
  const info = JSON.parse(textOf(await inflated(new URL("index.bin", address), { cache: "no-cache" })));
  if (info.format !== 3) throw new Error(`index of format ${info.format}`);
  const columns = await inflated(new URL(`${info.folder}/columns.bin`, address));
  return new FileIndex(address, info, columns);
}

class FileIndex {
  #address;
  #shards = new Map();
  #files = new Map();
  #heads = new Map();
  #readings = new Map();
  #folding;

  constructor(address, info, columns) {
    this.#address = address;
    this.info = info;
    this.ranking = info.ranking;
    const count = info.documents;
    const reader = new Reader(columns);
    const flags = reader.numbers(count);
    this.kinds = flags.map((byte) => byte & 31);
    this.roles = flags.map((byte) => (byte >> 5) & 3);
    this.titleUnits = reader.numbers(count);
    this.nameMarks = reader.numbers(count);
    this.usual = [reader.numbers(count), this.titleUnits.map((units) => info.titleLevels[units])];
    this.#number(flags);
    this.entriesOfYears = new Map();
    for (let doc = 0; doc < count; doc++) {
      const year = this.issues[this.issueOf[doc]].date.slice(0, 4);
      if (this.roles[doc] === ENTRY) this.entriesOfYears.set(year, (this.entriesOfYears.get(year) ?? 0) + 1);
    }
    this.groups = new Map(info.groups.flatMap((group) => group.map((doc) => [doc, group])));
    this.weights = Float32Array.from({ length: 128 }, (_, level) => info.scale[0] * info.scale[1] ** level);
    this.stop = new Set(info.stop.split(" "));
    this.particles = new Set(info.particles);
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
    return inflated(new URL(`${this.info.folder}/${name}.bin`, this.#address));
  }

  /** A file of JSON, at an address from that of the index. */
  #json(path) {
    if (!this.#files.has(path)) {
      const loaded = inflated(new URL(path, this.#address)).then((bytes) => JSON.parse(textOf(bytes)));
      loaded.catch(() => this.#files.delete(path)); // it may be there the next time
      this.#files.set(path, loaded);
    }
    return this.#files.get(path);
  }

  /** The file that the term would be in; null for a kind of terms that the archive has none of. */
  #shardOf(term) {
    const chars = [...keyOf(term)];
    const kind = chars.length === 1 ? "s" : "";
    const group = chars.slice(0, chars[0] <= "\x7f" ? 3 : 2).join("");
    const firsts = this.info.firsts[kind];
    return firsts.length ? `${kind}${rangeOf(group, firsts)}` : null;
  }

  /** The files of `kind` that hold the keys which begin with `start`. */
  #filesFrom(kind, start) {
    const firsts = this.info.firsts[kind];
    const from = rangeOf(start, firsts);
    const to = rangeOf(`${start}\uffff`, firsts);
    return firsts.length ? Array.from({ length: to - from + 1 }, (_, at) => `${kind}${from + at}`) : [];
  }

  /** The words that may be typed as `letters` in pinyin, or by their initials, the most frequent first. */
  async sounding(letters) {
    return (await this.#sounding(letters)).map((word) => word.replace("?", ""));
  }

  /** Of these the ones that may take the place of Han characters. */
  async replacing(letters) {
    return (await this.#sounding(letters)).filter((word) => word[0] !== "?");
  }

  async #sounding(letters) {
    const { folder, firsts } = this.info;
    if (!firsts.p.length) return [];
    return own(await this.#json(`${folder}/p${rangeOf(letters, firsts.p)}.bin`), letters) ?? [];
  }

  /** Of common Han characters the syllables that they are read as, the commonest first. */
  async readings() {
    const bySyllable = Object.entries(await this.#json(`${this.info.folder}/readings.bin`));
    if (this.#readings.size) return this.#readings;
    for (const order of [0, 1]) {
      for (const [syllable, chars] of bySyllable) for (const char of chars[order] ?? "") this.#readings.set(char, [...(this.#readings.get(char) ?? []), syllable]);
    }
    return this.#readings;
  }

  /** The Latin words that begin with `start`, each with how many documents hold it. */
  async latinWords(start) {
    const files = this.#filesFrom("w", start).map((name) => this.#json(`${this.info.folder}/${name}.bin`));
    return (await Promise.all(files)).flatMap(Object.entries).filter(([word]) => word.startsWith(start));
  }

  /** Of each document the keys that filter `name` compares. */
  async valuesOf(name) {
    const [keys, column] = await this.#json(`${this.info.folder}/${name}.bin`);
    return (doc) => keys[column[doc]];
  }

  fetchTerms(terms) {
    return this.#fetchShards([...terms].filter(Boolean).map((term) => this.#shardOf(term)).filter(Boolean));
  }

  /** Fetches the terms that begin with `prefix`: of short ones there are several files. */
  fetchStarting(prefix) {
    return prefix.length < 3 && prefix.length > 1 ? this.#fetchShards(this.#filesFrom("", prefix)) : this.fetchTerms([prefix]);
  }

  async #fetchShards(names) {
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        if (!this.#shards.has(name)) this.#shards.set(name, this.#load(name).then((bytes) => readShard(bytes, this.usual)));
        try {
          const shard = await this.#shards.get(name);
          this.#shards.set(name, shard);
          for (const [doc, ...head] of shard.heads) this.#heads.set(doc, head);
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

  word = (term) => (term[0] === "~" ? this.#stem(term) : this.#lookUp("words", term));

  /** What words have in common that end otherwise. */
  #stem(term) {
    const words = (this.#lookUp("stems", term) ?? []).map((word) => this.#lookUp("words", word));
    const terms = [...words, this.#lookUp("words", term)].filter(Boolean);
    return terms.length > 1 ? merged(terms) : terms[0];
  }

  namesOf = (term) => own(this.#shards.get(this.#shardOf(term))?.names, term) ?? [];

  /** The grams that start so, of files that are there. */
  startingWith(prefix) {
    const shards = [...this.#shards.values()].filter((shard) => shard.grams);
    return shards.flatMap(({ grams }) => [...grams.values()].filter(({ text }) => text.startsWith(prefix)));
  }

  /** The table of characters that are written in several ways. */
  folding() {
    this.#folding ??= this.#load("fold").then((bytes) => {
      setFolding(...JSON.parse(textOf(bytes)).map((chars) => [...chars]));
    });
    return this.#folding;
  }

  /** What a hit shows of a document. */
  async record(doc) {
    const issue = this.issues[this.issueOf[doc]];
    const records = await this.#json(`entries/${issue.digest}-${this.pieceOf[doc]}.bin`);
    return this.#shown(doc, records[this.placeOf[doc]]);
  }

  /** The same without its text, where that came with the terms; else null. */
  head(doc) {
    const head = this.#heads.get(doc);
    return head ? this.#shown(doc, [head[0], null, ...head.slice(1)]) : null;
  }

  #shown(doc, [title, text, url, anchor, part, who]) {
    const issue = this.issues[this.issueOf[doc]];
    const hit = { doc, title, text, url, anchor, part, who, issue, kind: this.info.kinds[this.kinds[doc]], role: this.roles[doc] };
    return { ...hit, site: siteOf(url), place: this.addressOf(hit) };
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
}
