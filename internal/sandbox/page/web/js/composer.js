// The message field: commands with completion, a history, and plain messages.
import { post } from "./api.js";
import { complete } from "./completion.js";
import { notice } from "./conversation.js";
import { byID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { busy } from "./pending.js";
import { pin } from "./scroll.js";
import { channel, channelTitle, store } from "./store.js";
import { stopWaiting, wait } from "./waiting.js";

let input;
let list;
let send;
let items = [];
let commandOnly = false;
let active = -1;
const history = [];
let back = 0; // how many steps back in the history; 0: what is being typed
let draft = "";

export function startComposer() {
  input = h("input", {
    id: "composer-input", type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "completion",
    autocomplete: "off", autocapitalize: "none", spellcheck: "false", enterkeyhint: "send", maxlength: "4000", data: { testid: "composer" },
    on: {
      input: () => { back = 0; suggest(); },
      keydown: onKey,
      keypress: (event) => event.key === "Enter" && event.preventDefault(), // onKey has dealt with it
      blur: () => setTimeout(hide, 120),
    },
  });
  list = h("div", { id: "completion", class: "completion", role: "listbox", "aria-label": "Suggestions", hidden: true, data: { testid: "completion" } });
  send = h("button", { class: "btn primary square", type: "submit", "aria-label": "Send", data: { testid: "send" } }, icon("send"));
  byID("composer").append(list, h("div", { class: "composer-box" }, input, send),
    h("p", { class: "composer-hint" }, h("span", {}, h("kbd", {}, "Tab"), " completes"), h("span", {}, h("kbd", {}, "Enter"), " sends"), h("span", {}, h("kbd", {}, "↑"), " brings back the last")));
  byID("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, dialog, [popover]")) return;
    event.preventDefault();
    write("/");
  });
}

export function nameComposer() {
  const c = channel(store.channel);
  const where = c?.kind === "direct" ? channelTitle(c) : `#${channelTitle(c)}`;
  input.placeholder = `Type ${store.session.command} …`;
  input.setAttribute("aria-label", `Message to ${where}`);
}

// write puts a text into the field, ready to be sent.
export function write(text) {
  input.value = text;
  input.focus();
  suggest();
}

function suggest() {
  ({ items, commandOnly } = complete(input.value, store.session));
  active = commandOnly ? 0 : -1;
  draw();
}

function draw() {
  list.hidden = items.length === 0;
  input.setAttribute("aria-expanded", String(items.length > 0));
  const rows = [];
  items.forEach((item, i) => {
    if (item.kind !== items[i - 1]?.kind) rows.push(h("div", { class: "completion-kind", "aria-hidden": "true" }, item.kind));
    rows.push(row(item, i));
  });
  put(list, ...rows);
  mark();
}

function row(item, i) {
  const [from, to] = item.match;
  return h("div", {
    id: `completion-${i}`, class: "completion-item", role: "option", "aria-selected": "false", data: { testid: "completion-item" },
    on: { pointerdown: (event) => { event.preventDefault(); take(i); } },
  }, h("span", { dir: "auto" }, item.label.slice(0, from), h("b", {}, item.label.slice(from, to)), item.label.slice(to), item.usage && h("i", {}, ` ${item.usage}`)),
    item.hint && h("small", {}, item.hint));
}

function mark() {
  [...list.querySelectorAll("[role=option]")].forEach((el, i) => {
    el.setAttribute("aria-selected", String(i === active));
    if (i === active) el.scrollIntoView({ block: "nearest" });
  });
  if (active >= 0) input.setAttribute("aria-activedescendant", `completion-${active}`);
  else input.removeAttribute("aria-activedescendant");
}

function move(by) {
  active = active < 0 ? (by > 0 ? 0 : items.length - 1) : (active + by + items.length) % items.length;
  mark();
}

function take(i) {
  write(items[i].text);
}

function hide() {
  items = [];
  active = -1;
  draw();
}

function onKey(event) {
  const open = items.length > 0;
  const run = {
    ArrowDown: open ? () => move(1) : back > 0 ? () => recall(-1) : undefined,
    ArrowUp: open && back === 0 && input.value ? () => move(-1) : () => recall(1),
    Tab: open && !event.shiftKey ? () => take(Math.max(active, 0)) : undefined,
    Enter: open && active >= 0 && input.value.trim() !== store.session.command ? () => take(active) : submit,
    Escape: open ? hide : undefined,
  }[event.key];
  if (!run || event.isComposing) return;
  event.preventDefault();
  run();
}

function recall(by) {
  const next = back + by;
  if (next < 0 || next > history.length) return;
  if (back === 0) draft = input.value;
  back = next;
  input.value = back === 0 ? draft : history.at(-back);
  hide();
  input.setSelectionRange(input.value.length, input.value.length);
}

async function submit() {
  const text = input.value.trim();
  if (!text || send.getAttribute("aria-busy") === "true") return;
  if (history.at(-1) !== text) history.push(text);
  back = 0;
  input.value = "";
  hide();
  pin();
  const done = busy(send);
  try {
    await (text.startsWith("/") ? slash(text) : post("/api/say", { as: store.me, channel: store.channel, text }));
  } catch (error) {
    notice(`That did not reach the demo: ${error.message}.`);
  } finally {
    done();
  }
}

async function slash(text) {
  const [command] = text.split(/\s/, 1);
  if (command !== store.session.command) {
    notice(h("code", { class: "code" }, command), " is not a valid command. This workspace has ", h("code", { class: "code" }, store.session.command), ".");
    return;
  }
  wait();
  const answer = await post("/api/slash", { as: store.me, channel: store.channel, text: text.slice(command.length).trimStart() });
  if (!answer.error) return;
  stopWaiting();
  notice(h("code", { class: "code" }, text), " failed with the error ", h("code", { class: "code" }, answer.error), ".", whatNow(answer.error));
}

const whatNow = (code) => ({
  operation_timeout: " The app did not acknowledge it within three seconds.",
  dispatch_failed: " The app has no open connection.",
})[code] ?? "";
