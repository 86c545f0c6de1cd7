// What is said while, and when, something happens: the waiting row, and the live
// region of screen readers.
import { byID, h, put } from "./dom.js";
import { settle } from "./scroll.js";
import { store } from "./store.js";

let timer;

// say tells a screen reader, and only that.
export function say(...parts) {
  const live = byID("live");
  live.append(h("p", {}, ...parts));
  while (live.children.length > 5) live.firstChild.remove();
}

// wait shows that the app is at work until anything in the channel changes or a
// modal opens, but no longer than patience (ms).
export function wait(patience = 30_000) {
  const row = byID("waiting");
  put(row, h("span", { class: "pulse", "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${store.session.bot.name} is working on it`);
  row.hidden = false;
  settle(false);
  clearTimeout(timer);
  timer = setTimeout(stopWaiting, patience);
}

export function stopWaiting() {
  clearTimeout(timer);
  byID("waiting").hidden = true;
}
