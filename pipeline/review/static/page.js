// What every page has: its words, calls to the server, short messages, light and dark.

export const words = JSON.parse(document.getElementById("words").textContent);

export function t(name, values = {}) {
  return words.texts[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

let fading = 0;
export function toast(text, bad = false) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.className = bad ? "shown bad" : "shown";
  clearTimeout(fading);
  fading = setTimeout(() => (box.className = ""), bad ? 6000 : 2000);
}

export async function post(address, body = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
  } catch {
    toast(t("offline"), true);
    return null;
  }
  if (answer.status === 401) {
    toast(t("shut"), true);
    return null;
  }
  if (!answer.ok && answer.status !== 409) {
    toast(t("refused"), true);
    return null;
  }
  return answer.json();
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function typing(event) {
  const at = event.target;
  return at instanceof HTMLInputElement && at.type !== "checkbox" ? true : at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
}

function theme(wanted) {
  if (wanted) document.documentElement.dataset.theme = wanted;
}

theme(localStorage.getItem("theme"));
document.getElementById("theme")?.addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  const wanted = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", wanted);
  theme(wanted);
});
