import { plainText } from '../../../src/session/plain-text.ts';
import type { ChatRow } from '../../../src/session/records.ts';
import { recentAge } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, layout, onGround, place, rightOf, textWidth } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { View } from '../view.ts';
import { type ChatLook, chatLook, chatName, lastAt, lastWords } from './chats.ts';

/** Chats in a list: in one row each, or in two where the conversation stands beside them. */

export interface ChatLineInput {
  readonly width: number;
  readonly isCursor: boolean;
  readonly withSession: boolean;
}

/** The client's name of a session. */
export const labelOf = (name: string, view: View): string => {
  const row = view.snapshot.sessions.find((session) => session.name === name);
  const label = plainText(row?.label ?? '');
  return label === '' ? name : label;
};

const edge = (look: ChatLook, isCursor: boolean): readonly [string, Tone] => {
  if (isCursor) return [glyph.cursor, 'accent+'];
  return look.tone === 'bad' ? [glyph.edge, 'bad'] : ['', 'plain'];
};

const ageOf = (chat: ChatRow, view: View): string => {
  const since = chat.silentSince ?? chat.asksForPersonSince ?? (chat.waiting > 0 ? (chat.waitingSince ?? null) : null);
  const at = since ?? lastAt(chat);
  return at === 0 ? glyph.nothing : recentAge(view.now - at);
};

const barred = (line: Line, { isCursor, width }: ChatLineInput): Line =>
  isCursor ? onGround(line, 'cursor', width) : line;

export const chatLine = (chat: ChatRow, view: View, input: ChatLineInput): Line => {
  const { width, isCursor, withSession } = input;
  const look = chatLook(chat, view);
  const isNarrow = width < 60;
  const [sign, signTone] = edge(look, isCursor);
  const nameWidth = isNarrow ? 15 : 20;
  const sessionAt = 5 + nameWidth;
  const ageAt = withSession && !isNarrow ? sessionAt + 17 : sessionAt;
  const wordAt = ageAt + 5;
  const waits = look.tone === 'bad' && chat.silentSince === null && chat.waiting > 0;
  // Since when stands beside it already.
  const word = waits ? view.t.chats.waiting(chat.waiting) : plainText(look.word);
  const textAt = wordAt + (word === '' ? 0 : textWidth(word) + 2);
  return barred(
    layout(
      [
        place(0, sign, signTone),
        place(2, look.glyph, look.tone),
        {
          column: 4,
          text: chatName(chat),
          width: nameWidth,
          tone: look.isTrouble || isCursor ? 'bold' : 'plain',
        },
        ...(withSession && !isNarrow
          ? [{ column: sessionAt, text: labelOf(chat.sessionName, view), width: 16, tone: 'muted' as const }]
          : []),
        {
          column: ageAt,
          text: lastAt(chat) === 0 ? glyph.nothing : recentAge(view.now - lastAt(chat)),
          width: 4,
          align: 'right' as const,
          tone: 'muted',
        },
        place(wordAt, word, look.tone),
        place(textAt, lastWords(chat), look.isTrouble ? 'plain' : 'muted'),
      ],
      width,
    ),
    input,
  );
};

/** Name, count and age; below them the session, or how it stands, and the last text. */
export const chatLines = (chat: ChatRow, view: View, input: ChatLineInput): readonly [Line, Line] => {
  const { width, isCursor, withSession } = input;
  const look = chatLook(chat, view);
  const [sign, signTone] = edge(look, isCursor);
  const count = look.tone === 'bad' && chat.waiting > 0 ? ` ${Math.min(99, chat.waiting)} ` : '';
  const first = layout(
    [
      place(0, sign, signTone),
      place(2, look.glyph, look.tone),
      { column: 4, text: chatName(chat), width: width - 16, tone: look.isTrouble || isCursor ? 'bold' : 'plain' },
      ...(count === '' ? [] : [rightOf(count, width - 7, 'p:bad')]),
      rightOf(ageOf(chat, view), width - 2, look.tone === 'bad' ? 'bad+' : 'muted'),
    ],
    width,
  );
  const about = withSession ? labelOf(chat.sessionName, view) : look.word;
  const textAt = withSession ? 23 : about === '' ? 4 : 4 + Math.min(18, textWidth(about)) + 2;
  const isRead = !(look.isTrouble || look.tone === 'in');
  const second = layout(
    [
      place(0, sign, signTone),
      { column: 4, text: about, width: 18, tone: withSession ? 'muted' : look.tone },
      { column: textAt, text: lastWords(chat), width: width - textAt - 2, tone: isRead ? 'muted' : 'plain' },
    ],
    width,
  );
  return [barred(first, input), barred(second, input)];
};
