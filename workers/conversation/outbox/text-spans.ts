/** Stretches of a text that must stay in one piece, found before a text is split (`split-answer.ts`). Pure. */

/** Offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// Each pattern is linear: no nested repetition, bounded where it looks for its closing mark.
const patterns: readonly RegExp[] = [
  // Links and e-mail addresses.
  /\b(?:https?:\/\/|www\.)\S+/giu,
  /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu,
  // Inline code, and the quotes of both languages; a blank line ends none of them.
  /`[^`\n]{1,500}`/gu,
  /“(?:[^”\n]|\n(?!\s*\n)){1,800}”/gu,
  /«(?:[^»\n]|\n(?!\s*\n)){1,800}»/gu,
  /(?<![\p{L}\p{N}])"(?=\S)(?:[^"\n]|\n(?!\s*\n)){1,800}"(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}])‘[^’\n]{1,300}’(?![\p{L}\p{N}])/gu,
  // Brackets.
  /\([^()\n]{1,400}\)/gu,
  /\[[^[\]\n]{1,400}\](?:\(\S{1,500}\))?/gu,
  // WhatsApp's bold, italics and strike-through: cut in two, both halves would show their marks.
  /(?<![\p{L}\p{N}*])\*(?=\S)[^*\n]{1,500}(?<=\S)\*(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}*])\*\*(?=\S)[^*\n]{1,500}(?<=\S)\*\*(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_])_(?=\S)[^_\n]{1,500}(?<=\S)_(?![\p{L}\p{N}_])/gu,
  /(?<![\p{L}\p{N}~])~(?=\S)[^~\n]{1,500}(?<=\S)~(?![\p{L}\p{N}~])/gu,
];

/** `1. Abra o app. 2. Toque em …` in one line: the run of markers that counts up from 1, to its last marker. */
const inlineLists = (text: string): readonly Span[] => {
  const spans: Span[] = [];
  let run: { start: number; end: number; next: number } | null = null;
  const flush = (): void => {
    if (run !== null && run.next > 2) spans.push({ start: run.start, end: run.end });
    run = null;
  };
  for (const match of text.matchAll(/(?:^|[\s:;(])(\d{1,2})([.)])(?=[^\S\n])|\n/gu)) {
    if (match[0] === '\n') {
      flush();
      continue;
    }
    const number = Number(match[1]);
    const end = match.index + match[0].length;
    const start = end - (match[1] ?? '').length - 1;
    if (number === 1) {
      flush();
      run = { start, end, next: 2 };
    } else if (run !== null && number === (run as { next: number }).next) {
      run = { start: (run as { start: number }).start, end, next: number + 1 };
    }
  }
  flush();
  return spans;
};

/** The stretches of `text` that stay whole, in order and merged where they overlap. */
export const protectedSpans = (text: string): readonly Span[] => {
  const found = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );
  const sorted = [...found, ...inlineLists(text)].sort((a, b) => a.start - b.start);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.start < last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
};
