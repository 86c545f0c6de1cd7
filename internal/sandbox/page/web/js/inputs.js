// input blocks: label, element, hint, and the error that a submission may bring.
import { freshID, h } from "./dom.js";
import { element } from "./elements.js";
import { plain } from "./text.js";

export function input(b, host) {
  const id = freshID("input");
  const control = element(b.element, { host, block: b, quiet: !b.dispatch_action });
  const error = host.error?.(b);
  const describedBy = [error && `${id}-error`, b.hint && `${id}-hint`].filter(Boolean).join(" ");
  control.id = id;
  control.removeAttribute("aria-label");
  control.setAttribute("aria-labelledby", control.matches(".select") ? `${id}-label ${id}` : `${id}-label`);
  if (describedBy) control.setAttribute("aria-describedby", describedBy);
  if (error) control.setAttribute("aria-invalid", "true");
  return h("div", { class: error ? "b-input invalid" : "b-input" },
    h("label", { id: `${id}-label`, for: control.matches("input, textarea, select, button") ? id : undefined }, plain(b.label), b.optional && h("span", { class: "optional" }, " (optional)")),
    control,
    error && h("p", { id: `${id}-error`, class: "input-error", role: "alert", data: { testid: "input-error" } }, error),
    b.hint && h("p", { id: `${id}-hint`, class: "input-hint" }, plain(b.hint)));
}
