import { nameFromLabel } from '../../src/session/name-from-label.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { decimals } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { meter } from '../paint/charts/meter.ts';
import { bothEnds } from '../paint/ends.ts';
import { fieldLine, showField } from '../paint/field.ts';
import { gigas } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { keyLine } from '../paint/key-line.ts';
import { cutLine, emptyLine, fillRows, type Line, onGround, padEnd, span, textLine, wrapText } from '../paint/line.ts';
import { isAscii } from '../paint/theme.ts';
import {
  type FirstRunPart,
  type FirstRunState,
  firstRunProviders,
  isText,
  needsKey,
  stepOf,
} from './first-run-steps.ts';
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

/** Each fact with a sign: good, or what is to be mended. */
const machineBox = (view: View, browser: FirstRunState['browser']): readonly Line[] => {
  const { firstRun } = view.t;
  const { machine, publicUrl, apiUrl } = view.snapshot.fleet;
  const width = view.columns - 1;
  const labelWidth = 11;
  const fact = (isOk: boolean, label: string, text: string, before: Line = emptyLine): Line => [
    span(isOk ? `${glyph.done} ` : `${glyph.needsYou} `, isOk ? 'ok' : 'warn'),
    span(padEnd(label, labelWidth), 'muted'),
    ...before,
    span(text),
  ];
  const isReady = machine !== null && browser?.ok !== false;
  const facts: Line[] = [];
  if (machine !== null) {
    const free = machine.memoryTotal - machine.memoryUsed;
    const bar = width < 60 ? emptyLine : [...meter(machine.memoryUsed / machine.memoryTotal, 14), span('  ')];
    facts.push(
      fact(
        true,
        firstRun.memory,
        firstRun.memoryFree(
          gigas(free, view.language),
          gigas(machine.memoryTotal, view.language),
          machine.roomFor,
          machine.roomIsMeasured,
        ),
        bar,
      ),
    );
    if (browser !== null)
      facts.push(fact(browser.ok, firstRun.browser, browser.ok ? firstRun.browserOk(browser.text) : browser.text));
    facts.push(
      fact(true, firstRun.disk, firstRun.diskFree(gigas(machine.diskTotal - machine.diskUsed, view.language))),
    );
  }
  const web =
    publicUrl !== null
      ? firstRun.webPublic(plainText(publicUrl))
      : apiUrl === null
        ? firstRun.webOff
        : firstRun.webLocal(plainText(apiUrl));
  facts.push(fact(publicUrl !== null, firstRun.web, web));
  return boxed({
    title: [span(firstRun.machine, 'bold')],
    right: machine === null || !isReady ? [] : [span(`${glyph.done} `, 'ok+'), span(firstRun.ready, 'ok')],
    width,
    rows: facts.length + 2,
    content: facts,
  });
};

const keyNote = (view: View, { working, keyTest, key }: FirstRunState): Line => {
  const { firstRun } = view.t;
  if (working === 'test') return [span(`${glyph.starting} `, 'move'), span(firstRun.keyTesting, 'muted')];
  if (keyTest?.test.ok === true && keyTest.key === key.text)
    return [
      span(`${glyph.done} `, 'ok+'),
      span(firstRun.keyTested(decimals(keyTest.test.ms / 1000, 1, view.language), keyTest.test.api)),
    ];
  return [span(firstRun.keyNote, 'muted')];
};

const providerChoice = (view: View, state: FirstRunState): Line =>
  firstRunProviders.flatMap((id, index) => {
    const isChosen = state.provider === id;
    return [
      ...(index === 0 ? [] : [span('  ')]),
      span(isChosen ? glyph.answers : glyph.off, isChosen ? 'accent+' : 'muted'),
      span(` ${view.t.dialog.provider[id]}`, isChosen ? 'bold' : 'muted'),
    ];
  });

/** The four steps with what was answered, and what is wrong with the answer. */
const stepLines = (view: View, state: FirstRunState): readonly Line[] => {
  const { t } = view;
  const { firstRun } = t;
  const width = view.columns - 1;
  const step = stepOf[state.focus];
  const answerAt = view.columns >= 70 ? 27 : 5;
  const on = (part: FirstRunPart) => state.focus === part;
  const shown = (part: 'zone' | 'name' | 'phone', room: number, otherwise = ''): Line =>
    on(part)
      ? fieldLine(showField(state[part], room - 2), room)
      : [span(plainText(state[part].text) || otherwise, state[part].text === '' ? 'muted' : 'plain')];
  const row = (number: 1 | 2 | 3 | 4, answer: Line, note: Line = emptyLine): readonly Line[] => {
    const isOn = number === step;
    const isDone = number < step;
    const head: Line = [
      span(isOn ? glyph.cursor : ' ', 'accent+'),
      span(' '),
      span(isDone ? glyph.done : String(number), isDone ? 'ok+' : isOn ? 'accent+' : 'muted'),
      span('  '),
      span(firstRun.steps[number - 1] ?? '', isOn ? 'bold' : isDone ? 'plain' : 'muted'),
    ];
    const barred = (line: Line): Line => {
      const whole = cutLine(line, width);
      if (!isOn) return whole;
      // A field keeps its own ground on the row's bar.
      const rest = width - whole.reduce((sum, part) => sum + [...part.text].length, 0);
      return [...whole, span(' '.repeat(Math.max(0, rest)))].flatMap((part) =>
        'on' in part && part.on !== undefined ? [part] : onGround([part], 'cursor', 0),
      );
    };
    if (answerAt === 5) return [barred(head), barred([span('     '), ...answer])];
    const headWidth = head.reduce((sum, { text }) => sum + text.length, 0);
    const left: Line = [...head, span(' '.repeat(Math.max(1, answerAt - headWidth))), ...answer];
    return [barred(note.length === 0 ? left : bothEnds(left, [...note, span(' ')], width))];
  };

  const language: Line = on('language')
    ? [span(`${glyph.path} `, 'accent+'), span(t.result.language, 'bold'), span(', ')]
    : [span(`${t.result.language}, `)];
  const key = state.key.text;
  const hidden: Line = on('key')
    ? fieldLine(showField(state.key, 28, true), 30)
    : [span(key === '' ? '' : `${'*'.repeat(16)}${key.slice(-4)}`)];
  const keyed = needsKey(state.provider);
  const made = nameFromLabel(state.name.text, () => false)?.name ?? '';
  const name: Line = [
    ...shown('name', 24, firstRun.nameExample),
    ...(made === '' || made === state.name.text ? [] : [span(`  ${glyph.arrow}  ${made}`, 'muted')]),
  ];
  const phone: Line = on('phone')
    ? shown('phone', 20)
    : state.phone.text === ''
      ? [span(`${t.dialog.createPhone} ${t.dialog.createOptional}`, 'muted')]
      : shown('phone', 20);
  const problem: readonly Line[] =
    state.problem === null
      ? []
      : wrapText(state.problem, width - answerAt - 2).map((text, index) => [
          span(' '.repeat(answerAt)),
          span(index === 0 ? `${glyph.gaveUp} ` : '  ', 'bad+'),
          span(text, 'bad'),
        ]);
  const rows = [
    row(1, [...language, ...shown('zone', 26)], step > 1 ? [span(firstRun.done, 'ok')] : emptyLine),
    row(2, providerChoice(view, state)),
    row(3, keyed ? hidden : [span(firstRun.noKey, 'muted')], keyed && key !== '' ? keyNote(view, state) : emptyLine),
    row(4, name, phone),
  ];
  return rows.flatMap((lines, index) => [
    ...(index === 0 ? [] : [emptyLine]),
    ...lines,
    ...(index + 1 === step ? problem : []),
  ]);
};

const footLines = (view: View, { working, busy, focus }: FirstRunState): readonly Line[] => {
  const { firstRun, foot } = view.t;
  const width = view.columns - 1;
  const gap = view.columns >= 100 ? 3 : 2;
  const upper: Line =
    working === 'save' || busy
      ? [span(`${glyph.starting} `, 'move'), span(working === 'save' ? firstRun.saving : firstRun.busy)]
      : keyLine(isText(focus) ? firstRun.keys : firstRun.keysChoice, gap);
  const right = keyLine(
    [
      ['?', foot.help.short],
      ['q', foot.quit.short],
    ],
    gap,
  );
  return [
    cutLine([span(' '), ...upper], width),
    bothEnds(
      [span(' '), ...keyLine(firstRun.leave, gap)],
      view.columns < 60 ? emptyLine : [...right, span(' ')],
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

export const firstRunLines = (view: View, state: FirstRunState, status: Line | null): readonly Line[] => {
  const { firstRun } = view.t;
  const width = view.columns - 1;
  const foot = footLines(view, state);
  const step = stepOf[state.focus];
  const intro: readonly Line[] =
    view.columns >= 76
      ? [[span(`  ${firstRun.intro}`, 'bold'), span(`  ${firstRun.skip}`, 'muted')]]
      : [firstRun.intro, firstRun.skip].flatMap((text, index) =>
          wrapText(text, width - 2).map((part) => textLine(`  ${part}`, index === 0 ? 'bold' : 'muted')),
        );
  const body = [
    ...headLines(view),
    ...intro,
    emptyLine,
    ...stepLines(view, state),
    emptyLine,
    [
      span('     '),
      ...meter((step - 1) / 4, 20, 'ok'),
      span(' '.repeat(view.columns >= 70 ? 2 : 1)),
      span(firstRun.stepOf(step, 4), 'muted'),
    ],
    ...machineBox(view, state.browser),
    ...wrapText(firstRun.client, width - 2).map((text) => textLine(`  ${text}`, 'muted')),
  ];
  const room = view.rows - foot.length - (status === null ? 0 : 1);
  return [
    ...fillRows(
      tightened(body, room).map((line) => cutLine(line, width)),
      room,
    ),
    ...(status === null ? [] : [status]),
    ...foot,
  ];
};
