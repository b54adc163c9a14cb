// The study page: rows by arrow keys, the release check, the invitation.

import { post, t, toast, typing } from "/static/page.js";

const links = [...document.querySelectorAll(".interviews a")];

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const at = links.indexOf(document.activeElement);
  const next = links[event.key === "ArrowDown" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)];
  if (next) {
    next.focus();
    event.preventDefault();
  }
});

links[0]?.focus({ preventScroll: true });

document.getElementById("check").addEventListener("click", async (event) => {
  event.target.disabled = true;
  event.target.textContent = t("gate_running");
  const answer = await post("/api/check");
  if (answer?.ok) location.reload();
  else {
    event.target.disabled = false;
    event.target.textContent = t("gate_run");
    toast(t("gate_failed"), true);
  }
});

for (const button of document.querySelectorAll("[data-clear]")) {
  button.addEventListener("click", async () => {
    const harmless = button.dataset.harmless === "1";
    if (await post("/api/clear", { key: button.dataset.clear, harmless })) location.reload();
  });
}

document.getElementById("invite").addEventListener("click", async () => {
  const answer = await post("/api/invite");
  if (!answer) return;
  const field = document.getElementById("invitation");
  field.hidden = false;
  field.value = answer.url;
  field.select();
});
