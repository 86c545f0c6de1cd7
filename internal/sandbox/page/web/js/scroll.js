// The list keeps to its end while one reads there, and stays put while one reads
// further up.
import { byID } from "./dom.js";

let pinned = true;

// pin makes the end come into view with the next thing that is drawn.
export const pin = () => { pinned = true; };

// settle is called after a drawing; grown says that rows were added.
export function settle(grown) {
  if (pinned) toBottom();
  else if (grown) byID("jump").hidden = false;
}

function toBottom() {
  const scroller = byID("scroller");
  scroller.scrollTop = scroller.scrollHeight;
  byID("jump").hidden = true;
}

export function startScrolling() {
  const scroller = byID("scroller");
  scroller.addEventListener("scroll", () => {
    pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    if (pinned) byID("jump").hidden = true;
  }, { passive: true });
  byID("jump").addEventListener("click", toBottom);
  const watch = new ResizeObserver(() => settle(false));
  watch.observe(byID("messages"));
  watch.observe(scroller);
}
