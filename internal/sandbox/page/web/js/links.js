// Addresses that a click may follow.
import { h } from "./dom.js";
import { store } from "./store.js";

// safeURL returns the URL if a click may follow it, else "".
export function safeURL(raw) {
  try {
    const url = new URL(raw);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

// fileOf returns where this page keeps a file of the app, given its address in
// Slack (/files/<user>/<file>/<name> below the team's host), else "".
export function fileOf(raw) {
  const parts = /^https:\/\/[\w-]+\.slack\.com\/files\/(\w+)\/(\w+)(?:\/[^/]*)?$/.exec(raw ?? "");
  return parts && parts[1] === store.session.bot.user_id ? fileAddress(parts[2]) : "";
}

export const fileAddress = (id) => `/api/file?${new URLSearchParams({ id, as: store.me })}`;

// link opens elsewhere and tells the other side nothing about this page. A file
// of the app is downloaded.
export function link(raw, ...children) {
  const file = fileOf(raw);
  if (file) return h("a", { class: "link", href: file, download: "", data: { testid: "file-link" } }, ...children);
  const href = safeURL(raw);
  if (!href) return h("span", { class: "dead-link", title: "This address cannot be opened." }, ...children);
  return h("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
