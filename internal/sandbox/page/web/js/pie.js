// The pie of a data_visualization.
import { svg } from "./dom.js";
import { number } from "./scale.js";

const size = 200;
const middle = size / 2;
const radius = 94;

export function pie(c, width, text) {
  const segments = (c.segments ?? []).filter((s) => s.value > 0);
  const total = segments.reduce((sum, s) => sum + s.value, 0);
  const shown = Math.min(width, size);
  let angle = -Math.PI / 2;
  const slices = segments.map((s, i) => {
    const from = angle;
    angle += (s.value / total) * 2 * Math.PI;
    return svg("path", { class: `slice series-${i % 12}`, d: slice(from, angle) },
      svg("title", {}, `${s.label}: ${number(s.value)} (${share(s.value, total)})`));
  });
  return svg("svg", {
    viewBox: `0 0 ${size} ${size}`, width: shown, height: shown, role: "img", "aria-labelledby": `${text.id}-t ${text.id}-d`,
  }, svg("title", { id: `${text.id}-t` }, text.title), svg("desc", { id: `${text.id}-d` }, text.summary), slices);
}

// Rounded down, as everywhere: nothing is 100 % while a part is missing.
const share = (value, total) => `${Math.floor((value / total) * 1000) / 10} %`;

function slice(from, to) {
  const end = to - from >= 2 * Math.PI - 1e-6 ? from + Math.PI * 1.9999 : to;
  const at = (a) => `${middle + radius * Math.cos(a)} ${middle + radius * Math.sin(a)}`;
  return `M${middle} ${middle}L${at(from)}A${radius} ${radius} 0 ${end - from > Math.PI ? 1 : 0} 1 ${at(end)}Z`;
}
