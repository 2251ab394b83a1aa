import { takeAccount } from './link-account.ts';
import { type RuntimeCore, silenceConversation } from './runtime-core.ts';

/** The right phone? Then it answers; otherwise it is held, and nothing of its chats is read. */
export const verifyPhone = (core: RuntimeCore): void => {
  const { live, log } = core;
  const account = live.client?.account() ?? null;
  if (account === null || live.status.state !== 'connected') return;
  // What is not stored stays unread on the phone; it is verified anew when the store is well again.
  if (core.storeHold() !== null) return;

  const taken = takeAccount(core.store, core.paths, live.session.id, account, core.now());
  if (taken.session === null) {
    core.endRuntime('wrong-start', 'the session is gone from the store');
    return;
  }
  const wasHeld = live.hold !== null;
  live.session = taken.session;
  live.hold = taken.hold;

  if (live.hold !== null) {
    if (live.isVerified) silenceConversation(core);
    live.conversation?.setHeld(live.hold.reason);
    return;
  }

  if (live.isVerified) return;
  live.isVerified = true;
  if (wasHeld) log.info('the phone is the right one now');
  core.probe.connected();
  live.conversation?.setHeld(null);
  live.conversation?.onConnected(live.status.since);
};
