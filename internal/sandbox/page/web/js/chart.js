// data_visualization blocks as inline SVG, drawn at the width there is. The
// numbers stand beside them as a table, for those who cannot see a chart.
import { freshID, h, put, svg } from "./dom.js";
import { linear, number, ticks } from "./scale.js";
import { lines } from "./line.js";
import { pie } from "./pie.js";

const height = 220;
const margin = { right: 14, left: 46 };
const topOf = (config) => (config.y_label ? 28 : 12);
const bottomOf = (config) => height - (config.x_label ? 42 : 26);

export function chart(block) {
  const c = block.chart ?? {};
  const drawing = h("div", { class: "chart-drawing" });
  const draw = c.type === "pie" ? pie : axes;
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width === drawn || width < 40) return;
    drawn = width;
    put(drawing, draw(c, width, labels(block)));
  }).observe(drawing);
  return h("figure", { class: "chart", data: { testid: "chart", chart: c.type } },
    h("figcaption", { dir: "auto" }, block.title ?? ""), drawing, legend(c), numbers(c));
}

const labels = (block) => ({ id: freshID("chart"), title: block.title ?? "Chart", summary: summary(block.chart ?? {}) });

function summary(c) {
  if (c.type === "pie") return (c.segments ?? []).map((s) => `${s.label} ${number(s.value)}`).join(", ");
  return (c.series ?? []).map((s) => {
    const data = s.data ?? [];
    return data.length ? `${s.name}: from ${shown(data[0].value)} to ${shown(data.at(-1).value)}` : s.name;
  }).join("; ");
}

function legend(c) {
  const names = c.type === "pie" ? (c.segments ?? []).map((s) => s.label) : (c.series ?? []).map((s) => s.name);
  if (names.length < 2) return null;
  return h("ul", { class: "legend", "aria-hidden": "true" },
    names.map((name, i) => h("li", { class: `series-${i % 12}` }, h("span", { class: "key" }), h("bdi", {}, name))));
}

function numbers(c) {
  const head = c.type === "pie" ? ["", "Value"] : ["", ...(c.series ?? []).map((s) => s.name)];
  const rows = c.type === "pie"
    ? (c.segments ?? []).map((s) => [s.label, number(s.value)])
    : (c.axis_config?.categories ?? []).map((label) => [label, ...(c.series ?? []).map((s) => shown(valueAt(s, label)))]);
  return h("details", { class: "numbers" }, h("summary", {}, "Numbers"),
    h("div", { class: "x-scroll" }, h("table", { class: "grid" },
      h("thead", {}, h("tr", {}, head.map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, rows.map(([label, ...values]) =>
        h("tr", {}, h("th", { scope: "row" }, label), values.map((v) => h("td", { class: "align-right" }, v))))))));
}

const shown = (value) => (value === undefined ? "–" : number(value));

// valueAt is undefined where there is no number, and nothing is drawn there.
function valueAt(series, label) {
  const value = (series.data ?? []).find((d) => d.label === label)?.value;
  return Number.isFinite(value) ? value : undefined;
}

function axes(c, width, text) {
  const categories = c.axis_config?.categories ?? [];
  const values = (c.series ?? []).flatMap((s) => categories.map((label) => valueAt(s, label))).filter((v) => v !== undefined);
  const config = c.axis_config ?? {};
  const steps = ticks(Math.min(...baseline(c, values)), Math.max(...values, 0));
  const plot = { left: margin.left, right: width - margin.right, top: topOf(config), bottom: bottomOf(config) };
  const y = linear(steps[0], steps.at(-1), plot.bottom, plot.top);
  const slot = (plot.right - plot.left) / Math.max(categories.length, 1);
  const x = (i) => plot.left + slot * (i + 0.5);
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": `${text.id}-t ${text.id}-d` },
    svg("title", { id: `${text.id}-t` }, text.title), svg("desc", { id: `${text.id}-d` }, text.summary),
    grid(steps, y, plot), categoryLabels(categories, x, slot, plot), axisTitles(config, plot),
    // The first stands on top: it is the one that matters most.
    (c.series ?? []).map((series, i) => marks(c, series, i, { categories, x, y, slot })).reverse());
}

// Bars and areas stand on zero; a line may float, so that small changes show.
function baseline(c, values) {
  if (c.type !== "line" || !values.length) return [0, ...values];
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low > 0 && high - low < low / 2 ? [low - (high - low || low) * 0.15] : [0, ...values];
}

function grid(steps, y, plot) {
  return steps.map((v) => svg("g", { class: v === 0 ? "axis zero" : "axis" },
    svg("line", { x1: plot.left, x2: plot.right, y1: y(v), y2: y(v) }),
    svg("text", { x: plot.left - 8, y: y(v) + 4, "text-anchor": "end" }, number(v))));
}

function categoryLabels(categories, x, slot, plot) {
  const every = Math.ceil((Math.max(...categories.map((c) => c.length), 1) * 6.2 + 8) / slot);
  return categories.map((label, i) => (i % every ? null
    : svg("text", { class: "category", x: x(i), y: plot.bottom + 17, "text-anchor": "middle" }, label)));
}

function axisTitles(config, plot) {
  return [
    config.y_label && svg("text", { class: "axis-title", x: 0, y: 11 }, config.y_label),
    config.x_label && svg("text", { class: "axis-title", x: plot.right, y: height - 4, "text-anchor": "end" }, config.x_label),
  ];
}

function marks(c, series, index, place) {
  const points = place.categories.map((label, i) => ({ label, i, value: valueAt(series, label) })).filter((p) => p.value !== undefined);
  const tip = (p) => svg("title", {}, `${p.label}, ${series.name}: ${number(p.value)}`);
  const group = (...children) => svg("g", { class: `series series-${index % 12}` }, ...children);
  if (c.type === "bar") return group(points.map((p) => bar(p, index, c.series.length, place, tip)));
  return group(lines(c, points, place, tip));
}

function bar(p, index, count, { x, y, slot }, tip) {
  const width = Math.min((slot * 0.72) / count, 44);
  const top = Math.min(y(p.value), y(0));
  return svg("rect", {
    class: "bar", x: x(p.i) - (width * count) / 2 + width * index + 1, y: top,
    width: Math.max(width - 2, 1), height: Math.max(Math.abs(y(p.value) - y(0)), 1), rx: 2,
  }, tip(p));
}
