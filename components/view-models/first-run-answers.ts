import { nameFromLabel } from '../../src/session/name-from-label.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { decimals } from '../../src/words/figures.ts';
import { bothEnds } from '../paint/ends.ts';
import { fieldLine, showField } from '../paint/field.ts';
import { glyph } from '../paint/glyphs.ts';
import { cutLine, emptyLine, type Line, lineWidth, onGround, span, wrapText } from '../paint/line.ts';
import { type FirstRunPart, type FirstRunState, firstRunProviders, needsKey, stepOf } from './first-run-steps.ts';
import type { View } from './view.ts';

/** The four steps of the first run, each with its answer. */

type Step = 1 | 2 | 3 | 4;

/** From here on an answer stands beside its step; below it otherwise. */
const besideFrom = 70;
const answerAt = 27;
const belowAt = 5;

/** Answers of one step, a line or more, and what stands at the right edge of the first. */
interface Answer {
  readonly lines: readonly Line[];
  readonly note?: Line;
}

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

/** On as many lines as the window needs: every choice is seen. */
const providerLines = (view: View, state: FirstRunState, width: number): readonly Line[] => {
  const lines: Line[] = [];
  for (const id of firstRunProviders) {
    const isChosen = state.provider === id;
    const piece: Line = [
      span(isChosen ? glyph.answers : glyph.off, isChosen ? 'accent+' : 'muted'),
      span(` ${view.t.dialog.provider[id]}`, isChosen ? 'bold' : 'muted'),
    ];
    const last = lines.at(-1);
    if (last === undefined || lineWidth(last) + 2 + lineWidth(piece) > width) lines.push(piece);
    else lines[lines.length - 1] = [...last, span('  '), ...piece];
  }
  return lines;
};

const isOn = (state: FirstRunState, part: FirstRunPart): boolean => state.focus === part;

const shownText = (state: FirstRunState, part: 'name' | 'phone', room: number, otherwise: string): Line =>
  isOn(state, part)
    ? fieldLine(showField(state[part], room - 2), room)
    : [span(plainText(state[part].text) || otherwise, state[part].text === '' ? 'muted' : 'plain')];

const languageAnswer = (view: View, state: FirstRunState): Line => {
  const { language } = view.t.result;
  if (isOn(state, 'language'))
    return [span(`${glyph.path} `, 'accent+'), span(language, 'bold'), span(`, ${state.zone}`)];
  if (!isOn(state, 'zone')) return [span(`${language}, ${state.zone}`)];
  const field = fieldLine(showField(state.zoneSearch, 22), 24);
  return [span(`${language}, `), ...field];
};

const nameAnswer = (view: View, state: FirstRunState, width: number): Answer => {
  const { firstRun, dialog } = view.t;
  const made = nameFromLabel(state.name.text, () => false)?.name ?? '';
  const arrow: Line = made === '' || made === state.name.text ? [] : [span(`  ${glyph.arrow}  ${made}`, 'muted')];
  const name: Line = [...shownText(state, 'name', 24, firstRun.nameExample), ...arrow];
  const otherwise = `${dialog.createPhone} ${dialog.createOptional}`;
  const phone = shownText(state, 'phone', 20, otherwise);
  // Where both do not stand side by side, the one that is asked for is seen.
  if (lineWidth(name) + 3 + lineWidth(phone) > width) return { lines: [isOn(state, 'phone') ? phone : name] };
  return { lines: [name], note: phone };
};

const answerOf = (step: Step, view: View, state: FirstRunState, width: number): Answer => {
  const { firstRun } = view.t;
  switch (step) {
    case 1:
      return {
        lines: [languageAnswer(view, state)],
        note: stepOf[state.focus] > 1 ? [span(firstRun.done, 'ok')] : emptyLine,
      };
    case 2:
      return { lines: providerLines(view, state, width) };
    case 3: {
      if (!needsKey(state.provider)) return { lines: [[span(firstRun.noKey, 'muted')]] };
      const key = state.key.text;
      const hidden: Line = isOn(state, 'key')
        ? fieldLine(showField(state.key, 28, true), 30)
        : [span(key === '' ? '' : `${'*'.repeat(16)}${key.slice(-4)}`)];
      return { lines: [hidden], note: key === '' ? emptyLine : keyNote(view, state) };
    }
    case 4:
      return nameAnswer(view, state, width);
  }
};

/** A bar under the whole line; a field keeps its own ground on it. */
const barred = (line: Line, width: number): Line => {
  const whole = cutLine(line, width);
  return [...whole, span(' '.repeat(Math.max(0, width - lineWidth(whole))))].flatMap((part) =>
    part.on !== undefined ? [part] : onGround([part], 'cursor', 0),
  );
};

const problemLines = ({ problem }: FirstRunState, at: number, width: number): readonly Line[] =>
  problem === null
    ? []
    : wrapText(problem, width - at - 2).map((text, index) => [
        span(' '.repeat(at)),
        span(index === 0 ? `${glyph.gaveUp} ` : '  ', 'bad+'),
        span(text, 'bad'),
      ]);

/** One step with its answer. `isShort`: its title alone, unless it is the one that is asked for. */
const stepLines = (step: Step, view: View, state: FirstRunState, isShort: boolean): readonly Line[] => {
  const width = view.columns - 1;
  const now = stepOf[state.focus];
  const isNow = step === now;
  const isDone = step < now;
  const at = view.columns >= besideFrom ? answerAt : belowAt;
  const head: Line = [
    span(isNow ? glyph.cursor : ' ', 'accent+'),
    span(' '),
    span(isDone ? glyph.done : String(step), isDone ? 'ok+' : isNow ? 'accent+' : 'muted'),
    span('  '),
    span(view.t.firstRun.steps[step - 1] ?? '', isNow ? 'bold' : isDone ? 'plain' : 'muted'),
  ];
  if (isShort && !isNow) return [cutLine(head, width)];

  const { lines, note = emptyLine } = answerOf(step, view, state, width - at - 1);
  const shown = (line: Line): Line => (isNow ? barred(line, width) : cutLine(line, width));
  const problem = isNow ? problemLines(state, at, width) : [];
  if (at === belowAt) return [shown(head), ...lines.map((line) => shown([span(' '.repeat(at)), ...line])), ...problem];

  const [first = emptyLine, ...rest] = lines;
  const left: Line = [...head, span(' '.repeat(Math.max(1, at - lineWidth(head)))), ...first];
  return [
    shown(note.length === 0 ? left : bothEnds(left, [...note, span(' ')], width)),
    ...rest.map((line) => shown([span(' '.repeat(at)), ...line])),
    ...problem,
  ];
};

/** What a step is about, below its answer. */
const hintLine = (step: Step, view: View): Line =>
  cutLine([span(' '.repeat(answerAt)), span(view.t.firstRun.hints[step - 1] ?? '', 'muted')], view.columns - 1);

/** The four steps with what was answered, and what is wrong with the answer. `hasHints`: and with what each is about. */
export const answerLines = (view: View, state: FirstRunState, isShort: boolean, hasHints: boolean): readonly Line[] =>
  ([1, 2, 3, 4] as const).flatMap((step, index) => [
    ...(index === 0 ? [] : [emptyLine]),
    ...stepLines(step, view, state, isShort),
    ...(hasHints ? [hintLine(step, view)] : []),
  ]);

/** Only the step that is asked for, where a list of what it takes needs the room. */
export const askedLines = (view: View, state: FirstRunState): readonly Line[] =>
  stepLines(stepOf[state.focus], view, state, true);
