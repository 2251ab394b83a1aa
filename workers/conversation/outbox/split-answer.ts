import { findBreaks } from './sentence-ends.ts';
import { protectedSpans } from './text-spans.ts';

/**
 * Splits an answer into messages as a person would send them: at the ends of sentences, near `partLength` characters. Links,
 * e-mails, numbers, abbreviations, quotes, lists, code and emoji stay whole. Pure.
 */

export interface SplitOptions {
  /** Characters a part aims at, 40 to 4000. A text up to this length is one part. */
  readonly partLength: number;
}

/** How well one may cut after a unit, best first. */
type Joint = 'block' | 'paragraph' | 'sentence' | 'line' | 'forced';

interface Unit {
  readonly start: number;
  readonly end: number;
  /** The cut after this unit. */
  readonly joint: Joint;
}

/** WhatsApp takes 65,536 characters in a message. */
const longestMessage = 60_000;
/** A sentence without end is cut at blanks from this many times `partLength` on, at least 1500 characters. */
const endlessFactor = 5;
const endlessAtLeast = 1500;

/** The price of a cut, in shares of a whole part's misfit. */
const jointPrice: Readonly<Record<Joint, number>> = {
  block: -0.1,
  paragraph: 0,
  sentence: 0.15,
  line: 0.45,
  forced: 1,
};

const fence = /^[^\S\n]*(?:```|~~~)/u;
const bullet =
  /^[^\S\n]*(?:(?:[-–—•·▪◦‣*+►▶➡→✓✔✅☑❌⭐🔹🔸👉📌]|\p{Extended_Pictographic}\uFE0F?|[0-9#*]\uFE0F?\u20E3)[^\S\n]+\S|\d{1,3}(?:[.)º°]|[^\S\n]?-)[^\S\n]+\S|[a-zA-Z]\)[^\S\n]+\S|\|)/u;
const visible = /[^\s\p{Cf}\p{Cc}\u2800\u3164\u115f\u1160\uffa0]/u;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const linesOf = (text: string): readonly Line[] => {
  let start = 0;
  return text.split('\n').map((line) => {
    const here = { start, end: start + line.length, text: line };
    start += line.length + 1;
    return here;
  });
};

const isBlank = (line: Line | undefined): boolean => line === undefined || line.text.trim() === '';

/** Index of the line after the code block that opens at `from`; a block that is never closed runs to the end. */
const endOfFence = (lines: readonly Line[], from: number): number => {
  for (let index = from + 1; index < lines.length; index += 1)
    if (fence.test(lines[index]?.text ?? '')) return index + 1;
  return lines.length;
};

/** Index of the line after the list that begins at `from`: items, their indented lines, single blank lines between items. */
const endOfList = (lines: readonly Line[], from: number): number => {
  let end = from + 1;
  for (let index = from + 1; index < lines.length; index += 1) {
    const line = lines[index] as Line;
    if (bullet.test(line.text) || /^[^\S\n]{2,}\S/u.test(line.text)) end = index + 1;
    else if (!(isBlank(line) && index === end && bullet.test(lines[index + 1]?.text ?? ''))) break;
  }
  return end;
};

interface Block {
  readonly start: number;
  readonly end: number;
  readonly whole: boolean;
}

/** Code blocks and lists as wholes (with the line before them that ends in a colon), paragraphs between them. */
const blocksOf = (text: string): readonly Block[] => {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] as Line;
    if (isBlank(line)) {
      index += 1;
      continue;
    }
    const isFence = fence.test(line.text);
    // One line that begins with an emoji or a dash is a sentence; two are a list.
    const listEnd = isFence ? index : bullet.test(line.text) ? endOfList(lines, index) : index;
    const isList = listEnd - index > 1;
    let end = isFence ? endOfFence(lines, index) : isList ? listEnd : index + 1;
    if (!isFence && !isList)
      while (end < lines.length && !isBlank(lines[end]) && !fence.test(lines[end]?.text ?? '')) {
        if (bullet.test(lines[end]?.text ?? '') && endOfList(lines, end) - end > 1) break;
        end += 1;
      }
    const last = lines[end - 1] as Line;
    blocks.push({ start: line.start, end: last.end, whole: isFence || isList });
    index = end;
  }
  return blocks;
};

/** Cuts what has no end at the last clause or blank before `limit`, and between characters only where nothing else is left. */
const cutEndless = (text: string, from: Unit, limit: number): readonly Unit[] => {
  if (from.end - from.start <= limit) return [from];
  const spans = protectedSpans(text.slice(from.start, from.end));
  const isFree = (at: number): boolean =>
    !spans.some((span) => at - from.start > span.start && at - from.start < span.end);
  const units: Unit[] = [];
  let start = from.start;
  while (from.end - start > limit) {
    const stretch = text.slice(start, start + limit + 1);
    const candidates = [/\n/gu, /[;:,](?=\s)/gu, /\S(?=\s)/gu].map((pattern) =>
      [...stretch.matchAll(pattern)]
        .map((match) => start + match.index + (match[0] === '\n' ? 0 : 1))
        .filter((at) => at > start + limit / 4 && at <= start + limit && isFree(at))
        .at(-1),
    );
    let at = candidates.find((candidate) => candidate !== undefined);
    if (at === undefined) {
      // One unbroken thing (a long link): whole as long as WhatsApp takes it.
      const blank = [...text.slice(start + limit, from.end).matchAll(/\s/gu)]
        .map((match) => start + limit + match.index)
        .find(isFree);
      at = Math.min(blank ?? from.end, start + longestMessage);
      if (at - start === longestMessage) at = wholeCharacters(text, start, at);
    }
    if (at >= from.end) break;
    units.push({ start, end: at, joint: 'forced' });
    start = at;
  }
  units.push({ start, end: from.end, joint: from.joint });
  return units;
};

/** The last end of a whole character (an emoji with all its parts) not after `at`. */
const wholeCharacters = (text: string, start: number, at: number): number => {
  const near = Math.max(start, at - 64);
  const inside = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
    .segment(text.slice(near, at + 64))
    .containing(at - near);
  return inside && inside.index > 0 ? near + inside.index : at;
};

const unitsOf = (text: string, partLength: number): readonly Unit[] => {
  const endless = Math.max(endlessAtLeast, partLength * endlessFactor);
  const blocks = blocksOf(text);
  return blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    const body = text.slice(block.start, block.end);
    // An introduction stays with its list or code: `Temos:` is no message of its own.
    const introduces = next?.whole === true && /:\W{0,4}$/u.test(body.trimEnd());
    const hasGap = next !== undefined && /\n\s*\n/u.test(text.slice(block.end, next.start));
    const joint: Joint = block.whole || next?.whole === true ? 'block' : hasGap ? 'paragraph' : 'line';
    const cuts = block.whole ? [] : findBreaks(body);
    const ends = [
      ...cuts.map((cut) => ({ end: block.start + cut.at, joint: cut.kind as Joint })),
      { end: block.end, joint },
    ];
    let start = block.start;
    const units = ends.map(({ end, joint: after }) => {
      const unit: Unit = { start, end, joint: after };
      start = end;
      return unit;
    });
    const last = units.at(-1);
    if (introduces && last && next) units[units.length - 1] = { ...last, end: next.end, joint: 'block' };
    if (index > 0 && block.whole && introducedBy(text, blocks[index - 1])) return [];
    return units.flatMap((unit) => cutEndless(text, unit, block.whole || introduces ? longestMessage : endless));
  });
};

const introducedBy = (text: string, block: Block | undefined): boolean =>
  block !== undefined && !block.whole && /:\W{0,4}$/u.test(text.slice(block.start, block.end).trimEnd());

/** How badly a part of `length` fits: nothing at the target, growing with the distance; too long is worse than too short. */
const misfit = (length: number, target: number): number => {
  const off = (length - target) / target;
  return off > 0 ? 3 * off * off + off : 0.6 * off * off;
};

/** The cheapest way to pack the units into parts, in order (dynamic programming over the cuts). */
const pack = (text: string, units: readonly Unit[], target: number): readonly string[] => {
  const best: { price: number; from: number }[] = [{ price: 0, from: 0 }];
  for (let end = 1; end <= units.length; end += 1) {
    const last = units[end - 1] as Unit;
    const cut = end === units.length ? 0 : jointPrice[last.joint];
    let choice = { price: Number.POSITIVE_INFINITY, from: end - 1 };
    for (let from = end - 1; from >= 0; from -= 1) {
      const length = text.slice((units[from] as Unit).start, last.end).trim().length;
      if (from < end - 1 && length > longestMessage) break;
      const price = (best[from]?.price ?? 0) + misfit(length, target) + cut;
      if (price < choice.price) choice = { price, from };
      if (from < end - 1 && length > target * 4) break;
    }
    best.push(choice);
  }
  const parts: string[] = [];
  for (let end = units.length; end > 0; ) {
    const { from } = best[end] as { from: number };
    parts.unshift(text.slice((units[from] as Unit).start, (units[end - 1] as Unit).end).trim());
    end = from;
  }
  return parts;
};

/** A part that shows nothing (blanks, invisible marks) joins its neighbour. */
const withoutInvisible = (parts: readonly string[]): readonly string[] => {
  const shown: string[] = [];
  let held = '';
  for (const part of parts) {
    if (visible.test(part)) {
      shown.push(held + part);
      held = '';
    } else if (shown.length > 0) shown[shown.length - 1] += part;
    else held += part;
  }
  return shown;
};

/**
 * The parts of an answer, in order: none is empty, and joined they lose nothing but white space. A text that shows nothing has no
 * parts.
 */
export const splitAnswer = (text: string, { partLength }: SplitOptions): readonly string[] => {
  const clean = text.replace(/\r\n?/g, '\n').trim();
  if (!visible.test(clean)) return [];
  if (clean.length <= partLength) return [clean];
  return withoutInvisible(pack(clean, unitsOf(clean, partLength), partLength));
};
