import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { withNumbers } from '../../paint/key-line.ts';
import { cutLine, emptyLine, firstLines, type Line, lineWidth, span, textLine } from '../../paint/line.ts';
import { isPair, type Tone } from '../../paint/tone.ts';
import type { Target } from '../dialog-kinds.ts';
import { stateTone } from '../session-cells.ts';
import { sessionById, type View } from '../view.ts';
import { wrapped } from './dialog-frame.ts';

/** Whom a dialog is about, whether they are still as they were when it opened, and what is wrong. */

export type PinState = 'same' | 'changed' | 'gone';

/** Whether the sessions of a dialog are still what was on the screen when it opened. */
export const pinState = (view: View, targets: readonly Target[]): PinState => {
  let state: PinState = 'same';
  for (const target of targets) {
    const row = sessionById(view, target.id);
    if (row === null) return 'gone';
    if (row.revision !== target.revision || row.verdict !== target.verdict) state = 'changed';
  }
  return state;
};

/** As people call it; the technical name where it has no other. */
export const calledOf = (view: View, target: Target): string => {
  const label = plainText(sessionById(view, target.id)?.label ?? '');
  return label === '' ? target.name : label;
};

/** Which bot it is and how it stands, and on the next line who waits for it now. */
const about = (view: View, target: Target, inside: number): readonly Line[] => {
  const row = sessionById(view, target.id);
  const { t } = view;
  if (row === null) return [textLine(t.dialog.gone, 'bad')];
  const phone = row.phone ?? row.expectedPhone;
  const tone = stateTone(row);
  const word = t.verdict[row.verdict];
  const quiet = verdictLooks[row.verdict].token === 'ok' || verdictLooks[row.verdict].token === 'off';
  const standing: Line = [
    ...(phone === null ? [] : [span(`  ${formatPhone(phone)}`, 'muted')]),
    span('  '),
    span(isPair(tone) ? ` ${word} ` : word, quiet ? 'muted' : tone),
    span(`  ${t.dialog.forAge(age(view.now - row.since))}`, 'muted'),
  ];
  // Its name is typed: it is never what is cut.
  const fits = target.name.length + lineWidth(standing) <= inside;
  const { chats, estimated } = row.waiting;
  return [
    ...(fits ? [[span(target.name, 'muted'), ...standing]] : [[span(target.name, 'muted')], cutLine(standing, inside)]),
    ...(chats > 0 ? [emptyLine, withNumbers(t.dialog.waitingNow(estimated, chats), 'plain', 'bad+')] : []),
  ];
};

export const aboutAll = (view: View, targets: readonly Target[], inside: number): readonly Line[] => {
  const first = targets[0];
  if (first === undefined) return [];
  if (targets.length === 1) return about(view, first, inside);
  return firstLines(wrapped(targets.map((target) => calledOf(view, target)).join(', '), inside, 'muted'), 4, inside);
};

/** Something went wrong, or would. */
export const problemLines = (text: string, inside: number): readonly Line[] =>
  wrapped(text, inside - 2).map((line, index) => [
    span(index === 0 ? `${glyph.gaveUp} ` : '  ', 'bad+'),
    ...line.map((part) => ({ ...part, tone: 'bad' as Tone })),
  ]);
