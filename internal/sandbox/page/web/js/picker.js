// The list that opens from a select, an overflow menu or "act as": filter, arrow
// keys, Home, End, Enter, Escape; in the browser's top layer, so that it also
// stands above a modal.
import { freshID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./text.js";

const filterFrom = 9; // shorter lists need no filter
const gap = 6;

export function openPicker(anchor, { label, groups, multiple, menu, selected = new Set(), onPick, onDone }) {
  const listID = freshID("list");
  const list = h("div", { id: listID, class: "picker-list", role: menu ? "menu" : "listbox", "aria-label": label, "aria-multiselectable": multiple, tabindex: "-1" });
  const total = groups.reduce((n, g) => n + g.options.length, 0);
  const filter = total >= filterFrom && h("input", {
    class: "picker-filter", type: "text", role: "combobox", placeholder: "Filter", "aria-label": `Filter: ${label}`,
    "aria-controls": listID, "aria-expanded": "true", autocomplete: "off", data: { testid: "picker-filter" },
  });
  const box = h("div", { class: "picker", popover: "auto", data: { testid: "picker" } }, filter, list,
    multiple && h("button", { type: "button", class: "btn primary small picker-done", data: { testid: "picker-done" }, on: { click: () => box.hidePopover() } }, "Done"));
  const chosen = new Set(selected);
  let items = [];
  let active = -1;

  function draw() {
    const wanted = (filter ? filter.value : "").trim().toLowerCase();
    const shown = groups.map((g) => ({ ...g, options: g.options.filter((o) => plain(o.text).toLowerCase().includes(wanted)) }));
    items = [];
    put(list, ...shown.filter((g) => g.options.length).map((g) => group(g)));
    if (!items.length) list.append(h("p", { class: "picker-none" }, "Nothing matches."));
    const first = items.findIndex((i) => chosen.has(i.option.value));
    activate(first >= 0 ? first : wanted || menu ? 0 : -1);
  }
  function group(g) {
    return h("div", { role: "group", "aria-label": g.label }, g.label && h("div", { class: "picker-group" }, g.label), g.options.map(item));
  }
  function item(o) {
    const at = items.length;
    const el = h("div", {
      id: freshID("option"), class: "picker-option", role: menu ? "menuitem" : "option", "aria-selected": menu ? undefined : String(chosen.has(o.value)),
      data: { testid: "option", value: o.value },
      on: { click: () => pick(at), pointermove: () => activate(at, false) },
    }, h("span", { class: "picker-text" }, h("span", { dir: "auto" }, plain(o.text)), o.description && h("small", { dir: "auto" }, plain(o.description))),
      !menu && icon("check"));
    items.push({ el, option: o });
    return el;
  }
  function activate(index, scroll = true) {
    items[active]?.el.classList.remove("active");
    active = Math.min(Math.max(index, -1), items.length - 1);
    const el = items[active]?.el;
    (filter || list).setAttribute("aria-activedescendant", el?.id ?? "");
    el?.classList.add("active");
    if (scroll) el?.scrollIntoView({ block: "nearest" });
  }
  function pick(index) {
    const o = items[index]?.option;
    if (!o) return;
    if (multiple) {
      if (!chosen.delete(o.value)) chosen.add(o.value);
      items[index].el.setAttribute("aria-selected", String(chosen.has(o.value)));
      return;
    }
    box.hidePopover();
    onPick(o);
  }
  const keys = {
    ArrowDown: () => activate(active + 1 >= items.length ? 0 : active + 1),
    ArrowUp: () => activate(active <= 0 ? items.length - 1 : active - 1),
    Home: () => activate(0),
    End: () => activate(items.length - 1),
    Enter: () => pick(active),
    Tab: () => box.hidePopover(),
  };
  box.addEventListener("keydown", (event) => {
    const key = event.key === " " && !filter ? "Enter" : event.key;
    if (!keys[key]) return;
    if (key !== "Tab") event.preventDefault();
    keys[key]();
  });
  if (filter) filter.addEventListener("input", draw);
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    box.remove();
    anchor.focus();
    const changed = chosen.size !== selected.size || [...chosen].some((v) => !selected.has(v));
    if (multiple && changed) onDone(chosen);
  });
  (anchor.closest("dialog") ?? document.body).append(box);
  draw();
  box.showPopover();
  place(box, anchor);
  anchor.setAttribute("aria-expanded", "true");
  (filter || list).focus();
}

// place puts the list below its anchor, or above where there is more room.
function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const width = Math.min(Math.max(at.width, 240), innerWidth - 2 * gap);
  const below = innerHeight - at.bottom - 2 * gap;
  const above = at.top - 2 * gap;
  const up = below < Math.min(box.scrollHeight, 300) && above > below;
  const set = (name, value) => box.style.setProperty(name, value);
  set("width", `${width}px`);
  set("max-height", `${Math.min(up ? above : below, 380)}px`);
  set("left", `${Math.max(gap, Math.min(at.left, innerWidth - width - gap))}px`);
  if (up) set("bottom", `${innerHeight - at.top + gap}px`);
  else set("top", `${at.bottom + gap}px`);
}
