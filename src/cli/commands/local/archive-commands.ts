import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { prepareHome } from '../../../home/home-paths.ts';
import { apiToken, apiTokenFile, renewApiToken } from '../../../http/token.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import type { SessionName } from '../../../session/session-name.ts';
import { version } from '../../../settings/version.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { backup, restore } from './backups.ts';
import { exportSession, purge } from './customer.ts';
import { token } from './token.ts';

/** Commands around archives, export and the API's token: they reach into rooms that commands themselves may not import. */

const isRunning = async ({ loaded }: CommandContext): Promise<boolean> => {
  const { isListening } = await import('../../../orchestrator/process/reach-socket.ts');
  return isListening(loaded.paths.socket);
};

/** A reader that is slower than the store is waited for: a long history does not fill the memory. */
const readersTurn = async (context: CommandContext): Promise<void> => {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain', { signal: context.signal });
};

async function* exportLines(context: CommandContext, name: SessionName): AsyncGenerator<string> {
  const { paths } = context.loaded;
  const unknown = new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);
  if (!existsSync(paths.database)) throw unknown;
  const { openStore } = await import('../../../store/store.ts');
  const store = openStore(paths.database);
  try {
    const stored = store.sessions.get(name);
    // A session that was deleted may have left its history.
    const ids = stored === null ? store.conversations.sessionIdsOfName(name) : [stored.id];
    if (ids.length === 0) throw unknown;
    for (const id of ids) {
      for (const line of store.retention.export(id)) {
        yield JSON.stringify(line);
        await readersTurn(context);
      }
    }
  } finally {
    store.close();
  }
}

export const archiveCommands: readonly CommandSpec[] = [
  backup({
    isRunning,
    withoutMaster: async ({ loaded }, { session, to }) => {
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
    },
  }),
  restore({
    isRunning,
    isEncrypted: async (file) => (await import('../../../backup/read-archive.ts')).isEncryptedFile(file),
    restore: async ({ loaded }, options) => {
      const { restoreBackup } = await import('../../../backup/restore-backup.ts');
      return restoreBackup({ paths: loaded.paths, ...options });
    },
  }),
  exportSession(exportLines),
  purge,
  token({
    isRunning,
    read: ({ loaded }) => {
      prepareHome(loaded.paths);
      return apiToken(apiTokenFile(loaded.paths.data));
    },
    renew: ({ loaded }) => {
      prepareHome(loaded.paths);
      renewApiToken(apiTokenFile(loaded.paths.data));
    },
  }),
];
