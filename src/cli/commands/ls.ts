import type { FleetSnapshot, SessionRow } from '../../protocol/fleet.ts';
import { formatPhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { type Verdict, type VerdictToken, verdictLooks } from '../../session/verdict.ts';
import { sessionWaitsSince } from '../../session/waiting.ts';
import type { Language } from '../../words/language.ts';
import { type PaintText, plainPaint, type ShellTone } from '../paint-text.ts';
import { type CommandSpec, flag, jsonOption } from './command.ts';
import { printedReason, printTable, rowAsJson, shortBytes, shortDuration } from './printing.ts';

const words = {
  en: {
    head: ['', 'NAME', 'STATE', 'FOR', 'WAITING', 'SILENT', 'CPU', 'MEM', 'RST', 'PORT', 'DETAIL'],
    node: 'NODE',
    asks: (n: number) => `${n} ${n === 1 ? 'asks' : 'ask'} for a person`,
    drafts: (n: number) => `${n} ${n === 1 ? 'draft' : 'drafts'}`,
    paused: (n: number) => `${n} paused ${n === 1 ? 'chat' : 'chats'}`,
  },
  'pt-BR': {
    head: ['', 'NOME', 'ESTADO', 'HÁ', 'ESPERA', 'CALADO', 'CPU', 'MEM', 'REIN', 'PORTA', 'DETALHE'],
    node: 'NÓ',
    asks: (n: number) => `${n} ${n === 1 ? 'pede' : 'pedem'} uma pessoa`,
    drafts: (n: number) => `${n} ${n === 1 ? 'rascunho' : 'rascunhos'}`,
    paused: (n: number) => `${n} ${n === 1 ? 'conversa em pausa' : 'conversas em pausa'}`,
  },
} as const;

/** How a reason is said to whom the table is for. */
export interface Reader {
  readonly language: Language;
  readonly reason: (code: string | null, reason: string | null) => string;
}

const inEnglish: Reader = { language: 'en', reason: (_, reason) => reason ?? '' };

const saidReason = (row: SessionRow, reasonOf: Reader['reason']): string | null => {
  const reason = printedReason(row);
  return reason === null ? null : reasonOf(row.reasonCode, reason);
};

const stateTones: Readonly<Record<VerdictToken, ShellTone>> = {
  bad: 'bad',
  person: 'warn',
  motion: 'move',
  ok: 'ok',
  off: 'muted',
};

/** The roles of the screen: what needs a person is bold and coloured, what is well is calm, what is nothing is faint. */
const cellTone = (row: SessionRow | undefined, text: string, column: number): ShellTone => {
  if (row === undefined) return 'muted';
  const { token, group } = verdictLooks[row.verdict];
  const isTrouble = group === 'needs_you';
  if (text === '-' && column > 2) return 'faint';
  if (column === 0 || column === 2) return isTrouble ? (token === 'bad' ? 'bad+' : 'warn+') : stateTones[token];
  if (column === 1) return isTrouble ? 'bold' : group === 'off' ? 'muted' : 'plain';
  if (column === 4 || column === 5) return 'bad+';
  return column === 10 && isTrouble ? 'plain' : 'muted';
};

/** Whose customers wait comes first, the longest waiter before all; the others as they stand, by name. */
const byLongestWaiter = (rows: readonly SessionRow[]): readonly SessionRow[] =>
  [...rows].sort((a, b) => {
    const [first, second] = [sessionWaitsSince(a), sessionWaitsSince(b)];
    return first === second ? 0 : first < second ? -1 : 1;
  });

/** Among several nodes theirs stands before the detail. */
const nodeColumn = 10;

/** The fleet as a table for a pipe, a script or a terminal without a screen. */
export const fleetTable = (
  snapshot: FleetSnapshot,
  now: number,
  word: (verdict: Verdict) => string,
  { language, reason: reasonOf }: Reader = inEnglish,
  paint: PaintText = plainPaint,
): string => {
  const t = words[language];
  if (snapshot.sessions.length === 0) return 'No sessions yet. Make one with: zap-fleet create NAME --start';
  const rows = byLongestWaiter(snapshot.sessions);
  const isSeveral = (snapshot.nodes?.length ?? 0) > 1;
  return printTable(
    isSeveral ? [...t.head.slice(0, nodeColumn), t.node, ...t.head.slice(nodeColumn)] : t.head,
    rows.map((row) => [
      verdictLooks[row.verdict].symbol,
      row.name,
      word(row.verdict),
      shortDuration(now - row.since),
      row.waiting.chats === 0
        ? '-'
        : `${row.waiting.estimated ? '~' : ''}${row.waiting.chats} ${shortDuration(now - (row.waiting.oldestSince ?? row.since))}`,
      row.silent.chats === 0 ? '-' : `${row.silent.chats} ${shortDuration(now - (row.silent.oldestSince ?? now))}`,
      row.resources === null ? '-' : `${Math.round(row.resources.cpuPercent)}%`,
      row.resources === null ? '-' : shortBytes(row.resources.memoryBytes, language),
      String(row.restarts),
      row.port === null ? '-' : String(row.port),
      ...(isSeveral ? [plainText(row.node ?? '')] : []),
      [
        row.engine === 'simulated' ? 'SIM' : '',
        // Of what the verdict counts itself its reason says how many.
        row.asksForPerson === 0 || row.verdict === 'asks_for_person' ? '' : `${t.asks(row.asksForPerson)},`,
        row.drafts === 0 || row.verdict === 'drafts' ? '' : `${t.drafts(row.drafts)},`,
        row.pausedChats === 0 ? '' : `${t.paused(row.pausedChats)},`,
        saidReason(row, reasonOf) ?? (row.phone === null ? '' : formatPhone(row.phone)),
        printedReason(row) === null ? row.model : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    ]),
    [3, 4, 5, 6, 7, 8, 9],
    (text, at, column) =>
      paint(text, cellTone(rows[at], text, isSeveral && column >= nodeColumn ? column - 1 : column)),
  );
};

export const ls: CommandSpec = {
  usage: 'ls',
  completes: [[]],
  summary: 'every session with state, verdict, CPU, memory, who waits and who got no answer',
  example: 'zap-fleet ls --json',
  options: [jsonOption],
  run: async (context, _args, options) => {
    const fleet = await context.look();
    const snapshot = fleet.getSnapshot();
    const now = Date.now();
    if (flag(options, 'json'))
      context.print(
        JSON.stringify(
          snapshot.sessions.map((row) => rowAsJson(row, now)),
          null,
          2,
        ),
      );
    else
      context.print(
        fleetTable(
          snapshot,
          now,
          context.verdictWord,
          { language: context.language, reason: context.told.reason },
          context.paint,
        ),
      );
    return 0;
  },
};
