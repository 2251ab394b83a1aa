import type { FleetSnapshot } from '../../protocol/fleet.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { SessionName } from '../../session/session-name.ts';
import { isBroughtUp } from '../../session/session-state.ts';
import { type CommandSpec, flag, jsonOption, listArgument, sessionNamed } from './command.ts';
import { rowAsJson } from './printing.ts';

/** Among several nodes "all" are those of this one: those of another one are meant only where it is named. */
const sessionsHere = ({ sessions, nodes }: FleetSnapshot): readonly SessionName[] => {
  if (nodes === undefined || nodes.length < 2) return sessions.map(({ name }) => name);

  const here = nodes.find(({ isHere }) => isHere)?.name;
  if (here === undefined)
    throw new FleetError('usage', 'there is no fleet on this machine: say which with --node NAME.');
  return sessions.filter(({ node }) => node === here).map(({ name }) => name);
};

/** `start`, `stop` and `restart` differ in one word: they take several names or `--all` and run side by side. */
const lifecycle = (method: 'start' | 'stop' | 'restart', summary: string): CommandSpec => ({
  usage: `${method} [names...]`,
  summary,
  example: `zap-fleet ${method} padaria-joao loja-centro`,
  options: [
    { flags: '--all', help: 'every session' },
    { flags: '--no-wait', help: 'return at once, do not wait for the result' },
    ...(method === 'start'
      ? [{ flags: '--take-over', help: 'the server that has it is gone for good: run it here now' }]
      : []),
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const names = listArgument(given).map(sessionNamed);
    const all = flag(options, 'all');
    if (names.length === 0 && !all)
      throw new FleetError('usage', `say which sessions, or --all. Example: zap-fleet ${method} padaria-joao`);
    if (names.length > 0 && all) throw new FleetError('usage', 'give names or --all, not both.');
    const takeOver = flag(options, 'takeOver');
    if (takeOver && all)
      throw new FleetError('usage', '--take-over takes names: say which sessions the server that is gone had.');
    // Nothing is started in order to be stopped.
    const fleet = await (method === 'stop' ? context.reach() : context.connect(takeOver ? [] : names));
    const chosen = all ? sessionsHere(fleet.getSnapshot()) : names;
    const results = await Promise.allSettled(
      chosen.map((name) => {
        const params = { name, wait: options['wait'] !== false, actor: 'you' };
        return method === 'start' && takeOver
          ? fleet.request('start', { ...params, takeOver })
          : fleet.request(method, params);
      }),
    );
    let exitCode = 0;
    const rows: unknown[] = [];
    for (const [index, result] of results.entries()) {
      const name = chosen[index] ?? '';
      if (result.status === 'fulfilled') {
        const { row } = result.value;
        rows.push(rowAsJson(row, Date.now()));
        // Where nobody waits, what it is now says nothing of what it will be.
        if (method !== 'stop' && options['wait'] !== false && !isBroughtUp(row.state)) exitCode = Math.max(exitCode, 1);
        if (!flag(options, 'json'))
          context.print(
            `${name}: ${context.verdictWord(row.verdict)}${row.reason === null ? '' : ` (${context.told.reason(row.reasonCode, row.reason)})`}`,
          );
      } else {
        context.warn(`${name}: ${plainText(messageOf(result.reason))}`);
        exitCode = Math.max(exitCode, result.reason instanceof FleetError ? result.reason.exitCode : 1);
      }
    }
    if (flag(options, 'json')) context.print(JSON.stringify(rows, null, 2));
    else if (chosen.length === 0) context.print('No sessions yet. Make one with: zap-fleet create NAME --start');
    return exitCode;
  },
});

export const start = lifecycle('start', 'start sessions and wait until they run');
export const stop = lifecycle('stop', 'stop sessions; their logins stay');
export const restart = lifecycle('restart', 'stop and start sessions');
