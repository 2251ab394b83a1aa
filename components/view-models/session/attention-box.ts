import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { boxed } from '../../paint/box.ts';
import { countdown } from '../../paint/format.ts';
import { emptyLine, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import { type Customers, customerParts } from '../customers.ts';
import { aiReasonOf, hintCell, isTrouble, reasonOf, restrictionDetail, wordsOf } from '../session-cells.ts';
import { toneOfState } from '../state-look.ts';
import type { View } from '../view.ts';

/** What is wrong with a session, or only worth to know, above its boxes: why, since when, what helps. */

const wrapped = (text: string, width: number, tone: Tone = 'plain', indent = 0): readonly Line[] =>
  text === ''
    ? []
    : wrapText(text, width - indent).map((part) => [span(' '.repeat(indent)), span(part, tone)] satisfies Line);

/** A bot that only starts has nothing to recover from. */
const recoveringTitle = ({ verdict }: SessionRow, { t }: View): string => {
  switch (verdict) {
    case 'starting':
    case 'queued':
    case 'syncing':
      return t.overview.begins;
    default:
      return t.overview.recovering;
  }
};

/** Its keys as they are told, the keys themselves in their own colour. */
const hintLine = (row: SessionRow, view: View): readonly Line[] => {
  const isOnlyBeginning = recoveringTitle(row, view) === view.t.overview.begins;
  const hint = isOnlyBeginning ? '' : hintCell(row, view, true);
  if (hint === '') return [];
  return [
    hint.split('   ').flatMap((part, index): Line => {
      const [key = '', ...words] = part.split(' ');
      return [...(index === 0 ? [] : [span('   ')]), span(key, 'accent+'), span(` ${words.join(' ')}`, 'muted')];
    }),
  ];
};

const troubleLines = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const reason = reasonOf(row, view);
  const detail = wordsOf(row, view, true);
  return [
    ...wrapped(detail, width, 'bold'),
    ...(reason === '' || detail.includes(reason) ? [] : wrapped(reason, width, 'muted')),
    ...(row.nextTryAt !== null && row.nextTryAt > view.now && !detail.includes(countdown(row.nextTryAt - view.now))
      ? wrapped(`${view.t.session.fields.nextTry} ${countdown(row.nextTryAt - view.now)}`, width, 'muted')
      : []),
    ...hintLine(row, view),
  ];
};

/** Quiet facts, each of them a reason why a customer may wait. */
const noteLines = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { session } = view.t;
  const { fields } = session;
  const other = row.phone !== null && row.expectedPhone !== null && row.phone !== row.expectedPhone;
  const pieces: readonly (readonly [string, string])[] = [
    ...(row.replies === 'on' ? [] : [[fields.replies, session.repliesMode[row.replies]] as const]),
    ...(row.ai.reason === null || isTrouble(row) ? [] : [[fields.answers, aiReasonOf(row, view)] as const]),
    ...(row.failover === 'auto' ? [[fields.failover, session.failoverAuto] as const] : []),
    ...(row.restriction === null ? [] : [[fields.restriction, restrictionDetail(row, view, true)] as const]),
    ...(row.heldMessages === 0 ? [] : [[fields.held, String(row.heldMessages)] as const]),
    ...(row.pausedChats === 0 ? [] : [[fields.pausedChats, String(row.pausedChats)] as const]),
    ...(row.troubleMessages === 0 ? [] : [[fields.trouble, String(row.troubleMessages)] as const]),
    ...(other ? [[fields.expected, formatPhone(row.expectedPhone ?? '')] as const] : []),
  ];
  return pieces.flatMap(([label, value]) =>
    wrapText(value, Math.max(10, width - 17)).map(
      (part, index): Line => [span((index === 0 ? label : '').padEnd(17), 'muted'), span(part)],
    ),
  );
};

const peopleLines = (customers: Customers, view: View, width: number): readonly Line[] =>
  customerParts(customers, view).flatMap(({ title, words }) => [
    textLine(title, 'bad+'),
    ...words.flatMap((text) => wrapped(text, width, 'plain', 2)),
  ]);

/** Empty while there is nothing to say. At most `most` rows with its borders. */
export const attentionBox = (
  row: SessionRow,
  customers: Customers,
  view: View,
  { width, most }: { readonly width: number; readonly most: number },
): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const { group } = verdictLooks[row.verdict];
  const isOpen = group === 'answering';
  const trouble = isOpen ? [] : troubleLines(row, view, inner);
  const people = peopleLines(customers, view, inner);
  const content = [...trouble, ...people, ...noteLines(row, view, inner)];
  if (content.length === 0) return [];

  const isUrgent = group === 'needs_you' || people.length > 0;
  const title = isUrgent ? overview.attention : group === 'recovering' ? recoveringTitle(row, view) : overview.note;
  return boxed({
    title: [span(title, 'bold')],
    right: isUrgent ? [span('x ', 'accent+'), span(view.t.foot.why.long, 'muted')] : emptyLine,
    tone: isUrgent ? (toneOfState(row) === 'warn' ? 'warn' : 'bad') : group === 'recovering' ? 'move' : 'faint',
    width,
    rows: Math.min(most, content.length + 2),
    content,
  });
};
