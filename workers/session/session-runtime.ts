import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import { FleetError, messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { ConversationEngine } from '../conversation/core/engine-types.ts';
import type { LinkStatus, WhatsAppClient, WhatsAppEvent } from '../whatsapp/whatsapp-client.ts';
import { type Hold, takeAccount } from './link-account.ts';
import { createLinkProbe } from './link-probe.ts';
import type { RuntimeOptions, SessionRuntime } from './runtime-types.ts';
import { createSessionFace } from './session-face.ts';
import { codeOf, isSpent, noCode } from './shown-code.ts';
import { createTasks } from './tasks.ts';
import type { Body } from './worker-identity.ts';

/** For the browser to end by itself; the whole worker has 8 s (facts/services.md). */
const closeDeadline: Milliseconds = 2000;

export const createSessionRuntime = (options: RuntimeOptions): SessionRuntime => {
  const { store, paths, log } = options;
  const now = options.now ?? Date.now;
  const tasks = createTasks();

  let session = options.session;
  let client: WhatsAppClient | null = null;
  let conversation: ConversationEngine | null = null;
  let hold: Hold | null = null;
  let idle = false;
  /** The phone that is linked was checked and is ours to answer with. */
  let verified = false;
  let browserPid: number | null = null;
  let lastStatus: LinkStatus = { state: 'starting', reasonCode: null, reason: null, since: now() };
  let stopping: Promise<void> | null = null;
  const ending = Promise.withResolvers<WorkerExit>();
  const hurrying = Promise.withResolvers<void>();

  const face = createSessionFace({
    outlet: options.outlet,
    log,
    now,
    facts: () => ({ status: lastStatus, account: client?.account() ?? null, hold, idle }),
    activity: () => activity(),
    onIdle: () => goIdle(),
  });
  const activity = (): Body<'zap:activity'> => ({
    ai: conversation?.status().ai ?? { status: 'off', code: null, reason: null },
    deaf: probe.deaf(),
  });
  const silence = (): void => {
    verified = false;
    conversation?.onDisconnected();
  };
  const end = (exit: WorkerExit, reason: string): void => {
    log.error(`ends: ${exit}`, { reason });
    ending.resolve(exit);
  };

  /** The right phone? Then it answers; otherwise it is held, and nothing of its chats is read. */
  const verify = (): void => {
    const account = client?.account() ?? null;
    if (account === null || lastStatus.state !== 'connected') return;
    const taken = takeAccount(store, paths, session.id, account, now());
    if (taken.session === null) {
      end('wrong-start', 'the session is gone from the store');
      return;
    }
    session = taken.session;
    const wasHeld = hold !== null;
    hold = taken.hold;
    if (hold !== null) {
      if (verified) silence();
      conversation?.setHeld(hold.reason);
    }
    if (hold === null && !verified) {
      verified = true;
      if (wasHeld) log.info('the phone is the right one now');
      probe.connected();
      conversation?.setHeld(null);
      conversation?.onConnected(lastStatus.since);
    }
  };

  const followLink = (status: LinkStatus): void => {
    lastStatus = status;
    if (status.state !== 'qr' && status.state !== 'code' && face.code().kind !== 'none') face.showCode(noCode);
    switch (status.state) {
      case 'connected':
        verify();
        break;
      case 'logged_out':
        silence();
        hold = null;
        store.sessions.clearAccount(session.id);
        break;
      case 'banned':
        silence();
        // Never retried; the browser is of no more use, and an exit could be taken for a crash.
        void tasks
          .run(() => closePhone(closeDeadline))
          .catch((error: unknown) => log.error('closing failed', { error }));
        break;
      case 'broken':
        silence();
        end('broken', status.reason ?? status.reasonCode ?? 'broken');
        break;
      default:
        if (verified) silence();
    }
    if (status.state !== 'connected') probe.reset();
    face.publishState();
    face.pokeActivity();
  };
  const onLink = (status: LinkStatus): void => {
    try {
      followLink(status);
    } catch (error) {
      // A link that the store does not know of must not answer anyone.
      log.error('the store refused', { error });
      silence();
      end('store-unusable', messageOf(error));
    }
  };
  const onEvent = (event: WhatsAppEvent): void => {
    switch (event.type) {
      case 'link':
        onLink(event.status);
        break;
      case 'qr':
      case 'code': {
        const next = codeOf(event);
        if (isSpent(next)) goIdle();
        else face.showCode(next);
        break;
      }
      case 'message':
        // Before the phone is known to be the right one nothing is read; what is missed so is caught up with.
        if (!verified) return;
        probe.saw(event.message.id);
        conversation?.onMessage(event.message);
        face.pokeActivity();
        break;
      case 'ack':
        conversation?.onAck(event.id, event.ack);
        break;
      case 'browser':
        browserPid = event.pid;
        break;
      case 'note':
        log[event.level](event.text, { code: event.code });
    }
  };

  const closePhone = async (within: Milliseconds): Promise<void> => {
    const closing = client;
    const talking = conversation;
    conversation = null;
    talking?.close();
    await closing?.close(within);
    if (client === closing) client = null;
    browserPid = null;
  };
  const goIdle = (): void => {
    if (stopping !== null || idle || (lastStatus.state !== 'qr' && lastStatus.state !== 'code')) return;
    idle = true;
    face.showCode(noCode);
    face.publishState();
    void tasks.run(() => closePhone(closeDeadline)).catch((error: unknown) => log.error('closing failed', { error }));
  };
  const openPhone = async (): Promise<void> => {
    if (stopping !== null) return;
    idle = false;
    lastStatus = { state: 'starting', reasonCode: null, reason: null, since: now() };
    face.publishState();
    const opening = await options.makeClient(session);
    // It was told to stop meanwhile: a phone opened now would be nobody's.
    if (stopping !== null) return opening.close(closeDeadline);
    client = opening;
    opening.on((event) => {
      if (client === opening) onEvent(event);
    });
    conversation = await options.openConversation({
      session: () => session,
      client: opening,
      onActivity: face.pokeActivity,
    });
    await opening.open();
  };
  const failStart = (error: unknown): void => {
    if (stopping !== null) return;
    const reason = plainText(messageOf(error));
    const isMissing = error instanceof FleetError && error.code === 'browser-missing';
    lastStatus = { state: 'broken', reasonCode: isMissing ? 'browser-missing' : 'start-failed', reason, since: now() };
    log.error('the phone did not come up', { error });
    face.publishState();
    if (isMissing) end('browser-missing', reason);
    else end(error instanceof FleetError && error.code === 'usage' ? 'wrong-start' : 'start-failed', reason);
  };
  /** The phone, opened again when its browser was closed because nobody scanned. */
  const livePhone = async (): Promise<WhatsAppClient> => {
    if (client === null && idle) {
      try {
        await openPhone();
      } catch (error) {
        failStart(error);
        throw error;
      }
    }
    if (client === null || stopping !== null)
      throw new FleetError('refused-by-state', `${session.name} is ${face.state().state}; start it first`);
    return client;
  };

  const probe = createLinkProbe({
    log,
    now,
    pace: options.pace,
    phone: () => client,
    isDue: () => lastStatus.state === 'connected' && client !== null && stopping === null,
    isVerified: () => verified,
    onMessage: (message) => conversation?.onMessage(message),
    onAlive: () => {
      // The other session that has this number may have ended.
      if (hold === null) return;
      verify();
      face.publishState();
    },
    onDeaf: face.pokeActivity,
    onBroken: (exit, reason) => {
      if (stopping !== null) return;
      lastStatus = { state: 'broken', reasonCode: exit === 'deaf' ? 'deaf' : 'page-hung', reason, since: now() };
      face.publishState();
      end(exit, reason);
    },
    inTurn: tasks.run,
  });

  const stopTimers = (): void => {
    face.stop();
    probe.stop();
  };
  const drain = (within: Milliseconds): Promise<void> => {
    stopping ??= (async () => {
      stopTimers();
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, within);
      try {
        await Promise.race([conversation?.drain(within), hurrying.promise, limit.promise]);
      } catch (error) {
        log.error('what was in flight did not end well', { error });
      } finally {
        clearTimeout(timer);
      }
      try {
        await closePhone(closeDeadline);
      } catch (error) {
        log.error('the phone did not close well', { error });
      }
    })();
    return stopping;
  };

  return {
    start: async () => {
      options.outlet.state(face.state());
      probe.start();
      await tasks.run(openPhone).catch(failStart);
    },
    state: face.state,
    code: face.code,
    activity,
    browserPid: () => browserPid,
    session: () => session,
    newCodes: () =>
      tasks.run(async () => {
        const wasIdle = idle;
        const phone = await livePhone();
        if (verified || hold !== null)
          throw new FleetError('refused-by-state', `${session.name} is linked. Log it out first.`);
        if (!wasIdle) await phone.newCodes();
      }),
    pair: (phone) => tasks.run(async () => (await livePhone()).pairByCode(phone)),
    logout: () =>
      tasks.run(async () => {
        const phone = client;
        stopTimers();
        if (phone === null || phone.account() === null)
          throw new FleetError('refused-by-state', `no phone is linked to ${session.name}`);
        silence();
        const talking = conversation;
        await talking?.drain(closeDeadline);
        // From here on what the phone tells is of its end.
        stopping = Promise.resolve();
        conversation = null;
        client = null;
        talking?.close();
        await phone.logout();
        store.sessions.clearAccount(session.id);
        browserPid = null;
      }),
    wake: () => {
      const fresh = store.sessions.byId(session.id);
      if (fresh === null) {
        end('wrong-start', 'the session is gone from the store');
        return;
      }
      session = fresh;
      conversation?.wake();
      if (lastStatus.state === 'connected') {
        verify();
        face.publishState();
      }
      face.pokeActivity();
    },
    check: () => tasks.run(() => probe.run(true)),
    drain,
    hurry: () => hurrying.resolve(),
    ended: ending.promise,
  };
};
