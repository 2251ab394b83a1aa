import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { ChatMessage, ChatRow, DraftRow } from '../../../src/session/records.ts';
import { smallDollars } from '../../../src/words/rehearsal-words.ts';
import { boxed, fitted } from '../../paint/box.ts';
import { joined } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { keyLine } from '../../paint/key-line.ts';
import {
  cut,
  emptyLine,
  type Line,
  layout,
  lineWidth,
  place,
  placeLine,
  span,
  textLine,
  textWidth,
} from '../../paint/line.ts';
import type { PairName } from '../../paint/tone.ts';
import type { View } from '../view.ts';
import { bubble, dayRow, draftText, messageText } from './bubbles.ts';
import { labelOf } from './chat-lines.ts';

/** Answers that wait for a yes: question and answer together, and what was said before. */

const keysFrom = 100;
const keysWidth = 34;

export const draftName = (draft: DraftRow): string => {
  const name = plainText(draft.chatName ?? '').trim();
  if (name !== '') return name;
  const phone = phoneOf(draft);
  return phone === '' ? plainText(draft.chatId) : phone;
};

/** Null: an address that hides the number. */
const digitsOf = ({ chatId }: DraftRow): string | null => /^(\d{6,})@c\.us$/.exec(chatId)?.[1] ?? null;

const phoneOf = (draft: DraftRow): string => {
  const digits = digitsOf(draft);
  return digits === null ? '' : formatPhone(digits);
};

/** `waits 4m`: since the customer wrote, or since the draft was made where that is not kept. */
export const draftSince = (draft: DraftRow): number => draft.asked?.[0]?.at ?? draft.createdAt;

/** Its chat, as much of it as the draft tells: until the door has told the rest. */
export const chatOfDraft = (draft: DraftRow): ChatRow => ({
  sessionName: draft.sessionName,
  chatId: draft.chatId,
  name: draft.chatName,
  phone: digitsOf(draft),
  lid: null,
  lastInboundAt: draft.asked?.at(-1)?.at ?? null,
  lastOutboundAt: null,
  lastText: draft.asked?.at(-1)?.text ?? '',
  messages: draft.asked?.length ?? 0,
  waiting: 0,
  pausedUntil: null,
  pausedBy: null,
  pausedReason: null,
  drafts: 1,
  silentSince: null,
  silentCode: null,
  silentReason: null,
  asksForPersonSince: null,
  handoverSummary: null,
});

const labelWidth = (view: View): number => Math.max(textWidth(view.t.chats.asked), textWidth(view.t.chats.botSays)) + 1;

/** A label, and a bubble beside it. */
const labelled = (label: string, lines: readonly Line[], view: View, width: number): readonly Line[] => {
  const at = labelWidth(view);
  return lines.map((line, index) =>
    layout([place(0, index === 0 ? label : '', 'muted'), ...placeLine(at, line)], width),
  );
};

/** What is known of it before what came before: the price is cut nowhere. */
const madeOf = (draft: DraftRow, view: View, width: number): string => {
  const { chats } = view.t;
  const { model = '', instructionsVersion, historyMessages, costUsd } = draft;
  const said = (history: string): string =>
    [
      plainText(model),
      instructionsVersion === undefined ? '' : chats.promptVersion(instructionsVersion),
      history,
      // What was never asked of an AI that is paid costs nothing, and says nothing.
      costUsd === undefined || costUsd === 0 ? '' : smallDollars(costUsd, view.language),
    ]
      .filter((part) => part !== '')
      .join(', ');
  const all = said(historyMessages === undefined ? '' : chats.historyOf(historyMessages));
  return textWidth(all) <= width ? all : said('');
};

/** On its own line, with an ellipsis where it goes on. */
const oneLine = (text: string, side: 'customer' | 'bot', view: View, width: number): readonly Line[] =>
  bubble(cut(plainText(text), width - 2), side, view, width).slice(0, 1);

/** Who sends an answer must see whether that is all of it. */
const seenOf = (words: readonly Line[], most: number, first: readonly Line[]): readonly Line[] => {
  if (words.length <= most) return words;
  return most < 2 ? first : [...words.slice(0, most - 1), [span('…', 'muted')]];
};

/** In at most `most` lines, from two on: what would be sent before what it answers, and both before what is known of them. */
const openLines = (draft: DraftRow, view: View, width: number, most: number): readonly Line[] => {
  const { chats } = view.t;
  const at = labelWidth(view);
  const widest = Math.min(66, width - at);
  const asked = (draft.asked ?? []).slice(-3);
  const said = asked.flatMap(({ text }) => bubble(text, 'customer', view, widest));
  const newest = asked.at(-1);
  const made = madeOf(draft, view, width - at);
  const asks = (lines: readonly Line[]): readonly Line[] =>
    said.length === 0 ? [textLine(chats.notKept, 'muted')] : labelled(chats.asked, lines, view, width);
  const answers = (lines: readonly Line[]): readonly Line[] => labelled(chats.botSays, lines, view, width);
  const answer = bubble(draftText(draft), 'bot', view, widest);
  const all = [
    ...asks(said),
    ...(newest === undefined ? [] : [layout([place(at, view.calendar.when(newest.at, view.now), 'muted')], width)]),
    ...answers(answer),
    ...(made === '' ? [] : [layout([place(at, made, 'muted')], width)]),
  ];
  if (all.length <= most) return all;

  const forQuestion = Math.max(1, Math.min(said.length, most - answer.length));
  const newestText = newest?.text ?? '';
  return [
    ...asks(seenOf(said, forQuestion, oneLine(newestText, 'customer', view, widest))),
    ...answers(seenOf(answer, Math.max(1, most - forQuestion), oneLine(draftText(draft), 'bot', view, widest))),
  ];
};

/** A key on its paper; without colours, where only one of them would have one, in bold. */
const keyPill = (name: string, pair: PairName, view: View): Line[number] =>
  span(` ${name} `, view.theme.colors === 'none' ? 'bold' : `p:${pair}`);

const key = (name: string, pair: PairName, [what = '', why = '']: readonly string[], view: View): readonly Line[] => [
  [keyPill(name, pair, view), span(` ${what}`, 'bold')],
  [span('    '), span(why, 'muted')],
];

const keyLines = (view: View): readonly Line[] => {
  const { chats } = view.t;
  return [
    ...key('A', 'ok', chats.approveIt, view),
    emptyLine,
    ...key('e', 'accent', chats.editIt, view),
    emptyLine,
    ...key('X', 'off', chats.dropIt, view),
  ];
};

/** Beside each other where there is room, else below. */
const shortKeys = (view: View, width: number): readonly Line[] => {
  const { chats } = view.t;
  const short = (name: string, pair: PairName, [what = '']: readonly string[]): Line => [
    keyPill(name, pair, view),
    span(` ${what}`),
  ];
  const all = [short('A', 'ok', chats.approveIt), short('e', 'accent', chats.editIt), short('X', 'off', chats.dropIt)];
  const beside = joined(all, 3);
  return lineWidth(beside) <= width ? [beside] : all;
};

/** At most `most` lines; the keys are never cut off. */
const openContent = (draft: DraftRow, view: View, width: number, most: number): readonly Line[] => {
  if (width < keysFrom - 4) {
    const below = shortKeys(view, width);
    return [...openLines(draft, view, width, Math.max(2, most - below.length)), ...below];
  }
  const keys = keyLines(view);
  const left = width - keysWidth - 2;
  const words = openLines(draft, view, left, Math.max(keys.length, most));
  return Array.from({ length: Math.max(keys.length, words.length) }, (_, row) => [
    ...fitted(words[row] ?? emptyLine, left),
    span(`${glyph.budget} `, 'faint'),
    ...(keys[row] ?? emptyLine),
  ]);
};

/** Question and answer on a line each. */
const closedContent = (draft: DraftRow, view: View, width: number): readonly Line[] => {
  const { chats } = view.t;
  const at = labelWidth(view);
  const widest = width - at;
  const asked = draft.asked?.at(-1);
  return [
    ...(asked === undefined ? [] : labelled(chats.asked, oneLine(asked.text, 'customer', view, widest), view, width)),
    ...labelled(chats.botSays, oneLine(draftText(draft), 'bot', view, widest), view, width),
  ];
};

export interface DraftPlace {
  readonly index: number;
  readonly of: number;
  readonly isOpen: boolean;
  readonly withSession: boolean;
  /** Rows that it may take. */
  readonly most: number;
}

export const draftBox = (
  draft: DraftRow,
  view: View,
  { index, of, isOpen, withSession, most }: DraftPlace,
): readonly Line[] => {
  const { chats } = view.t;
  const width = view.columns - 1;
  const phone = phoneOf(draft);
  const name = draftName(draft);
  const content = isOpen ? openContent(draft, view, width - 4, most - 2) : closedContent(draft, view, width - 4);
  const right: Line = [
    span(`${chats.waitsSince} `, 'muted'),
    span(age(view.now - draftSince(draft)), 'warn+'),
    span(`   ${chats.nthOf(index + 1, of)}`, 'muted'),
  ];
  const title = joined(
    [
      [span(`${glyph.wantsYou} `, 'warn'), span(name, 'bold')],
      phone === '' || phone === name || view.columns < 60 ? emptyLine : textLine(phone, 'muted'),
      withSession && view.columns >= 60 ? textLine(labelOf(draft.sessionName, view)) : emptyLine,
    ],
    2,
  );
  const lines = boxed({ title, right, width, rows: content.length + 2, tone: isOpen ? 'accent' : 'faint', content });
  if (!isOpen) return lines;
  return lines.map((line, row) =>
    row === 0 || row === lines.length - 1 ? line : [span(glyph.cursor, 'accent+'), span(' '), ...line.slice(1)],
  );
};

/** Said before the open draft, a line each, the newest at the bottom. */
export const beforeBox = (
  draft: DraftRow,
  messages: readonly ChatMessage[],
  view: View,
  rows: number,
): readonly Line[] => {
  const width = view.columns - 1;
  const inner = width - 4;
  const lines: Line[] = [];
  let day = '';
  for (const message of messages) {
    const date = view.calendar.date(message.at);
    if (date !== day) lines.push(dayRow(message.at, view, inner));
    day = date;
    const when = view.calendar.time(message.at);
    const text = plainText(messageText(message));
    const who = message.from === 'customer' ? '' : `${view.t.chats.from[message.from]}  `;
    const meta: Line = [span(`${who}${when}`, 'muted')];
    const most = inner - lineWidth(meta) - 2;
    const said = bubble(cut(text, most - 2), message.from, view, most)[0] ?? emptyLine;
    if (message.from === 'customer') lines.push([...said, span('  '), ...meta]);
    else
      lines.push([
        span(' '.repeat(Math.max(0, inner - lineWidth(said) - lineWidth(meta) - 2))),
        ...meta,
        span('  '),
        ...said,
      ]);
  }
  return boxed({
    title: [span(view.t.chats.before(draftName(draft)), 'bold')],
    right: view.columns < 60 ? emptyLine : keyLine([['enter', view.t.foot.wholeChat.long]]),
    width,
    rows,
    content: lines.slice(-(rows - 2)),
  });
};

/** Boxes from the first one that leaves the open one whole, then what was said before. */
export const draftsBody = (
  drafts: readonly DraftRow[],
  {
    cursor,
    messages,
    view,
    rows,
    withSession,
  }: {
    readonly cursor: number;
    readonly messages: readonly ChatMessage[];
    readonly view: View;
    readonly rows: number;
    readonly withSession: boolean;
  },
): readonly Line[] => {
  const boxes = drafts.map((draft, index) =>
    draftBox(draft, view, { index, of: drafts.length, isOpen: index === cursor, withSession, most: rows }),
  );
  let top = 0;
  const height = (from: number): number => boxes.slice(from, cursor + 1).reduce((sum, box) => sum + box.length, 0);
  while (top < cursor && height(top) > rows) top += 1;

  const lines = boxes.slice(top).flat();
  const open = drafts[cursor];
  const left = rows - lines.length;
  if (open === undefined || left < 5 || messages.length === 0) return lines;
  return [...lines, ...beforeBox(open, messages, view, left)];
};

/** How many wait for a yes, and the oldest, for the head. */
export const draftsHead = (drafts: readonly DraftRow[], view: View): Line => {
  if (drafts.length === 0) return emptyLine;
  const oldest = Math.min(...drafts.map(draftSince));
  return [
    span(String(drafts.length), 'warn+'),
    span(` ${view.t.chats.draftsWaitHead(drafts.length)} `, 'muted'),
    span(age(view.now - oldest), 'warn+'),
  ];
};
