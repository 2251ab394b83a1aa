import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { boxed, sideBySide } from '../paint/box.ts';
import { countdown } from '../paint/format.ts';
import {
  emptyLine,
  type Line,
  layout,
  type Placed,
  place,
  span,
  textLine,
  textWidth,
  wrapText,
} from '../paint/line.ts';
import { attemptsLine, browserLine, bullet, phoneLine, phoneOf, stepLine, way } from './linking-lines.ts';
import { eventText } from './told.ts';
import type { View } from './view.ts';

/** A session that waits for its pairing code: the code, how long it lives, and where on the phone it is typed. */

type Pairing = NonNullable<SessionRow['pairing']>;

/** `WZYH4K7Q` as it is read aloud. */
const spelledOf = ({ code }: Pairing): string => {
  const shown = plainText(code);
  return shown.length === 8 && !shown.includes('-') ? `${shown.slice(0, 4)}-${shown.slice(4)}` : shown;
};

export const codeBox = (row: SessionRow, view: View): readonly Line[] => {
  const { session } = view.t;
  if (row.pairing === null) return [];
  const { attempt, maxAttempts, expiresAt } = row.pairing;
  const spelled = spelledOf(row.pairing);
  const pad = Math.max(0, 17 - spelled.length);
  const middle = `${' '.repeat(Math.floor(pad / 2))}${spelled}${' '.repeat(Math.ceil(pad / 2))}`;
  const box = (left: string, inside: string, right: string): readonly Placed[] => [
    place(6, left, 'accent'),
    place(7, inside, inside === middle ? 'bold' : 'accent'),
    place(24, right, 'accent'),
  ];
  const valid = session.pairingValid(countdown(expiresAt - view.now), attempt, maxAttempts);
  const width = view.columns - 1;
  const isBeside = 28 + textWidth(valid) <= width;
  const indented = (text: string, indent: number): readonly Line[] =>
    wrapText(text, width - indent).map((part) => textLine(`${' '.repeat(indent)}${part}`, 'muted'));
  return [
    layout(box('╭', '─'.repeat(17), '╮'), width),
    layout([...box('│', middle, '│'), ...(isBeside ? [place(28, valid, 'muted')] : [])], width),
    layout(box('╰', '─'.repeat(17), '╯'), width),
    ...(isBeside ? [] : indented(valid, 1)),
    ...indented(session.pairingWhere[0] ?? '', isBeside ? 3 : 1),
    ...indented(session.pairingWhere[1] ?? '', isBeside ? 10 : 1),
  ];
};

/** Windows in which both halves stand beside each other. */
export const wideCode = { columns: 112, rows: 30 };
const half = 57;
const boxWidth = 31;

/** At the left what is done on the phone and what comes after, at the right the code, how long it lives, and the other ways. */
export const pairingWords = (row: SessionRow, pairing: Pairing, view: View): readonly Line[] => {
  const { session } = view.t;
  const phone = phoneOf(row);
  const events = view.snapshot.events.filter(({ sessionName }) => sessionName === row.name).slice(0, 2);
  const spelled = [...spelledOf(pairing)].join(' ');
  const pad = ' '.repeat(Math.max(0, Math.floor((boxWidth - 4 - textWidth(spelled)) / 2)));
  const left: readonly Line[] = [
    emptyLine,
    textLine(` ${session.waitingForCode}`, 'bold'),
    phoneLine(phone, view),
    emptyLine,
    ...session.pairingSteps.flatMap((step, index) => [stepLine(step, index), emptyLine]),
    textLine(` ${session.afterCode}`, 'bold'),
    emptyLine,
    ...(phone === null ? [] : [bullet(session.otherHeld(phone))]),
    bullet(session.olderNot),
    ...(row.replies === 'draft' ? [bullet(session.watchMode)] : []),
    ...browserLine(row, view),
  ];
  const lives = (name: string, line: Line): Line => [span(` ${name.padEnd(13)}`, 'muted'), ...line];
  const right: readonly Line[] = [
    emptyLine,
    ...boxed({
      title: [],
      width: boxWidth,
      rows: 5,
      tone: 'accent',
      content: [emptyLine, [span(pad), span(spelled, 'bold')], emptyLine],
    }).map((line): Line => [span(' '), ...line]),
    emptyLine,
    lives(session.thisCode, [span(countdown(Math.max(0, pairing.expiresAt - view.now)), 'bold')]),
    attemptsLine(pairing, view, 1),
    textLine(` ${session.codeRenews}`, 'muted'),
    emptyLine,
    textLine(` ${session.elsewhere}`, 'bold'),
    emptyLine,
    way('i', session.linkWhat),
    way('s', session.qrWhat),
    ...(events.length === 0 ? [] : [emptyLine]),
    ...events.map((event) =>
      layout([place(1, view.calendar.when(event.at, view.now), 'muted'), place(8, eventText(event, view))], half),
    ),
  ];
  return sideBySide([
    { width: half, lines: left },
    { width: Math.min(half + 1, view.columns - half - 2), lines: right },
  ]);
};
