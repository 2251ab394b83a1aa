import { type DeadHookEvent, type HookLine, hookEventTypes } from '../../../src/session/hook.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { hostOf } from '../../../src/session/tool.ts';
import { thousands } from '../../../src/words/figures.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cut, emptyLine, type Line, padEnd, span } from '../../paint/line.ts';
import { titledRule, widestOf } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import { hookTexts } from '../../texts/hook-texts.ts';
import type { View } from '../view.ts';
import { type Detail, type Fact, factLines, sentence } from './item-detail.ts';
import type { Item, ItemColumn } from './item-list.ts';

/** The hooks of a session, each a row; below, how the one under the cursor stands, and what it did not take. A secret is in none of it. */

type Key = 'name' | 'told' | 'waiting' | 'dead' | 'last' | 'leads';

export const hookColumns: readonly ItemColumn<Key>[] = [
  { key: 'name', width: 10, most: 30, rank: 0 },
  { key: 'told', width: 6, align: 'right', rank: 2 },
  { key: 'waiting', width: 5, align: 'right', rank: 0 },
  { key: 'dead', width: 4, align: 'right', rank: 0 },
  { key: 'last', width: 4, align: 'right', rank: 1 },
  { key: 'leads', width: 16, most: 60, rank: 3 },
];

/** It takes nothing, or cannot be told anything. */
export const hookNeedsYou = ({ hasSecret, problem }: HookLine): boolean => !hasSecret || problem !== null;

const signOf = (hook: HookLine): readonly [sign: string, tone: Tone] => {
  if (hookNeedsYou(hook)) return [glyph.needsYou, 'bad'];
  return [glyph.answers, hook.dead > 0 ? 'warn' : 'ok'];
};

export const hookItem = (hook: HookLine, view: View): Item<Key> => {
  const count = (n: number, tone: Tone): Line =>
    n === 0 ? [span(glyph.nothing, 'faint')] : [span(thousands(n, view.language), tone)];
  return {
    sign: signOf(hook),
    trouble: hookNeedsYou(hook) ? 'bad' : null,
    cells: {
      name: hook.name,
      told: count(hook.delivered, 'plain'),
      waiting: count(hook.waiting, hook.problem === null ? 'plain' : 'warn+'),
      dead: count(hook.dead, 'bad+'),
      last: [span(hook.deliveredAt === null ? glyph.nothing : age(view.now - hook.deliveredAt), 'muted')],
      leads: hook.hasSecret
        ? [span(plainText(hostOf(hook.url)), 'muted')]
        : [span(hookTexts(view.language).noSecretShort, 'bad')],
    },
  };
};

const when = (at: number, { calendar }: View): string => `${calendar.date(at)} ${calendar.time(at)}`;

const standing = (hook: HookLine, view: View): readonly (readonly [string, Tone])[] => {
  const words = hookTexts(view.language);
  const { problem, failingSince, nextTryAt, oldestAt } = hook;
  if (!hook.hasSecret) return [[words.noSecret, 'bad']];
  if (problem === null) return [[hook.deliveredAt === null ? words.untold : words.well, 'muted']];
  const again = nextTryAt === null ? '' : `; ${words.nextTry(view.calendar.time(nextTryAt))}`;
  const oldest = oldestAt === null ? [] : [[words.oldest(when(oldestAt, view)), 'warn'] as const];
  return [
    [`${words.failing(when(failingSince ?? view.now, view), view.t.said(plainText(problem)))}${again}`, 'bad'],
    ...oldest,
  ];
};

/** What it did not take, newest first. */
const deadLines = (dead: readonly DeadHookEvent[], total: number, view: View, width: number): readonly Line[] => {
  if (dead.length === 0) return [];
  const words = hookTexts(view.language);
  const types = widestOf(dead.map(({ type }) => type)) + 2;
  const kept = cut(words.deadKept, Math.max(0, width - words.deadTitle(total).length - 8));
  return [
    emptyLine,
    titledRule([span(words.deadTitle(total), 'bold'), span(`  ${kept}`, 'muted')], width),
    ...dead.map((event): Line => {
      const why = event.isDue ? words.isDue : view.t.said(plainText(event.reason));
      const at = `${when(event.at, view)}  `;
      return [
        span(at, 'muted'),
        span(padEnd(event.type, types)),
        span(cut(why, Math.max(4, width - at.length - types)), 'muted'),
      ];
    }),
  ];
};

const factsOf = (hook: HookLine, view: View): readonly Fact[] => {
  const words = hookTexts(view.language);
  const { fact } = words;
  return [
    [fact.hears, hook.events.length === hookEventTypes.length ? words.all : hook.events.join(', ')],
    [fact.address, plainText(hook.url)],
    ...(hook.allowHosts.length === 0 ? [] : [[fact.reaches, hook.allowHosts.map(plainText).join(', ')] satisfies Fact]),
  ];
};

/** How one hook stands, and what it did not take. */
export const hookDetail = (hook: HookLine, dead: readonly DeadHookEvent[], view: View): Detail => {
  const words = hookTexts(view.language);
  const [sign, tone] = signOf(hook);
  return {
    title: [span(`${sign} `, tone), span(hook.name, 'bold')],
    right: [span(words.setBy(plainText(hook.setBy), view.calendar.date(hook.setAt)), 'muted')],
    tone: hookNeedsYou(hook) ? 'bad' : 'faint',
    content: (width) => [
      ...standing(hook, view).flatMap(([text, own]) => sentence(text, width, own)),
      emptyLine,
      ...factLines(factsOf(hook, view), width),
      ...deadLines(dead, hook.dead, view, width),
    ],
  };
};
