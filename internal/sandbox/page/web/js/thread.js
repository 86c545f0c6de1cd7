// The thread pane: a message and its replies.
import { post } from "./api.js";
import { currentMessages, messageHandlers, onMessages } from "./conversation.js";
import { byID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";
import { store } from "./store.js";
import { say } from "./waiting.js";

let root = "";
let opener;
let list;

export function startThread() {
  document.addEventListener("thread", (event) => open(event.detail));
  onMessages(draw);
}

function open(ts) {
  opener = document.activeElement;
  root = ts;
  const pane = byID("thread");
  list = h("ol", { class: "messages", data: { testid: "thread-messages" } });
  const reply = h("input", { class: "field", type: "text", placeholder: "Reply", "aria-label": "Reply in the thread", data: { testid: "thread-reply" } });
  put(pane, 
    h("header", { class: "panel-head" }, h("h2", {}, "Thread"), h("span", { class: "spacer" }),
      h("button", { class: "tool", type: "button", "aria-label": "Close the thread", data: { testid: "thread-close" }, on: { click: close } }, icon("close"))),
    h("div", { class: "panel-body" }, list),
    h("form", { class: "thread-form", on: { submit: (event) => { event.preventDefault(); send(reply); } } }, reply,
      h("button", { class: "btn square primary", type: "submit", "aria-label": "Send the reply" }, icon("send"))));
  pane.onkeydown = (event) => event.key === "Escape" && close();
  pane.hidden = false;
  document.body.classList.add("has-thread");
  draw();
  reply.focus();
}

export function close() {
  if (!root) return;
  root = "";
  byID("thread").hidden = true;
  put(byID("thread"));
  document.body.classList.remove("has-thread");
  opener?.focus?.();
}

function draw() {
  if (!root) return;
  const all = currentMessages().filter((m) => m.ts === root || m.thread_ts === root);
  if (!all.length) return;
  put(list, ...all.map((m) => messageNode(m, messageHandlers, { inThread: true })));
}

async function send(reply) {
  const text = reply.value.trim();
  if (!text) return;
  if (text.startsWith("/")) {
    say("Commands do not work in threads.");
    reply.setCustomValidity("Commands do not work in threads. Type it in the channel.");
    reply.reportValidity();
    reply.addEventListener("input", () => reply.setCustomValidity(""), { once: true });
    return;
  }
  reply.value = "";
  await post("/api/say", { as: store.me, channel: store.channel, thread_ts: root, text });
}
