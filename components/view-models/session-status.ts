import type { SessionRow } from '../../src/protocol/fleet.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { dollars } from '../../src/words/figures.ts';
import { age, bytesShort, countdown } from '../paint/format.ts';
import { emptyLine, type Line, layout, place, textLine, wrapText } from '../paint/line.ts';
import { type Customers, customerParts } from './customers.ts';
import { proofText } from './session/probe-box.ts';
import { aiReasonOf, hintCell, isTrouble, noteOf, reasonOf, restrictionDetail, wordsOf } from './session-cells.ts';
import { eventText } from './told.ts';
import type { View } from './view.ts';

/** The first tab of a session that needs no scan: how it is doing, one fact a line. */

const field = (view: View, label: string, value: string): readonly Line[] =>
  value === ''
    ? []
    : wrapText(value, Math.max(10, view.columns - 19)).map((part, index) =>
        layout([place(1, index === 0 ? label : ''), place(17, part)], view.columns - 1),
      );

const nobody: Customers = { silent: [], asking: [] };

const customerLines = (customers: Customers, view: View): readonly Line[] =>
  customerParts(customers, view).flatMap(({ title, words }) => [
    textLine(` ${title}`, 'bold'),
    ...words.flatMap((text) => wrapText(text, Math.max(10, view.columns - 4))).map((text) => textLine(`   ${text}`)),
    emptyLine,
  ]);

/** How a session is doing, when it needs no scan. */
export const statusLines = (row: SessionRow, view: View, customers: Customers = nobody): readonly Line[] => {
  const { session } = view.t;
  const { fields } = session;
  const { now } = view;
  const phone = row.phone === null ? session.notLinked : formatPhone(row.phone);
  const hint = hintCell(row, view, true);
  const lines: Line[] = [emptyLine];
  if (isTrouble(row)) {
    lines.push(textLine(` ${view.t.verdict[row.verdict]}`, 'bold'));
    for (const part of wrapText(wordsOf(row, view, true), view.columns - 3)) lines.push(textLine(` ${part}`));
    if (hint !== '') lines.push(textLine(` ${hint}`));
    lines.push(emptyLine);
  }
  lines.push(...customerLines(customers, view));
  const silentSince = row.silent.oldestSince === null ? null : age(now - row.silent.oldestSince);
  const oldest = row.waiting.oldestSince === null ? null : age(now - row.waiting.oldestSince);
  // Who is well and has no note is told by number and model, which have lines of their own here.
  const told = isTrouble(row) ? '' : row.verdict === 'connected' ? noteOf(row, view, true) : wordsOf(row, view, true);
  lines.push(
    ...field(
      view,
      fields.state,
      `${view.t.verdict[row.verdict]}, ${age(now - row.since)}${told === '' ? '' : `: ${told}`}`,
    ),
    ...(reasonOf(row, view) === '' || isTrouble(row) ? [] : field(view, '', reasonOf(row, view))),
    ...field(
      view,
      fields.number,
      row.expectedPhone === null || row.expectedPhone === row.phone
        ? phone
        : `${phone}  (${session.expect} ${formatPhone(row.expectedPhone)})`,
    ),
    ...field(
      view,
      fields.answers,
      `${view.t.dialog.provider[row.provider]}${row.model === '' ? '' : ` ${plainText(row.model)}`}${row.ai.reason === null ? '' : `, ${aiReasonOf(row, view)}`}`,
    ),
    ...field(view, fields.replies, session.repliesMode[row.replies]),
    ...field(view, fields.waiting, session.chatsWaiting(row.waiting.chats, row.waiting.estimated, oldest)),
    ...(row.silent.chats + row.silent.today > 0
      ? field(view, fields.silent, session.silentNow(row.silent.chats, silentSince, row.silent.today))
      : []),
    ...(row.asksForPerson > 0 ? field(view, fields.asking, String(row.asksForPerson)) : []),
    ...(row.restriction === null
      ? []
      : [
          ...field(view, fields.restriction, restrictionDetail(row, view, true)),
          ...field(view, '', session.restrictionHelp),
        ]),
    ...(row.probe == null ? [] : field(view, view.t.column.proof, proofText(row.probe, view))),
    ...field(view, fields.lastHour, session.hour(row.receivedLastHour, row.sentLastHour)),
    ...field(view, fields.lastMessage, row.lastMessageAt === null ? session.none : age(now - row.lastMessageAt)),
    ...(row.drafts > 0 ? field(view, fields.drafts, String(row.drafts)) : []),
    ...(row.heldMessages > 0 ? field(view, fields.held, String(row.heldMessages)) : []),
    ...(row.pausedChats > 0 ? field(view, fields.pausedChats, String(row.pausedChats)) : []),
    ...(row.troubleMessages > 0 ? field(view, fields.trouble, String(row.troubleMessages)) : []),
    ...field(view, fields.cost, dollars(row.costTodayUsd, view.language)),
  );
  if (row.pid !== null && row.startedAt !== null)
    lines.push(...field(view, fields.process, session.processLine(row.pid, row.port, age(now - row.startedAt))));
  if (row.resources !== null) {
    const { memoryBytes, rssBytes, processes, memoryIsPss } = row.resources;
    lines.push(
      ...field(
        view,
        fields.memory,
        session.memoryLine(
          bytesShort(memoryBytes, view.language),
          bytesShort(rssBytes, view.language),
          processes,
          memoryIsPss,
        ),
      ),
    );
  }
  lines.push(...field(view, fields.restarts, String(row.restarts)));
  if (row.nextTryAt !== null && row.nextTryAt > now)
    lines.push(...field(view, fields.nextTry, countdown(row.nextTryAt - now)));
  lines.push(...field(view, fields.since, `${view.calendar.date(row.createdAt)} ${view.calendar.time(row.createdAt)}`));
  const events = view.snapshot.events.filter(({ sessionName }) => sessionName === row.name);
  if (events.length > 0) {
    lines.push(emptyLine, textLine(`-- ${session.lastEvents} --`));
    for (const event of events)
      lines.push(
        layout([place(3, `${view.calendar.when(event.at, now)}  ${eventText(event, view)}`)], view.columns - 1),
      );
  }
  return lines;
};
