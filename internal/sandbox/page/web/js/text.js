// Text objects: plain_text is literal but for emoji names, mrkdwn is parsed.
import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { withEmoji } from "./emoji.js";

export function plain(text) {
  if (!text) return "";
  return text.emoji === false ? text.text ?? "" : withEmoji(text.text ?? "");
}

export function textObject(text, tag = "div", props = {}) {
  const el = h(tag, { dir: "auto", ...props });
  if (text?.type === "mrkdwn") el.append(mrkdwn(text.text ?? "", { verbatim: text.verbatim }));
  else el.append(plain(text));
  return el;
}
