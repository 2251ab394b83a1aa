import { createQueue } from '../../src/pace/queue.ts';
import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { closeIdlePhone } from './close-phone.ts';
import { drainPhone, logOutPhone } from './end-phone.ts';
import { createLinkProbe, type LinkProbe } from './link-probe.ts';
import { failStart, openPhone, requirePhone } from './open-phone.ts';
import { handlePhoneEvent } from './phone-events.ts';
import { type LiveSession, newLiveSession, type RuntimeCore, silenceConversation } from './runtime-core.ts';
import type { RuntimeOptions, SessionRuntime } from './runtime-types.ts';
import { createSessionFace, type SessionFace } from './session-face.ts';
import { createStoreGuard, type StoreGuard } from './store-guard.ts';
import { verifyPhone } from './verify-phone.ts';

/** `core` is asked for only once the probe runs. */
const createRuntimeProbe = (core: () => RuntimeCore, options: RuntimeOptions, live: LiveSession): LinkProbe =>
  createLinkProbe({
    log: options.log,
    now: options.now ?? Date.now,
    pace: options.pace,
    phone: () => live.client,
    isDue: () => live.status.state === 'connected' && live.client !== null && live.stopping === null,
    isVerified: () => live.isVerified,
    onMessage: (message) => live.conversation?.onMessage(message),
    onAlive: () => {
      // The other session that has this number may have ended.
      if (live.hold === null) return;
      verifyPhone(core());
      core().face.publishState();
    },
    onDeaf: () => core().face.pokeActivity(),
    onBroken: (exit, reason) => {
      if (live.stopping !== null) return;
      const reasonCode = exit === 'deaf' ? 'deaf' : 'page-hung';
      live.status = { state: 'broken', reasonCode, reason, since: core().now() };
      core().face.publishState();
      core().endRuntime(exit, reason);
    },
    inTurn: (task) => core().inTurn(task),
  });

/** `core` is asked for only once a code runs out. */
const createRuntimeFace = (
  core: () => RuntimeCore,
  options: RuntimeOptions,
  live: LiveSession,
  activity: SessionRuntime['activity'],
): SessionFace =>
  createSessionFace({
    outlet: options.outlet,
    log: options.log,
    now: options.now ?? Date.now,
    facts: () => ({
      status: live.status,
      account: live.client?.account() ?? null,
      hold: live.hold,
      idle: live.isIdle,
    }),
    activity,
    onIdle: () => closeIdlePhone(core()),
  });

/** `core` is asked for only once the store is at fault, or well again. */
const createRuntimeGuard = (core: () => RuntimeCore, options: RuntimeOptions, live: LiveSession): StoreGuard => {
  const guard = createStoreGuard({
    store: options.store,
    log: options.log,
    now: options.now ?? Date.now,
    onChange: () => {
      if (live.stopping !== null) return;
      if (guard.holds() !== null) silenceConversation(core());
      // What the phone said meanwhile is looked at again; what it took in is caught up with.
      else if (live.status.state === 'connected' || live.status.state === 'logged_out')
        handlePhoneEvent(core(), { type: 'link', status: live.status, account: live.client?.account() ?? null });
      core().face.pokeActivity();
    },
  });
  options.storeFaults.listen(guard.met);

  return guard;
};

/** The store changed under us: session and link are looked at anew. */
const wakeRuntime = (core: RuntimeCore): void => {
  const { live, face } = core;
  const fresh = core.store.sessions.byId(live.session.id);
  if (fresh === null) {
    core.endRuntime('wrong-start', 'the session is gone from the store');
    return;
  }

  live.session = fresh;
  live.conversation?.wake();
  if (live.status.state === 'connected') {
    verifyPhone(core);
    face.publishState();
  }
  face.pokeActivity();
};

const showNewCodes = async (core: RuntimeCore): Promise<void> => {
  const { live } = core;
  const wasIdle = live.isIdle;
  const phone = await requirePhone(core);
  if (live.isVerified || live.hold !== null)
    throw new FleetError('refused-by-state', `${live.session.name} is linked. Log it out first.`);
  if (!wasIdle) await phone.newCodes();
};

export const createSessionRuntime = (options: RuntimeOptions): SessionRuntime => {
  const now = options.now ?? Date.now;
  const live = newLiveSession(options.session, now());
  const queue = createQueue();
  const ending = Promise.withResolvers<WorkerExit>();
  const hurrying = Promise.withResolvers<void>();

  const probe = createRuntimeProbe(() => core, options, live);
  const guard = createRuntimeGuard(() => core, options, live);
  const activity: SessionRuntime['activity'] = () => ({
    ai: live.conversation?.ai() ?? { status: 'off', code: null, reason: null },
    deaf: probe.deaf(),
    store: guard.own(),
  });
  const face = createRuntimeFace(() => core, options, live, activity);
  const core: RuntimeCore = {
    ...options,
    now,
    live,
    face,
    probe,
    storeHold: guard.holds,
    inTurn: queue.run,
    endRuntime: (exit, reason) => {
      options.log.error(`ends: ${exit}`, { reason });
      ending.resolve(exit);
    },
  };

  return {
    start: async () => {
      options.outlet.state(face.state());
      probe.start();
      guard.begin();
      await core.inTurn(() => openPhone(core)).catch((error: unknown) => failStart(core, error));
    },
    state: face.state,
    code: face.code,
    activity,
    browserPid: () => live.browserPid,
    session: () => live.session,
    newCodes: () => core.inTurn(() => showNewCodes(core)),
    pair: (phone) => core.inTurn(async () => (await requirePhone(core)).pairByCode(phone)),
    logout: () => core.inTurn(() => logOutPhone(core)),
    wake: () => wakeRuntime(core),
    storeTold: guard.told,
    check: () => core.inTurn(() => probe.run(true)),
    drain: (within) => {
      guard.close();
      live.stopping ??= drainPhone(core, within, hurrying.promise);
      return live.stopping;
    },
    hurry: () => hurrying.resolve(),
    ended: ending.promise,
  };
};
