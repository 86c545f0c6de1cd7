// Modals: the topmost of the person's stack of views. What was typed stays while
// a view is updated, as long as block_id and action_id stay.
import { get, post } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { byID, freshID, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { busy, explained } from "./pending.js";
import { store } from "./store.js";
import { plain } from "./text.js";
import { stopWaiting } from "./waiting.js";

const typed = new Map(); // view id -> Map("block/action" -> values)
let shown = { id: "", print: "", dialog: null };
let errors = {};

export async function refreshViews() {
  const asked = store.me;
  const { views } = await get("/api/views", { as: asked });
  if (asked !== store.me) return;
  for (const id of typed.keys()) if (!views.some((v) => v.id === id)) typed.delete(id);
  show(views.at(-1));
}

function show(view) {
  const print = view ? JSON.stringify([view, errors]) : "";
  if (print === shown.print) return;
  const focused = document.activeElement?.dataset?.actionId;
  const same = view && view.id === shown.id && shown.dialog;
  if (!same) closeDialog();
  if (!view) {
    shown = { id: "", print: "", dialog: null };
    return;
  }
  const dialog = same ? shown.dialog : h("dialog", { class: "dialog modal", data: { testid: "modal" } });
  fillDialog(dialog, view);
  shown = { id: view.id, print, dialog };
  if (!same) open(dialog);
  else if (focused) [...dialog.querySelectorAll("[data-action-id]")].find((el) => el.dataset.actionId === focused)?.focus();
}

function open(dialog) {
  stopWaiting();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    cancel();
  });
  byID("modal-root").append(dialog);
  dialog.showModal();
  (dialog.querySelector("[aria-invalid], .dialog-body input, .dialog-body textarea, .dialog-body button") ?? dialog).focus();
}

function closeDialog() {
  shown.dialog?.close();
  shown.dialog?.remove();
}

function fillDialog(dialog, view) {
  const id = freshID("modal");
  const v = view.view;
  const problem = h("p", { class: "click-error", role: "alert", hidden: true, data: { testid: "modal-error" } });
  dialog.setAttribute("aria-labelledby", id);
  const submit = v.submit && h("button", { type: "submit", class: "btn primary", data: { testid: "modal-submit" } }, plain(v.submit));
  const form = h("form", {
    class: "dialog-form", novalidate: true,
    on: { submit: (event) => { event.preventDefault(); if (submit) send(view, submit, problem); } },
  },
    h("div", { class: "dialog-head" }, avatar(store.session.bot.user_id, "mini"),
      h("h2", { id, class: "dialog-title", dir: "auto" }, plain(v.title)),
      h("button", { type: "button", class: "tool", "aria-label": "Close", data: { testid: "modal-close" }, on: { click: cancel } }, icon("close"))),
    h("div", { class: "dialog-body" }, renderBlocks(v.blocks ?? [], hostOf(view, problem)), problem),
    h("div", { class: "dialog-foot" },
      h("p", { class: "private-note" }, icon("eye"), "Only you see this"),
      h("button", { type: "button", class: "btn", data: { testid: "modal-cancel" }, on: { click: cancel } }, plain(v.close) || (v.submit ? "Cancel" : "Close")), submit));
  put(dialog, form);
}

const keyOf = (block, e) => `${block.block_id ?? ""}/${e.action_id ?? ""}`;

function valuesOf(viewID) {
  if (!typed.has(viewID)) typed.set(viewID, new Map());
  return typed.get(viewID);
}

function hostOf(view, problem) {
  const values = valuesOf(view.id);
  return {
    record: (block, e, list) => values.set(keyOf(block, e), list),
    retained: (block, e) => values.get(keyOf(block, e)),
    error: (block) => errors[block.block_id],
    act: (block, e, list, control) => attempt(control, problem, () => post("/api/click", {
      as: store.me, view: view.id, block_id: block.block_id ?? "", action_id: e.action_id ?? "", value: list[0] ?? "", values: list,
    })),
  };
}

// inputsOf are the values of what stands in the view now; an update may have
// taken away what was typed before.
function inputsOf(view) {
  const values = valuesOf(view.id);
  const keys = (view.view.blocks ?? []).flatMap((b) => [b.element, b.accessory, ...(b.elements ?? [])].filter(Boolean).map((e) => keyOf(b, e)));
  return Object.fromEntries(keys.filter((key) => values.has(key)).map((key) => [key, values.get(key)]));
}

async function send(view, control, problem) {
  const inputs = inputsOf(view);
  const answer = await attempt(control, problem, () => post("/api/submit", { as: store.me, view: view.id, inputs }));
  errors = answer?.errors ?? {};
  await refreshViews();
  const invalid = shown.dialog?.querySelector("[aria-invalid]");
  invalid?.focus();
  if (!invalid && Object.keys(errors).length) fail(shown.dialog.querySelector("[data-testid=modal-error]"), "trouble_connecting");
}

async function cancel() {
  errors = {};
  await post("/api/close", { as: store.me, view: shown.id }).catch(() => {});
  await refreshViews();
}

// attempt runs a press: the control spins, a failure is said in the modal.
async function attempt(control, problem, run) {
  if (control.getAttribute("aria-busy") === "true") return undefined;
  const done = busy(control);
  problem.hidden = true;
  try {
    const answer = await run();
    if (answer.error) fail(problem, answer.error);
    return answer;
  } catch (error) {
    fail(problem, error.message);
    return undefined;
  } finally {
    done();
  }
}

function fail(problem, code) {
  put(problem, ...explained(code));
  problem.hidden = false;
}
