import { type DeadHookEvent, type HookLine, hookEventTypes } from '../../src/session/hook.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { hostOf } from '../../src/session/tool.ts';
import { thousands } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, onGround, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { hookTexts } from '../texts/hook-texts.ts';
import type { View } from './view.ts';

/** The hooks of a session, each a row; below, how the one under the cursor stands, and what it did not take. A secret is in none of it. */

type Cells = Readonly<Record<'name' | 'told' | 'waiting' | 'dead' | 'last' | 'leads', string>>;
const widths = { told: 10, waiting: 9, dead: 8, last: 8 } as const;
/** Narrower windows have no column for where it leads, then none for how many it took and when the last one: what waits stays. */
const leadsFrom = 70;
const takenFrom = 46;

const cells = (
  values: Cells,
  inner: number,
  tones: Readonly<Record<'name' | 'rest' | 'waiting' | 'dead', Tone>>,
): Line => {
  const hasTaken = inner >= takenFrom;
  const room = inner - 3 - widths.waiting - widths.dead - (hasTaken ? widths.told + widths.last : 0);
  const name = Math.max(8, Math.min(24, room));
  return [
    span(padEnd(cut(values.name, name - 1), name), tones.name),
    ...(hasTaken ? [span(padStart(values.told, widths.told), tones.rest)] : []),
    span(padStart(values.waiting, widths.waiting), tones.waiting),
    span(padStart(values.dead, widths.dead), tones.dead),
    ...(hasTaken ? [span(padStart(values.last, widths.last), tones.rest)] : []),
    ...(inner >= leadsFrom ? [span(`  ${cut(values.leads, Math.max(4, room - name - 2))}`, 'muted')] : []),
  ];
};

const signOf = ({ hasSecret, problem, dead }: HookLine): readonly [sign: string, tone: Tone] => {
  if (!hasSecret || problem !== null) return [glyph.needsYou, 'bad'];
  return dead > 0 ? [glyph.answers, 'warn'] : [glyph.answers, 'ok'];
};

const hookRow = (hook: HookLine, view: View, inner: number, isCursor: boolean): Line => {
  const [sign, tone] = signOf(hook);
  const count = (n: number): string => (n === 0 ? glyph.nothing : thousands(n, view.language));
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(`${sign} `, tone),
    ...cells(
      {
        name: hook.name,
        told: count(hook.delivered),
        waiting: count(hook.waiting),
        dead: count(hook.dead),
        last: hook.deliveredAt === null ? glyph.nothing : age(view.now - hook.deliveredAt),
        leads: plainText(hostOf(hook.url)),
      },
      inner,
      {
        name: isCursor ? 'bold' : 'plain',
        rest: 'plain',
        waiting: hook.problem === null ? 'plain' : 'warn',
        dead: hook.dead === 0 ? 'muted' : 'bad',
      },
    ),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

const when = (at: number, { calendar }: View): string => `${calendar.date(at)} ${calendar.time(at)}`;

const standing = (hook: HookLine, view: View): readonly (readonly [string, Tone])[] => {
  const words = hookTexts(view.language);
  const { problem, failingSince, nextTryAt, oldestAt } = hook;
  if (!hook.hasSecret) return [[words.noSecret, 'bad']];
  if (problem === null) return [[hook.deliveredAt === null ? words.untold : words.well, 'muted']];
  const again = nextTryAt === null ? '' : `  ${glyph.dot}  ${words.nextTry(view.calendar.time(nextTryAt))}`;
  const oldest = oldestAt === null ? [] : [[words.oldest(when(oldestAt, view)), 'warn'] as const];
  return [
    [`${words.failing(when(failingSince ?? view.now, view), view.t.said(plainText(problem)))}${again}`, 'bad'],
    ...oldest,
  ];
};

/** What there is to know of one hook, in lines of `width` columns. */
export const hookDetail = (hook: HookLine, view: View, width: number): readonly Line[] => {
  const words = hookTexts(view.language);
  const hears = hook.events.length === hookEventTypes.length ? words.all : hook.events.join(', ');
  const texts: readonly (readonly [string, Tone])[] = [
    ...standing(hook, view),
    [words.hears(hears), 'plain'],
    [plainText(hook.url), 'muted'],
    ...(hook.allowHosts.length === 0 ? [] : [[words.may(hook.allowHosts.map(plainText).join(', ')), 'muted'] as const]),
    [words.setBy(plainText(hook.setBy), view.calendar.date(hook.setAt)), 'muted'],
  ];
  return texts.flatMap(([text, tone]) => wrapText(text, width).map((part) => textLine(part, tone)));
};

/** What it did not take, newest first. */
export const deadLines = (
  dead: readonly DeadHookEvent[],
  total: number,
  view: View,
  width: number,
): readonly Line[] => {
  if (dead.length === 0) return [];
  const words = hookTexts(view.language);
  return [
    emptyLine,
    [span(words.deadTitle(total), 'bold'), span(`  ${cut(words.deadKept, Math.max(0, width - 20))}`, 'muted')],
    ...dead.map((event): Line => {
      const why = event.isDue ? words.isDue : view.t.said(plainText(event.reason));
      const head = `${when(event.at, view)}  ${padEnd(event.type, 22)}`;
      return [span(head, 'plain'), span(`  ${cut(why, Math.max(4, width - head.length - 2))}`, 'muted')];
    }),
  ];
};

/** Rows of the list's box that are no hook: borders and head. */
const boxExtra = 3;
/** At least so much is left for what is said of the one under the cursor, where the window is high enough. */
const leastDetail = 10;

/** How many rows of hooks fit. */
export const hookRows = (total: number, height: number): number =>
  Math.max(1, Math.min(Math.max(1, total), height - boxExtra - (height > 18 ? leastDetail : 0)));

export const hooksBody = (
  view: View,
  { hooks, dead }: { readonly hooks: readonly HookLine[]; readonly dead: readonly DeadHookEvent[] },
  { cursor, top, rows }: { readonly cursor: number; readonly top: number; readonly rows: number },
  height: number,
): readonly Line[] => {
  const words = hookTexts(view.language);
  const width = view.columns - 1;
  const inner = width - 4;
  const box = boxed({
    title: [span(words.title(hooks.length), 'bold')],
    width,
    rows: rows + boxExtra,
    content: [
      [span('   '), ...cells(words.head, inner, { name: 'muted', rest: 'muted', waiting: 'muted', dead: 'muted' })],
      ...hooks.slice(top, top + rows).map((hook, index) => hookRow(hook, view, inner, top + index === cursor)),
    ],
  });
  const chosen = hooks[cursor];
  const detail =
    chosen === undefined
      ? []
      : [...hookDetail(chosen, view, width - 2), ...deadLines(dead, chosen.dead, view, width - 2)];
  return [...box, ...detail.map((line): Line => [span(' '), ...line])].slice(0, height);
};
