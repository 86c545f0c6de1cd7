// The developer's panel: every frame between the app and Slack, as it was.
import { get } from "./api.js";
import { byID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { decoded, prettyJSON } from "./json.js";
import { busy } from "./pending.js";
import { tsDate } from "./dates.js";

const most = 400; // frames kept on the page
const kinds = { socket: "Socket", api: "Web API", response_url: "response_url", upload: "Upload" };
let frames = [];
let last = 0;
let seen = 0;
let paused = false;
let asking = false;
let life = 0; // grows when the workspace behind the page is another one
let filter;
let list;
let count;
const hidden = new Set();

export function startTraffic() {
  filter = h("input", { class: "field", type: "search", placeholder: "Filter", "aria-label": "Filter the traffic", data: { testid: "traffic-filter" }, on: { input: draw } });
  list = h("ol", { class: "frames", data: { testid: "traffic-list" } });
  count = h("span", { class: "frames-count", role: "status" });
  byID("traffic").append(
    h("header", { class: "panel-head" }, h("h2", {}, "Traffic"), count, h("span", { class: "spacer" }), pauseButton(),
      toolButton("trash", "Clear the list", () => { frames = []; draw(); }),
      toolButton("close", "Close the traffic panel", () => toggleTraffic(false))),
    h("div", { class: "frames-filter" }, filter, h("div", { class: "chips", role: "group", "aria-label": "Kinds" }, Object.keys(kinds).map(chip))),
    h("div", { class: "panel-body frames-body" }, list,
      h("p", { class: "frames-empty" }, "Nothing yet. Send a command and watch the envelope, its ack and the answer.")));
  byID("traffic").addEventListener("keydown", (event) => event.key === "Escape" && toggleTraffic(false));
}

const toolButton = (name, label, run) => h("button", { class: "tool", type: "button", "aria-label": label, title: label, on: { click: run } }, icon(name));

function pauseButton() {
  const button = toolButton("pause", "Pause", () => {
    paused = !paused;
    put(button, icon(paused ? "play" : "pause"));
    button.setAttribute("aria-label", paused ? "Continue" : "Pause");
    button.title = paused ? "Continue" : "Pause";
    if (!paused) readTraffic();
  });
  return button;
}

function chip(kind) {
  return h("button", {
    class: "chip", type: "button", "aria-pressed": "true", data: { testid: `traffic-kind-${kind}` },
    on: {
      click: (event) => {
        if (!hidden.delete(kind)) hidden.add(kind);
        event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(kind)));
        draw();
      },
    },
  }, kinds[kind]);
}

export const trafficOpen = () => !byID("traffic").hidden;

export function toggleTraffic(open = !trafficOpen()) {
  byID("traffic").hidden = !open;
  document.body.classList.toggle("has-traffic", open);
  const button = byID("traffic-toggle");
  button?.setAttribute("aria-expanded", String(open));
  try {
    localStorage.setItem("traffic", open ? "open" : "closed");
  } catch { /* not kept then */ }
  if (open) readTraffic();
  else button?.focus();
}

// noteTraffic is told of new frames; they are read only while someone looks.
export function noteTraffic(seq) {
  seen = Math.max(seen, seq);
  if (trafficOpen() && !paused) readTraffic();
}

export function restartTraffic() {
  life++;
  frames = [];
  last = 0;
  seen = 0;
  draw();
  if (trafficOpen()) readTraffic();
}

async function readTraffic() {
  if (asking) return;
  asking = true;
  let more = true;
  try {
    while (more) {
      const asked = life;
      const answer = await get("/api/traffic", { since: last });
      if (asked !== life) continue;
      if (answer.frames.length) last = answer.frames.at(-1).seq;
      frames = [...frames, ...answer.frames].slice(-most);
      add(answer.frames);
      more = answer.frames.length > 0 && last < seen && !paused;
    }
  } finally {
    asking = false;
  }
}

const wanted = (f) => !hidden.has(f.kind) && `${f.name} ${f.kind} ${f.status || ""} ${f.body}`.toLowerCase().includes(filter.value.trim().toLowerCase());

function draw() {
  put(list);
  add(frames);
}

function add(fresh) {
  const body = list.parentElement;
  const pinned = body.scrollHeight - body.scrollTop - body.clientHeight < 60;
  list.append(...fresh.filter(wanted).map(row));
  while (list.children.length > most) list.firstChild.remove();
  body.classList.toggle("empty", list.children.length === 0);
  count.textContent = list.children.length === frames.length ? `${frames.length}` : `${list.children.length} of ${frames.length}`;
  if (pinned) body.scrollTop = body.scrollHeight;
}

function row(f) {
  const value = decoded(f.body);
  const details = h("div", { class: "frame-body", hidden: true });
  const button = h("button", {
    class: "frame-head", type: "button", "aria-expanded": "false",
    on: {
      click: () => {
        const open = details.hidden;
        if (open && !details.firstChild) details.append(copyButton(f, value), value === undefined ? h("pre", { class: "json", tabindex: "0" }, f.body || "(empty)") : prettyJSON(value));
        details.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
      },
    },
  },
    h("span", { class: f.to_slack ? "way out" : "way in" }, f.to_slack ? "→" : "←", h("span", { class: "visually-hidden" }, f.to_slack ? "from the app to Slack" : "from Slack to the app")),
    h("span", { class: "frame-name", title: f.name }, f.kind === "response_url" ? f.kind : f.name), outcome(f, value),
    h("span", { class: "kind" }, kindOf(f)), h("time", {}, stamp(f.at)));
  return h("li", { class: "frame", data: { testid: "frame", name: f.name, kind: f.kind, way: f.to_slack ? "out" : "in" } }, button, details);
}

function kindOf(f) {
  if (f.socket) return `${kinds[f.kind]} ${f.socket}`;
  return f.kind === "response_url" ? "" : kinds[f.kind] ?? f.kind;
}

// outcome flags an answer that is not a success; Slack says most errors in a 200.
function outcome(f, value) {
  const text = value?.ok === false ? value.error : f.status >= 400 ? String(f.status) : "";
  return h("span", { class: text ? "frame-error" : "frame-status" }, text || (f.status ? String(f.status) : ""));
}

function stamp(unix) {
  const date = tsDate(unix);
  const pad = (n, width = 2) => String(n).padStart(width, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

function copyButton(f, value) {
  const button = toolButton("copy", "Copy", async () => {
    const done = busy(button);
    await navigator.clipboard?.writeText(value === undefined ? f.body : JSON.stringify(value, null, 2)).catch(() => {});
    put(button, icon("check"));
    done();
  });
  return button;
}
