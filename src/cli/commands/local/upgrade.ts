import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../../../protocol/door.ts';
import type { SessionRow } from '../../../protocol/fleet.ts';
import { FleetError, messageOf } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { hasWorker } from '../../../session/session-state.ts';
import { type CommandContext, type CommandSpec, flag, textOption } from '../command.ts';

/** `upgrade`: the installed version reaches a running fleet: the master, one session, then the rest, one at a time; halts by itself. */

export interface UpgradeTools {
  /** Of the program that runs this command. */
  readonly version: string;
  /** Starts a master of this version in the place of the one that runs; sessions go on. */
  replaceMaster(context: CommandContext): Promise<void>;
  /** How long one session may take to come back, ms; default three minutes. */
  readonly backWithin?: number;
}

const masterWithin = 60_000;
const defaultBackWithin = 180_000;
const defaultSettle = 10;

const rowOf = (fleet: Fleet, id: string): SessionRow | null =>
  fleet.getSnapshot().sessions.find((row) => row.id === id) ?? null;

const until = async (what: string, within: number, signal: AbortSignal, test: () => boolean): Promise<void> => {
  const deadline = performance.now() + within;
  while (!test()) {
    if (signal.aborted) throw new FleetError('failed', 'stopped by you');
    if (performance.now() > deadline) throw new FleetError('timeout', `${what} took longer than ${within / 1000} s`);
    await delay(100);
  }
};

/** Its worker lives although no master does: a stopped fleet's sessions are shown as stopped, or as what they wait for. */
const isAlone = ({ state }: SessionRow): boolean => hasWorker(state) && state !== 'logged_out' && state !== 'held';

/** Sessions whose worker runs another version; the first one is the trial. */
const outdated = (fleet: Fleet, version: string): readonly SessionRow[] =>
  fleet
    .getSnapshot()
    .sessions.filter(
      (row) => row.pid !== null && row.workerVersion != null && row.workerVersion !== version && row.pending === null,
    )
    // The trial must show that a linked session comes back, and hurt the fewest: the quietest connected one.
    .toSorted(
      (a, b) =>
        Number(b.state === 'connected') - Number(a.state === 'connected') || a.receivedLastHour - b.receivedLastHour,
    );

const roll = async (
  fleet: Fleet,
  row: SessionRow,
  { version, backWithin = defaultBackWithin }: UpgradeTools,
  settleMs: number,
  signal: AbortSignal,
): Promise<void> => {
  await fleet.request('restart', { name: row.name, id: row.id, actor: 'upgrade' });
  const isBack = (): boolean => {
    const now = rowOf(fleet, row.id);
    if (now === null || now.desiredState === 'stopped') return true;
    if (now.workerVersion !== version) return false;
    return row.state === 'connected' ? now.state === 'connected' : now.state !== 'starting';
  };
  await until(`${row.name} did not come back: it`, backWithin, signal, isBack);
  const deadline = performance.now() + settleMs;
  while (performance.now() < deadline) {
    if (!isBack()) throw new FleetError('failed', `${row.name} came back and failed again`);
    await delay(Math.min(200, settleMs));
  }
};

export const upgrade = (tools: UpgradeTools): CommandSpec => ({
  usage: 'upgrade',
  summary: 'bring master and sessions to the installed version: one session first, then the rest',
  example: 'zap-fleet upgrade --dry-run',
  options: [
    { flags: '--dry-run', help: 'only show what runs which version' },
    {
      flags: '--settle <seconds>',
      help: `how long each session must stay well before the next (default ${defaultSettle})`,
    },
  ],
  run: async (context, _args, options) => {
    const settle = Number(textOption(options, 'settle') ?? defaultSettle);
    if (!(settle >= 0 && settle <= 3600)) throw new FleetError('usage', '--settle takes seconds from 0 to 3600.');
    const { version } = tools;
    const seen = await context.look();
    if (seen.connection().state === 'lost' && (flag(options, 'dryRun') || !seen.getSnapshot().sessions.some(isAlone))) {
      context.print(`No master runs; the next start is with ${version}: zap-fleet`);
      return 0;
    }
    const fleet = await context.connect();
    const { fleet: info } = fleet.getSnapshot();
    const first = outdated(fleet, version);
    if (info.version === version && first.length === 0) {
      context.print(`Everything runs ${version} already.`);
      return 0;
    }
    if (flag(options, 'dryRun')) {
      context.print(`installed: ${version}   master: ${info.version}`);
      for (const row of first) context.print(plainText(`  ${row.name}  ${row.workerVersion}`));
      return 0;
    }
    if (info.version !== version) {
      await tools.replaceMaster(context);
      await until('the new master', masterWithin, context.signal, () => {
        const open = fleet.connection().state === 'open';
        return open && fleet.getSnapshot().fleet.version === version;
      });
      context.print(`master: ${info.version} -> ${version}; no session was touched`);
    }
    const rows = outdated(fleet, version);
    for (const [index, row] of rows.entries()) {
      try {
        await roll(fleet, row, tools, settle * 1000, context.signal);
      } catch (error) {
        const left = rows.length - index - 1;
        context.warn(plainText(`halted at ${row.name}: ${messageOf(error)}`));
        context.warn(`${left} sessions were not touched. See: zap-fleet logs ${row.name}   Go on: zap-fleet upgrade`);
        return 1;
      }
      context.print(plainText(`${index + 1}/${rows.length}  ${row.name}: ${row.workerVersion} -> ${version}`));
    }
    context.print(`Everything runs ${version} now.`);
    return 0;
  },
});
