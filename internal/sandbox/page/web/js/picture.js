// Images. The demo loads nothing from elsewhere, so a picture of another host
// shows as a frame with its description.
import { h } from "./dom.js";
import { icon } from "./icons.js";

export function picture(image, size) {
  const source = image.image_url ?? image.slack_file?.url ?? "";
  const alt = image.alt_text ?? "";
  if (isLocal(source)) return h("img", { class: `picture ${size}`, src: source, alt });
  return h("span", { class: `picture placeholder ${size}`, role: "img", "aria-label": alt, title: `${alt}\n${source} (not loaded: the demo stays on this machine)` },
    icon("image"), size === "large" && h("span", { class: "placeholder-text" }, alt));
}

function isLocal(source) {
  try {
    const url = new URL(source, location.href);
    return url.origin === location.origin || (url.protocol === "data:" && /^data:image\/(png|jpeg|gif);/.test(source));
  } catch {
    return false;
  }
}
