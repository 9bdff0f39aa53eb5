// Elements of the search page.

const { write } = await import(`./files-request.js${new URL(import.meta.url).search}`);

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) node.setAttribute(name, value);
  node.append(...children.flat(9).filter((child) => child || child === 0));
  return node;
}

export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

export function marked(text, ranges) {
  const parts = [];
  let end = 0;
  for (const [start, stop] of ranges) {
    parts.push(text.slice(end, start), el("mark", {}, text.slice(start, stop)));
    end = stop;
  }
  return [...parts, text.slice(end)];
}

/** A link to another search of the page, which takes no page load. */
export const link = (request, label, attributes = {}) => el("a", { ...attributes, href: write(request), "data-step": "" }, label);
