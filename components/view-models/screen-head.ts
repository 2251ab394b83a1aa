import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { bothEnds, joined } from '../paint/ends.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, lineWidth, span, textLine, textWidth } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { countGroups } from './fleet/badge.ts';
import { whereWords } from './fleet/where-line.ts';
import { stateLine } from './state-line.ts';
import { toneOfState } from './state-look.ts';
import type { View } from './view.ts';

/** The head of every screen but the fleet's: where we are and what it is about, the tabs, and a rule that is heavy under the open one. */

/** Windows lower than this have no row for the rule. */
const ruleFrom = 16;

/** The name of the program; its dash has the colour of what it is about. */
export const wordmark = (dash: Tone): Line => [span('zap', 'bold'), span(glyph.heavy, dash), span('fleet', 'bold')];

/** The colour of the worst there is in the fleet. */
export const fleetTone = (view: View): Tone => {
  const counts = countGroups(view.snapshot.sessions);
  if (counts.needs_you > 0) return 'bad+';
  if (counts.unknown > 0) return 'warn+';
  if (counts.recovering > 0) return 'move+';
  return counts.answering > 0 ? 'ok+' : 'muted';
};

/** The first row: `left` from the first column of text on, `right` and the clock at the edge. */
export const headRow = (view: View, left: Line, right: Line = emptyLine): Line => {
  const clock: Line = [span(view.calendar.time(view.now), 'bold')];
  const gap = view.columns >= 100 ? 3 : 2;
  return bothEnds([span(' '), ...left], joined([right, clock], gap), view.columns - 1);
};

interface Tabs {
  readonly names: readonly string[];
  /** Counted from 1; 0: none is open. */
  readonly open: number;
}

interface PlacedTab {
  readonly from: number;
  readonly text: string;
  readonly number: string;
  readonly isOpen: boolean;
}

const placed = ({ names, open }: Tabs, gap: number, isShort: boolean): readonly PlacedTab[] => {
  let from = 1;
  return names.map((name, index) => {
    const isOpen = index + 1 === open;
    const number = String(index + 1);
    const tab = { from, number, text: isShort && !isOpen ? '' : name, isOpen };
    from += 2 + textWidth(tab.text === '' ? number : `${number} ${name}`) + gap;
    return tab;
  });
};

const tabWidth = ({ number, text }: PlacedTab): number => 2 + textWidth(text === '' ? number : `${number} ${text}`);

/** All names where they fit, else their numbers and the name of the open one. */
const fittingTabs = (tabs: Tabs, columns: number): readonly PlacedTab[] => {
  const tries = [placed(tabs, 1, false), placed(tabs, 0, false), placed(tabs, 0, true)];
  const fits = (all: readonly PlacedTab[]): boolean => {
    const last = all.at(-1);
    return last === undefined || last.from + tabWidth(last) <= columns - 1;
  };
  return tries.find(fits) ?? tries.at(-1) ?? [];
};

const tabsRow = (tabs: readonly PlacedTab[], hasRule: boolean): Line => {
  const spans = [];
  let column = 0;
  for (const { from, number, text, isOpen } of tabs) {
    spans.push(span(' '.repeat(Math.max(0, from - column))));
    const name = text === '' ? '' : ` ${text}`;
    if (!isOpen) spans.push(span(` ${number}${name} `, 'muted'));
    else if (hasRule) spans.push(span(` ${number}`, 'accent+'), span(`${name} `, 'bold'));
    else spans.push(span(` ${number}${name} `, 'p:accent'));
    column = from + 2 + textWidth(`${number}${name}`);
  }
  return spans;
};

const ruleRow = (tabs: readonly PlacedTab[], columns: number): Line => {
  const width = columns - 1;
  const open = tabs.find(({ isOpen }) => isOpen);
  if (open === undefined) return textLine(glyph.light.repeat(width), 'faint');
  const heavy = Math.min(tabWidth(open), width - open.from);
  return [
    span(glyph.light.repeat(open.from), 'faint'),
    span(glyph.heavy.repeat(Math.max(0, heavy)), 'accent'),
    span(glyph.light.repeat(Math.max(0, width - open.from - heavy)), 'faint'),
  ];
};

/** Rows 1 and 2: the tabs and the rule; in a low window the tabs alone, the open one filled. */
export const tabRows = (view: View, tabs: Tabs): readonly Line[] => {
  const shown = fittingTabs(tabs, view.columns);
  return view.rows < ruleFrom ? [tabsRow(shown, false)] : [tabsRow(shown, true), ruleRow(shown, view.columns)];
};

/** The number of the tab that a press on the row of tabs means; null: it is on none. */
export const tabAt = (view: View, names: readonly string[], open: number, column: number): number | null => {
  const index = fittingTabs({ names, open }, view.columns).findIndex(
    (tab) => column >= tab.from && column < tab.from + tabWidth(tab),
  );
  return index === -1 ? null : index + 1;
};

/** The head of a screen of the whole fleet; `tab` as in `head.fleetTabs`, 0: none of them. */
export const fleetHead = (view: View, tab: number, right: Line = emptyLine): readonly Line[] => {
  const isNarrow = view.columns < 60;
  const host = whereWords(view);
  const demo = view.snapshot.fleet.demo ? [span(` ${view.t.header.demo} `, 'p:off')] : emptyLine;
  const left = joined([wordmark(fleetTone(view)), isNarrow ? emptyLine : textLine(host, 'muted'), demo], 2);
  return [headRow(view, left, right), ...tabRows(view, { names: view.t.head.fleetTabs, open: tab })];
};

/** `zap━fleet › Padaria do João  padaria-joao`; the technical name only where there is room. */
export const sessionCrumbs = (row: SessionRow, view: View, room: number): Line => {
  const label = plainText(row.label) === '' ? row.name : plainText(row.label);
  const sim = row.engine === 'simulated' ? [span(` ${view.t.detail.sim} `, 'p:off')] : emptyLine;
  const named: Line = [span(label, 'bold')];
  if (view.columns < 60) {
    const both = joined([named, sim], 1);
    return lineWidth(both) <= room ? both : named;
  }

  const crumbs: Line = [...wordmark(toneOfState(row)), span(` ${glyph.path} `, 'faint'), ...named];
  const technical = label === row.name ? emptyLine : textLine(row.name, 'muted');
  const full = joined([crumbs, technical, sim], 2);
  return lineWidth(full) <= room ? full : joined([crumbs, sim], 2);
};

/** The first row of everything about one session. `about`: what stands before the clock instead of its state. */
export const sessionHeadRow = (row: SessionRow, view: View, about: Line | null = null): Line => {
  const state = about ?? stateLine(row, view);
  const isAnswering = about === null && verdictLooks[row.verdict].group === 'answering';
  const isUp = isAnswering && row.startedAt !== null && row.pid !== null && view.columns >= 72;
  const up = isUp ? textLine(view.t.head.up(age(view.now - (row.startedAt ?? view.now))), 'muted') : emptyLine;
  const gap = view.columns >= 100 ? 3 : 2;
  const right = joined([state, up], 2);
  const room = view.columns - 1 - lineWidth(right) - gap - 5 - 3;
  return headRow(view, sessionCrumbs(row, view, room), right);
};

/** The head of every tab of a session. */
export const sessionHead = (row: SessionRow, view: View, tab: number): readonly Line[] => [
  sessionHeadRow(row, view),
  ...tabRows(view, { names: view.t.session.tabs, open: tab }),
];
