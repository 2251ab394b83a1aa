import type { ChatRow } from '../../../src/session/records.ts';
import { boxed } from '../../paint/box.ts';
import { recentAge, took } from '../../paint/format.ts';
import { type Line, layout, place, rightOf, span, textLine, textWidth } from '../../paint/line.ts';
import { chatLook, chatName, lastAt, lastWords, sortChats } from '../chats/chats.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** Who wrote last, what, and how it was answered. */

/** How long our last text came after his, where it did. */
const answeredAfter = ({ lastInboundAt, lastOutboundAt }: ChatRow, view: View): string =>
  lastInboundAt !== null && lastOutboundAt !== null && lastOutboundAt >= lastInboundAt
    ? took(lastOutboundAt - lastInboundAt, view.language)
    : '';

export const shortChatLine = (chat: ChatRow, view: View, width: number): Line => {
  const look = chatLook(chat, view);
  const end = look.word === '' ? answeredAfter(chat, view) : look.word;
  const endTone = look.word === '' ? 'ok' : look.tone;
  const nameWidth = width >= 60 ? 18 : 14;
  const at = 2 + nameWidth;
  return layout(
    [
      place(0, look.glyph, look.tone),
      { column: 2, text: chatName(chat), width: nameWidth, tone: look.isTrouble ? 'bold' : 'plain' },
      {
        column: at,
        text: lastAt(chat) === 0 ? '' : recentAge(view.now - lastAt(chat)),
        width: 5,
        align: 'right',
        tone: 'muted',
      },
      { column: at + 8, text: lastWords(chat), tone: 'muted', width: width - at - 8 - textWidth(end) - 2 },
      rightOf(end, width - 1, endTone),
    ],
    width,
  );
};

export const lastChatsBox = (data: OverviewData, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  return boxed({
    title: [span(overview.lastChats, 'bold')],
    right: [span('2 ', 'accent+'), span(overview.all, 'muted')],
    width,
    rows,
    content: told(data.chats, view, inner, ({ chats }) =>
      chats.length === 0
        ? [textLine(overview.noChats, 'muted')]
        : sortChats(chats)
            .slice(0, rows - 2)
            .map((chat) => shortChatLine(chat, view, inner)),
    ),
  });
};
