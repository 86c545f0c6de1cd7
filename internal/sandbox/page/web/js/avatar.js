// Faces: the app's mark, or a person's initials on a colour of their own.
import { h } from "./dom.js";
import { isBot, user, userName } from "./store.js";

const hues = 8;

export function avatar(userID, size = "") {
  if (isBot(userID)) return h("img", { class: `avatar ${size}`, src: "/static/icon.svg", alt: "" });
  const name = user(userID) ? userName(userID) : "?";
  return h("span", { class: `avatar ${size} hue-${hash(userID) % hues}`, "aria-hidden": "true" }, initials(name));
}

export const slackbotAvatar = () => h("span", { class: "avatar system", "aria-hidden": "true" }, "i");

function initials(name) {
  const words = name.split(/[\s.-]+/).filter((w) => /^[\p{L}\p{N}]/u.test(w));
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((w) => [...(w ?? "")][0] ?? "").join("").toUpperCase();
}

function hash(text) {
  let n = 7;
  for (const c of text ?? "") n = (n * 31 + c.codePointAt(0)) % 9973;
  return n;
}
