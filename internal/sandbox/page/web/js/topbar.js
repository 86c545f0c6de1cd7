// The head of the conversation, and how it begins.
import { byID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { write } from "./composer.js";
import { drawer } from "./sidebar.js";
import { channel, channelIcon, channelTitle, store } from "./store.js";
import { toggleTraffic, trafficOpen } from "./traffic.js";

const themes = { auto: "light", light: "dark", dark: "auto" };
const themeNames = { auto: "as the system", light: "light", dark: "dark" };

export function drawTopbar() {
  const c = channel(store.channel);
  put(byID("topbar"), 
    h("button", { id: "menu-toggle", class: "tool only-phone", type: "button", "aria-label": "Channels", "aria-expanded": "false", "aria-controls": "sidebar", data: { testid: "menu" }, on: { click: () => drawer(true) } }, icon("menu")),
    h("h1", { class: "topbar-title" }, icon(channelIcon(c)), h("span", { dir: "auto" }, channelTitle(c))),
    c?.kind === "shared" && h("span", { class: "tag" }, "Shared"),
    c?.kind === "private" && h("span", { class: "tag" }, "Private"),
    c?.archived && h("span", { class: "tag" }, "Archived"),
    h("span", { class: "spacer" }), connection(), themeButton(), trafficButton());
}

function connection() {
  const n = store.sockets;
  return h("span", { class: n > 0 ? "connection on" : "connection off", data: { testid: "connection" }, title: "Open Socket Mode connections of the app" },
    h("span", { class: "dot", "aria-hidden": "true" }), n > 0 ? (n === 1 ? "App connected" : `App connected, ${n} sockets`) : "App not connected");
}

function themeButton() {
  const now = document.documentElement.dataset.theme ?? "auto";
  const label = `Colours: ${themeNames[now]}. Switch to ${themeNames[themes[now]]}.`;
  return h("button", { class: "tool", type: "button", "aria-label": label, title: label, data: { testid: "theme" }, on: { click: nextTheme } }, icon(now));
}

function nextTheme() {
  const next = themes[document.documentElement.dataset.theme ?? "auto"];
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch { /* not kept then */ }
  drawTopbar();
  byID("topbar").querySelector("[data-testid=theme]").focus();
}

function trafficButton() {
  return h("button", {
    id: "traffic-toggle", class: "btn small", type: "button", "aria-expanded": String(trafficOpen()), "aria-controls": "traffic", "aria-label": "Traffic",
    data: { testid: "traffic-toggle" }, on: { click: () => toggleTraffic() },
  }, icon("pulse"), h("span", { class: "btn-label" }, "Traffic"));
}

const beginnings = {
  private: "A private channel. Answers to commands are for your eyes only until you share them.",
  shared: "People of another organisation read along here.",
  direct: "Only the two of you read along here.",
  public: "Everybody of the workspace can read along here. Answers to commands are for your eyes only until you share them.",
};

// drawIntro says once, at the top of each channel, what one can do.
export function drawIntro() {
  const c = channel(store.channel);
  put(byID("intro"), h("div", { class: "intro" },
    h("h2", { dir: "auto" }, icon(channelIcon(c)), channelTitle(c)),
    h("p", {}, beginnings[c?.kind] ?? beginnings.public),
    h("div", { class: "hint", data: { testid: "hint" } },
      h("p", {}, "Type ", h("code", { class: "code" }, `${store.session.command} ${store.session.examples[0] ?? ""}`.trim()), " to see which of its objects have no backup."),
      h("div", { class: "hint-actions" }, store.session.examples.map((text) => example(text))))));
}

function example(text) {
  const whole = `${store.session.command} ${text}`.trim();
  return h("button", { class: "chip example", type: "button", data: { testid: "example" }, on: { click: () => write(whole) } }, whole);
}
