// Hears the interview: from 2 s before a word, one turn again and again, the spoken word painted.

import { paint, range } from "/static/text.js";

const LEAD = 2;

export class Player {
  constructor(interview, tracks, byName) {
    this.interview = interview;
    this.tracks = tracks;
    this.byName = byName;
    this.audio = document.getElementById("audio");
    this.words = {};
    this.line = [];
    this.track = -1;
    this.loop = document.getElementById("loop");
    this.speed = document.getElementById("speed");
    this.button = document.getElementById("playing");
    this.within = null;
    this.painted = null;
    this.button.addEventListener("click", () => this.toggle());
    this.speed.addEventListener("change", () => (this.audio.playbackRate = Number(this.speed.value)));
    this.audio.addEventListener("play", () => this.tick());
    for (const name of ["play", "pause"]) this.audio.addEventListener(name, () => this.show());
    this.position = () => null;
  }

  async load() {
    const answer = await fetch(`/i/${this.interview}/words`);
    if (!answer.ok) return;
    this.words = await answer.json();
    this.line = Object.entries(this.words)
      .flatMap(([name, words]) => words.map(([a, b, start, end, track]) => ({ name, a, b, start, end, track })))
      .sort((one, other) => one.start - other.start);
  }

  show() {
    this.button.firstChild.data = this.audio.paused ? "▶ " : "❚❚ ";
  }

  choose(track) {
    if (track === this.track || !this.tracks.length) return;
    this.track = track;
    this.audio.src = `/i/${this.interview}/audio/${track}`;
    this.audio.playbackRate = Number(this.speed.value);
  }

  from(name, at) {
    const words = this.words[name];
    if (!words?.length || !this.tracks.length) return;
    const word = words.find(([, b]) => at < b) || words[words.length - 1];
    this.choose(word[4]);
    this.within = name;
    this.audio.currentTime = Math.max(0, word[2] - LEAD);
    this.audio.play().catch(() => {});
  }

  seek(name, at) {
    if (this.audio.paused) return false;
    const words = this.words[name];
    const word = words?.find(([, b]) => at < b);
    if (!word) return false;
    this.choose(word[4]);
    this.within = name;
    this.audio.currentTime = word[2];
    this.audio.play().catch(() => {});
    return true;
  }

  toggle() {
    if (!this.audio.paused) return this.audio.pause();
    const spot = this.position();
    if (spot) this.from(spot.turn, spot.start);
    else this.audio.play().catch(() => {});
    return undefined;
  }

  faster(step) {
    const at = Math.min(Math.max(this.speed.selectedIndex + step, 0), this.speed.options.length - 1);
    this.speed.selectedIndex = at;
    this.audio.playbackRate = Number(this.speed.value);
  }

  spoken(time) {
    let [low, high] = [0, this.line.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.line[middle].start <= time) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= Math.max(0, low - 6); at -= 1) {
      const word = this.line[at];
      if (word.start <= time && time < word.end + 0.2) return word;
    }
    return null;
  }

  tick() {
    if (this.audio.paused) return;
    const time = this.audio.currentTime;
    if (this.loop.checked && this.within) {
      const turn = this.byName(this.within);
      if (turn && (time > Number(turn.dataset.end) + 0.3 || time < Number(turn.dataset.start) - LEAD - 0.5)) {
        this.audio.currentTime = Math.max(0, Number(turn.dataset.start) - 0.2);
      }
    }
    const word = this.spoken(time);
    if (word && word !== this.painted) {
      const turn = this.byName(word.name);
      if (turn) paint("heard", [range(turn.querySelector(".text"), word.a, word.b)]);
      this.painted = word;
    }
    requestAnimationFrame(() => this.tick());
  }
}
