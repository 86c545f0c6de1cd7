// The conversation: what one person sees of one channel, kept in step.
import { post, get } from "./api.js";
import { dayTitle, sameDay, tsDate } from "./dates.js";
import { byID, h, put } from "./dom.js";
import { prettyJSON } from "./json.js";
import { authorOf, messageNode } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { busy, explained } from "./pending.js";
import { showDialog } from "./dialog.js";
import { pin, settle } from "./scroll.js";
import { store } from "./store.js";
import { say, stopWaiting, wait } from "./waiting.js";

const groupWithin = 5 * 60_000;
const shortly = 10_000; // ms: some presses have no answer
const notices = new Map(); // "user/channel" -> what only this page said
const drawn = new Map(); // key -> {node, print}
let messages = [];
let shownFor = ""; // user and channel of the list
let unread = true; // nothing of that was read yet
let fetching = false;
let again = false;
let added = 0; // rows that the last drawing brought
const listeners = new Set();

const here = () => `${store.me}/${store.channel}`;
export const currentMessages = () => messages;
export const onMessages = (listener) => listeners.add(listener);

// refresh reads the channel again. Calls that come while one is under way are
// folded into one more.
export async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      const asked = here();
      if (shownFor !== asked) forget();
      if (!store.channel) break;
      const answer = await get("/api/messages", { as: store.me, channel: store.channel });
      if (asked === here()) show(answer.messages);
      else again = true;
    } while (again);
  } finally {
    fetching = false;
  }
}

function show(list) {
  const first = unread;
  const before = messages;
  messages = list;
  unread = false;
  byID("messages").dataset.channel = store.channel;
  if (!first) {
    announce(before, list);
    if (JSON.stringify(before) !== JSON.stringify(list)) stopWaiting();
  }
  draw();
  for (const listener of listeners) listener(list);
}

// forget empties the list at once, so that no channel's messages stand under
// another's name while the new ones are read.
function forget() {
  shownFor = here();
  unread = true;
  messages = [];
  drawn.clear();
  put(byID("messages"));
  delete byID("messages").dataset.channel;
  stopWaiting();
  pin();
}

function draw() {
  const replies = Map.groupBy(messages.filter((m) => m.thread_ts && m.thread_ts !== m.ts), (m) => m.thread_ts);
  const roots = messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.broadcast);
  const all = [...roots, ...(notices.get(here()) ?? [])].sort((a, b) => Number(a.ts) - Number(b.ts));
  const nodes = [];
  const keys = new Set();
  added = 0;
  all.forEach((m, i) => {
    const before = all[i - 1];
    if (!before || !sameDay(tsDate(before.ts), tsDate(m.ts))) nodes.push(dayRow(m, keys));
    nodes.push(keep(keys, `m${m.ts}${m.ephemeral}`, [m, replies.get(m.ts) ?? [], follows(before, m)],
      () => messageNode(m, handlers, { compact: follows(before, m), replies: replies.get(m.ts) ?? [] })));
  });
  for (const key of drawn.keys()) if (!keys.has(key)) drawn.delete(key);
  place(byID("messages"), nodes);
  settle(added > 0);
}

function dayRow(m, keys) {
  const title = dayTitle(tsDate(m.ts));
  return keep(keys, `d${title}`, title, () => h("li", { class: "day" }, h("h3", {}, title)));
}

// keep returns the node drawn before if nothing in it changed, so that focus,
// pages of tables and open details survive; a redrawn one gets its focus back.
function keep(keys, key, content, make) {
  keys.add(key);
  const print = JSON.stringify([content, store.me]);
  const old = drawn.get(key);
  if (old?.print === print) return old.node;
  const node = make();
  if (!old) added++;
  drawn.set(key, { node, print });
  if (old?.node.contains(document.activeElement)) refocus(node, document.activeElement.dataset.actionId);
  return node;
}

function refocus(node, actionID) {
  queueMicrotask(() => {
    const same = [...node.querySelectorAll("[data-action-id]")].find((el) => el.dataset.actionId === actionID);
    (same ?? node).focus({ preventScroll: true });
  });
}

// place makes the list hold exactly these nodes, without moving those that stay.
function place(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => {
    if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null);
  });
}

const follows = (before, m) => Boolean(before && !before.notice && !m.notice && !before.ephemeral && !m.ephemeral && !m.edited && before.user === m.user
  && !m.blocks?.length && !before.blocks?.length && tsDate(m.ts) - tsDate(before.ts) < groupWithin);

// announce tells a screen reader what Slack would: the text, not the blocks.
function announce(before, list) {
  const known = new Map(before.map((m) => [m.ts + m.ephemeral, m.text]));
  for (const m of list) {
    if (known.get(m.ts + m.ephemeral) === m.text || m.user === store.me) continue;
    say(`${authorOf(m)}${m.ephemeral ? ", only visible to you" : ""}: `, mrkdwn(m.text));
  }
}

const handlers = {
  thread: (ts) => document.dispatchEvent(new CustomEvent("thread", { detail: ts })),
  source: (m) => showDialog("The message as Slack holds it", prettyJSON(m)),
  click,
};

async function click({ message, block, e, values, control, error }) {
  error.hidden = true;
  const done = busy(control);
  if (!control.matches("a")) wait(shortly);
  try {
    const answer = await post("/api/click", {
      as: store.me, channel: store.channel, message_ts: message.ts, block_id: block.block_id ?? "", action_id: e.action_id ?? "",
      value: values[0] ?? "", values,
    });
    if (answer.error) showError(error, answer.error);
  } catch (problem) {
    showError(error, problem.message);
  } finally {
    done();
  }
}

export { handlers as messageHandlers };

function showError(line, code) {
  stopWaiting();
  put(line, explained(code));
  line.hidden = false;
}

// notice adds a line that only this page knows, as Slackbot would say it.
export function notice(...nodes) {
  const list = notices.get(here()) ?? [];
  list.push({ ts: String(Date.now() / 1000), notice: nodes, ephemeral: true, text: "", n: list.length });
  notices.set(here(), list);
  pin();
  draw();
  say(`Slackbot, only visible to you: ${nodes.map((n) => n.textContent ?? n).join("")}`);
}
