// The lines and areas of a data_visualization. Where a number is missing the
// line has a hole: nothing is drawn over what nobody knows.
import { svg } from "./dom.js";

export function lines(c, points, place, tip) {
  return runs(points).flatMap((run) => [
    c.type === "area" ? area(run, place) : null,
    run.length > 1 ? svg("path", { class: "line", d: path(run, place) }) : null,
  ]).concat(points.map((p) => svg("circle", { cx: place.x(p.i), cy: place.y(p.value), r: radius(points) }, tip(p))));
}

// runs splits the points where one is missing between two of them.
function runs(points) {
  const out = [];
  for (const p of points) {
    const run = out.at(-1);
    if (run && run.at(-1).i === p.i - 1) run.push(p);
    else out.push([p]);
  }
  return out;
}

const path = (run, { x, y }) => run.map((p, n) => `${n ? "L" : "M"}${x(p.i)} ${y(p.value)}`).join("");
const area = (run, place) => svg("path", {
  class: "area", d: `${path(run, place)}L${place.x(run.at(-1).i)} ${place.y(0)}L${place.x(run[0].i)} ${place.y(0)}Z`,
});
const radius = (points) => (points.length > 12 ? 2.4 : 3.2);
