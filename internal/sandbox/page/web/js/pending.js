// The state between a press and its ack, and what is said when none came.
import { h } from "./dom.js";
import { store } from "./store.js";

// busy marks a control until the returned function is called. It stays
// focusable, so that a keyboard user keeps the place.
export function busy(control) {
  control.setAttribute("aria-busy", "true");
  control.setAttribute("aria-disabled", "true");
  return () => {
    control.removeAttribute("aria-busy");
    control.removeAttribute("aria-disabled");
  };
}

const causes = {
  operation_timeout: "The app did not answer within three seconds.",
  dispatch_failed: "The app is not connected.",
  no_such_element: "This is no longer there.",
  trouble_connecting: "Its answer to the form was not one that Slack understands.",
};

// explained is what a person reads after a click that failed.
export function explained(code) {
  return [
    `${store.session.bot.name} did not respond. ${causes[code] ?? "Something went wrong."} Try again. `,
    h("code", { class: "code" }, code),
  ];
}
