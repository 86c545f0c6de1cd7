// Slack's mrkdwn, parsed into nodes. What it does with hostile text is what
// Slack does: a live <!channel> shows as a mention, so a missing escape is seen.
import { h } from "./dom.js";
import { link } from "./links.js";
import { channelMention, groupMention, userMention, broadcast } from "./mention.js";
import { dateToken } from "./dates.js";
import { emoji } from "./emoji.js";

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (e) => entities[e]);
const styles = { "*": "strong", _: "em", "~": "del" };
const wordCharacter = /[\p{L}\p{N}]/u;

// mrkdwn returns the nodes of a text. verbatim leaves bare addresses and
// @channel as they are; without it Slack makes them live.
export function mrkdwn(text, { verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, i) => {
    if (i % 2) out.append(h("pre", { class: "pre" }, references(part.replace(/^\n|\n$/g, ""))));
    else quotesAndLines(part, out, verbatim, i > 0);
  });
  return out;
}

function quotesAndLines(text, out, verbatim, afterPre) {
  if (afterPre) text = text.replace(/^\n/, "");
  let plain = [];
  let quoted = [];
  const flushPlain = () => {
    if (plain.length) out.append(...inline(plain.join("\n"), verbatim));
    plain = [];
  };
  const flushQuote = () => {
    if (quoted.length) out.append(h("blockquote", {}, inline(quoted.join("\n"), verbatim)));
    quoted = [];
  };
  if (!text) return;
  for (const line of text.split("\n")) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quote) {
      flushPlain();
      quoted.push(quote[1]);
    } else {
      flushQuote();
      plain.push(line);
    }
  }
  flushPlain();
  flushQuote();
}

// inline walks once from left to right; every branch consumes at least one character.
function inline(text, verbatim) {
  const nodes = [];
  let literal = "";
  const flush = () => {
    if (literal) nodes.push(literal);
    literal = "";
  };
  for (let i = 0; i < text.length;) {
    const found = token(text, i, verbatim);
    if (found) {
      flush();
      nodes.push(found.node);
      i += found.length;
    } else {
      literal += text[i++];
    }
  }
  flush();
  return nodes;
}

function token(text, i, verbatim) {
  const c = text[i];
  if (c === "<") return referenceAt(text, i);
  if (c === "&") return entityAt(text, i);
  if (c === "`") return codeAt(text, i);
  if (c === "\n") return { node: h("br"), length: 1 };
  if (c === ":") return emojiAt(text, i);
  if (styles[c]) return styledAt(text, i, verbatim);
  if (!verbatim && c === "h") return addressAt(text, i);
  if (!verbatim && c === "@") return broadcastAt(text, i);
  return undefined;
}

function referenceAt(text, i) {
  const match = /^<([^\s<>][^<>\n]*)>/.exec(text.slice(i));
  return match && { node: reference(match[1]), length: match[0].length };
}

function entityAt(text, i) {
  const match = /^&(?:amp|lt|gt);/.exec(text.slice(i, i + 5));
  return match && { node: entities[match[0]], length: match[0].length };
}

function codeAt(text, i) {
  const match = /^`([^`\n]+)`/.exec(text.slice(i));
  return match && { node: h("code", { class: "code" }, references(match[1])), length: match[0].length };
}

function emojiAt(text, i) {
  const match = /^:([a-z0-9_+-]+):/.exec(text.slice(i));
  if (!match || emoji(match[1]) === match[0]) return undefined;
  return { node: emoji(match[1]), length: match[0].length };
}

function addressAt(text, i) {
  const match = /^https?:\/\/[^\s<>|]+/.exec(text.slice(i));
  if (!match || wordCharacter.test(text[i - 1] ?? "")) return undefined;
  const address = match[0].replace(/[.,;:!?)*_~`]+$/, "");
  return { node: link(unescape(address), unescape(address)), length: address.length };
}

function broadcastAt(text, i) {
  const match = /^@(channel|here|everyone)\b/.exec(text.slice(i));
  if (!match || wordCharacter.test(text[i - 1] ?? "")) return undefined;
  return { node: broadcast(match[1]), length: match[0].length };
}

// styledAt finds *bold*, _italic_ and ~strike~: the mark stands at the edge of
// a word, hugs its text, and closes on the same line.
function styledAt(text, i, verbatim) {
  const mark = text[i];
  if (wordCharacter.test(text[i - 1] ?? "") || text[i - 1] === mark || /[\s]/.test(text[i + 1] ?? " ") || text[i + 1] === mark) {
    return undefined;
  }
  for (let j = i + 2; j < text.length && text[j] !== "\n"; j++) {
    const skipped = text[j] === "<" ? referenceAt(text, j) : text[j] === "`" ? codeAt(text, j) : undefined;
    if (skipped) j += skipped.length - 1;
    else if (text[j] === mark && !/\s/.test(text[j - 1]) && !wordCharacter.test(text[j + 1] ?? "") && text[j + 1] !== mark) {
      return { node: h(styles[mark], {}, inline(text.slice(i + 1, j), verbatim)), length: j - i + 1 };
    }
  }
  return undefined;
}

// references resolves only <…> and entities, as inside code.
function references(text) {
  return text.split(/(<[^\s<>][^<>\n]*>)/).map((part, i) => (i % 2 ? reference(part.slice(1, -1)) : unescape(part)));
}

function reference(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  const kind = target[0];
  if (kind === "@") return userMention(target.slice(1), label);
  if (kind === "#") return channelMention(target.slice(1), label);
  if (kind === "!") return special(target.slice(1), label);
  const address = unescape(target);
  return link(address, label || address.replace(/^mailto:/, ""));
}

function special(command, label) {
  const [name, ...rest] = command.split("^");
  if (name === "date") {
    const date = dateToken(rest[0], rest[1] ?? "", label);
    return rest[2] ? link(unescape(rest[2]), date) : date;
  }
  if (name === "subteam") return groupMention(rest[0], label);
  if (["channel", "here", "everyone"].includes(name)) return broadcast(name);
  return h("span", {}, label || `<!${command}>`);
}
