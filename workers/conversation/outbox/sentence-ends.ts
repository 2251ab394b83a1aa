import { protectedSpans } from './text-spans.ts';

/** Where a Portuguese or English text may be cut: after sentences, and after lines. Pure. */

/** `sentence`: after a full stop or its like. `line`: at a line break, or after an emoji that closes a phrase. */
export type BreakKind = 'sentence' | 'line';

export interface Break {
  /** Offset right after the last character that belongs to the part before. */
  readonly at: number;
  readonly kind: BreakKind;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** A name or a thing follows: never the end of a sentence. */
const alwaysInside = words(
  'sr sra srs sras srta srto dr dra drs dras prof profa profs eng arq adv exmo exma ilmo ilma sto sta av al rod trav pça pca ' +
    'p.ex ex cf mr mrs ms mx messrs st mt gen capt sgt rev hon e.g i.e eg ie viz vs v.s',
);

/** Inside a sentence when a small letter, a number or an opening mark follows; otherwise it may end one. */
const sometimesInside = words(
  'etc ltda cia s.a s/a inc ltd co corp jr jnr sr a.m p.m am pm no nº n n.º nr núm num nos pág pag págs p pp art arts fig figs tel cel ' +
    'fone cap vol ed min máx max mín aprox approx ref cód cod ramal obs qtd qtde und un cx pct kg km cm mm hs h hr hrs seg ter qua qui sex sáb sab dom ' +
    'jan fev mar abr mai jun jul ago set out nov dez feb apr may aug sep sept oct dec mon tue tues wed thu thur thurs fri sat sun dept est ' +
    'apto ap apt bl qd lt lj cj conj edif ed res tb tbm obg vc q pq c.c b.o c.n.p.j r.g c.p.f cnpj cpf rg u.s u.k e.u.a d.c a.c',
);

const emoji = String.raw`(?:\p{Extended_Pictographic}|\p{Regional_Indicator})(?:\p{Emoji_Modifier}|\uFE0F|\u200D(?:\p{Extended_Pictographic})|\p{Regional_Indicator}|\u20E3)*`;
const emojiRun = new RegExp(String.raw`(?:[^\S\n]*${emoji})+`, 'uy');
const closers = /["”’»')\]*_~`]*/uy;
const terminators = /[.!?…。！？]+/gu;

const matchAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
};

/** The word right before `at`, small, with the dots inside it: `p.ex`, `s.a`, `1.234`. */
const wordBefore = (text: string, at: number): string =>
  /[\p{L}\p{N}/º°ª]+(?:\.[\p{L}\p{N}º°ª]+)*$/u.exec(text.slice(Math.max(0, at - 24), at))?.[0] ?? '';

const isAbbreviation = (text: string, dotAt: number, next: string): boolean => {
  const word = wordBefore(text, dotAt);
  const small = word.toLowerCase();
  if (alwaysInside.has(small)) return !/^\n/u.test(next);
  const goesOn = /^[^\S\n]+[\p{Ll}\p{N}(+&/–-]/u.test(next);
  if (sometimesInside.has(small)) return goesOn || /^[^\S\n]+(?:ltda|s\.?a|s\/a|inc|ltd|jr)\b/iu.test(next);
  // Initials: `J. Souza`, `R. Augusta`, `a. C.`; a letter after a number is a unit and may end a sentence.
  if (/^\p{Lu}$/u.test(word)) return /^[^\S\n]+[\p{L}\p{N}]/u.test(next);
  if (/^(?:\p{L}\.)+\p{L}$/u.test(word)) return goesOn;
  return /^\d{1,2}$/.test(word) && isMarker(text, dotAt - word.length);
};

/** `1. Primeiro`: a number that begins a line, a list or a sentence is a marker; `apto. 12. Depois` ends a sentence. */
const isMarker = (text: string, numberAt: number): boolean => {
  const before = text.slice(Math.max(0, numberAt - 24), numberAt);
  if (/(?:^|[\n:;!?])\s*$/u.test(before)) return true;
  if (!/[.]\s+$/u.test(before)) return false;
  const word = wordBefore(text, numberAt - (/[.]\s+$/u.exec(before)?.[0].length ?? 0)).toLowerCase();
  return !alwaysInside.has(word) && !sometimesInside.has(word);
};

const sentenceBreaks = (text: string): readonly number[] => {
  const breaks: number[] = [];
  for (const match of text.matchAll(terminators)) {
    const afterMark = match.index + match[0].length;
    const afterClosers = afterMark + matchAt(closers, text, afterMark);
    const end = afterClosers + matchAt(emojiRun, text, afterClosers);
    const next = text.slice(end, end + 40);
    if (next !== '' && !/^\s/u.test(next)) continue;
    const small = /^[^\S\n]+\p{Ll}/u.test(next);
    // `Ele disse "pare!" e saiu`, `bem... vamos`: what goes on small after a quote or an ellipsis is the same sentence.
    if (small && end === afterClosers && (afterClosers > afterMark || /^(?:\.{2,}|…+)$/u.test(match[0]))) continue;
    if (
      match[0] === '.' &&
      afterClosers === afterMark &&
      isAbbreviation(text, match.index, text.slice(afterMark, afterMark + 40))
    )
      continue;
    breaks.push(end);
  }
  return breaks;
};

const lineBreaks = (text: string): readonly number[] =>
  [...text.matchAll(/[^\n:]([^\S\n]*)\n/gu)].map(
    (match) => match.index + match[0].length - 1 - (match[1]?.length ?? 0),
  );

/** `Que bom 😊 Vamos lá`: an emoji before a capital letter closes a phrase. */
const emojiBreaks = (text: string): readonly number[] =>
  [...text.matchAll(new RegExp(String.raw`(?:${emoji})(?=[^\S\n]+\p{Lu})`, 'gu'))].map(
    (match) => match.index + match[0].length,
  );

/** The places where a paragraph may be cut, in order, none inside what must stay whole and none at its very end. */
export const findBreaks = (text: string): readonly Break[] => {
  const spans = protectedSpans(text);
  const inside = (at: number): boolean => spans.some((span) => at > span.start && at < span.end);
  const kinds = new Map<number, BreakKind>();
  for (const at of [...lineBreaks(text), ...emojiBreaks(text)]) kinds.set(at, 'line');
  for (const at of sentenceBreaks(text)) kinds.set(at, 'sentence');
  return [...kinds]
    .filter(([at]) => at > 0 && text.slice(at).trim() !== '' && !inside(at))
    .sort(([a], [b]) => a - b)
    .map(([at, kind]) => ({ at, kind }));
};
