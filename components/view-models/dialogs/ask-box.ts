import { keyLine } from '../../paint/key-line.ts';
import { emptyLine, type Line } from '../../paint/line.ts';
import type { Target } from '../dialog-kinds.ts';
import type { View } from '../view.ts';
import { type DialogTone, dialogLines, dialogWidth, insideOf, wrapped } from './dialog-frame.ts';
import { aboutAll, pinState, problemLines } from './dialog-subject.ts';

/** A question that `y` answers: what happens, and to whom. */

export const askBox = (
  view: View,
  title: string,
  lines: readonly string[],
  targets: readonly Target[],
  tone: DialogTone = 'warn',
): readonly Line[] => {
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const pin = pinState(view, targets);
  const intro = aboutAll(view, targets, inside);
  return dialogLines(view, {
    title,
    tone,
    width,
    content: [
      ...intro,
      ...(intro.length === 0 ? [] : [emptyLine]),
      ...lines.flatMap((text) => wrapped(text, inside)),
      ...(pin === 'same' ? [] : [emptyLine, ...problemLines(view.t.dialog[pin], inside)]),
      emptyLine,
      keyLine(view.t.dialog.yesNo),
    ],
  });
};
