import type { FleetSnapshot } from '../../protocol/fleet.ts';
import { formatPhone } from '../../session/phone.ts';
import { type Verdict, verdictLooks } from '../../session/verdict.ts';
import { type CommandSpec, flag, jsonOption } from './command.ts';
import { printedReason, printTable, rowAsJson, shortBytes, shortDuration } from './printing.ts';

/** The fleet as a table for a pipe, a script or a terminal without a screen. */
export const fleetTable = (snapshot: FleetSnapshot, now: number, word: (verdict: Verdict) => string): string => {
  if (snapshot.sessions.length === 0) return 'No sessions yet. Make one with: zap-fleet create NAME --start';
  return printTable(
    ['', 'NAME', 'STATE', 'FOR', 'WAITING', 'SILENT', 'CPU', 'MEM', 'RST', 'PORT', 'DETAIL'],
    snapshot.sessions.map((row) => [
      verdictLooks[row.verdict].symbol,
      row.name,
      word(row.verdict),
      shortDuration(now - row.since),
      row.waiting.chats === 0 ? '-' : `${row.waiting.estimated ? '~' : ''}${row.waiting.chats}`,
      row.silent.chats === 0 ? '-' : `${row.silent.chats} ${shortDuration(now - (row.silent.oldestSince ?? now))}`,
      row.resources === null ? '-' : `${Math.round(row.resources.cpuPercent)}%`,
      row.resources === null ? '-' : shortBytes(row.resources.memoryBytes),
      String(row.restarts),
      row.port === null ? '-' : String(row.port),
      [
        row.engine === 'simulated' ? 'SIM' : '',
        // Of what the verdict counts itself its reason says how many.
        row.asksForPerson === 0 || row.verdict === 'asks_for_person'
          ? ''
          : `${row.asksForPerson} ${row.asksForPerson === 1 ? 'asks' : 'ask'} for a person,`,
        row.drafts === 0 || row.verdict === 'drafts' ? '' : `${row.drafts} ${row.drafts === 1 ? 'draft' : 'drafts'},`,
        row.pausedChats === 0 ? '' : `${row.pausedChats} paused ${row.pausedChats === 1 ? 'chat' : 'chats'},`,
        printedReason(row) ?? (row.phone === null ? '' : formatPhone(row.phone)),
        printedReason(row) === null ? row.model : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    ]),
    [3, 4, 5, 6, 7, 8, 9],
  );
};

export const ls: CommandSpec = {
  usage: 'ls',
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
    else context.print(fleetTable(snapshot, now, context.verdictWord));
    return 0;
  },
};
