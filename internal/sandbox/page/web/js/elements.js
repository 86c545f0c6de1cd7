// Interactive elements. at says where one stands: {host, block, quiet}; quiet in
// an input block, whose elements report at submission.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { confirmed } from "./confirm.js";
import { fields } from "./fields.js";
import { fileOf, safeURL } from "./links.js";
import { openPicker } from "./picker.js";
import { selects } from "./selects.js";
import { plain } from "./text.js";
import { unknown } from "./unknown.js";

export function element(e, at) {
  const draw = { button, overflow, ...selects, ...fields }[e?.type];
  return draw ? draw(e, at) : unknown(e);
}

// act asks where the element wants a confirmation, then reports. It resolves to
// false when the person took it back.
export async function act(e, at, values, control) {
  if (e.confirm && !(await confirmed(e.confirm))) return false;
  at.host.record?.(at.block, e, values);
  if (!at.quiet) at.host.act(at.block, e, values, control);
  return true;
}

export const hooks = (e, testid) => ({ testid, actionId: e.action_id });

export function button(e, at) {
  const style = ["primary", "danger"].includes(e.style) ? ` ${e.style}` : "";
  const file = fileOf(e.url);
  const href = file || (e.url ? safeURL(e.url) : "");
  const node = h(href ? "a" : "button", {
    class: `btn${style}`,
    type: href ? undefined : "button",
    href: href || undefined,
    target: href && !file ? "_blank" : undefined,
    rel: href && !file ? "noopener noreferrer" : undefined,
    download: file ? "" : undefined,
    "aria-label": e.accessibility_label,
    data: { ...hooks(e, "action"), value: e.value },
  }, h("span", { class: "btn-label" }, plain(e.text)), href && icon(file ? "file" : "external"));
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy") !== "true") act(e, at, [e.value ?? ""], node);
  });
  return node;
}

function overflow(e, at) {
  const node = h("button", {
    class: "btn square", type: "button", "aria-label": "More actions", "aria-haspopup": "menu", data: hooks(e, "overflow"),
  }, icon("dots"));
  node.addEventListener("click", () => openPicker(node, {
    label: "More actions",
    groups: [{ options: e.options ?? [] }],
    menu: true,
    onPick: (option) => {
      if (option.url && safeURL(option.url)) window.open(safeURL(option.url), "_blank", "noopener,noreferrer");
      act(e, at, [option.value], node);
    },
  }));
  return node;
}
