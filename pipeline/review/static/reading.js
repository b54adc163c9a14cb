// Which turns a person has read: long enough on screen, while the page is looked at.

import { post } from "/static/page.js";

const LEAST = 700;
const A_WORD = 130;

export class Reading {
  constructor(interview, reviewer) {
    this.interview = interview;
    this.seen = new Map();
    this.ready = new Set();
    this.done = reviewer;
    this.watch = new IntersectionObserver((entries) => this.moved(entries), { threshold: [0, 0.5] });
    setInterval(() => this.count(), 500);
    setInterval(() => this.send(), 3000);
    document.addEventListener("visibilitychange", () => this.send());
  }

  observe(turns) {
    for (const turn of turns) if (!turn.classList.contains("read")) this.watch.observe(turn);
  }

  moved(entries) {
    for (const entry of entries) {
      const tall = entry.boundingClientRect.height > innerHeight * 0.6;
      const inside = entry.isIntersecting && (entry.intersectionRatio >= 0.5 || tall);
      if (inside) this.seen.set(entry.target, this.seen.get(entry.target) || 0);
      else this.seen.delete(entry.target);
    }
  }

  count() {
    if (document.hidden || !document.hasFocus()) return;
    for (const [turn, so_far] of this.seen) {
      const now = so_far + 500;
      this.seen.set(turn, now);
      if (now < LEAST + A_WORD * Number(turn.dataset.words)) continue;
      this.mark(turn);
      this.seen.delete(turn);
    }
  }

  mark(turn) {
    if (turn.classList.contains("read")) return;
    turn.classList.add("read");
    this.watch.unobserve(turn);
    this.ready.add(turn.dataset.name);
  }

  async send() {
    if (!this.ready.size) return;
    const turns = [...this.ready];
    this.ready.clear();
    for (let at = 0; at < turns.length; at += 500) {
      const answer = await post(`/api/${this.interview}/read`, { turns: turns.slice(at, at + 500), since: Number.MAX_SAFE_INTEGER });
      if (answer) this.onread?.(answer);
      else turns.slice(at).forEach((name) => this.ready.add(name));
      if (!answer) return;
    }
  }
}
