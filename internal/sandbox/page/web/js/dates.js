// Times in the reader's zone: Slack's date tokens, and the stamps of messages.
import { h } from "./dom.js";
import { zone } from "./store.js";

const part = (date, options) => new Intl.DateTimeFormat("en-US", { timeZone: zone(), ...options }).format(date);
const dayNumber = (date) => part(date, { year: "numeric", month: "2-digit", day: "2-digit" });

export const clock = (date) => part(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = (date) => part(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function ordinal(n) {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${["th", "st", "nd", "rd"][n % 10] ?? "th"}`;
}

function long(date) {
  return `${part(date, { month: "long" })} ${ordinal(Number(part(date, { day: "numeric" })))}, ${part(date, { year: "numeric" })}`;
}

function near(date) {
  const day = 86_400_000;
  const names = { [dayNumber(new Date())]: "today" };
  names[dayNumber(new Date(Date.now() - day))] ??= "yesterday";
  names[dayNumber(new Date(Date.now() + day))] ??= "tomorrow";
  return names[dayNumber(date)];
}

function ago(date) {
  const seconds = Math.round((Date.now() - date.getTime()) / 1000);
  const steps = [[60, "second"], [60, "minute"], [24, "hour"], [30, "day"], [12, "month"], [Infinity, "year"]];
  let n = Math.abs(seconds);
  if (n < 10) return "just now";
  for (const [size, unit] of steps) {
    if (n < size) {
      const words = `${Math.floor(n)} ${unit}${Math.floor(n) === 1 ? "" : "s"}`;
      return seconds < 0 ? `in ${words}` : `${words} ago`;
    }
    n /= size;
  }
  return "";
}

const short = (date) => part(date, { month: "short", day: "numeric", year: "numeric" });
const weekday = (date) => part(date, { weekday: "long" });

const tokens = {
  date_num: (d) => new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" }).format(d),
  date: long,
  date_short: short,
  date_long: (d) => `${weekday(d)}, ${long(d)}`,
  date_pretty: (d) => near(d) ?? long(d),
  date_short_pretty: (d) => near(d) ?? short(d),
  date_long_pretty: (d) => near(d) ?? `${weekday(d)}, ${long(d)}`,
  time: clock,
  time_secs: clockSeconds,
  ago,
};

const filled = (format, date) => format.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.(date) ?? whole);

// dateToken renders <!date^unix^format|fallback>, and keeps itself true as time
// passes ("today" becomes "yesterday") because refreshDates finds it again.
export function dateToken(unix, format, fallback) {
  const date = new Date(Number(unix) * 1000);
  if (!Number.isFinite(date.getTime()) || !/\{\w+\}/.test(format)) return h("span", {}, fallback);
  return h("time", { datetime: date.toISOString(), title: fallback, data: { format, unix } }, filled(format, date));
}

export function refreshDates() {
  for (const el of document.querySelectorAll("time[data-format]")) {
    const text = filled(el.dataset.format, new Date(Number(el.dataset.unix) * 1000));
    if (el.textContent !== text) el.textContent = text;
  }
}

export const tsDate = (ts) => new Date(Number.parseFloat(ts) * 1000);

// dayTitle heads the messages of one day.
export function dayTitle(date) {
  const word = near(date);
  if (word) return word[0].toUpperCase() + word.slice(1);
  return `${weekday(date)}, ${part(date, { day: "numeric" })} ${part(date, { month: "long" })} ${part(date, { year: "numeric" })}`;
}
export const sameDay = (a, b) => dayNumber(a) === dayNumber(b);
export const fullStamp = (date) => `${weekday(date)}, ${long(date)} at ${clockSeconds(date)} (${zone()})`;
