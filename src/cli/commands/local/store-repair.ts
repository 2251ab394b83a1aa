import type { RepairReport } from '../../../backup/repair-store.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { lostWords } from '../../../store/integrity/salvage.ts';
import { type CommandContext, flag, type Options } from '../command.ts';
import { clockTime } from '../printing.ts';
import { isMasterRunning } from './is-master-running.ts';

/** `store repair`: mends the database of a stopped fleet; with `--empty` it begins a new one. */

const linesOf = (report: RepairReport): readonly string[] => {
  if (report.kind === 'sound') return ['The database is sound: nothing was changed.'];
  const aside = report.aside === null ? [] : [`What was here is kept in ${report.aside}`];
  if (report.kind === 'emptied')
    return ['The database is new, with nothing in it.', ...aside, 'Make the sessions again: zap-fleet create NAME'];

  const head =
    report.kind === 'salvaged'
      ? `Mended: ${report.rows} rows were read, ${lostWords(report)}; ${report.sessions} sessions.`
      : `The database comes from the backup of ${clockTime(report.backupAt)} (${report.backup}); ${report.sessions} sessions. The logins are as they were.`;
  const isSettled = report.kind === 'restored' || report.lost > 0;
  return [
    head,
    ...report.tried.map((words) => `Tried before: ${words}`),
    ...aside,
    ...report.loginsLeft.map((name) => `The login of ${name} has no session any more: zap-fleet create ${name}`),
    ...(isSettled
      ? [
          `${report.openMessages} messages and ${report.openParts} parts were open, and may have been answered: they are not answered again, nor is what came since. See: zap-fleet why NAME`,
        ]
      : []),
    'Start the fleet: zap-fleet, or zap-fleet --daemon',
  ];
};

export const storeRepair = async (context: CommandContext, options: Options): Promise<number> => {
  const { paths, secrets } = context.loaded;
  if (await isMasterRunning(context))
    throw new FleetError('refused-by-state', 'the fleet runs. Stop it first: zap-fleet master stop');

  const empty = flag(options, 'empty');
  if (
    empty &&
    !flag(options, 'yes') &&
    !(await context.confirm(
      'Begin with an empty database? What is here is kept aside; every session has to be made again.',
    ))
  )
    throw new FleetError('usage', 'nothing was changed.');

  const { repairStore } = await import('../../../backup/repair-store.ts');
  const onStep = (words: string): void => context.progress(plainText(words));
  const report = await repairStore({ paths, passphrase: secrets.BACKUP_PASSPHRASE, empty, onStep }).finally(() =>
    context.progress(null),
  );
  if (flag(options, 'json')) context.print(JSON.stringify(report, null, 2));
  else for (const line of linesOf(report)) context.print(plainText(line));
  return 0;
};
