// Mentions of people, channels and groups.
import { h } from "./dom.js";
import { channel, channelTitle, store, user, userName } from "./store.js";

const mention = (kind, text, loud) => h("span", { class: loud ? "mention loud" : "mention", data: { mention: kind } }, text);

export const userMention = (id, label) => mention("user", `@${user(id) ? userName(id) : label || id}`, id === store.me);

export function channelMention(id, label) {
  const known = channel(id);
  const name = known ? channelTitle(known) : label || "private channel";
  return mention("channel", `#${name}`);
}

export const groupMention = (id, label) => mention("group", label ? (label.startsWith("@") ? label : `@${label}`) : `@${id}`);

// broadcast is loud on purpose: it would have called everyone in the channel.
export const broadcast = (range) => mention("broadcast", `@${range}`, true);
