// What the page does not know it shows as such, so that nothing is lost silently.
import { h } from "./dom.js";
import { prettyJSON } from "./json.js";

export function unknown(part) {
  return h("details", { class: "unknown", data: { testid: "unknown-block" } },
    h("summary", {}, "This page does not draw ", h("code", { class: "code" }, String(part?.type ?? "this")), ". Show its JSON."),
    prettyJSON(part));
}
