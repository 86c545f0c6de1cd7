// What one types, dates or ticks.
import { freshID, h } from "./dom.js";
import { act, hooks } from "./elements.js";
import { plain, textObject } from "./text.js";

const settle = 900; // ms: a date typed by hand changes with every digit

function typed(e, at, tag, props) {
  const node = h(tag, {
    class: "field", placeholder: plain(e.placeholder) || undefined, maxlength: e.max_length, minlength: e.min_length,
    "aria-label": plain(e.placeholder) || undefined, data: hooks(e, "field"), ...props,
  });
  node.value = at.host.retained?.(at.block, e)?.[0] ?? e.initial_value ?? "";
  if (node.value) at.host.record?.(at.block, e, [node.value]);
  node.addEventListener("input", () => at.host.record?.(at.block, e, node.value ? [node.value] : []));
  node.addEventListener("keydown", (event) => {
    const wanted = e.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    if (event.key !== "Enter" || tag !== "input" || !at.block.dispatch_action || !wanted.includes("on_enter_pressed")) return;
    event.preventDefault();
    act(e, at, [node.value], node);
  });
  return node;
}

function timed(e, at, type, initial, toValue = (v) => v) {
  const node = h("input", { class: "field date", type, "aria-label": plain(e.placeholder) || type, data: hooks(e, "date") });
  node.value = initial ?? "";
  const retained = at.host.retained?.(at.block, e)?.[0];
  if (retained) node.value = type === "datetime-local" ? fromUnix(retained) : retained;
  if (node.value) at.host.record?.(at.block, e, [toValue(node.value)]);
  let timer;
  node.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => node.value && act(e, at, [toValue(node.value)], node), at.quiet ? 0 : settle);
  });
  return node;
}

const toUnix = (local) => String(Math.floor(new Date(local).getTime() / 1000));

function fromUnix(seconds) {
  const d = new Date(Number(seconds) * 1000);
  return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function ticked(e, at, type, initial) {
  const name = freshID("tick");
  let values = at.host.retained?.(at.block, e) ?? initial;
  if (values.length) at.host.record?.(at.block, e, values);
  const node = h("div", { class: "ticks", role: type === "radio" ? "radiogroup" : "group", data: hooks(e, type) });
  node.append(...(e.options ?? []).map((o) => {
    const box = h("input", { type, name, value: o.value, data: { testid: "tick" } });
    box.checked = values.includes(o.value);
    box.addEventListener("change", () => {
      values = [...node.querySelectorAll("input:checked")].map((i) => i.value);
      act(e, at, values, node);
    });
    return h("label", { class: "tick" }, box, h("span", {}, textObject(o.text, "span"), o.description && textObject(o.description, "small")));
  }));
  return node;
}

export const fields = {
  plain_text_input: (e, at) => (e.multiline ? typed(e, at, "textarea", { rows: 4 }) : typed(e, at, "input", { type: "text" })),
  email_text_input: (e, at) => typed(e, at, "input", { type: "email", inputmode: "email" }),
  url_text_input: (e, at) => typed(e, at, "input", { type: "url", inputmode: "url" }),
  number_input: (e, at) => typed(e, at, "input", { type: "text", inputmode: e.is_decimal_allowed ? "decimal" : "numeric" }),
  datepicker: (e, at) => timed(e, at, "date", e.initial_date),
  timepicker: (e, at) => timed(e, at, "time", e.initial_time),
  datetimepicker: (e, at) => timed(e, at, "datetime-local", e.initial_date_time && fromUnix(e.initial_date_time), toUnix),
  checkboxes: (e, at) => ticked(e, at, "checkbox", (e.initial_options ?? []).map((o) => o.value)),
  radio_buttons: (e, at) => ticked(e, at, "radio", e.initial_option ? [e.initial_option.value] : []),
};
