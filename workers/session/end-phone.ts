import { endsWithin } from '../../src/pace/deadline.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { closePhone } from './close-phone.ts';
import { closeDeadline, type RuntimeCore, silenceConversation } from './runtime-core.ts';

const stopTimers = ({ face, probe }: RuntimeCore): void => {
  face.stop();
  probe.stop();
};

/** Ends what is in flight, within `within` or until `hurry`, then closes the browser. Never rejects. */
export const drainPhone = async (core: RuntimeCore, within: Milliseconds, hurry: Promise<void>): Promise<void> => {
  stopTimers(core);

  try {
    await endsWithin(Promise.race([core.live.conversation?.drain(within), hurry]), within);
  } catch (error) {
    core.log.error('what was in flight did not end well', { error });
  }

  try {
    await closePhone(core, closeDeadline);
  } catch (error) {
    core.log.error('the phone did not close well', { error });
  }
};

/** Unlinks the phone; rejects when it could not be unlinked. Everything is closed either way. */
export const logOutPhone = async (core: RuntimeCore): Promise<void> => {
  const { live } = core;
  const phone = live.client;
  stopTimers(core);
  if (phone === null || phone.account() === null)
    throw new FleetError('refused-by-state', `no phone is linked to ${live.session.name}`);

  silenceConversation(core);
  const { conversation } = live;
  await conversation?.drain(closeDeadline);

  // From here on what the phone tells is of its end.
  live.stopping = Promise.resolve();
  live.conversation = null;
  live.client = null;
  conversation?.close();

  await phone.logout();
  core.store.sessions.clearAccount(live.session.id);
  live.browserPid = null;
};
