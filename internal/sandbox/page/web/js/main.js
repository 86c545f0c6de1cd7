// Starts the page and keeps it in step with the workspace.
import { get, live } from "./api.js";
import { nameComposer, startComposer } from "./composer.js";
import { refresh } from "./conversation.js";
import { refreshDates } from "./dates.js";
import { byID } from "./dom.js";
import { refreshViews } from "./modal.js";
import { startScrolling } from "./scroll.js";
import { drawer, drawSidebar } from "./sidebar.js";
import { channel, channelsOf, store, user } from "./store.js";
import { close as closeThread, startThread } from "./thread.js";
import { drawIntro, drawTopbar } from "./topbar.js";
import { noteTraffic, restartTraffic, startTraffic, toggleTraffic } from "./traffic.js";

const minute = 60_000;
const roomy = 1080; // px from which the traffic stands beside the conversation
let started = "";

// The address says who looks at what, so that a reload, or a second window as
// another person, shows just that.
function readAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const first = store.session.first ?? {};
  const anyone = store.session.users.find((u) => u.role !== "bot" && u.role !== "deactivated")?.id;
  store.me = [wanted.get("as"), store.me, first.as, anyone].find((id) => user(id)) ?? "";
  store.channel = oneOfMine(wanted.get("channel"), store.channel, first.channel);
}

// oneOfMine returns the first of these channels that the person is in, else some
// channel, rather not a direct one.
function oneOfMine(...ids) {
  const mine = channelsOf(store.me);
  const found = ids.find((id) => mine.some((c) => c.id === id));
  return found ?? (mine.find((c) => c.kind !== "direct") ?? mine[0])?.id ?? "";
}

function writeAddress() {
  history.replaceState(null, "", `#${new URLSearchParams({ channel: store.channel, as: store.me })}`);
}

function drawAll() {
  store.unread.delete(store.channel);
  document.title = `${channel(store.channel)?.name || "Direct message"} · ${store.session.title}`;
  drawSidebar({ channel: openChannel, actAs });
  drawTopbar();
  drawIntro();
  nameComposer();
}

async function look() {
  writeAddress();
  drawAll();
  await Promise.all([refresh(), refreshViews()]);
}

function openChannel(id) {
  drawer(false);
  if (id !== store.channel) closeThread();
  store.channel = id;
  return look();
}

function actAs(id) {
  closeThread();
  store.me = id;
  store.unread.clear();
  store.channel = oneOfMine(store.channel);
  return look();
}

async function sync() {
  store.session = await get("/api/session");
  store.sockets = store.session.sockets;
  readAddress();
  await look();
}

// onOpen reads everything: at the start, and after the stream was down. A new
// process behind the same address means a new workspace.
async function onOpen(hello) {
  if (hello.boot !== started) restartTraffic();
  started = hello.boot;
  banner("");
  await sync();
  document.body.dataset.ready = "true";
}

async function onChange(changes) {
  const forMe = changes.filter((c) => !c.user || c.user === store.me);
  if (changes.some((c) => c.kind === "lost" || c.kind === "directory")) await sync();
  if (forMe.some((c) => c.kind.startsWith("message_") && c.channel === store.channel)) await refresh();
  if (forMe.some((c) => c.kind.startsWith("view_"))) await refreshViews();
  for (const c of changes) if (c.kind === "frame") noteTraffic(c.seq);
  countUnread(forMe);
  const sockets = changes.findLast((c) => c.kind.startsWith("socket_"));
  if (sockets) {
    store.sockets = sockets.sockets;
    drawTopbar();
  }
}

function countUnread(changes) {
  const elsewhere = changes.filter((c) => c.kind === "message_posted" && c.channel !== store.channel);
  for (const c of elsewhere) store.unread.set(c.channel, (store.unread.get(c.channel) ?? 0) + 1);
  if (elsewhere.length) drawSidebar({ channel: openChannel, actAs });
}

function banner(text) {
  byID("banner").textContent = text;
  byID("banner").hidden = !text;
}

function startKeys() {
  byID("scrim").addEventListener("click", () => drawer(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drawer(false);
    if (!event.altKey || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const mine = channelsOf(store.me);
    const at = mine.findIndex((c) => c.id === store.channel) + (event.key === "ArrowDown" ? 1 : -1);
    openChannel(mine.at(at % mine.length).id);
  });
  addEventListener("hashchange", () => { readAddress(); look(); });
}

startTraffic();
startComposer();
startThread();
startScrolling();
startKeys();
drawTopbar();
try {
  if (innerWidth > roomy && localStorage.getItem("traffic") === "open") toggleTraffic(true);
} catch { /* closed then */ }
setInterval(refreshDates, minute / 2);
live({ onOpen, onChange, onLost: () => banner("The connection to the demo is lost. Trying again.") });
