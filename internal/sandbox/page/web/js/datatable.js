// data_table blocks: pages, and a sort at the head of each column.
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { cellContent, cellText, scrollable } from "./table.js";

export function dataTable(block, context) {
  const [head, ...rows] = block.rows ?? [];
  const state = { rows, size: Math.min(Math.max(Number(block.page_size) || 5, 1), 100), page: 0, column: -1, down: false };
  const body = h("tbody");
  const heads = (head ?? []).map((cell, i) => h("th", { scope: "col", class: numeric(rows, i) ? "align-right" : "align-left" },
    h("button", { type: "button", class: "sort", data: { testid: "sort" }, on: { click: () => sortBy(i) } },
      h("span", { dir: "auto" }, cellContent(cell)), icon("chevron"))));
  const pager = h("div", { class: "pager" });

  function sortBy(column) {
    state.down = state.column === column ? !state.down : numeric(rows, column);
    state.column = column;
    state.rows = sorted(rows, column, state.down);
    state.page = 0;
    draw();
  }
  function turn(by) {
    state.page += by;
    draw();
    pager.querySelector(by > 0 ? "[data-testid=next-page]:enabled" : "[data-testid=previous-page]:enabled")?.focus();
  }
  function draw() {
    const from = state.page * state.size;
    put(body, ...state.rows.slice(from, from + state.size).map((row) => dataRow(row, rows, block, context)));
    heads.forEach((th, i) => th.setAttribute("aria-sort", i !== state.column ? "none" : state.down ? "descending" : "ascending"));
    pager.hidden = rows.length <= state.size;
    put(pager, ...pagerParts(state, turn));
  }
  draw();
  return h("figure", { class: "data-table", data: { testid: "data-table" } },
    h("figcaption", { dir: "auto" }, block.caption ?? ""),
    scrollable(block.caption ?? "Table", h("table", { class: "grid" }, h("thead", {}, h("tr", {}, heads)), body)),
    pager);
}

const numeric = (rows, column) => rows.length > 0 && rows.every((row) => row[column]?.type === "raw_number");

function sorted(rows, column, down) {
  const compare = numeric(rows, column)
    ? (a, b) => a[column].value - b[column].value
    : (a, b) => cellText(a[column]).localeCompare(cellText(b[column]), "en", { numeric: true });
  const up = [...rows].sort(compare);
  return down ? up.reverse() : up;
}

function dataRow(row, rows, block, context) {
  return h("tr", {}, row.map((cell, i) => {
    const head = i === (block.row_header_column_index ?? 0);
    return h(head ? "th" : "td", { class: numeric(rows, i) ? "align-right" : "align-left", dir: "auto", scope: head ? "row" : undefined },
      cellContent(cell, context));
  }));
}

function pagerParts(state, turn) {
  const from = state.page * state.size;
  const to = Math.min(from + state.size, state.rows.length);
  const step = (name, by, label, off) => h("button", {
    type: "button", class: "btn small", disabled: off, data: { testid: `${name}-page` }, on: { click: () => turn(by) },
  }, label);
  return [
    h("span", { role: "status" }, `${from + 1} to ${to} of ${state.rows.length}`),
    step("previous", -1, "Previous", state.page === 0),
    step("next", 1, "Next", to >= state.rows.length),
  ];
}
