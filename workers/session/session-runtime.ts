import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import { FleetError, messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { LinkStatus, WhatsAppClient, WhatsAppEvent } from '../whatsapp/whatsapp-client.ts';
import type { SessionConversation } from './conversation.ts';
import { createDeafWatch } from './deaf-watch.ts';
import { takeAccount } from './link-account.ts';
import { type StateBody, stateBody } from './link-view.ts';
import type { Hold } from './right-phone.ts';
import { type CodeBody, codeOf, idleAt, isSpent, noCode } from './shown-code.ts';
import { createTasks } from './tasks.ts';
import type { Body, Publish } from './worker-identity.ts';

/** One session at work: its phone, its conversations, and what is told of both. Whoever hosts it (PM2 worker, `run`) gives it the rest. */
export interface SessionRuntime {
  /** Opens the phone; the end of a failed start comes through `ended`. */
  start(): Promise<void>;
  state(): StateBody;
  code(): CodeBody;
  activity(): Body<'zap:activity'>;
  browserPid(): number | null;
  session(): StoredSession;
  newCodes(): Promise<void>;
  pair(phone: string): Promise<void>;
  /** Unlinks the phone; rejects when it could not be unlinked. Everything is closed either way. */
  logout(): Promise<void>;
  wake(): void;
  /** Probes link and inbox now; what it found in words. */
  check(): Promise<readonly string[]>;
  /** Ends what is in flight and closes the browser. Idempotent; `hurry` cuts it short. */
  drain(within: Milliseconds): Promise<void>;
  hurry(): void;
  /** The session cannot go on here: its host ends with this. */
  readonly ended: Promise<WorkerExit>;
}

export interface RuntimeOptions {
  readonly session: StoredSession;
  readonly store: Store;
  readonly paths: HomePaths;
  readonly log: Logger;
  readonly publish: Publish;
  /** A fresh phone on the same login. */
  readonly makeClient: (session: StoredSession) => Promise<WhatsAppClient>;
  readonly openConversation: (options: {
    readonly session: () => StoredSession;
    readonly client: WhatsAppClient;
    readonly onActivity: () => void;
  }) => Promise<SessionConversation>;
  /** How often the link is probed, and every how many probes the inbox is compared. */
  readonly pace?: { readonly probeMs: Milliseconds; readonly inboxEvery: number };
  readonly now?: () => number;
}

/** A second for the browser's last words; the whole worker has 8 s (facts/services.md). */
const closeDeadline: Milliseconds = 2000;
const activityDebounce: Milliseconds = 300;
/** What was missed is looked for this far back. */
const inboxLookBack: Milliseconds = 10 * 60_000;
const defaultPace = { probeMs: 30_000, inboxEvery: 4 };
const probesUntilBroken = 2;
const deafChecksUntilRebuild = 3;

export const createSessionRuntime = (options: RuntimeOptions): SessionRuntime => {
  const { store, paths, log } = options;
  const now = options.now ?? Date.now;
  const pace = options.pace ?? defaultPace;
  const tasks = createTasks();
  const watch = createDeafWatch();

  let session = options.session;
  let client: WhatsAppClient | null = null;
  let conversation: SessionConversation | null = null;
  let code = noCode;
  let hold: Hold | null = null;
  let idle = false;
  /** The phone that is linked was checked and is ours to answer with. */
  let verified = false;
  let deaf = false;
  let browserPid: number | null = null;
  let lastStatus: LinkStatus = { state: 'starting', reasonCode: null, reason: null, since: now() };
  let view = stateBody({ status: lastStatus, account: null, hold: null, idle: false }, null, now());
  let failedProbes = 0;
  let deafChecks = 0;
  let probes = 0;
  let stopping: Promise<void> | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let activityTimer: NodeJS.Timeout | undefined;
  let probeTimer: NodeJS.Timeout | undefined;
  const ending = Promise.withResolvers<WorkerExit>();
  const hurrying = Promise.withResolvers<void>();

  const activity = (): Body<'zap:activity'> => ({
    ai: conversation?.ai() ?? { status: 'off', reason: null },
    deaf,
  });
  const pokeActivity = (): void => {
    if (activityTimer !== undefined || stopping !== null) return;
    activityTimer = setTimeout(() => {
      activityTimer = undefined;
      options.publish('zap:activity', activity());
    }, activityDebounce);
  };
  const publishState = (): void => {
    const next = stateBody({ status: lastStatus, account: client?.account() ?? null, hold, idle }, view, now());
    const isNew = JSON.stringify(next) !== JSON.stringify(view);
    if (next.state !== view.state || next.reasonCode !== view.reasonCode)
      log.info(`state: ${next.state}`, { reasonCode: next.reasonCode, reason: next.reason });
    view = next;
    if (isNew) options.publish('zap:state', view);
  };
  const showCode = (next: CodeBody): void => {
    clearTimeout(idleTimer);
    const wasShown = code.kind !== 'none';
    code = next;
    if (next.kind !== 'none' || wasShown) options.publish('zap:qr', code);
    const idleMoment = idleAt(code);
    if (idleMoment !== null) idleTimer = setTimeout(goIdle, Math.max(0, idleMoment - now()));
  };
  const setDeaf = (next: boolean, reason: string): void => {
    if (deaf === next) return;
    deaf = next;
    if (deaf) log.warn('connected, but deaf', { reason });
    else log.info('messages arrive again');
    pokeActivity();
  };
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
    if (taken.session === null) return end('wrong-start', 'the session is gone from the store');
    session = taken.session;
    const wasHeld = hold !== null;
    hold = taken.hold;
    if (hold !== null && verified) silence();
    if (hold === null && !verified) {
      verified = true;
      if (wasHeld) log.info('the phone is the right one now');
      watch.connected(now());
      conversation?.onConnected();
    }
  };

  const onLink = (status: LinkStatus): void => {
    lastStatus = status;
    if (status.state !== 'qr' && status.state !== 'code' && code.kind !== 'none') showCode(noCode);
    switch (status.state) {
      case 'connected':
        failedProbes = 0;
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
    if (status.state !== 'connected') setDeaf(false, '');
    publishState();
    pokeActivity();
  };
  const onEvent = (event: WhatsAppEvent): void => {
    if (stopping !== null && event.type !== 'ack' && event.type !== 'browser') return;
    switch (event.type) {
      case 'link':
        return onLink(event.status);
      case 'qr':
      case 'code': {
        const next = codeOf(event);
        if (isSpent(next)) return goIdle();
        return showCode(next);
      }
      case 'message':
        // Before the phone is known to be the right one nothing is read; what is missed so is caught up with.
        if (!verified) return;
        watch.saw(event.message.id);
        conversation?.onMessage(event.message);
        return pokeActivity();
      case 'ack':
        return conversation?.onAck(event.id, event.ack);
      case 'browser':
        browserPid = event.pid;
        return;
      case 'note':
        return log[event.level](event.text, { code: event.code });
    }
  };

  const closePhone = async (within: Milliseconds): Promise<void> => {
    const closing = client;
    const talking = conversation;
    conversation = null;
    await talking?.close();
    await closing?.close(within);
    if (client === closing) client = null;
    browserPid = null;
  };
  const goIdle = (): void => {
    clearTimeout(idleTimer);
    if (stopping !== null || idle || (lastStatus.state !== 'qr' && lastStatus.state !== 'code')) return;
    idle = true;
    showCode(noCode);
    publishState();
    void tasks.run(() => closePhone(closeDeadline)).catch((error: unknown) => log.error('closing failed', { error }));
  };
  const openPhone = async (): Promise<void> => {
    if (stopping !== null) return;
    idle = false;
    lastStatus = { state: 'starting', reasonCode: null, reason: null, since: now() };
    publishState();
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
      onActivity: pokeActivity,
    });
    await opening.open();
  };
  const failStart = (error: unknown): void => {
    if (stopping !== null) return;
    const reason = plainText(messageOf(error));
    const isMissing = error instanceof FleetError && error.code === 'browser-missing';
    lastStatus = { state: 'broken', reasonCode: isMissing ? 'browser-missing' : 'start-failed', reason, since: now() };
    log.error('the phone did not come up', { error });
    publishState();
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
      throw new FleetError('refused-by-state', `${session.name} is ${view.state}; start it first`);
    return client;
  };

  const compareInbox = async (phone: WhatsAppClient): Promise<string> => {
    const missed = await phone.missedMessages(now() - inboxLookBack);
    const strays = watch.strays(missed, now());
    // The inbox knows its messages: what came already is not stored again.
    for (const message of missed) if (verified) conversation?.onMessage(message);
    deafChecks = strays.length > 0 ? deafChecks + 1 : 0;
    setDeaf(strays.length > 0, `${strays.length} messages did not come by themselves`);
    if (deafChecks >= deafChecksUntilRebuild) end('deaf', 'messages come only when they are asked for');
    return strays.length === 0 ? 'nothing was missed' : `${strays.length} messages did not come by themselves; fetched`;
  };
  const probe = async (withInbox: boolean): Promise<readonly string[]> => {
    const phone = client;
    if (phone === null) return [`the browser is closed: ${view.reason ?? view.state}`];
    const words: string[] = [];
    try {
      const found = await phone.probe();
      failedProbes = 0;
      words.push(
        `the page answers in ${Math.round(found.latencyMs)} ms; socket ${found.socket}, stream ${found.stream}`,
      );
      if (verified) {
        if (withInbox) words.push(await compareInbox(phone));
      } else if (hold !== null) verify();
      publishState();
    } catch (error) {
      failedProbes += 1;
      words.push(`the page does not answer: ${plainText(messageOf(error))}`);
      log.warn('a probe failed', { error, failedProbes });
      if (failedProbes >= probesUntilBroken && stopping === null) {
        lastStatus = { state: 'broken', reasonCode: 'page-hung', reason: 'the page does not answer', since: now() };
        publishState();
        end('broken', 'the page does not answer');
      }
    }
    return words;
  };
  const scheduleProbe = (): void => {
    probeTimer = setTimeout(() => {
      probes += 1;
      const isDue = lastStatus.state === 'connected' && client !== null;
      const probing = isDue ? tasks.run(() => probe(probes % pace.inboxEvery === 0)) : Promise.resolve([]);
      probing
        .catch((error: unknown) => log.error('a probe failed', { error }))
        .finally(() => {
          if (stopping === null) scheduleProbe();
        });
    }, pace.probeMs);
  };

  const stopTimers = (): void => {
    clearTimeout(idleTimer);
    clearTimeout(activityTimer);
    clearTimeout(probeTimer);
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
      options.publish('zap:state', view);
      scheduleProbe();
      await tasks.run(openPhone).catch(failStart);
    },
    state: () => view,
    code: () => code,
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
        const phone = await livePhone();
        silence();
        stopTimers();
        const talking = conversation;
        await talking?.drain(closeDeadline);
        // From here on what the phone tells is of its end.
        stopping = Promise.resolve();
        conversation = null;
        await talking?.close();
        try {
          await phone.logout();
          store.sessions.clearAccount(session.id);
        } finally {
          client = null;
          browserPid = null;
        }
      }),
    wake: () => {
      const fresh = store.sessions.byId(session.id);
      if (fresh === null) return end('wrong-start', 'the session is gone from the store');
      session = fresh;
      conversation?.wake();
      if (lastStatus.state === 'connected') {
        verify();
        publishState();
      }
      pokeActivity();
    },
    check: () => tasks.run(() => probe(true)),
    drain,
    hurry: () => hurrying.resolve(),
    ended: ending.promise,
  };
};
