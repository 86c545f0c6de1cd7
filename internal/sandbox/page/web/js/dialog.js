// A plain dialog with a title and something to look at.
import { freshID, h } from "./dom.js";
import { icon } from "./icons.js";

export function showDialog(title, ...content) {
  const id = freshID("dialog");
  const dialog = h("dialog", { class: "dialog wide", "aria-labelledby": id, data: { testid: "dialog" } },
    h("div", { class: "dialog-head" }, h("h2", { id, class: "dialog-title" }, title),
      h("button", { type: "button", class: "tool", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close"))),
    h("div", { class: "dialog-body" }, content));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.getElementById("modal-root").append(dialog);
  dialog.showModal();
}
