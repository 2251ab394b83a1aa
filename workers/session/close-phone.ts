import type { Milliseconds } from '../../src/session/units.ts';
import { closeDeadline, type RuntimeCore } from './runtime-core.ts';
import { noCode } from './shown-code.ts';

/** Closes conversation and browser; the login stays. */
export const closePhone = async ({ live }: RuntimeCore, within: Milliseconds): Promise<void> => {
  const { client, conversation } = live;
  live.conversation = null;
  conversation?.close();

  await client?.close(within);
  if (live.client === client) live.client = null;
  live.browserPid = null;
};

/** Closes it after whatever it is asked right now; nobody waits for it. */
export const closePhoneLater = (core: RuntimeCore): void => {
  core
    .inTurn(() => closePhone(core, closeDeadline))
    .catch((error: unknown) => core.log.error('closing failed', { error }));
};

/** Nobody scanned: the browser is closed to save memory, until codes are asked for again. */
export const closeIdlePhone = (core: RuntimeCore): void => {
  const { live, face } = core;
  const isWaitingForPerson = live.status.state === 'qr' || live.status.state === 'code';
  if (live.stopping !== null || live.isIdle || !isWaitingForPerson) return;

  live.isIdle = true;
  face.showCode(noCode);
  face.publishState();
  closePhoneLater(core);
};
