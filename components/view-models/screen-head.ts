import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { bothEnds, joined } from '../paint/ends.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, cutLine, emptyLine, type Line, lineWidth, span, textLine, textWidth } from '../paint/line.ts';
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

export interface Pane {
  readonly name: string;
  /** How much it holds. */
  readonly count: string;
}

/** Sides of one thing as tabs without numbers, what each holds behind its name, and the rule; in a low window the open one is filled. */
export const paneRows = (view: View, panes: readonly Pane[], open: number): readonly Line[] => {
  const hasRule = view.rows >= ruleFrom;
  const width = view.columns - 1;
  const gap = view.columns < 60 ? 0 : 1;
  let from = 1;
  let under: Line = emptyLine;
  const row = panes.flatMap(({ name, count }, index): Line => {
    const isOpen = index === open;
    const whole = textWidth(name) + textWidth(count) + 3;
    if (isOpen)
      under = [
        span(glyph.light.repeat(from), 'faint'),
        span(glyph.heavy.repeat(Math.max(0, Math.min(whole, width - from))), 'accent'),
        span(glyph.light.repeat(Math.max(0, width - from - whole)), 'faint'),
      ];
    from += whole + gap;
    const before = span(' '.repeat(index === 0 ? 1 : gap));
    if (isOpen && !hasRule) return [before, span(` ${name} ${count} `, 'p:accent')];
    return [before, span(` ${name}`, isOpen ? 'bold' : 'muted'), span(` ${count} `, isOpen ? 'accent+' : 'muted')];
  });
  return hasRule ? [cutLine(row, width), under] : [cutLine(row, width)];
};

/** The number of the tab that a press on the row of tabs means; null: it is on none. */
export const tabAt = (view: View, names: readonly string[], open: number, column: number): number | null => {
  const index = fittingTabs({ names, open }, view.columns).findIndex(
    (tab) => column >= tab.from && column < tab.from + tabWidth(tab),
  );
  return index === -1 ? null : index + 1;
};

/** The head of a screen of the whole fleet; `tab` as in `head.fleetTabs`, 0: none of them, but the place `at`. */
export const fleetHead = (view: View, tab: number, right: Line = emptyLine, at = ''): readonly Line[] => {
  const isNarrow = view.columns < 60;
  const host = whereWords(view);
  const demo = view.snapshot.fleet.demo ? [span(` ${view.t.header.demo} `, 'p:off')] : emptyLine;
  const name = wordmark(fleetTone(view));
  const named: Line = at === '' ? name : [...name, span(` ${glyph.path} `, 'faint'), span(at, 'bold')];
  const left = joined([named, isNarrow || at !== '' ? emptyLine : textLine(host, 'muted'), demo], 2);
  return [headRow(view, left, right), ...tabRows(view, { names: view.t.head.fleetTabs, open: tab })];
};

/** `zap━fleet › Padaria do João › Tools  padaria-joao`; the technical name only where there is room. `at`: the place there, if any. */
export const sessionCrumbs = (row: SessionRow, view: View, room: number, at = ''): Line => {
  const label = plainText(row.label) === '' ? row.name : plainText(row.label);
  const sim = row.engine === 'simulated' ? [span(` ${view.t.detail.sim} `, 'p:off')] : emptyLine;
  const below: Line = at === '' ? emptyLine : [span(` ${glyph.path} `, 'faint'), span(at, 'bold')];
  const named: Line = [span(label, 'bold'), ...below];
  if (view.columns < 60) {
    const both = joined([named, sim], 1);
    if (lineWidth(both) <= room) return both;
    return [span(cut(label, Math.max(4, room - lineWidth(below))), 'bold'), ...below];
  }

  const crumbs: Line = [...wordmark(toneOfState(row)), span(` ${glyph.path} `, 'faint'), ...named];
  const technical = label === row.name ? emptyLine : textLine(row.name, 'muted');
  const full = joined([crumbs, technical, sim], 2);
  if (lineWidth(full) <= room) return full;
  // That it is simulated is said everywhere, and whole.
  return sim.length === 0 ? crumbs : joined([cutLine(crumbs, Math.max(8, room - lineWidth(sim) - 1)), sim], 1);
};

/** The first row of everything about one session. `about`: what stands before the clock instead of its state; `at`: the place there. */
export const sessionHeadRow = (row: SessionRow, view: View, about: Line | null = null, at = ''): Line => {
  const state = about ?? stateLine(row, view);
  const isAnswering = about === null && verdictLooks[row.verdict].group === 'answering';
  const isUp = isAnswering && row.startedAt !== null && row.pid !== null && view.columns >= 72;
  const up = isUp ? textLine(view.t.head.up(age(view.now - (row.startedAt ?? view.now))), 'muted') : emptyLine;
  const gap = view.columns >= 100 ? 3 : 2;
  const right = joined([state, up], 2);
  const room = view.columns - 1 - lineWidth(right) - gap - 5 - 3;
  return headRow(view, sessionCrumbs(row, view, room, at), right);
};

export interface PlaceWords {
  readonly place: string;
  /** What it is, in a sentence or in figures: the longest first, the first that fits is shown. */
  readonly about: readonly Line[];
  readonly right?: Line;
}

/** The same sentence in more and in fewer words. */
export const aboutLines = (texts: readonly string[]): readonly Line[] => texts.map((text) => textLine(text, 'muted'));

/** The head of what a session has beside its tabs: where one is, what that is, and a rule. A low window has the first row alone. */
export const placeHead = (
  row: SessionRow,
  view: View,
  { place, about, right = emptyLine }: PlaceWords,
): readonly Line[] => {
  // A phone has no room for both where one is and how the bot does.
  const first = sessionHeadRow(row, view, view.columns < 60 ? emptyLine : null, place);
  if (view.rows < ruleFrom) return [first];
  const width = view.columns - 1;
  const room = width - 1 - (right.length === 0 ? 0 : lineWidth(right) + 2);
  const words = about.find((line) => lineWidth(line) <= room) ?? about.at(-1) ?? emptyLine;
  return [first, bothEnds([span(' '), ...words], right, width), textLine(glyph.light.repeat(width), 'faint')];
};

/** The head of every tab of a session. */
export const sessionHead = (row: SessionRow, view: View, tab: number): readonly Line[] => [
  sessionHeadRow(row, view),
  ...tabRows(view, { names: view.t.session.tabs, open: tab }),
];
