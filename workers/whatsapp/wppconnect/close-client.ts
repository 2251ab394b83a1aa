import type { Milliseconds } from '../../../src/session/units.ts';
import { closeBrowser } from './browser-process.ts';
import type { ClientCore } from './client-core.ts';

const endClient = async (core: ClientCore, deadlineMs: Milliseconds): Promise<void> => {
  const { live } = core;
  core.watch.stop();

  // A page that hangs or died has nothing to say goodbye to.
  const graceMs = live.status.state === 'broken' ? Math.min(deadlineMs, 1_000) : deadlineMs;
  const goodbye = live.client ? live.client.close() : live.browser?.close();
  await closeBrowser({ goodbye, pid: live.browserPid, graceMs, log: core.log });
};

/** Closes keeping the login; once, whoever asks. */
export const closeClient = (core: ClientCore, deadlineMs: Milliseconds): Promise<void> => {
  core.live.closing ??= endClient(core, deadlineMs);
  return core.live.closing;
};
