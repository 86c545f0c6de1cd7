// Menus: static, of people, of conversations; for one choice or several.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { act, hooks } from "./elements.js";
import { openPicker } from "./picker.js";
import { channelTitle, channelsOf, store, userName } from "./store.js";
import { plain } from "./text.js";

const staticGroups = (e) => (e.option_groups
  ? e.option_groups.map((g) => ({ label: plain(g.label), options: g.options ?? [] }))
  : [{ options: e.options ?? [] }]);
const option = (value, text) => ({ value, text: { type: "plain_text", text, emoji: false } });
const people = () => [{ options: store.session.users.filter((u) => u.role !== "deactivated").map((u) => option(u.id, userName(u.id))) }];
const conversations = () => [{ options: channelsOf(store.me).map((c) => option(c.id, channelTitle(c))) }];
const channels = () => [{ options: channelsOf(store.me).filter((c) => c.kind !== "direct").map((c) => option(c.id, c.name)) }];

const sources = {
  static_select: [staticGroups, (e) => e.initial_option?.value],
  users_select: [people, (e) => e.initial_user],
  conversations_select: [conversations, (e) => e.initial_conversation],
  channels_select: [channels, (e) => e.initial_channel],
};
const manySources = {
  multi_static_select: [staticGroups, (e) => e.initial_options?.map((o) => o.value)],
  multi_users_select: [people, (e) => e.initial_users],
  multi_conversations_select: [conversations, (e) => e.initial_conversations],
  multi_channels_select: [channels, (e) => e.initial_channels],
};

export const selects = {};
for (const [type, [groups, initial]] of Object.entries(sources)) {
  selects[type] = (e, at) => select(e, at, groups(e), [initial(e)], false);
}
for (const [type, [groups, initial]] of Object.entries(manySources)) {
  selects[type] = (e, at) => select(e, at, groups(e), initial(e) ?? [], true);
}

function select(e, at, groups, initial, multiple) {
  let values = (at.host.retained?.(at.block, e) ?? initial).filter((v) => v !== undefined && v !== "");
  const label = h("span", { class: "select-label" });
  const node = h("button", {
    class: "btn select", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: hooks(e, "select"),
  }, label, icon("chevron"));
  const all = groups.flatMap((g) => g.options);

  function show() {
    const texts = all.filter((o) => values.includes(o.value)).map((o) => plain(o.text));
    const placeholder = plain(e.placeholder) || (multiple ? "Choose some" : "Choose one");
    label.textContent = texts.join(", ") || placeholder;
    label.classList.toggle("empty", texts.length === 0);
    node.setAttribute("aria-label", texts.length ? `${placeholder}: ${texts.join(", ")}` : placeholder);
  }
  async function pick(next) {
    const before = values;
    values = next;
    show();
    if (!(await act(e, at, values, node))) {
      values = before;
      show();
    }
  }
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy") === "true") return;
    openPicker(node, {
      label: plain(e.placeholder) || "Choose", groups, multiple, selected: new Set(values),
      onPick: (o) => pick([o.value]),
      onDone: (chosen) => pick(all.map((o) => o.value).filter((v) => chosen.has(v))),
    });
  });
  show();
  if (initial.some(Boolean)) at.host.record?.(at.block, e, values);
  return node;
}
