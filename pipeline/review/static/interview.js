// The interview page: one decision after another by keyboard, with every act undone as easily as done.

import { element, post, t, toast, typing, words as language } from "/static/page.js";
import { Player } from "/static/player.js";
import { Reading } from "/static/reading.js";
import { offset, paint, range, said, slice, trimmed } from "/static/text.js";
import { ask, choose, close, open } from "/static/dialogs.js";

const state = JSON.parse(document.getElementById("state").textContent);
const turns = document.getElementById("turns");
const panel = document.getElementById("item");
const main = document.getElementById("main");
const id = state.id;
let status = state.status;
let current = null; // a mark or a flag of the page
let spot = null; // {turn, start, end}: what the caret or the selection is on
let caret = null; // {turn, from, to}: words chosen by arrow keys
let view = "labels";
let queue = Promise.resolve();

const byName = (name) => document.getElementById(`t-${name}`);
const articleOf = (node) => (node instanceof Element ? node : node?.parentElement)?.closest("article");
const textOf = (article) => article.querySelector(".text");
const pending = () => [...turns.querySelectorAll(".e.undecided, .e.conflict, .flag:not(.seen)")];
const player = new Player(id, state.tracks, byName);
const reading = new Reading(id);
player.position = () => spot;
reading.onread = (answer) => progress(answer);

// ---- what the server answers

function progress(answer) {
  for (const name of ["total", "undecided", "read", "signed", "stale", "searching", "undo", "redo", "conflicts", "asked", "open"]) {
    if (name in answer) status[name] = answer[name];
  }
  const bar = document.getElementById("progress");
  bar.max = status.total || 1;
  bar.value = status.total ? status.total - status.undecided : 1;
  const percent = `${Math.round(status.read * 100)} %`;
  const left = status.undecided ? t("left", { n: status.undecided }) : t("nothing");
  const sign = status.stale ? ` · ${t("signed_stale")}` : status.signed ? ` · ✓ ${t("signed", { who: status.signed })}` : "";
  document.getElementById("figures").textContent = `${left} · ${t("read_share", { share: percent })}${sign}`;
  document.getElementById("sign").classList.toggle("primary", !status.signed || status.stale);
  const asked = document.getElementById("asked");
  if (asked) asked.textContent = status.open || "✓";
  document.getElementById("undo").disabled = !status.undo;
  document.getElementById("redo").disabled = !status.redo;
  const message = document.getElementById("message");
  message.hidden = !status.searching;
  message.textContent = t("searching");
}

function update(answer) {
  if (answer.revision < status.revision) return;
  status.revision = answer.revision;
  const fresh = answer.turns || {};
  const names = Object.keys(fresh);
  for (const name of names) {
    const holder = document.createElement("template");
    holder.innerHTML = fresh[name].trim();
    const made = holder.content.firstElementChild;
    const old = byName(name);
    if (old) {
      if (current && old.contains(current)) current = null;
      old.replaceWith(made);
    } else fresh[name] = made;
    reading.observe([made]);
  }
  if (answer.order) reorder(answer.order, fresh);
  progress(answer);
}

function reorder(order, fresh) {
  const here = [...turns.children].map((one) => one.dataset.name);
  if (here.length === order.length && order.every((name, at) => name === here[at])) return;
  const wanted = new Set(order);
  for (const one of [...turns.children]) if (!wanted.has(one.dataset.name)) one.remove();
  let before = null;
  for (const name of order) {
    const one = byName(name) || fresh[name];
    if (!(one instanceof Element)) return void location.reload();
    const next = before ? before.nextElementSibling : turns.firstElementChild;
    if (next !== one) turns.insertBefore(one, next);
    before = one;
  }
  player.load();
}

// One act after the other, so that a key pressed while an answer is on its way acts on what the answer shows.
let waiting = 0;
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
  const where = place(current);
  update(answer);
  if (answer.clash) {
    toast(t("changed_by", { who: answer.clash[0].who || "?" }), true);
    restore(where);
    return null;
  }
  if (view === "released") showReleased();
  return answer;
}

// ---- where the reviewer is

function place(item) {
  const article = item && articleOf(item);
  return article && { name: article.dataset.name, start: Number(item.dataset.s), rule: item.dataset.rule || "" };
}

function order(item) {
  const article = articleOf(item);
  return [[...turns.children].indexOf(article), item.dataset.rule ? -1 : Number(item.dataset.s)];
}

function restore(where) {
  const article = where && byName(where.name);
  const found = article && [...article.querySelectorAll(".e, .flag")].find(
    (one) => Number(one.dataset.s) === where.start && (one.dataset.rule || "") === where.rule,
  );
  if (found) go(found, false);
  else show();
}

function go(item, scroll = true) {
  current?.classList.remove("current");
  current = item;
  caret = null;
  paint("caret", []);
  paint("flagged", []);
  if (item) {
    item.classList.add("current");
    const article = articleOf(item);
    spot = { turn: article.dataset.name, start: Number(item.dataset.s), end: Number(item.dataset.e) };
    if (item.dataset.rule) paint("flagged", [range(textOf(article), spot.start, spot.end)]);
    at(article);
    if (scroll) into(item);
  }
  show();
}

function into(item) {
  const box = item.getBoundingClientRect();
  const narrow = matchMedia("(max-width: 800px)").matches;
  const bottom = innerHeight * (narrow ? 0.5 : 0.75);
  if (box.top < 110 || box.bottom > bottom) item.scrollIntoView({ block: narrow ? "start" : "center" });
}

function at(article) {
  turns.querySelector(".here")?.classList.remove("here");
  article?.classList.add("here");
}

function step(delta) {
  const all = pending();
  if (!all.length) return go(null);
  if (!current && !spot) return go(delta > 0 ? all[0] : all[all.length - 1]);
  const here = current && turns.contains(current) ? order(current) : [[...turns.children].indexOf(byName(spot.turn)), spot.start];
  const later = (one) => {
    const [turn, start] = order(one);
    return turn !== here[0] ? turn - here[0] : start - here[1];
  };
  const after = delta > 0 ? all.find((one) => later(one) > 0 && one !== current) : all.reverse().find((one) => later(one) < 0 && one !== current);
  return go(after || all[0]);
}

// ---- the panel

// The way on from an interview that is signed off.
function onward() {
  const [where, text] = state.next ? [`/i/${state.next}`, t("signed_next", { id: state.next })] : ["/#gate", t("signed_all")];
  return element("p", {}, element("a", { class: "button primary", href: where }, text, " →"));
}

function show() {
  panel.replaceChildren();
  if (!current) {
    const left = pending().length;
    if (!left && status.open) return showLook();
    const signed = !left && status.signed && !status.stale;
    panel.append(
      element("h2", {}, left ? t("left", { n: left }) : t("nothing")),
      element("p", {}, left ? button("next", () => step(1), "Enter") : t(signed ? "signed_why" : "nothing_why")),
    );
    if (signed) panel.append(onward());
    return;
  }
  if (current.dataset.rule) return showFlag();
  const data = current.dataset;
  const alike = turns.querySelectorAll(`.e[data-id="${CSS.escape(data.id)}"]`).length;
  panel.append(
    element("h2", {}, language.names[data.kind] || data.kind),
    element("dl", {},
      ...row(t("original"), element("b", { lang: "ru" }, data.o)),
      ...row(t("shown"), element("span", { lang: "ru", class: data.l ? "label" : "" }, data.l || data.o)),
      ...row(t("score"), data.score, "extra"),
      ...row(t("found_by"), data.by, "extra"),
      ...row(t("times"), String(alike), "extra"),
    ),
    ...conflict(),
    element("div", { class: "acts" },
      button("accept", () => act("accept"), "Enter", "primary"),
      button("reject", () => act("reject"), "X"),
      button("alike", () => act("alike"), "A"),
      button("change_kind", () => act("kind"), "K"),
      button("edit_label", () => act("label"), "E"),
      button("previous", () => step(-1), "P", "quiet"),
      button("next", () => step(1), "N", "quiet"),
    ),
  );
}

function showLook() {
  panel.append(
    element("h2", {}, t("look_due", { n: status.open })),
    element("p", {}, t("look_due_why")),
    element("p", {}, element("a", { class: "button primary", href: `/i/${id}/look` }, t("look"), " ", element("kbd", {}, "Enter"))),
  );
}

function showFlag() {
  const article = articleOf(current);
  panel.append(
    element("h2", {}, current.textContent),
    element("p", { lang: "ru", class: "passage" }, slice(said(textOf(article)), spot.start, spot.end)),
    element("div", { class: "acts" },
      button("seen_flag", () => act("accept"), "Enter", "primary"),
      button("cut", () => act("cut"), "D"),
      button("previous", () => step(-1), "P", "quiet"),
      button("next", () => step(1), "N", "quiet"),
    ),
  );
}

function conflict() {
  const key = `${articleOf(current).dataset.name}/${current.dataset.s}-${current.dataset.e}`;
  const both = status.conflicts?.[key];
  if (!both) return [];
  const lines = both.map((one) => element("li", {}, `${one.who}: ${t(one.action === "reject" ? "reject" : "accept")} ${language.names[one.kind] || one.kind} ${one.label || ""}`));
  return [element("div", { class: "bad-box" }, element("b", {}, t("conflict")), element("ul", {}, ...lines), element("small", {}, t("conflict_why")))];
}

function row(name, value, kind = "") {
  return [element("dt", { class: kind }, name), element("dd", { class: kind }, value)];
}

function button(text, does, key, kind = "") {
  return element("button", { type: "button", class: kind, onclick: does }, t(text), " ", element("kbd", {}, key));
}

// ---- acts

function markSpot() {
  return { turn: articleOf(current).dataset.name, start: Number(current.dataset.s), end: Number(current.dataset.e), seen: Number(current.dataset.v) };
}

async function decide(action, more = {}) {
  if (!current && action === "accept" && !pending().length && status.open) return ACTS.look();
  if (!current) return step(1);
  if (current.dataset.rule) {
    if (action === "reject") return undefined;
    const done = await send("flag", { spot: markSpot(), rule: current.dataset.rule });
    return done && step(1);
  }
  const added = current.dataset.state === "added";
  const kind = more.kind || current.dataset.kind;
  const wanted = action === "accept" && (current.dataset.state === "kept" || current.dataset.state === "rejected" && !current.dataset.was) ? "edit" : action;
  if (added && action === "accept") return step(1);
  const done = await send("decide", { spot: markSpot(), action: wanted, kind, label: more.label || "" });
  return done && step(1);
}

const ACTS = {
  accept: () => decide("accept"),
  reject: () => decide("reject"),
  async kind() {
    if (!current || current.dataset.rule) return;
    const kind = await choose(t("pick_kind"), language.kinds);
    if (kind) await decide("edit", { kind });
  },
  async label() {
    if (!current || current.dataset.rule) return;
    const label = await ask(t("new_label"), current.dataset.l || current.dataset.was);
    if (label) await decide("edit", { label });
  },
  async alike() {
    if (!current || current.dataset.rule) return;
    const body = { spot: markSpot(), kind: current.dataset.kind, scope: "study", count: true };
    const count = await send("decide", { ...body, action: "accept" });
    if (!count) return;
    const here = t("alike_here", { n: count.here });
    const study = t("alike_study", { n: count.count });
    const chosen = await choose(`${t("alike_title")}: «${current.dataset.o}»`, [
      ["accept interview", `${t("alike_hide")} — ${here}`],
      ["reject interview", `${t("alike_keep")} — ${here}`],
      ["accept study", `${t("alike_hide")} — ${study}`],
      ["reject study", `${t("alike_keep")} — ${study}`],
    ]);
    if (!chosen) return;
    const [action, scope] = chosen.split(" ");
    if (await send("decide", { ...body, action, scope, count: false })) step(1);
  },
  async bulk() {
    const kinds = element("select", { name: "kind" }, element("option", { value: "" }, t("bulk_all")), ...language.kinds.map(([kind, name]) => element("option", { value: kind }, name)));
    const above = element("input", { type: "number", min: "0", max: "1", step: "0.05", value: "0.5", name: "above" });
    const count = element("p", { class: "figure" }, "…");
    const ask = async () => {
      const answer = await send("bulk", { kind: kinds.value, above: Number(above.value), count: true });
      if (answer) count.textContent = answer.count ? t("bulk_count", { n: answer.count }) : t("bulk_none");
    };
    kinds.addEventListener("change", ask);
    above.addEventListener("input", ask);
    ask();
    const fields = element("div", {}, element("p", {}, t("bulk_why")), element("p", {}, element("label", {}, t("bulk_kind"), " ", kinds), " ", element("label", {}, t("bulk_above"), " ", above)), count);
    if (!(await open(t("bulk"), fields, t("apply")))) return;
    const answer = await send("bulk", { kind: kinds.value, above: Number(above.value), count: false });
    if (answer) {
      toast(t("bulk_count", { n: answer.count }));
      step(1);
    }
  },
  async mark() {
    const wanted = chosenSpot();
    if (!wanted) return toast(t("select_first"));
    const text = said(textOf(byName(wanted.turn)));
    const [start, end] = trimmed(text, wanted.start, wanted.end);
    const kind = await choose(`${t("pick_kind")} «${slice(text, start, end)}»`, language.kinds);
    if (!kind) return undefined;
    const body = { spot: { turn: wanted.turn, start, end }, action: "add", kind };
    const existing = [...byName(wanted.turn).querySelectorAll(".e")].find((one) => Number(one.dataset.s) === start && Number(one.dataset.e) === end);
    if (existing) {
      go(existing, false);
      return decide("edit", { kind });
    }
    if (!(await send("decide", body))) return undefined;
    clear();
    restore({ name: wanted.turn, start, rule: "" });
    const same = await send("decide", { ...body, scope: "study", count: true });
    if (same?.count) {
      const answer = await choose(t("same_words", { n: same.count }), [["study", t("hide_all_same")], ["", t("only_here")]]);
      if (answer) await send("decide", { ...body, scope: "study", count: false });
    }
    return undefined;
  },
  async fix() {
    const wanted = chosenSpot() || spot;
    if (!wanted) return toast(t("select_first"));
    const whole = wholeWords(wanted);
    const before = slice(said(textOf(byName(wanted.turn))), whole.start, whole.end);
    const value = await ask(t("new_words"), before);
    if (value === null || value === before) return undefined;
    return corrected({ kind: "words", spot: whole, value }, wanted);
  },
  cut() {
    const wanted = current?.dataset.rule ? spot : chosenSpot() || (spot && wholeTurn(spot.turn));
    return wanted ? corrected({ kind: "cut", spot: wanted }, wanted) : undefined;
  },
  split() {
    const wanted = chosenSpot() || spot;
    if (!wanted) return toast(t("select_first"));
    return corrected({ kind: "split", spot: { ...wanted, end: wanted.start + 1 } }, wanted);
  },
  async speaker() {
    const article = spot && byName(spot.turn);
    if (!article) return toast(t("select_first"));
    const letter = article.querySelector(".who").textContent;
    const mine = state.speakers.find((one) => one.letter === letter) || state.speakers[0];
    const chosen = await choose(`${t("speaker")}: ¶${article.dataset.n}`, [
      ...state.speakers.filter((one) => one !== mine).map((one) => [`speaker ${one.label}`, `${one.letter} — ${one.says}`]),
      ...language.roles.filter(([role]) => role !== mine.role).map(([role, name]) => [`role ${role}`, `${t("role")} «${mine.letter}»: ${name}`]),
    ]);
    if (!chosen) return undefined;
    const [what, value] = [chosen.slice(0, chosen.indexOf(" ")), chosen.slice(chosen.indexOf(" ") + 1)];
    const body = what === "role" ? { kind: "role", speaker: mine.label, value } : { kind: "speaker", speaker: value, spot: wholeTurn(spot.turn) };
    const done = await send("correct", body);
    if (done) location.reload();
    return undefined;
  },
  async dropped() {
    const source = document.querySelector("template#dropped");
    const list = source.content.cloneNode(true);
    let chosen = null;
    list.querySelectorAll("button").forEach((one) => one.addEventListener("click", () => {
      chosen = Number(one.dataset.number);
      close();
    }));
    await open(t("dropped"), list, "");
    if (chosen !== null && (await send("correct", { kind: "restore", number: chosen }))) location.reload();
  },
  readHere() {
    const all = [...turns.children];
    const last = spot ? all.indexOf(byName(spot.turn)) : all.length - 1;
    all.slice(0, last + 1).forEach((one) => reading.mark(one));
    return reading.send();
  },
  undo: () => turn("undo"),
  redo: () => turn("redo"),
  look: () => document.getElementById("look") && location.assign(`/i/${id}/look`),
  async sign() {
    await reading.send();
    const answer = await post(`/api/${id}/read`, { turns: [], since: status.revision });
    if (answer) update(answer);
    if (status.undecided) return toast(t("sign_left", { n: status.undecided }), true), step(1);
    if (status.open) return toast(t("sign_open", { n: status.open }), true), go(null);
    if (status.searching) return toast(t("sign_searching"), true);
    const share = `${Math.round(status.read * 100)} %`;
    const lines = [element("p", {}, t("sign_says")), element("p", {}, t("sign_read", { share }))];
    if (status.full && status.read < 0.995) lines.push(element("p", { class: "bad-box" }, t("sign_unread")));
    if (!(await open(t("sign_title", { id }), element("div", {}, ...lines), t("sign")))) return undefined;
    const done = await send("sign", {});
    if (done?.done) {
      toast(t("sign_done"));
      current = null;
      show();
      panel.querySelector("a")?.focus();
    }
    return undefined;
  },
  async released() {
    setView(view === "released" ? "labels" : "released");
  },
  help() {
    open(t("help"), document.getElementById("keys").content.cloneNode(true), "");
  },
};

async function corrected(body, wanted) {
  const article = byName(wanted.turn);
  const number = article.dataset.n;
  const done = await send("correct", body);
  if (!done) return;
  clear();
  const now = turns.querySelector(`[data-n="${number}"]`);
  if (now) {
    spot = { turn: now.dataset.name, start: Math.max(0, wanted.start - 1), end: wanted.start + 1 };
    at(now);
  }
  current = null;
  show();
  soon();
}

async function turn(what) {
  const done = await send(what, {});
  if (!done) return;
  toast(done.turned ? t(what === "undo" ? "undone" : "redone") : t("nothing_to_undo"));
  const [name, rest] = [done.at?.split("/")[0], done.at?.split("/")[1]];
  if (name && byName(name)) restore({ name, start: Number(rest.split("-")[0]), rule: done.at.split("/")[2] || "" });
  else if (done.turned) location.reload();
}

function act(name) {
  return enqueue(() => ACTS[name]());
}

// ---- selection: mouse, or arrow keys word by word

function selected() {
  const now = getSelection();
  if (!now || now.isCollapsed || !now.rangeCount) return null;
  const [from, to] = [articleOf(now.getRangeAt(0).startContainer), articleOf(now.getRangeAt(0).endContainer)];
  if (!from) return null;
  const paragraph = textOf(from);
  const chosen = now.getRangeAt(0);
  const start = paragraph.contains(chosen.startContainer) ? offset(paragraph, chosen.startContainer, chosen.startOffset, false) : 0;
  const end = from === to && paragraph.contains(chosen.endContainer) ? offset(paragraph, chosen.endContainer, chosen.endOffset, true) : Array.from(said(paragraph)).length;
  return start !== null && end !== null && start < end ? { turn: from.dataset.name, start, end } : null;
}

function chosenSpot() {
  const mouse = selected();
  if (mouse) return mouse;
  if (caret) return spot;
  return current && !current.dataset.rule ? spot : null;
}

function wholeWords(wanted) {
  const all = player.words[wanted.turn] || [];
  const touched = all.filter(([a, b]) => a < wanted.end && wanted.start < b);
  return touched.length ? { turn: wanted.turn, start: touched[0][0], end: touched[touched.length - 1][1] } : wanted;
}

function wholeTurn(name) {
  return { turn: name, start: 0, end: Array.from(said(textOf(byName(name)))).length };
}

function clear() {
  getSelection()?.removeAllRanges();
  caret = null;
  paint("caret", []);
}

function caretTo(name, from, to, scroll = true) {
  const all = player.words[name];
  if (!all?.length) return;
  const clamp = (n) => Math.min(Math.max(n, 0), all.length - 1);
  caret = { turn: name, from: clamp(from), to: clamp(to) };
  const [low, high] = [Math.min(caret.from, caret.to), Math.max(caret.from, caret.to)];
  spot = { turn: name, start: all[low][0], end: all[high][1] };
  current?.classList.remove("current");
  const article = byName(name);
  const inside = [...article.querySelectorAll(".e")].find((one) => Number(one.dataset.s) <= spot.start && spot.start < Number(one.dataset.e));
  current = caret.from === caret.to && inside ? inside : null;
  current?.classList.add("current");
  paint("flagged", []);
  const shown = range(textOf(article), spot.start, spot.end);
  paint("caret", [shown]);
  at(article);
  if (scroll) {
    const box = shown.getBoundingClientRect();
    if (box.top < 110 || box.bottom > innerHeight * 0.75) article.scrollIntoView({ block: "center" });
  }
  show();
}

function caretStep(delta, extend) {
  if (!spot) {
    const first = turns.firstElementChild;
    if (first) caretTo(first.dataset.name, 0, 0);
    return;
  }
  const all = player.words[spot.turn] || [];
  if (!caret) {
    const from = Math.max(0, all.findIndex(([, b]) => spot.start < b));
    const to = Math.max(from, all.findLastIndex(([a]) => a < spot.end));
    caret = { turn: spot.turn, from, to };
    if (extend) return void caretTo(spot.turn, from, to + delta);
  }
  caretTo(caret.turn, extend ? caret.from : caret.to + delta, caret.to + delta);
}

function turnStep(delta) {
  const all = [...turns.children];
  const here = spot ? all.indexOf(byName(spot.turn)) : -1;
  const next = all[Math.min(Math.max(here + delta, 0), all.length - 1)];
  if (next) caretTo(next.dataset.name, 0, 0);
}

// ---- what is shown

async function showReleased() {
  const answer = await fetch(`/i/${id}/released`);
  document.getElementById("released").textContent = answer.ok ? await answer.text() : t("refused");
}

function setView(wanted) {
  view = wanted;
  document.body.dataset.view = view;
  document.getElementById("released").hidden = view !== "released";
  turns.hidden = view === "released";
  for (const one of document.querySelectorAll("[data-view]")) one.setAttribute("aria-pressed", String(one.dataset.view === view));
  if (view === "released") {
    showReleased();
    scrollTo(0, 0);
  } else {
    uncover(view === "said");
    if (current) into(current);
  }
}

function uncover(open, only = null) {
  for (const one of only ? [only] : turns.querySelectorAll(".e")) {
    const text = open ? one.dataset.o : one.dataset.l || one.dataset.o;
    if (one.textContent !== text) one.textContent = text;
  }
}

let found = { text: "", list: [], at: -1 };
function search(text) {
  if (text !== found.text) {
    const wanted = text.toLowerCase();
    const list = [];
    for (const article of turns.children) {
      const whole = said(textOf(article));
      const lower = whole.toLowerCase();
      for (let from = lower.indexOf(wanted); wanted && from >= 0; from = lower.indexOf(wanted, from + 1)) {
        const start = Array.from(whole.slice(0, from)).length;
        list.push({ name: article.dataset.name, start, end: start + Array.from(text).length });
      }
    }
    found = { text, list, at: -1 };
    paint("found", list.slice(0, 500).map((one) => range(textOf(byName(one.name)), one.start, one.end)));
    toast(list.length ? t("found_n", { n: list.length }) : t("not_found"), !list.length);
  }
  if (!found.list.length) return;
  found.at = (found.at + 1) % found.list.length;
  const hit = found.list[found.at];
  const all = player.words[hit.name] || [];
  const first = all.findIndex(([, b]) => hit.start < b);
  caretTo(hit.name, first, Math.max(first, all.findLastIndex(([a]) => a < hit.end)));
}

// ---- events

const KEYS = {
  Enter: "accept", NumpadEnter: "accept", KeyX: "reject", KeyK: "kind", KeyE: "label", KeyA: "alike", KeyB: "bulk", KeyM: "mark", KeyC: "fix",
  KeyD: "cut", KeyT: "split", KeyW: "speaker", KeyR: "readHere", KeyS: "sign", KeyG: "dropped", KeyV: "released", KeyQ: "look",
};

function pressed(event) {
  const { code, shiftKey } = event;
  if (code === "KeyU") return () => act(shiftKey ? "redo" : "undo");
  if (code === "KeyN") return () => enqueue(() => step(1));
  if (code === "KeyP") return () => enqueue(() => step(-1));
  if (event.key === "?") return () => ACTS.help();
  if (code === "Slash" || event.key === "/") return () => document.getElementById("search").focus();
  if (code === "Space") return () => player.toggle();
  if (code === "KeyL") return () => (player.loop.checked = !player.loop.checked);
  if (code === "BracketLeft") return () => player.faster(-1);
  if (code === "BracketRight") return () => player.faster(1);
  if (code === "ArrowLeft") return () => caretStep(-1, shiftKey);
  if (code === "ArrowRight") return () => caretStep(1, shiftKey);
  if (code === "ArrowUp") return () => turnStep(-1);
  if (code === "ArrowDown") return () => turnStep(1);
  if (code === "KeyO") return () => !event.repeat && view === "labels" && uncover(true);
  if (code === "Escape") return () => (clear(), paint("found", []), go(null));
  if (code === "KeyG" && !document.querySelector("template#dropped")?.content.querySelector("button")) return null;
  return KEYS[code] ? () => act(KEYS[code]) : null;
}

document.addEventListener("keydown", (event) => {
  if (document.getElementById("dialog").open) return;
  if (typing(event)) {
    if (event.target.id !== "search") return;
    if (event.key === "Enter") search(event.target.value);
    if (event.key === "Escape" || event.key === "Enter" && event.shiftKey) event.target.blur();
    return;
  }
  const ours = event.target.closest?.("button, a, summary") && (event.code === "Enter" || event.code === "Space");
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

document.addEventListener("keyup", (event) => {
  if (event.code === "KeyO" && view === "labels") uncover(false);
});

let held = 0;
turns.addEventListener("pointerdown", (event) => {
  const mark = event.target.closest("mark");
  if (!mark || view !== "labels") return;
  held = setTimeout(() => uncover(true, mark), 250);
  const release = () => {
    clearTimeout(held);
    uncover(view === "said", mark);
  };
  addEventListener("pointerup", release, { once: true });
  addEventListener("pointercancel", release, { once: true });
});

turns.addEventListener("click", (event) => {
  const article = articleOf(event.target);
  if (!article || selected()) return;
  if (event.target.closest(".play")) return void player.from(article.dataset.name, 0);
  if (event.target.closest(".who")) {
    spot = { turn: article.dataset.name, start: 0, end: 1 };
    return void act("speaker");
  }
  const item = event.target.closest("mark, .flag");
  if (item) return void go(item, false);
  const hit = document.caretPositionFromPoint?.(event.clientX, event.clientY) || fallback(event);
  const paragraph = textOf(article);
  if (!hit?.offsetNode || !paragraph.contains(hit.offsetNode)) return;
  const start = offset(paragraph, hit.offsetNode, hit.offset, false);
  const word = (player.words[article.dataset.name] || []).findIndex(([, b]) => start < b);
  if (word < 0) return;
  caretTo(article.dataset.name, word, word, false);
  player.seek(article.dataset.name, start);
});

function fallback(event) {
  const made = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  return made && { offsetNode: made.startContainer, offset: made.startOffset };
}

for (const one of document.querySelectorAll("[data-do]")) one.addEventListener("click", () => act(one.dataset.do));
for (const one of document.querySelectorAll("[data-view]")) one.addEventListener("click", () => setView(one.dataset.view));
for (const name of ["undo", "redo", "sign"]) document.getElementById(name).addEventListener("click", () => act(name));
document.getElementById("help").addEventListener("click", ACTS.help);
// A mouse selection survives a click on a button of the panel.
document.getElementById("panel").addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());

async function listen() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/i/${id}/changes?since=${status.revision}`);
    if (answer.ok) {
      const where = place(current);
      const news = await answer.json();
      const changed = Object.keys(news.turns || {}).length;
      update(news);
      if (changed && where && (!current || !turns.contains(current))) restore(where);
    }
  } catch {
    // the next act will say that the program does not answer
  }
}

function soon() {
  if (!status.searching) return;
  setTimeout(() => enqueue(listen).then(soon), 400);
}

setInterval(() => enqueue(listen), 4000);

progress(status);
reading.observe(turns.children);
player.load();
player.show();
soon();
main.focus({ preventScroll: true });
const jump = location.hash.slice(1);
if (jump && turns.querySelector(`[data-n="${CSS.escape(jump)}"]`)) {
  const article = turns.querySelector(`[data-n="${CSS.escape(jump)}"]`);
  spot = { turn: article.dataset.name, start: 0, end: 1 };
  at(article);
  article.scrollIntoView({ block: "center" });
  show();
} else if (status.undecided) step(1);
else show();
document.body.dataset.ready = "1";
