import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import type { BackupResult } from '../../../session/records.ts';
import { parseSessionName, type SessionName } from '../../../session/session-name.ts';
import { version } from '../../../settings/version.ts';
import { jobWords } from '../../../words/job-words.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, textArgument, textOption } from '../command.ts';
import { clockTime, shortBytes } from '../printing.ts';
import { isMasterRunning } from './is-master-running.ts';
import { stopIdleMaster } from './stop-idle-master.ts';

/** `backup` and `restore`. A running master makes the backup, because only it can close a browser for it; without one it is made here. */

const backUpHere = async (
  { loaded }: CommandContext,
  { session, to }: { readonly session: SessionName | null; readonly to: string | undefined },
): Promise<BackupResult> => {
  if (!existsSync(loaded.paths.database))
    throw new FleetError('refused-by-state', `there is no fleet in ${loaded.paths.home} yet: nothing to back up.`);

  const { createBackup, whenUnlocked } = await import('../../../backup/create-backup.ts');

  return createBackup({
    paths: loaded.paths,
    session,
    to,
    passphrase: loaded.secrets.BACKUP_PASSPHRASE,
    keep: loaded.settings.BACKUP_KEEP,
    withClosedProfile: whenUnlocked(loaded.paths),
    version,
  });
};

/** On a terminal it tells how far it is; what runs it by the clock is told at the end. */
const backUpThere = async (
  context: CommandContext,
  { session, to }: { readonly session: SessionName | null; readonly to: string | undefined },
): Promise<BackupResult> => {
  const fleet = await context.connect();
  const tell = (): void => {
    const job = fleet.getSnapshot().jobs.find((one) => one.kind === 'backup' && one.session === session);
    if (job !== undefined && context.isTerminal) context.progress(jobWords(job, 'en'));
  };
  const stop = fleet.subscribe(tell);
  try {
    return await fleet.request('backup', {
      actor: 'you',
      ...(session === null ? {} : { name: session }),
      ...(to === undefined ? {} : { to }),
    });
  } finally {
    stop();
    context.progress(null);
  }
};

export const backup: CommandSpec = {
  usage: 'backup [name]',
  summary: 'database, settings and logins in one archive, of the fleet or one session; running ones pause a moment',
  example: 'zap-fleet backup --to /mnt/usb/fleet.tar.gz',
  options: [
    { flags: '--to <file>', help: 'where (default: FLEET_HOME/data/backups, BACKUP_KEEP are kept)' },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const session = given === undefined ? null : parseSessionName(textArgument(given));
    const target = textOption(options, 'to');
    const to = target === undefined ? undefined : resolve(target);
    let report: BackupResult;
    if (await isMasterRunning(context)) {
      report = await backUpThere(context, { session, to });
    } else report = await backUpHere(context, { session, to });
    if (flag(options, 'json')) {
      context.print(JSON.stringify(report, null, 2));
      return 0;
    }
    context.print(
      `${plainText(report.file)}: ${shortBytes(report.bytes, 'en')}, read back and whole${report.encrypted ? ', encrypted' : ''}.`,
    );
    for (const { name, profile, reason } of report.sessions)
      if (profile === 'skipped') context.print(plainText(`${name} is in it without its login: ${reason ?? ''}.`));
    for (const name of report.keysLeftOut)
      context.print(
        plainText(
          `The AI key of ${name} is not in it: only encrypted backups hold them. After a restore it is entered again.`,
        ),
      );
    if (report.problem !== null) context.warn(plainText(`A restore would refuse it as it is: ${report.problem}`));
    if (!report.encrypted)
      context.print('It holds logins and keys: keep it safe, or set BACKUP_PASSPHRASE to encrypt.');
    return 0;
  },
};

export const restore: CommandSpec = {
  usage: 'restore <file>',
  summary: 'a fleet or a session from a backup, also on an empty machine; restored sessions stay stopped',
  example: 'zap-fleet restore fleet-20260101T030000Z.tar.gz',
  home: 'made',
  options: [
    { flags: '--yes', help: 'replace what is here; it is kept aside' },
    { flags: '--trusted', help: 'the backup is your own: also take programs, addresses and tokens that it names' },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const file = resolve(textArgument(given));
    await stopIdleMaster(context);
    const { isEncryptedFile } = await import('../../../backup/read-archive.ts');
    const isEncrypted = await isEncryptedFile(file);
    let passphrase: string | undefined = context.loaded.secrets.BACKUP_PASSPHRASE;
    if (isEncrypted && passphrase === undefined)
      passphrase = (await context.ask('Passphrase of the backup: ', { hidden: true })) ?? undefined;
    const { restoreBackup } = await import('../../../backup/restore-backup.ts');
    const report = await restoreBackup({
      paths: context.loaded.paths,
      file,
      passphrase,
      yes: flag(options, 'yes'),
      trusted: flag(options, 'trusted'),
      onStep: (words) => context.progress(plainText(words)),
    }).finally(() => context.progress(null));
    if (flag(options, 'json')) {
      context.print(JSON.stringify({ ...report, backupAt: new Date(report.backupAt).toISOString() }, null, 2));
      return 0;
    }
    const names = report.sessions.map(({ name }) => name).join(', ');
    context.print(plainText(`Restored from ${clockTime(report.backupAt)}: ${names === '' ? 'no session' : names}.`));
    if (report.openMessages + report.openParts > 0)
      context.print(
        `${report.openMessages} messages and ${report.openParts} parts were open then. The old server may have dealt with them: nothing is sent again; see them with: zap-fleet why NAME`,
      );
    for (const directory of report.movedAside) context.print(plainText(`What was here is kept in ${directory}`));
    for (const line of report.words) context.print(plainText(line));
    return 0;
  },
};
