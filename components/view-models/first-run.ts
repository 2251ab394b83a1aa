import { plainText } from '../../src/session/plain-text.ts';
import { meter } from '../paint/charts/meter.ts';
import { bothEnds, firstFitting } from '../paint/ends.ts';
import { glyph } from '../paint/glyphs.ts';
import { keyLine, keyLines } from '../paint/key-line.ts';
import { cutLine, emptyLine, fillRows, type Line, lineWidth, span, textLine, wrapText } from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import { isAscii } from '../paint/theme.ts';
import { answerLines, askedLines } from './first-run-answers.ts';
import { machineBox } from './first-run-machine.ts';
import { type FirstRunState, isText, stepOf } from './first-run-steps.ts';
import { zonesBox } from './first-run-zones.ts';
import { wordmark } from './screen-head.ts';
import type { View } from './view.ts';

/** The first steps: the same questions as `zap-fleet init`, each with an answer that already works. */

const zap = ['▀▀▀█ ▄▀▀▄ █▀▀▄', '  ▄▀ █▀▀█ █▄▄▀', '▄█▄▄ █  █ █   '];
const fleet = ['█▀▀▀ █    █▀▀▀ █▀▀▀ ▀▀█▀▀', '█▀▀  █    █▀▀  █▀▀    █  ', '█    █▄▄▄ █▄▄▄ █▄▄▄   █  '];

const lightOf = (name: string, isOk: boolean): Line => [
  span(`${name} `, isOk ? 'muted' : 'bad+'),
  span(isOk ? glyph.answers : glyph.needsYou, isOk ? 'ok' : 'bad'),
];

/** What runs where; in large letters where the window has room for them. */
const headLines = (view: View): readonly Line[] => {
  const { header } = view.t;
  const { version, host, health } = view.snapshot.fleet;
  const width = view.columns - 1;
  const lights: Line = [
    ...lightOf(header.master, view.lostSince === null),
    span('  '),
    ...lightOf(header.store, health.store.status === 'ok'),
  ];
  const rule = textLine(glyph.light.repeat(width), 'faint');
  const about: readonly Line[] = [textLine(plainText(version), 'muted'), textLine(plainText(host), 'bold'), lights];
  const isLarge = view.columns >= 76 && view.rows >= 22 && !isAscii(view.theme);
  if (!isLarge) {
    const left: Line = [span(' '), ...wordmark('ok+'), span(`  ${plainText(version)}  ${plainText(host)}`, 'muted')];
    return [bothEnds(left, view.columns < 60 ? emptyLine : [...lights, span(' ')], width), rule];
  }
  return [
    emptyLine,
    ...[0, 1, 2].map(
      (row): Line =>
        cutLine(
          [
            span('   '),
            span(zap[row] ?? '', 'ok'),
            span(row === 1 ? ' ━━━ ' : '     ', 'in+'),
            span(fleet[row] ?? '', 'accent'),
            span('    '),
            ...(about[row] ?? emptyLine),
          ],
          width,
        ),
    ),
    rule,
  ];
};

const footLines = (view: View, { working, busy, focus }: FirstRunState): readonly Line[] => {
  const { firstRun, foot } = view.t;
  const width = view.columns - 1;
  const gap = view.columns >= 100 ? 3 : 2;
  const asked = focus === 'zone' ? firstRun.keysZone : isText(focus) ? firstRun.keys : firstRun.keysChoice;
  const isAtWork = working === 'save' || busy;
  const upper: Line = isAtWork
    ? [span(`${glyph.starting} `, 'move'), span(working === 'save' ? firstRun.saving : firstRun.busy)]
    : (keyLines(asked, width - 1, gap)[0] ?? emptyLine);
  const right =
    view.columns < 60
      ? emptyLine
      : [
          ...keyLine(
            [
              ['?', foot.help.short],
              ['q', foot.quit.short],
            ],
            gap,
          ),
          span(' '),
        ];
  const leave = [firstRun.leave, firstRun.leaveShort, firstRun.leaveShort.slice(0, 1)].map((keys) =>
    keyLine(keys, gap),
  );
  return [
    cutLine([span(' '), ...upper], width),
    bothEnds(
      [span(' '), ...firstFitting(leave, width - 1 - (right.length === 0 ? 0 : lineWidth(right) + 2))],
      right,
      width,
    ),
  ];
};

/** Blank rows go from the bottom up where the window has no room for them. */
const tightened = (lines: readonly Line[], rows: number): readonly Line[] => {
  let excess = lines.length - rows;
  const kept: Line[] = [];
  for (const line of [...lines].reverse()) {
    if (excess > 0 && line.length === 0) excess -= 1;
    else kept.unshift(line);
  }
  return kept;
};

/** Lower windows have the steps alone, the one that is asked for with its answer. */
const wordsFrom = 18;
/** Higher ones say what each step is about, and what comes after them. */
const hintsFrom = { rows: 34, columns: 120 };
/** A list of fewer rows is no list. */
const fewestZones = 3;

const introLines = (view: View): readonly Line[] => {
  const { firstRun } = view.t;
  if (view.rows < wordsFrom) return [];
  if (view.columns >= 76) return [[span(`  ${firstRun.intro}`, 'bold'), span(`  ${firstRun.skip}`, 'muted')]];
  return [firstRun.intro, firstRun.skip].flatMap((text, index) =>
    wrapText(text, view.columns - 3).map((part) => textLine(`  ${part}`, index === 0 ? 'bold' : 'muted')),
  );
};

const progressLine = (view: View, state: FirstRunState): Line => {
  const step = stepOf[state.focus];
  return [
    span('     '),
    ...meter((step - 1) / 4, 20, 'ok'),
    span(' '.repeat(view.columns >= 70 ? 2 : 1)),
    span(view.t.firstRun.stepOf(step, 4), 'muted'),
  ];
};

/** Which keys help once there is a bot. */
const afterLines = (view: View): readonly Line[] => {
  const { after, afterKeys } = view.t.firstRun;
  return [
    titledRule([span(after, 'bold')], view.columns - 1),
    emptyLine,
    ...afterKeys.map(([key = '', text = '']): Line => [span(`  ${key.padEnd(7)}`, 'accent+'), span(text, 'muted')]),
  ];
};

/** The steps, and below them what helps to answer: the zones, else what this machine has. */
const bodyLines = (view: View, state: FirstRunState, room: number): readonly Line[] => {
  const head = [...headLines(view), ...introLines(view)];
  const isLow = view.rows < wordsFrom;
  const isRoomy = view.rows >= hintsFrom.rows && view.columns >= hintsFrom.columns;
  const steps = [emptyLine, ...answerLines(view, state, isLow, isRoomy && state.focus !== 'zone')];
  const after = [emptyLine, progressLine(view, state)];
  if (state.focus === 'zone') {
    const whole = tightened([...head, ...steps, ...after], room - fewestZones - 2);
    const above = whole.length <= room - fewestZones - 2 ? whole : [...head.slice(0, 2), ...askedLines(view, state)];
    return [...above, ...zonesBox(view, state, room - above.length)];
  }

  // What is wrong is read whole before the other steps are.
  if (isLow && state.problem !== null) return [...head, ...askedLines(view, state)];

  const client = isRoomy
    ? [emptyLine, ...afterLines(view)]
    : wrapText(view.t.firstRun.client, view.columns - 3).map((text) => textLine(`  ${text}`, 'muted'));
  const machine = isLow ? [] : [...(isRoomy ? [emptyLine] : []), ...machineBox(view, state.browser), ...client];
  return tightened([...head, ...steps, ...after, ...machine], room);
};

export const firstRunLines = (view: View, state: FirstRunState, status: Line | null): readonly Line[] => {
  const width = view.columns - 1;
  const foot = footLines(view, state);
  const room = view.rows - foot.length - (status === null ? 0 : 1);
  return [
    ...fillRows(
      bodyLines(view, state, room).map((line) => cutLine(line, width)),
      room,
    ),
    ...(status === null ? [] : [status]),
    ...foot,
  ];
};
