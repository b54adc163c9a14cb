// Between the text of a turn as the server knows it (code points, words as said) and what stands on the page.

function points(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function units(text, wanted) {
  let at = 0;
  let count = 0;
  for (const letter of text) {
    if (count === wanted) break;
    at += letter.length;
    count += 1;
  }
  return at;
}

function pieces(paragraph) {
  const made = [];
  let at = 0;
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const size = points(node.data);
      made.push({ node, start: at, end: at + size, mark: null });
      at += size;
    } else if (node.localName === "mark") {
      const size = Number(node.dataset.e) - Number(node.dataset.s);
      made.push({ node, start: at, end: at + size, mark: node });
      at += size;
    } else node.childNodes.forEach(walk);
  };
  paragraph.childNodes.forEach(walk);
  return made;
}

// The turn's text as it was said.
export function said(paragraph) {
  return pieces(paragraph)
    .map((piece) => (piece.mark ? piece.mark.dataset.o : piece.node.data))
    .join("");
}

// Offset in the turn's text of a point on the page; inside a mark its start, or its end.
export function offset(paragraph, node, at, atEnd) {
  const all = pieces(paragraph);
  for (const piece of all) {
    if (piece.node === node && !piece.mark) return piece.start + points(node.data.slice(0, at));
    if (piece.mark && piece.mark.contains(node)) return atEnd ? piece.end : piece.start;
  }
  if (node === paragraph) {
    const child = paragraph.childNodes[at];
    const found = all.find((piece) => child && (piece.node === child || child.contains(piece.node)));
    return found ? found.start : all.length ? all[all.length - 1].end : 0;
  }
  return null;
}

// A stretch of the turn's text as a range on the page; marks that it touches are taken whole.
export function range(paragraph, start, end) {
  const made = document.createRange();
  const all = pieces(paragraph);
  const first = all.find((piece) => start < piece.end) || all[all.length - 1];
  const last = all.find((piece) => end <= piece.end) || all[all.length - 1];
  if (!first) return made;
  if (first.mark) made.setStartBefore(first.mark);
  else made.setStart(first.node, units(first.node.data, Math.max(0, start - first.start)));
  if (last.mark) made.setEndAfter(last.mark);
  else made.setEnd(last.node, units(last.node.data, Math.min(end, last.end) - last.start));
  return made;
}

export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

const EDGE = /[\s.,!?…:;—–«»"'()\[\]-]/;

// A stretch without white space and punctuation at its ends.
export function trimmed(text, start, end) {
  const letters = Array.from(text);
  let [from, to] = [start, end];
  while (from < to && EDGE.test(letters[from])) from += 1;
  while (to > from && EDGE.test(letters[to - 1])) to -= 1;
  return from < to ? [from, to] : [start, end];
}

// Paints ranges without touching the page, where the browser can.
export function paint(name, ranges) {
  if (typeof Highlight === "undefined" || !CSS.highlights) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
