import { plainText } from '../../../../src/session/plain-text.ts';
import type { ChatRow } from '../../../../src/session/records.ts';
import { boxed } from '../../../paint/box.ts';
import { recentAge } from '../../../paint/format.ts';
import { type Line, layout, place, span, textLine } from '../../../paint/line.ts';
import { chatLook, chatName, lastAt, lastWords, sortChats } from '../../chats/chats.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import type { View } from '../../view.ts';
import { labelOf } from '../row-state.ts';

/** Who wrote last, to which bot, and what; who waits stands first. */

const botOf = (chat: ChatRow, view: View): string => {
  const row = view.snapshot.sessions.find(({ name }) => name === chat.sessionName);
  return row === undefined ? plainText(chat.sessionName) : labelOf(row);
};

const chatLine = (chat: ChatRow, view: View, width: number): Line => {
  const look = chatLook(chat, view);
  const at = lastAt(chat);
  return layout(
    [
      place(0, look.glyph, look.tone),
      { column: 2, text: chatName(chat), width: 13, tone: look.isTrouble ? 'bold' : 'plain' },
      { column: 16, text: botOf(chat, view), width: 18, tone: 'muted' },
      {
        column: 35,
        text: at === 0 ? '' : recentAge(view.now - at),
        width: 4,
        align: 'right',
        tone: look.isTrouble ? 'bad+' : 'muted',
      },
      place(41, lastWords(chat), 'muted'),
    ],
    width,
  );
};

export const wroteBox = (chats: readonly ChatRow[] | null, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const inner = width - 4;
  return boxed({
    title: [span(chart.wroteLast, 'bold')],
    right: [span('4 ', 'accent+'), span(view.t.head.fleetTabs[3] ?? '', 'muted')],
    width,
    rows,
    content:
      chats === null
        ? []
        : chats.length === 0
          ? [textLine(chart.nobodyWrote, 'muted')]
          : sortChats(chats)
              .slice(0, rows - 2)
              .map((chat) => chatLine(chat, view, inner)),
  });
};
