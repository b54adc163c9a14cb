// Questions to the reviewer: a list to choose from by one key, a line to type, a form to confirm. Esc answers nothing.

import { element, t } from "/static/page.js";

const dialog = document.getElementById("dialog");
const CODES = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "Q", "W", "E", "R", "T", "Y", "U", "I", "O", "P"];
let answered = null;

export function close() {
  dialog.close("chosen");
}

function show(title, content, buttons) {
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".content").replaceChildren(content, element("p", { class: "buttons" }, ...buttons));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    answered = resolve;
  });
}

dialog.addEventListener("close", () => {
  const resolve = answered;
  answered = null;
  document.getElementById("main").focus({ preventScroll: true });
  resolve?.(dialog.returnValue);
});

const cancel = () => element("button", { value: "", formnovalidate: true, type: "button", onclick: () => dialog.close("") }, t("cancel"), " ", element("kbd", {}, "Esc"));

// True where the reviewer confirmed. Without a word to confirm by, the dialog only shows something.
export async function open(title, content, confirm) {
  const buttons = confirm ? [element("button", { value: "yes", class: "primary", autofocus: true }, confirm, " ", element("kbd", {}, "Enter")), cancel()] : [element("button", { value: "", autofocus: true }, t("close"), " ", element("kbd", {}, "Esc"))];
  return (await show(title, content, buttons)) === "yes";
}

// The line that was typed, null where there was none.
export async function ask(title, before) {
  const field = element("input", { name: "line", value: before || "", autocomplete: "off", spellcheck: "false", autofocus: true, lang: "ru", "aria-label": title });
  const answer = show(title, field, [element("button", { value: "yes", class: "primary" }, t("apply"), " ", element("kbd", {}, "Enter")), cancel()]);
  field.select();
  return (await answer) === "yes" ? field.value.trim() : null;
}

// The value of the line that was chosen, null where none was.
export async function choose(title, pairs) {
  const list = element("div", { class: "choices" }, ...pairs.map(([value, text], at) =>
    element("button", { type: "button", "data-code": CODES[at] || "", onclick: () => dialog.close(`=${value}`) }, element("kbd", {}, CODES[at] || ""), " ", text)));
  const answer = show(title, list, [cancel()]);
  list.firstElementChild?.focus();
  const chosen = await answer;
  return chosen.startsWith("=") ? chosen.slice(1) : null;
}

dialog.addEventListener("keydown", (event) => {
  event.stopPropagation(); // a key that closes the dialog must not reach the page behind it as well
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
  const code = event.code.replace(/^(Key|Digit|Numpad)/, "");
  const wanted = dialog.querySelector(`[data-code="${CSS.escape(code)}"]`);
  if (wanted && /^(Key|Digit|Numpad)/.test(event.code)) {
    event.preventDefault();
    wanted.click();
  }
  const choices = [...dialog.querySelectorAll(".choices button")];
  const at = choices.indexOf(document.activeElement);
  if (at >= 0 && (event.code === "ArrowDown" || event.code === "ArrowUp")) {
    event.preventDefault();
    choices[(at + (event.code === "ArrowDown" ? 1 : choices.length - 1)) % choices.length].focus();
  }
});
