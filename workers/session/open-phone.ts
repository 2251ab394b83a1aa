import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import { FleetError, messageOf } from '../../src/session/fleet-error.ts';
import { isNetworkFault } from '../../src/session/network-fault.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { storeFaultOf } from '../../src/store/store-fault.ts';
import type { WhatsAppClient } from '../whatsapp/whatsapp-client.ts';
import { handlePhoneEvent } from './phone-events.ts';
import { closeDeadline, type RuntimeCore, startingSince } from './runtime-core.ts';

/** Opens a fresh phone and its conversations. */
export const openPhone = async (core: RuntimeCore): Promise<void> => {
  const { live, face } = core;
  if (live.stopping !== null) return;
  live.isIdle = false;
  live.status = startingSince(core.now());
  face.publishState();

  const opening = await core.makeClient(live.session);
  // It was told to stop meanwhile: a phone opened now would be nobody's.
  if (live.stopping !== null) return opening.close(closeDeadline);
  live.client = opening;
  opening.on((event) => {
    if (live.client === opening) handlePhoneEvent(core, event);
  });

  live.conversation = await core.openConversation({
    session: () => live.session,
    client: opening,
    onActivity: face.pokeActivity,
  });
  await opening.open();
};

const exitOfFailedStart = (error: unknown): WorkerExit => {
  if (storeFaultOf(error) !== null) return 'store-unusable';
  if (!(error instanceof FleetError)) return 'start-failed';
  if (error.code === 'browser-missing') return 'browser-missing';
  if (isNetworkFault(error.code)) return 'unreachable';
  return error.code === 'usage' ? 'wrong-start' : 'start-failed';
};

const reasonOfFailedStart = (exit: WorkerExit, error: unknown): string => {
  if (exit === 'browser-missing' || exit === 'store-unusable') return exit;
  return exit === 'unreachable' && error instanceof FleetError ? error.code : 'start-failed';
};

/** The phone did not come up: shown as broken, and the runtime ends. */
export const failStart = (core: RuntimeCore, error: unknown): void => {
  const { live } = core;
  if (live.stopping !== null) return;

  const exit = exitOfFailedStart(error);
  const reason = plainText(messageOf(error));
  const reasonCode = reasonOfFailedStart(exit, error);
  live.status = { state: 'broken', reasonCode, reason, since: core.now() };
  core.log.error('the phone did not come up', { error });
  core.face.publishState();
  core.endRuntime(exit, reason);
};

/** The phone, opened again when its browser was closed because nobody scanned. */
export const requirePhone = async (core: RuntimeCore): Promise<WhatsAppClient> => {
  const { live } = core;
  if (live.client === null && live.isIdle) {
    try {
      await openPhone(core);
    } catch (error) {
      failStart(core, error);
      throw error;
    }
  }

  if (live.client === null || live.stopping !== null)
    throw new FleetError('refused-by-state', `${live.session.name} is ${core.face.state().state}; start it first`);
  return live.client;
};
