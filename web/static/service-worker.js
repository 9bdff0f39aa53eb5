// Without a network: the start page, and the results that were looked at last, as they were. Nothing is answered from here
// while there is one, but files whose address names their version.

const version = new URL(location.href).searchParams.get("v");
const home = new URL("./", registration.scope).href;
const search = new URL("search", home).pathname;
const FILES_OF_SITE = `files ${search} `; // another site of this host has its own
const files = FILES_OF_SITE + version;
const PAGES = `pages ${search}`; // recent.js forgets them
const PAGES_KEPT = 20;

const FILES = ["wangqi.css", "wangqi.js", "recent.js", "narrowing.js", "favicon.svg"].map((name) => `static/${name}?v=${version}`);

addEventListener("install", (event) => {
  const addresses = [...FILES, "static/x.svg"].map((path) => new URL(path, home).href);
  event.waitUntil(Promise.all([caches.open(files).then((cache) => cache.addAll(addresses)), caches.open(PAGES).then((cache) => cache.add(home))]));
});

addEventListener("activate", (event) => {
  event.waitUntil(replaceOld());
});

/** Of a version before, the files go, and with them the pages that need them. */
async function replaceOld() {
  const old = (await caches.keys()).filter((name) => name.startsWith(FILES_OF_SITE) && name !== files);
  await Promise.all(old.map((name) => caches.delete(name)));
  if (!old.length) return;
  const pages = await caches.open(PAGES);
  await Promise.all((await pages.keys()).filter((each) => each.url !== home).map((each) => pages.delete(each)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || !request.url.startsWith(home)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (address.searchParams.get("v") === version || address.pathname.endsWith("/static/x.svg"))
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});

/** Results that a page showed in its place: recent.js sends their address. */
addEventListener("message", (event) => {
  event.waitUntil(fetched(new Request(event.data), event).catch(() => {}));
});

async function page(event) {
  const { request } = event;
  try {
    return await fetched(request, event);
  } catch {
    return (await caches.match(request)) ?? offline(request);
  }
}

async function fetched(request, event) {
  const response = await fetch(request);
  if (response.ok && isKept(request.url)) event.waitUntil(keep(request, response.clone()));
  return response;
}

/** What cannot be shown leads to what can. */
const offline = (request) => (request.url === home ? Response.error() : Response.redirect(home));

const isKept = (address) => address === home || new URL(address).pathname === search;

async function keep(request, response) {
  const pages = await caches.open(PAGES);
  await pages.put(request, response);
  const others = (await pages.keys()).filter((each) => each.url !== home);
  await Promise.all(others.slice(0, -PAGES_KEPT).map((each) => pages.delete(each)));
}
