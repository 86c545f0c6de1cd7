// One message: who, when, for whom, and what.
import { avatar, slackbotAvatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { clock, fullStamp, tsDate } from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { fileAddress } from "./links.js";
import { mrkdwn } from "./mrkdwn.js";
import { isBot, store, userName } from "./store.js";

// messageNode draws a message. on.click reports a pressed element, on.thread
// opens the thread, on.source shows the message's JSON.
export function messageNode(m, on, { compact = false, replies = [], inThread = false } = {}) {
  const author = authorOf(m);
  const error = h("p", { class: "click-error", role: "alert", data: { testid: "click-error" }, hidden: true });
  const host = { act: (block, e, values, control) => on.click({ message: m, block, e, values, control, error }) };
  const when = tsDate(m.ts);
  return h("li", {
    class: ["message", m.ephemeral && "ephemeral", compact && "compact", m.notice && "notice"].filter(Boolean).join(" "),
    tabindex: "-1", "aria-label": `${author}, ${clock(when)}`,
    data: { testid: "message", ts: m.ts, ephemeral: String(Boolean(m.ephemeral)), user: m.user },
  },
    h("div", { class: "gutter" }, compact ? h("time", { class: "gutter-time" }, clock(when)) : m.notice ? slackbotAvatar() : avatar(m.user)),
    h("div", { class: "body" },
      m.ephemeral && h("p", { class: "private-note", data: { testid: "only-you" } }, icon("eye"), "Only visible to you"),
      !compact && h("div", { class: "meta" },
        h("bdi", { class: "author" }, author),
        (isBot(m.user) || m.bot_id) && h("span", { class: "badge" }, "App"),
        h("time", { datetime: when.toISOString(), title: fullStamp(when) }, clock(when)),
        m.edited && h("span", { class: "edited", data: { testid: "edited" } }, "edited")),
      !inThread && m.broadcast && h("button", { class: "thread-link", type: "button", data: { testid: "broadcast" }, on: { click: () => on.thread(m.thread_ts) } }, "replied in a thread"),
      h("div", { class: "content" }, content(m, host)),
      error,
      !inThread && replies.length > 0 && threadLink(m, replies, on)),
    !m.notice && tools(m, on, inThread));
}

export const authorOf = (m) => (m.notice ? "Slackbot" : m.user ? userName(m.user) : store.session.bot.name);

function content(m, host) {
  const parts = [];
  if (m.notice) parts.push(h("div", { class: "text" }, m.notice));
  else if (m.blocks?.length) parts.push(...renderBlocks(m.blocks, host));
  else if (m.typed) parts.push(h("div", { class: "text" }, h("code", { class: "code" }, m.text)));
  else if (m.text) parts.push(h("div", { class: "text", dir: "auto" }, mrkdwn(m.text)));
  parts.push(...(m.attachments ?? []).map((a) => attachment(a, host)));
  parts.push(...(m.files ?? []).map(file));
  return parts;
}

const colours = { good: "#2f9e6e", warning: "#d9882b", danger: "#c8402f" };

function attachment(a, host) {
  const el = h("div", { class: "attachment" }, a.blocks ? renderBlocks(a.blocks, host) : h("div", { class: "text", dir: "auto" }, mrkdwn(a.text ?? a.fallback ?? "")));
  const colour = colours[a.color] ?? a.color;
  if (/^#?[0-9a-f]{6}$/i.test(colour ?? "")) el.style.setProperty("border-inline-start-color", `#${colour.replace("#", "")}`);
  return el;
}

const file = (f) => h("a", { class: "file", href: fileAddress(f.id), download: f.name, data: { testid: "file" } },
  icon("file"), h("span", {}, h("bdi", {}, f.title || f.name), h("small", {}, `${f.name}, ${size(f.bytes)}`)));

const size = (n) => (n < 1000 ? `${n} bytes` : n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : `${(n / 1e6).toFixed(1)} MB`);

function threadLink(m, replies, on) {
  const faces = [...new Set(replies.map((r) => r.user))].slice(0, 3).map((id) => avatar(id, "mini"));
  return h("button", { class: "thread-link", type: "button", data: { testid: "thread-link" }, on: { click: () => on.thread(m.ts) } },
    faces, h("span", {}, replies.length === 1 ? "1 reply" : `${replies.length} replies`),
    h("time", {}, `last at ${clock(tsDate(replies.at(-1).ts))}`));
}

function tools(m, on, inThread) {
  const tool = (name, label, run) => h("button", { class: "tool", type: "button", "aria-label": label, title: label, data: { testid: `tool-${name}` }, on: { click: run } }, icon(name));
  return h("div", { class: "tools" },
    !inThread && !m.ephemeral && tool("thread", "Open the thread", () => on.thread(m.thread_ts || m.ts)),
    tool("braces", "Show the JSON of this message", () => on.source(m)));
}
