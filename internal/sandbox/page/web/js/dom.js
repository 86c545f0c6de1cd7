// Builds elements. A string is always a text node: no function of this page
// parses HTML, and the Content-Security-Policy (trusted types) would refuse it.

const svgNamespace = "http://www.w3.org/2000/svg";

export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), props, children);
}

function fill(el, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) el.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, v] of Object.entries(value)) if (v !== undefined && v !== null) el.dataset[key] = v;
    } else {
      el.setAttribute(name, value === true ? "" : String(value));
    }
  }
  el.append(...present(children));
  return el;
}

const present = (children) => children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false);

// put replaces what an element holds.
export function put(el, ...children) {
  el.replaceChildren(...present(children));
  return el;
}

export const byID = (id) => document.getElementById(id);

let ids = 0;
export const freshID = (prefix) => `${prefix}-${++ids}`;
