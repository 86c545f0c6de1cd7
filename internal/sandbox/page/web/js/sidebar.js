// The left side: workspace, channels, and the person one acts as.
import { avatar } from "./avatar.js";
import { clock } from "./dates.js";
import { byID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { channelIcon, channelTitle, channelsOf, roleName, store, user, userName, zone } from "./store.js";

const groups = [
  ["Channels", (c) => c.kind !== "direct"],
  ["Direct messages", (c) => c.kind === "direct"],
];

// drawSidebar draws everything anew; on has channel(id) and actAs(id).
export function drawSidebar(on) {
  const mine = channelsOf(store.me);
  const focused = document.activeElement?.dataset?.testid;
  put(byID("sidebar"), 
    h("header", { class: "workspace" },
      h("span", { class: "workspace-mark", "aria-hidden": "true" }, [...(store.session.team.name ?? "W")][0]),
      h("div", {}, h("strong", { dir: "auto" }, store.session.team.name), h("small", {}, "Demo, all on this machine")),
      h("button", { class: "tool only-phone", type: "button", "aria-label": "Close the channel list", on: { click: () => drawer(false) } }, icon("close"))),
    h("nav", { "aria-label": "Channels", class: "channels" }, groups.map(([title, belongs]) => group(title, mine.filter(belongs), on))),
    persona(on));
  if (focused?.startsWith("channel-") || focused === "act-as") byID("sidebar").querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

function group(title, channels, on) {
  if (!channels.length) return null;
  return h("section", {}, h("h2", {}, title), h("ul", {}, channels.map((c) => h("li", {}, entry(c, on)))));
}

const kindNote = { private: "private", shared: "shared with another organisation", direct: "direct messages" };

function entry(c, on) {
  const unread = store.unread.get(c.id) ?? 0;
  const current = c.id === store.channel;
  const other = c.members.find((id) => id !== store.me);
  return h("button", {
    class: ["channel", current && "current", unread > 0 && "unread"].filter(Boolean).join(" "), type: "button",
    "aria-current": current ? "page" : undefined, title: kindNote[c.kind] ? `${channelTitle(c)}: ${kindNote[c.kind]}` : undefined,
    data: { testid: `channel-${c.id}` }, on: { click: () => on.channel(c.id) },
  },
    c.kind === "direct" ? avatar(other, "mini") : icon(channelIcon(c)),
    h("span", { class: "channel-name", dir: "auto" }, channelTitle(c)),
    kindNote[c.kind] && h("span", { class: "visually-hidden" }, `, ${kindNote[c.kind]}`),
    unread > 0 && h("span", { class: "count" }, String(unread), h("span", { class: "visually-hidden" }, " new")));
}

// persona is a native select under a drawn card: it works on a phone, by
// keyboard and with a screen reader, and looks like what it does.
function persona(on) {
  const me = user(store.me);
  const select = h("select", { id: "act-as", "aria-label": "Act as", data: { testid: "act-as" }, on: { change: (event) => on.actAs(event.target.value) } },
    store.session.users.filter((u) => u.role !== "bot").map((u) => h("option", { value: u.id, selected: u.id === store.me }, `${userName(u.id)} (${roleName(u)})`)));
  return h("div", { class: "persona" },
    h("p", { class: "persona-title", "aria-hidden": "true" }, "You act as"),
    h("div", { class: "persona-card" }, avatar(store.me),
      h("div", { class: "persona-text", "aria-hidden": "true" }, h("strong", { dir: "auto" }, userName(store.me)), h("small", {}, `${roleName(me)} · ${clock(new Date())} ${zoneName()}`)),
      icon("chevron"), select));
}

const zoneName = () => zone().split("/").at(-1).replaceAll("_", " ");

// drawer opens or closes the channel list on a phone.
export function drawer(open) {
  document.body.classList.toggle("drawer-open", open);
  byID("menu-toggle")?.setAttribute("aria-expanded", String(open));
  byID("conversation").inert = open;
  if (open) byID("sidebar").querySelector(".channel.current, .channel")?.focus();
}
