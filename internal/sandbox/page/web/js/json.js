// JSON as coloured text nodes.
import { h } from "./dom.js";

const piece = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function prettyJSON(value) {
  const text = JSON.stringify(value, null, 2) ?? String(value);
  const out = h("pre", { class: "json", tabindex: "0" });
  let last = 0;
  for (const match of text.matchAll(piece)) {
    out.append(text.slice(last, match.index));
    const [whole, string, colon, word] = match;
    if (colon) out.append(h("span", { class: "j-key" }, string), colon);
    else out.append(h("span", { class: string ? "j-string" : word ? "j-word" : "j-number" }, whole));
    last = match.index + whole.length;
  }
  out.append(text.slice(last));
  return out;
}

// decoded reads a body of the traffic: JSON, or a form whose fields may hold JSON.
export function decoded(body) {
  const json = parsed(body);
  if (json !== undefined) return json;
  if (!/^[\w.[\]%-]+=[^\s]*$/.test(body)) return undefined;
  const fields = {};
  for (const [key, value] of new URLSearchParams(body)) fields[key] = /^[[{]/.test(value) ? parsed(value) ?? value : value;
  return fields;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
