import stringWidth from 'string-width';
import type { SessionRow } from '../../protocol/fleet.ts';
import { cellText, isOneColumnEach } from '../../session/cell-text.ts';
import { formatPhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { decimals } from '../../words/figures.ts';
import type { Language } from '../../words/language.ts';

/** Small printers for the one-shot commands: colours are the caller's business. */

/** As a terminal counts it: what is made of plain letters needs no table of wide ones. */
const width = (text: string): number => (isOneColumnEach(text) ? text.length : stringWidth(text));

/** Rows in columns, separated by two blanks, the last one free; `right` names the columns that align right. Row -1 is the head. */
export const printTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  paintCell: (text: string, row: number, column: number) => string = (text) => text,
): string => {
  const all = [head, ...rows].map((row) => row.map((text) => cellText(plainText(text))));
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  return all
    .map((row, at) =>
      row
        .map((cell, column) => {
          const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
          const isLast = row.slice(column + 1).every((later) => later === '');
          const painted = paintCell(cell, at - 1, column);
          if (right.includes(column)) return gap + painted;
          return isLast ? painted : painted + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

export const shortDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
};

/** `188M`, `1.2G` (`1,2G`). */
export const shortBytes = (bytes: number, language: Language): string => {
  const mebibytes = bytes / 1_048_576;
  return mebibytes >= 1024 ? `${decimals(mebibytes / 1024, 1, language)}G` : `${Math.round(mebibytes)}M`;
};

export const clockTime = (at: number): string => {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** Why a session is as it is, in words: its state's reason, or why its customers get no answer. */
export const printedReason = (row: SessionRow): string | null =>
  row.reason ?? (row.verdict === 'not_replying' && row.ai.status === 'bad' ? row.ai.reason : null);

/** A customer as a person reads him: his name and number, or at least the chat. */
export const whoOf = (chat: {
  readonly name: string | null;
  readonly phone: string | null;
  readonly chatId: string;
}): string =>
  plainText(
    [chat.name ?? '', chat.phone === null ? chat.chatId : formatPhone(chat.phone)]
      .filter((part) => part !== '')
      .join(' '),
  );

/** A row as `ls --json` and the API give it: fixed names (docs/api.md), units in the names. */
export const rowAsJson = (row: SessionRow, now: number) => ({
  name: row.name,
  node: row.node,
  label: row.label,
  state: row.state,
  verdict: row.verdict,
  reason: printedReason(row),
  pid: row.pid,
  cpuPercent: row.resources?.cpuPercent ?? null,
  memoryBytes: row.resources?.memoryBytes ?? null,
  restarts: row.restarts,
  uptimeSeconds: row.startedAt === null ? null : Math.max(0, Math.round((now - row.startedAt) / 1000)),
  received: row.receivedLastHour,
  sent: row.sentLastHour,
  waiting: row.waiting.chats,
  silent: row.silent,
  asksForPerson: row.asksForPerson,
  restriction: row.restriction,
  probe: row.probe ?? null,
  canary: row.canary ?? null,
  port: row.port,
  desiredState: row.desiredState,
  phone: row.phone,
  engine: row.engine,
  since: new Date(row.since).toISOString(),
  reasonCode: row.reasonCode,
  replies: row.replies,
  ai: row.ai,
  held: row.heldMessages,
  pausedChats: row.pausedChats,
  drafts: row.drafts,
  trouble: row.troubleMessages,
  costTodayUsd: row.costTodayUsd,
  revision: row.revision,
});
