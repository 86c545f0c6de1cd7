// markdown blocks: the part of standard Markdown that Slack draws.
import { h } from "./dom.js";
import { link } from "./links.js";
import { withEmoji } from "./emoji.js";
import { scrollable } from "./table.js";

const rules = [
  [/^```/, fence],
  [/^#{1,6}\s/, heading],
  [/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, (lines) => [h("hr"), lines.slice(1)]],
  [/^>/, quote],
  [/^\s*(?:[-*+]|\d+[.)])\s+/, list],
  [/^\|?.*\|.*$/, pipeTable],
];

export function markdown(text) {
  const out = [];
  let lines = text.replace(/\r\n?/g, "\n").split("\n");
  while (lines.length) {
    if (!lines[0].trim()) {
      lines = lines.slice(1);
      continue;
    }
    const rule = rules.find(([pattern]) => pattern.test(lines[0]));
    const result = rule?.[1](lines) ?? paragraph(lines);
    out.push(result[0]);
    lines = result[1];
  }
  return out;
}

const startsBlock = (line) => rules.slice(0, 5).some(([pattern]) => pattern.test(line));

function paragraph(lines) {
  let n = 1;
  while (n < lines.length && lines[n].trim() && !startsBlock(lines[n])) n++;
  return [h("p", { dir: "auto" }, broken(lines.slice(0, n))), lines.slice(n)];
}

const broken = (lines) => lines.flatMap((line, i) => [i > 0 && h("br"), ...spans(line)]);

function fence(lines) {
  const end = lines.findIndex((line, i) => i > 0 && line.startsWith("```"));
  const stop = end < 0 ? lines.length : end;
  return [h("pre", { class: "pre" }, lines.slice(1, stop).join("\n")), lines.slice(stop + 1)];
}

function heading(lines) {
  const [, marks, text] = /^(#+)\s+(.*?)\s*#*$/.exec(lines[0]) ?? [undefined, "#", ""];
  return [h(`h${Math.min(marks.length + 2, 6)}`, { dir: "auto" }, spans(text)), lines.slice(1)];
}

function quote(lines) {
  let n = 0;
  while (n < lines.length && lines[n].startsWith(">")) n++;
  return [h("blockquote", {}, markdown(lines.slice(0, n).map((l) => l.replace(/^> ?/, "")).join("\n"))), lines.slice(n)];
}

function list(lines) {
  const item = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
  const [, indent, mark] = item.exec(lines[0]);
  const ordered = /\d/.test(mark);
  const out = h(ordered ? "ol" : "ul", { class: "rt-list", start: ordered ? Number.parseInt(mark, 10) : undefined });
  let n = 0;
  while (n < lines.length) {
    const m = item.exec(lines[n]);
    if (!m || m[1].length < indent.length || (m[1].length === indent.length && /\d/.test(m[2]) !== ordered)) break;
    if (m[1].length > indent.length && out.lastChild) {
      const [inner, rest] = list(lines.slice(n));
      out.lastChild.append(inner);
      n = lines.length - rest.length;
      continue;
    }
    const task = /^\[([ xX])\]\s+(.*)$/.exec(m[3]);
    out.append(h("li", { dir: "auto" }, task && (task[1] === " " ? "☐ " : "☑ "), spans(task ? task[2] : m[3])));
    n++;
  }
  return [out, lines.slice(n)];
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((c) => c.trim());

function pipeTable(lines) {
  if (!/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[1] ?? "") || !lines[1].includes("-")) return undefined;
  const align = cells(lines[1]).map((c) => (/^:-+:$/.test(c) ? "center" : /-:$/.test(c) ? "right" : "left"));
  let n = 2;
  while (n < lines.length && lines[n].includes("|")) n++;
  const row = (line, tag) => h("tr", {}, cells(line).map((c, i) => h(tag, { class: `align-${align[i] ?? "left"}`, dir: "auto" }, spans(c))));
  return [scrollable("Table", h("table", { class: "grid" }, h("thead", {}, row(lines[0], "th")),
    h("tbody", {}, lines.slice(2, n).map((l) => row(l, "td"))))), lines.slice(n)];
}

const inlineRules = [
  [/^\\([\\`*_{}[\]()#+.!~|<>-])/, (m) => m[1]],
  [/^`([^`]+)`/, (m) => h("code", { class: "code" }, m[1])],
  [/^\*\*(?=\S)(.+?)\*\*/, (m) => h("strong", {}, spans(m[1]))],
  [/^__(?=\S)(.+?)__(?!\w)/, (m) => h("strong", {}, spans(m[1]))],
  [/^~~(?=\S)(.+?)~~/, (m) => h("del", {}, spans(m[1]))],
  [/^\*(?=[^\s*])(.+?)\*/, (m) => h("em", {}, spans(m[1]))],
  [/^_(?=[^\s_])(.+?)_(?!\w)/, (m) => h("em", {}, spans(m[1]))],
  [/^!?\[([^\]]*)\]\(([^()\s]+)\)/, (m) => link(m[2], ...spans(m[1] || m[2]))],
  [/^<(https?:[^<>\s]+|mailto:[^<>\s]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<>)]+/, (m) => link(m[0], m[0])],
];

function spans(text) {
  const out = [];
  let literal = "";
  for (let i = 0; i < text.length;) {
    const special = /[\\`*_~![<h]/.test(text[i]) && !(text[i] === "_" && /\w/.test(text[i - 1] ?? ""));
    const hit = special && inlineRules.map(([p, make]) => [p.exec(text.slice(i)), make]).find(([m]) => m);
    if (!hit) {
      literal += text[i++];
      continue;
    }
    if (literal) out.push(withEmoji(literal));
    literal = "";
    out.push(hit[1](hit[0]));
    i += hit[0][0].length;
  }
  if (literal) out.push(withEmoji(literal));
  return out;
}
