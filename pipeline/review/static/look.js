// The second look: one question after another by keyboard, the riskiest first; each answer is undone as easily as given.

import { element, post, t, toast, typing, words as language } from "/static/page.js";
import { Player } from "/static/player.js";
import { ask, choose, open } from "/static/dialogs.js";

const state = JSON.parse(document.getElementById("state").textContent);
const id = state.id;
const list = document.getElementById("rows");
const end = document.getElementById("end");
const SHOWN = 6; // places of a question that are shown before the reviewer asks for all
const NEAR = 44; // letters of a line before its word
const REST = 1.5; // seconds of sound after a word
let status = state.status;
let rows = JSON.parse(document.getElementById("questions").textContent);
let current = -1; // index of a row; rows.length: the end
let chosen = -1; // index of a place of it, -1: all of them
let until = 0;

const player = new Player(id, state.tracks, () => null);
player.audio.addEventListener("timeupdate", () => until && player.audio.currentTime > until && player.audio.pause());

const isOpen = (row) => row.places.some((place) => place.state === "open");
const keyOf = (place) => `${place.turn}/${place.start}-${place.end}`;
const node = (at) => list.children[at];

// ---- what is shown

function level(risk) {
  return risk >= 0.5 ? "high" : risk >= 0.2 ? "middle" : "low";
}

function verdict(row) {
  if (row.places.some((place) => place.disputed)) return ["bad", t("conflict")];
  if (isOpen(row)) return null;
  const states = new Set(row.places.map((place) => place.state));
  if (states.size > 1) return ["good", t("look_mixed")];
  return { hidden: ["hid", t("look_hidden")], here: ["good", t("look_was_here")], study: ["good", t("look_was_study")] }[[...states][0]];
}

function says(row) {
  const counted = new Map();
  for (const place of row.places) counted.set(place.said, (counted.get(place.said) || 0) + 1);
  return [...counted].sort((one, other) => other[1] - one[1]).map(([said]) => said);
}

// What stands before a word in a line of the list: so little that the word itself is seen.
function near(place) {
  if (place.before.length <= NEAR) return place.before;
  const cut = place.before.slice(-NEAR);
  return `… ${cut.slice(cut.indexOf(" ") + 1)}`;
}

function context(place) {
  return [
    place.lead[1] ? element("span", { class: "lead-in" }, element("b", {}, `${place.lead[0]}: `), `${place.lead[1]} `) : null,
    place.lead[1] ? element("b", { class: "who" }, `${place.letter}: `) : null,
    place.before, element("mark", { class: `word ${place.state}` }, place.said), place.after,
  ];
}

function line(row) {
  const [first, ...others] = says(row);
  const told = verdict(row);
  return [
    element("span", { class: `risk ${level(row.risk)}`, title: t("look_risk", { risk: Math.round(row.risk * 100) }) }),
    element("b", { class: "word", lang: "ru" }, first),
    others.length ? element("small", { lang: "ru" }, others.slice(0, 2).join(", ")) : null,
    element("span", { class: "snippet", lang: "ru" }, near(row.places[0]), element("mark", {}, row.places[0].said), row.places[0].after),
    row.places.length > 1 ? element("small", { class: "times" }, `×${row.places.length}`) : null,
    told ? element("span", { class: `tag ${told[0]}` }, told[1]) : null,
  ];
}

function shownPlaces(row) {
  return row.all || chosen >= SHOWN ? row.places : row.places.slice(0, SHOWN);
}

function card(row) {
  const several = row.places.length > 1;
  const reasons = [...new Set(row.why.map((one) => language.why[one]).filter(Boolean))];
  const places = shownPlaces(row).map((place, at) => element("li", { class: `spot${at === chosen ? " chosen" : ""}`, "data-place": at },
    element("button", { type: "button", class: "quiet play", tabindex: "-1", "aria-label": t("look_listen"), onclick: () => hear(at) }, "▶"),
    element("small", {}, element("b", {}, place.letter), ` ¶${place.number} · ${place.time}`),
    element("p", { lang: "ru", class: "said" }, ...context(place))));
  const more = row.places.length - places.length;
  return [
    several ? element("p", { class: "scope" }, chosen < 0 ? t("look_all", { n: row.places.length }) : t("look_one", { n: chosen + 1, of: row.places.length }), " ", element("kbd", {}, "← →")) : null,
    element("ul", { class: "places" }, ...places),
    more > 0 ? element("p", {}, element("button", { type: "button", class: "quiet", onclick: () => ((row.all = true), draw(current)) }, t("look_more", { n: more }))) : null,
    reasons.length ? element("p", { class: "why" }, ...reasons.map((one) => element("span", { class: "tag" }, one))) : null,
    element("div", { class: "answers" },
      choice(t("look_here"), "here", "Enter", "primary"), choice(t("look_study"), "study", "E"), choice(t("look_hide"), "hide", "M"), choice(t("look_correct"), "correct", "C"), choice(t("look_listen"), "hear", "␣", "quiet")),
  ];
}

function choice(text, does, key, kind = "") {
  return element("button", { type: "button", class: kind, tabindex: "-1", onclick: () => act(does) }, text, " ", element("kbd", {}, key));
}

function draw(at) {
  const row = rows[at];
  const here = at === current;
  const made = element("li", { class: `row${here ? " current" : ""}${isOpen(row) ? "" : " answered"}`, "data-key": row.key, "aria-current": here ? "true" : false },
    element("div", { class: "line" }, ...line(row)), here ? element("div", { class: "card-in" }, ...card(row)) : null);
  if (node(at)) node(at).replaceWith(made);
  else list.append(made);
  return made;
}

function drawAll() {
  list.replaceChildren();
  rows.forEach((_, at) => draw(at));
  finish();
}

function progress(answer) {
  for (const name of Object.keys(status)) if (name in answer) status[name] = answer[name];
  const left = rows.filter(isOpen).length;
  const bar = document.getElementById("progress");
  bar.max = rows.length || 1;
  bar.value = rows.length ? rows.length - left : 1;
  document.getElementById("figures").textContent = left ? t("look_left", { n: left, of: rows.length }) : t("look_none");
  document.getElementById("undo").disabled = !status.undo;
  document.getElementById("redo").disabled = !status.redo;
  const message = document.getElementById("message");
  message.hidden = !status.searching;
  message.textContent = t("searching");
}

function finish() {
  const left = rows.filter(isOpen).length;
  end.hidden = left > 0 && current < rows.length;
  end.classList.toggle("current", current >= rows.length);
  end.querySelector("h2").textContent = left ? t("look_left", { n: left, of: rows.length }) : t("look_done");
  end.querySelector("p").textContent = left ? t("look_passed") : status.undecided ? t("sign_left", { n: status.undecided }) : t("look_done_why");
}

// ---- where the reviewer is

function go(to, scroll = true) {
  const before = current;
  player.audio.pause();
  chosen = -1;
  current = Math.min(Math.max(to, 0), rows.length);
  if (before >= 0 && before < rows.length && before !== current) draw(before);
  if (current < rows.length) {
    const made = draw(current);
    if (scroll) into(made);
  }
  finish();
  if (current >= rows.length && scroll) end.scrollIntoView({ block: "center" });
}

function into(made) {
  const box = made.getBoundingClientRect();
  const bottom = document.querySelector(".current .answers")?.getBoundingClientRect().height || 0;
  if (box.top < 90 || box.bottom > innerHeight - bottom) made.scrollIntoView({ block: box.height > innerHeight * 0.6 ? "start" : "center" });
}

function next() {
  const after = rows.findIndex((row, at) => at > current && isOpen(row));
  go(after >= 0 ? after : rows.findIndex(isOpen) >= 0 ? rows.findIndex(isOpen) : rows.length);
}

function pick(delta) {
  const row = rows[current];
  if (!row || row.places.length < 2) return;
  const count = row.places.length;
  chosen = chosen + delta < -1 ? count - 1 : chosen + delta >= count ? -1 : chosen + delta;
  draw(current);
  node(current).querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
}

function targets(row) {
  if (chosen >= 0) return [row.places[chosen]];
  const shown = row.places.filter((place) => place.state !== "hidden");
  return shown.length ? shown : row.places;
}

function hear(at = chosen) {
  if (!player.audio.paused) return player.audio.pause();
  const row = rows[current];
  const place = row && row.places[at < 0 ? Math.max(0, row.places.findIndex((one) => one.state === "open")) : at];
  const word = place && (player.words[place.turn] || []).find(([, b]) => place.start < b);
  if (!word) return undefined;
  const last = player.words[place.turn].findLast(([a]) => a < place.end) || word;
  until = last[3] + REST;
  return player.from(place.turn, place.start);
}

// ---- answers: one after the other, so that a key pressed meanwhile acts on what the answer shows

let waiting = 0;
let queue = Promise.resolve();
function enqueue(work) {
  waiting += 1;
  document.body.setAttribute("aria-busy", "true");
  queue = queue.then(work).catch(() => toast(t("refused"), true)).finally(() => {
    waiting -= 1;
    if (!waiting) document.body.removeAttribute("aria-busy");
  });
  return queue;
}

async function send(name, body) {
  const answer = await post(`/api/${id}/${name}`, { ...body, since: status.revision });
  if (!answer) return null;
  if (answer.clash) {
    toast(t("changed_by", { who: answer.clash[0].who || "?" }), true);
    await reload(answer);
    return null;
  }
  return answer;
}

async function reload(answer, at = "") {
  const got = await fetch(`/i/${id}/questions`);
  if (!got.ok) return;
  const here = rows[current]?.key;
  const past = current >= rows.length;
  rows = await got.json();
  const found = rows.findIndex((row) => (at ? row.places.some((place) => keyOf(place) === at) : row.key === here));
  const again = past && !at ? rows.length : found >= 0 ? found : Math.min(Math.max(current, 0), rows.length);
  current = -1;
  drawAll();
  progress(answer);
  go(again);
  soon();
}

async function answered(kind, more = {}) {
  const row = rows[current];
  if (!row) return undefined;
  const places = targets(row);
  const spots = places.map(({ turn, start, end: stop, seen }) => ({ turn, start, end: stop, seen }));
  const answer = await send("look", { spots, answer: kind, ...more });
  if (!answer) return undefined;
  if (kind === "here" || kind === "study") {
    for (const place of places) Object.assign(place, { state: kind, disputed: false, seen: answer.versions[keyOf(place)] ?? place.seen });
    draw(current);
    progress(answer);
  } else {
    const alone = chosen >= 0;
    await reload(answer);
    if (kind === "hide") toast(alone || answer.interviews.length < 2 ? t("look_hid", { n: answer.count }) : t("look_hid_study", { n: answer.count, ids: answer.interviews.join(", ") }));
  }
  const now = rows.findIndex((one) => one.key === row.key);
  if (now === current && isOpen(rows[now])) {
    if (chosen >= 0) chosen = rows[now].places.findIndex((place) => place.state === "open");
    return draw(now);
  }
  if (now < 0) current -= 1; // the row is gone: what stood below it stands here
  return next();
}

const ACTS = {
  here: () => (rows[current] ? answered("here") : location.assign(`/i/${id}`)),
  study: () => answered("study"),
  hear: () => hear(),
  async hide() {
    const row = rows[current];
    if (!row) return undefined;
    const kind = await choose(`${t("pick_kind")} «${says(row)[0]}»`, language.kinds);
    return kind ? answered("hide", { kind, alone: chosen >= 0 }) : undefined;
  },
  async correct() {
    const row = rows[current];
    if (!row) return undefined;
    const before = targets(row)[0].said;
    const value = await ask(t("new_words"), before);
    return value && value !== before ? answered("correct", { value }) : undefined;
  },
  undo: () => turn("undo"),
  redo: () => turn("redo"),
  next,
};

async function turn(what) {
  const done = await send(what, {});
  if (!done) return;
  toast(done.turned ? t(what === "undo" ? "undone" : "redone") : t("nothing_to_undo"));
  if (done.turned) await reload(done, done.at);
}

function act(name) {
  return enqueue(() => ACTS[name]());
}

// ---- events

const KEYS = { Enter: "here", NumpadEnter: "here", KeyE: "study", KeyM: "hide", KeyC: "correct", Space: "hear", KeyN: "next" };

function pressed(event) {
  const { code, shiftKey } = event;
  if (code === "KeyU") return () => act(shiftKey ? "redo" : "undo");
  if (event.key === "?") return () => help();
  if (code === "ArrowDown") return () => enqueue(() => go(current + 1));
  if (code === "ArrowUp") return () => enqueue(() => go(current - 1));
  if (code === "ArrowRight") return () => enqueue(() => pick(1));
  if (code === "ArrowLeft") return () => enqueue(() => pick(-1));
  if (code === "Home") return () => enqueue(() => go(0));
  if (code === "End") return () => enqueue(() => go(rows.length - 1));
  if (code === "Escape") return () => (chosen >= 0 ? enqueue(() => ((chosen = -1), draw(current))) : location.assign(`/i/${id}`));
  return KEYS[code] ? () => act(KEYS[code]) : null;
}

function help() {
  open(t("help"), document.getElementById("keys").content.cloneNode(true), "");
}

document.addEventListener("keydown", (event) => {
  if (document.getElementById("dialog").open || typing(event)) return;
  const ours = event.target.closest?.("button, a") && (event.code === "Enter" || event.code === "Space");
  if (ours) return;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") {
    event.preventDefault();
    act(event.shiftKey ? "redo" : "undo");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const does = pressed(event);
  if (!does) return;
  event.preventDefault();
  does();
});

list.addEventListener("click", (event) => {
  const row = event.target.closest("li.row");
  if (!row || event.target.closest("button")) return;
  const at = [...list.children].indexOf(row);
  const place = event.target.closest("li.spot");
  enqueue(() => {
    if (at !== current) return go(at, false);
    if (!place || rows[at].places.length < 2) return undefined;
    chosen = chosen === Number(place.dataset.place) ? -1 : Number(place.dataset.place);
    return draw(at);
  });
});

for (const name of ["undo", "redo"]) document.getElementById(name).addEventListener("click", () => act(name));
document.getElementById("help").addEventListener("click", help);

async function listen() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/i/${id}/changes?since=${status.revision}`);
    if (!answer.ok) return;
    const news = await answer.json();
    if (news.revision !== status.revision || news.searching !== status.searching) await reload(news);
  } catch {
    // the next act will say that the program does not answer
  }
}

function soon() {
  if (status.searching) setTimeout(() => enqueue(listen), 400);
}

setInterval(() => enqueue(listen), 4000);

drawAll();
progress(status);
player.load();
soon();
document.getElementById("main").focus({ preventScroll: true });
if (rows.length) {
  const first = rows.findIndex(isOpen);
  go(first >= 0 ? first : rows.length, first > 0);
} else go(0);
document.body.dataset.ready = "1";
