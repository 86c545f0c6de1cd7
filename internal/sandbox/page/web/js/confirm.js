// The confirmation that an element may ask for.
import { freshID, h } from "./dom.js";
import { plain, textObject } from "./text.js";

export function confirmed(c) {
  return new Promise((resolve) => {
    const id = freshID("confirm");
    const choose = (answer) => () => dialog.close(answer);
    const dialog = h("dialog", { class: "dialog small", "aria-labelledby": id, data: { testid: "confirm" } },
      h("h2", { id, class: "dialog-title" }, plain(c.title) || "Are you sure?"),
      h("div", { class: "dialog-body" }, c.text && textObject(c.text)),
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "btn", data: { testid: "confirm-deny" }, on: { click: choose("no") } }, plain(c.deny) || "Cancel"),
        h("button", {
          type: "button", class: `btn ${c.style === "danger" ? "danger solid" : "primary"}`, data: { testid: "confirm-yes" }, on: { click: choose("yes") },
        }, plain(c.confirm) || "Yes")));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.getElementById("modal-root").append(dialog);
    dialog.showModal();
  });
}
