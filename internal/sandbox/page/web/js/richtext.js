// rich_text blocks. Their text is literal: nothing in it is parsed.
import { h } from "./dom.js";
import { link } from "./links.js";
import { dateToken } from "./dates.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, groupMention, userMention } from "./mention.js";
import { unknown } from "./unknown.js";

const containers = {
  rich_text_section: (c) => h("div", { class: "rt-section" }, elements(c.elements)),
  rich_text_quote: (c) => h("blockquote", {}, elements(c.elements)),
  rich_text_preformatted: (c) => h("pre", { class: "pre" }, elements(c.elements)),
  rich_text_list: list,
};

export function richText(block) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map((c) => containers[c.type]?.(c) ?? unknown(c)));
}

function list(c) {
  const indent = Math.min(Number(c.indent) || 0, 8);
  const ordered = c.style === "ordered";
  return h(ordered ? "ol" : "ul", {
    class: `rt-list indent-${indent}${c.border ? " bordered" : ""}`,
    start: ordered && c.offset ? Number(c.offset) + 1 : undefined,
  }, (c.elements ?? []).map((item) => h("li", { dir: "auto" }, elements(item.elements))));
}

const leaves = {
  text: (e) => lines(e.text ?? ""),
  link: (e) => link(e.url, e.text || e.url),
  user: (e) => userMention(e.user_id),
  usergroup: (e) => groupMention(e.usergroup_id),
  channel: (e) => channelMention(e.channel_id),
  broadcast: (e) => broadcast(e.range),
  emoji: (e) => (e.unicode ? fromUnicode(e.unicode) : emoji(e.name)),
  date: (e) => dated(e),
  color: (e) => swatch(e.value),
};

function elements(list) {
  return (list ?? []).map((e) => {
    const leaf = leaves[e.type];
    return leaf ? styled(leaf(e), e.style) : unknown(e);
  });
}

const lines = (text) => text.split(/(\n)/).map((part) => (part === "\n" ? h("br") : part));

function fromUnicode(hex) {
  const points = hex.split("-").map((p) => Number.parseInt(p, 16));
  return points.every((p) => p > 0 && p <= 0x10ffff) ? String.fromCodePoint(...points) : hex;
}

function dated(e) {
  const date = dateToken(e.timestamp, e.format ?? "", e.fallback ?? "");
  return e.url ? link(e.url, date) : date;
}

function swatch(value) {
  const chip = h("span", { class: "swatch", "aria-hidden": "true" });
  if (/^#[0-9a-f]{3,8}$/i.test(value)) chip.style.setProperty("background", value);
  return h("code", { class: "code" }, chip, value);
}

function styled(node, style) {
  let out = node;
  if (style?.code) out = h("code", { class: "code" }, out);
  if (style?.strike) out = h("del", {}, out);
  if (style?.italic) out = h("em", {}, out);
  if (style?.bold) out = h("strong", {}, out);
  return out;
}
