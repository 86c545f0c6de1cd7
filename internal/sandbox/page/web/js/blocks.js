// Block Kit: one function a block type. host says where the blocks stand (a
// message, a modal) and takes what a person does with their elements.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { chart } from "./chart.js";
import { dataTable } from "./datatable.js";
import { element } from "./elements.js";
import { input } from "./inputs.js";
import { markdown } from "./markdown.js";
import { picture } from "./picture.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";
import { plain, textObject } from "./text.js";
import { unknown } from "./unknown.js";

const kinds = {
  header: (b) => textObject(b.text, `h${Math.min(Math.max(Number(b.level) || 1, 1), 4) + 2}`, { class: `b-header level-${b.level ?? 1}` }),
  divider: () => h("hr"),
  section,
  context: (b) => h("div", { class: "b-context" }, (b.elements ?? []).map((e) => (e.type === "image" ? picture(e, "tiny") : textObject(e, "span")))),
  actions: (b, host) => h("div", { class: "b-actions" }, (b.elements ?? []).map((e) => element(e, { host, block: b }))),
  input,
  image: (b) => h("figure", { class: "b-image" }, b.title && h("figcaption", {}, plain(b.title)), picture(b, "large")),
  rich_text: richText,
  markdown: (b) => h("div", { class: "b-markdown" }, markdown(b.text ?? "")),
  table,
  data_table: (b, host) => dataTable(b, { host, block: b }),
  data_visualization: chart,
  alert,
  container,
};

export const renderBlocks = (blocks, host) => blocks.map((b) => {
  const draw = kinds[b?.type] ?? unknown;
  return h("div", { class: `block block-${draw === unknown ? "unknown" : b.type}`, data: { testid: "block", block: b?.type, blockId: b?.block_id } },
    guarded(draw, b, host));
});

// One malformed block must not take the conversation with it.
function guarded(draw, block, host) {
  try {
    return draw(block, host);
  } catch {
    return unknown(block);
  }
}

function section(b, host) {
  const accessory = b.accessory && (b.accessory.type === "image" ? picture(b.accessory, "small") : element(b.accessory, { host, block: b }));
  return h("div", { class: "b-section" },
    h("div", { class: "b-section-body" },
      b.text && textObject(b.text),
      b.fields && h("div", { class: "b-fields" }, b.fields.map((f) => textObject(f)))),
    accessory && h("div", { class: "b-accessory" }, accessory));
}

function alert(b) {
  const level = ["info", "warning", "error", "success"].includes(b.level) ? b.level : "default";
  return h("div", { class: `b-alert ${level}`, role: level === "error" ? "alert" : "note" },
    icon({ success: "check", warning: "warn", error: "warn" }[level] ?? "info"), textObject(b.text));
}

function container(b, host) {
  const title = b.rich_text_title ? richText(b.rich_text_title) : plain(b.title);
  const children = renderBlocks(b.child_blocks ?? b.blocks ?? b.children ?? [], host);
  if (!b.is_collapsible) return h("section", { class: "b-container" }, h("div", { class: "b-container-title" }, title), children);
  return h("details", { class: "b-container", open: !b.default_collapsed }, h("summary", {}, title), children);
}
