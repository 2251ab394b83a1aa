import type { Logger } from '../../src/log/logger.ts';
import type { WorkerCommand } from '../../src/protocol/worker-messages.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { parsePhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { FenceKeeper } from './fence-keeper.ts';
import type { SessionRuntime } from './runtime-types.ts';
import type { Publish } from './worker-identity.ts';

/** What a command needs of the worker around the session. */
export interface WorkerOfCommand {
  readonly runtime: SessionRuntime;
  readonly fence: FenceKeeper;
  readonly publish: Publish;
  readonly log: Logger;
  readonly report: () => void;
  /** Ends the worker; returns at once. */
  readonly stop: (why: string) => void;
}

const runOn = async (host: WorkerOfCommand, command: WorkerCommand): Promise<readonly string[]> => {
  const { runtime } = host;
  switch (command.command) {
    case 'report':
      host.report();
      return [];
    case 'new-codes':
      await runtime.newCodes();
      return ['new codes are on their way'];
    case 'pair': {
      const phone = parsePhone(command.phone);
      if (phone === null) throw new Error('this is not a phone number; example: 5511987654321');
      await runtime.pair(phone);
      return ['a pairing code is on its way'];
    }
    case 'logout':
      await runtime.logout();
      return ['the phone is unlinked'];
    case 'wake':
      runtime.wake();
      return [];
    case 'fence':
      host.fence.move(command.fence, command.confirms);
      return [];
    case 'store-fault':
      runtime.storeTold(command.fault);
      return [];
    case 'check':
      return runtime.check();
    case 'log-level':
      host.log.setLevel(command.level);
      return [`log level ${command.level}`];
    case 'drain':
      return ['draining'];
  }
};

/** Runs a command of the master and answers it. */
export const runMasterCommand = async (host: WorkerOfCommand, command: WorkerCommand): Promise<void> => {
  let result: { ok: boolean; error: string | null; words: string[] };
  try {
    result = { ok: true, error: null, words: [...(await runOn(host, command))] };
  } catch (error) {
    host.log.warn('a command could not be done', { command: command.command, error });
    result = { ok: false, error: plainText(messageOf(error)).slice(0, 2000), words: [] };
  }
  host.publish('zap:result', { id: command.id, ...result });
  // A logout that failed has closed the phone all the same: this worker has nothing more to do.
  if (command.command === 'logout' || command.command === 'drain') host.stop(command.command);
};
