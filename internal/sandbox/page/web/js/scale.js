// Axes: round steps that hold all values, and the way from a value to a place.

export function ticks(low, high, wanted = 4) {
  if (low === high) high = low + 1;
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const first = Math.floor(low / step) * step;
  const out = [];
  for (let i = 0; out.length === 0 || out.at(-1) < high; i++) out.push(Number((first + i * step).toPrecision(12)));
  return out;
}

export const linear = (fromLow, fromHigh, toLow, toHigh) => (v) =>
  toLow + ((v - fromLow) / (fromHigh - fromLow)) * (toHigh - toLow);

export const number = (v) => new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 }).format(v);
