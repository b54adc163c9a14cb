// The audit sample: one verdict a turn, Enter or X, then the next.

import { post, t, toast, typing } from "/static/page.js";

const turns = [...document.querySelectorAll(".sample li")];
let current = null;

function go(to) {
  current?.classList.remove("current");
  current = to;
  if (!current) {
    document.getElementById("done").hidden = false;
    document.getElementById("done").scrollIntoView({ block: "center" });
    return;
  }
  current.classList.add("current");
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "center" });
}

async function judge(turn, leaks) {
  const answer = await post(`/api/${turn.dataset.id}/judge`, { turn: turn.dataset.turn, leaks });
  if (!answer) return;
  turn.classList.add("judged");
  turn.dataset.leaks = leaks;
  for (const button of turn.querySelectorAll("[data-leak]")) {
    const on = Number(button.dataset.leak) === leaks;
    button.classList.toggle("on", on);
    button.classList.toggle("bad", on && leaks > 0);
  }
  toast(t("saved"));
  go(turns.slice(turns.indexOf(turn) + 1).find((one) => !one.classList.contains("judged")) || null);
}

for (const turn of turns) {
  turn.addEventListener("click", (event) => {
    const button = event.target.closest("[data-leak]");
    if (button) judge(turn, Number(button.dataset.leak));
  });
}

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey || !current) return;
  if (event.target.closest("a, button")) return;
  const at = turns.indexOf(current);
  if (event.key === "Enter") judge(current, 0);
  else if (event.code === "KeyX") judge(current, 1);
  else if (event.key === "ArrowDown") go(turns[Math.min(at + 1, turns.length - 1)]);
  else if (event.key === "ArrowUp") go(turns[Math.max(at - 1, 0)]);
  else return;
  event.preventDefault();
});

go(turns.find((one) => !one.classList.contains("judged")) || null);
