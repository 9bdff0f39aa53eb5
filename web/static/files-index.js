// The index of an exported site: fetches the pieces that are asked for, and says what is in them.
//
// web/export/search_files.py says which files there are, web/export/shards.py what is in those of terms.

const { setFolding } = await import(`./files-text.js${new URL(import.meta.url).search}`);

export const [ENTRY, ISSUE] = [0, 1]; // roles
const [, BOTH, SOME, WORD] = [0, 1, 2, 3]; // modes of terms

async function inflated(address, options = {}) {
  const response = await fetch(address, options);
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

/** Opens the index at `address`. Its first file is asked for anew: it names all others, which change with the site. */
export async function openIndex(address) {
  const info = JSON.parse(decoder.decode(await inflated(new URL("index.bin", address), { cache: "no-cache" })));
  if (info.format !== 1) throw new Error(`index of format ${info.format}`);
  const columns = await inflated(new URL(`${info.folder}/columns.bin`, address));
  return new FileIndex(address, info, columns);
}

class FileIndex {
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

  /** The file that the term would be in; null for a kind of terms that the archive has none of. */
  #shardOf(term) {
    const chars = [...keyOf(term)];
    const [kind, firsts] = chars.length === 1 ? ["s", this.info.single] : ["", this.info.shards];
    const group = chars.slice(0, chars[0] <= "\x7f" ? 3 : 2).join("");
    return firsts.length ? `${kind}${rangeOf(group, firsts)}` : null;
  }

  /** The words that may be typed as `letters` in pinyin, the most frequent first. */
  async sounding(letters) {
    if (!this.info.sounds.length) return [];
    const name = `p${rangeOf(letters, this.info.sounds)}.bin`;
    if (!this.#sounds.has(name)) {
      const loaded = this.#load(name).then((bytes) => JSON.parse(decoder.decode(bytes)));
      loaded.catch(() => this.#sounds.delete(name));
      this.#sounds.set(name, loaded);
    }
    return (await this.#sounds.get(name))[letters] ?? [];
  }

  async fetchTerms(terms) {
    const names = new Set([...terms].filter(Boolean).map((term) => this.#shardOf(term)).filter(Boolean));
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
      setFolding(...JSON.parse(decoder.decode(bytes)).map((chars) => [...chars]));
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
}
