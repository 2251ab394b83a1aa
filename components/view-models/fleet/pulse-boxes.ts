import { sideBySide } from '../../paint/box.ts';
import type { Line } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { answerBox } from './boxes/answer-box.ts';
import { messagesBox } from './boxes/messages-box.ts';
import { serverBox } from './boxes/server-box.ts';
import { boxRows } from './fleet-plan.ts';

/** The fleet's pulse in three boxes: messages, answers, the machine. */
export const pulseBoxes = (view: View): readonly Line[] => {
  const room = view.columns - 1 - 2;
  const first = Math.floor(room * 0.36);
  const second = Math.floor(room * 0.335);
  const widths = [first, second, room - first - second] as const;
  const boxes = [messagesBox, answerBox, serverBox] as const;
  return sideBySide(
    boxes.map((box, index) => {
      const width = widths[index] ?? 0;
      return { width, lines: box(view, { width, rows: boxRows }) };
    }),
  );
};
