// table blocks, and the cells that data_table shares with them.
import { h } from "./dom.js";
import { richText } from "./richtext.js";
import { button } from "./elements.js";

export function table(block) {
  const [head, ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const cell = (tag, content, column, extra = {}) =>
    h(tag, { class: cellClass(settings[column]), dir: "auto", ...extra }, cellContent(content));
  return scrollable("Table", h("table", { class: "grid", data: { testid: "table" } },
    head && h("thead", {}, h("tr", {}, head.map((c, i) => cell("th", c, i, { scope: "col" })))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((c, i) => cell("td", c, i)))))));
}

const alignments = ["left", "center", "right"];

function cellClass(setting) {
  const align = alignments.includes(setting?.align) ? setting.align : "left";
  return `align-${align}${setting?.is_wrapped ? " wraps" : ""}`;
}

// cellContent draws one cell; context is needed only where a cell acts.
export function cellContent(cell, context) {
  switch (cell?.type) {
    case "raw_text": return cell.text ?? "";
    case "raw_number": return cell.text ?? String(cell.value ?? "");
    case "rich_text": return richText(cell);
    case "action_cell": return context ? button(cell.element, context) : cell.fallback?.text ?? "";
    default: return "";
  }
}

// cellText is what a cell says, for sorting.
export function cellText(cell) {
  if (cell?.type === "rich_text") return richText(cell).textContent;
  if (cell?.type === "action_cell") return cell.element?.text?.text ?? "";
  return cell?.text ?? String(cell?.value ?? "");
}

// scrollable makes a wide table reachable by keyboard and screen reader, and
// shades the edge behind which more is hidden.
export function scrollable(label, content) {
  const box = h("div", { class: "x-scroll", role: "region", "aria-label": label, tabindex: "0" }, content);
  const shade = () => {
    box.classList.toggle("more-right", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
    box.classList.toggle("more-left", box.scrollLeft > 2);
    box.tabIndex = box.scrollWidth > box.clientWidth + 1 ? 0 : -1;
  };
  box.addEventListener("scroll", shade, { passive: true });
  new ResizeObserver(shade).observe(box);
  return h("div", { class: "x-frame" }, box);
}
