import { profileLock } from '../home/home-paths.ts';
import { tryLock } from '../home/lock.ts';
import type { PairingCode, PendingOperation, QrCode } from '../protocol/fleet.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { parsePhone } from '../session/phone.ts';
import { plainText } from '../session/plain-text.ts';
import { defaultConfig } from '../session/session-config.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { Milliseconds } from '../session/units.ts';
import type { FleetHandlers, FleetParts } from './fleet-parts.ts';
import { archiveLogin, removeLogin } from './login-archive.ts';
import type { ManagedSession } from './managed-session.ts';
import { noReason } from './session-book.ts';

/** The methods of the door that change whether and how a session runs. */

/** A start waits for its turn behind others; each browser takes seconds on a busy machine. */
const startWithin: Milliseconds = 180_000;
const stopWithin: Milliseconds = 45_000;
/** The page tells the phone, and the phone answers (facts/wppconnect.md). */
const unlinkWithin: Milliseconds = 25_000;
const codeWithin: Milliseconds = 60_000;

interface Pin {
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
}

/** A dialog that is pinned to what a person saw is refused when that is not so any more. */
export const pinned = (session: ManagedSession, pin: Pin): ManagedSession => {
  const { stored } = session;
  if (
    (pin.id !== undefined && pin.id !== stored.id) ||
    (pin.revision !== undefined && pin.revision !== stored.revision)
  ) {
    throw new FleetError(
      'refused-by-state',
      `${stored.name} has changed since you looked. Look again, then repeat it.`,
    );
  }
  return session;
};

const refuseWhileBusy = (session: ManagedSession): void => {
  if (session.pending !== null) {
    throw new FleetError(
      'refused-by-state',
      `${session.stored.name} is busy with "${session.pending.kind}". Wait until that is done.`,
    );
  }
};

const isUp = ({ state, worker }: ManagedSession): boolean =>
  worker !== null && !worker.awaitsReport && state !== 'starting' && state !== 'stopping' && state !== 'queued';

export const createLifecycleMethods = (parts: FleetParts): FleetHandlers => {
  const { book, orchestrator, state, store, paths, now } = parts;
  const nameOf = (session: ManagedSession): string => session.stored.name;

  const gone = (session: ManagedSession): void => {
    if (session.removed) throw new FleetError('no-such-session', `${nameOf(session)} was deleted meanwhile.`);
  };

  /** Runs, waits for a place, or says why it does not start. */
  const untilStarted = (session: ManagedSession, isFresh: () => boolean): Promise<true> =>
    book.when(
      session,
      () => {
        gone(session);
        if (session.stored.desiredState === 'stopped') {
          throw new FleetError('refused-by-state', `${nameOf(session)} was stopped meanwhile.`);
        }
        if (session.state === 'failed') {
          throw new FleetError(
            'failed',
            `${nameOf(session)} gave up: ${session.reason ?? 'it failed'}. See: zap-fleet logs ${nameOf(session)}`,
          );
        }
        if (!isFresh()) return null;
        if (session.state === 'starting' && session.nextTryAt !== null) {
          throw new FleetError(
            'unavailable',
            `${nameOf(session)} did not start: ${session.reason ?? 'it failed'}. It is tried again by itself.`,
          );
        }
        if (session.state === 'queued' && session.reasonCode !== null && session.reasonCode !== 'starting-limit')
          return true;
        return isUp(session) ? true : null;
      },
      startWithin,
      () =>
        `${nameOf(session)} is still ${session.state}${session.reason === null ? '' : ` (${session.reason})`}. See: zap-fleet ls`,
    );

  const untilStopped = (session: ManagedSession): Promise<true> =>
    book.when(
      session,
      () => {
        if (session.removed) return true;
        if (session.stored.desiredState === 'running') {
          throw new FleetError('refused-by-state', `${nameOf(session)} was started meanwhile.`);
        }
        return session.state === 'stopped' && session.worker === null ? true : null;
      },
      stopWithin,
      () => `${nameOf(session)} is still ${session.state}. See: zap-fleet logs ${nameOf(session)}`,
    );

  /** Unlinks while the worker still runs; why not, in words, when it could not be. Ends the worker either way. */
  const unlink = async (session: ManagedSession): Promise<{ unlinked: boolean; reason: string | null }> => {
    let outcome: { unlinked: boolean; reason: string | null };
    const linked = session.state === 'connected' || session.state === 'syncing' || session.state === 'offline';
    if (!linked) {
      const isLinked = session.stored.phone !== null;
      outcome = {
        unlinked: !isLinked,
        reason: isLinked
          ? 'it does not run; remove it on the phone too: WhatsApp > Linked devices'
          : 'no phone was linked',
      };
    } else {
      // From here on its end is ours: nobody starts it again.
      session.stopping = true;
      try {
        await orchestrator.ask(session, { command: 'logout' }, unlinkWithin);
        outcome = { unlinked: true, reason: null };
      } catch (error) {
        outcome = {
          unlinked: false,
          reason: `${messageOf(error)} Remove it on the phone: WhatsApp > Linked devices`,
        };
      }
    }
    await orchestrator.stopWorker(session);
    return outcome;
  };

  const withProfile = async <T>(session: ManagedSession, work: () => Promise<T>): Promise<T> => {
    const lock = tryLock(profileLock(paths, session.stored.name));
    if (lock === null) {
      throw new FleetError(
        'refused-by-state',
        `something still uses the login of ${nameOf(session)}. See: zap-fleet doctor`,
      );
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  };

  const takeLoginAway = (session: ManagedSession): Promise<string | null> =>
    withProfile(session, async () => {
      const archived = await archiveLogin(paths, session.stored.name, now());
      removeLogin(paths, session.stored.name);
      return archived;
    });

  const operate = <T>(session: ManagedSession, kind: PendingOperation['kind'], work: () => Promise<T>): Promise<T> =>
    orchestrator.exclusively(session, kind, work);

  const untilCode = <T extends QrCode | PairingCode>(
    session: ManagedSession,
    pick: () => T | null,
    within: Milliseconds,
  ): Promise<T | null> =>
    book
      .when<{ code: T | null }>(
        session,
        () => {
          gone(session);
          const code = pick();
          if (code !== null) return { code };
          const over =
            session.state === 'connected' ||
            session.state === 'stopped' ||
            session.state === 'held' ||
            session.state === 'failed' ||
            (session.state === 'queued' && session.reasonCode === 'max-sessions');
          return over ? { code: null } : null;
        },
        within,
        () => `${nameOf(session)} shows no code yet`,
      )
      .then(
        ({ code }) => code,
        (error: unknown) => {
          if (error instanceof FleetError && error.code === 'timeout') return null;
          throw error;
        },
      );

  const freshCodes = async (session: ManagedSession, actor: string | undefined): Promise<void> => {
    refuseWhileBusy(session);
    if (session.worker === null || session.stored.desiredState === 'stopped') {
      orchestrator.want(session, 'running', actor === undefined ? {} : { actor });
      return;
    }
    if (session.state === 'connected' || session.state === 'syncing') {
      throw new FleetError('refused-by-state', `${nameOf(session)} is linked already; no code is needed.`);
    }
    if (session.state !== 'qr' && session.state !== 'code' && session.state !== 'starting') {
      await orchestrator.ask(session, { command: 'new-codes' }, codeWithin);
    }
  };

  return {
    create: ({ name: given, label, phone, engine, ai, prompt, start, actor }) => {
      const name = parseSessionName(given);
      const expectedPhone = phone === undefined || phone.trim() === '' ? null : parsePhone(phone);
      if (phone !== undefined && phone.trim() !== '' && expectedPhone === null) {
        throw new FleetError(
          'usage',
          `${JSON.stringify(plainText(phone))} is not a phone number. Example: 11 98765-4321`,
        );
      }
      const config = defaultConfig();
      const provider = ai ?? (parts.demo ? 'echo' : (parts.settings.AI_SELECTED ?? config.ai.provider));
      store.sessions.create(
        {
          name,
          label: plainText(label ?? '').trim(),
          engine: engine ?? (parts.demo ? 'simulated' : 'wppconnect'),
          expectedPhone,
          config: { ...config, ai: { ...config.ai, provider } },
          instructions: prompt === undefined || prompt.trim() === '' ? null : prompt,
          author: actor ?? 'you',
        },
        now(),
      );
      const session = book.byName(name) ?? book.add(name);
      book.record(session, {
        level: 'info',
        kind: 'session-created',
        text: `created with ${provider}`,
        actor: actor ?? 'you',
      });
      if (start === true) orchestrator.want(session, 'running', actor === undefined ? {} : { actor });
      return { row: state.row(session) };
    },

    start: async ({ name, wait, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      refuseWhileBusy(session);
      if (session.stored.desiredState !== 'running' || !isUp(session)) {
        orchestrator.want(session, 'running', actor === undefined ? {} : { actor });
      }
      if (wait !== false) await untilStarted(session, () => true);
      return { row: state.row(session) };
    },

    stop: async ({ name, wait, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      refuseWhileBusy(session);
      orchestrator.want(session, 'stopped', actor === undefined ? {} : { actor });
      if (wait !== false) await untilStopped(session);
      return { row: state.row(session) };
    },

    restart: async ({ name, wait, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      refuseWhileBusy(session);
      const before = session.worker?.startId ?? null;
      orchestrator.want(session, 'running', { again: true, ...(actor === undefined ? {} : { actor }) });
      if (wait !== false) {
        await untilStarted(session, () => !session.restartWanted && session.worker?.startId !== before);
      }
      return { row: state.row(session) };
    },

    logout: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      const outcome = await operate(session, 'logout', async () => {
        const result = await unlink(session);
        store.sessions.clearAccount(session.stored.id);
        session.phone = null;
        book.reload(session);
        book.move(session, 'logged_out', { code: 'unlinked', words: `unlinked by ${actor ?? 'you'}` });
        return result;
      });
      return { row: state.row(session), ...outcome };
    },

    reset: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      await operate(session, 'reset', async () => {
        await unlink(session);
        await takeLoginAway(session);
        store.sessions.clearAccount(session.stored.id);
        session.phone = null;
        book.reload(session);
        book.record(session, {
          level: 'info',
          kind: 'login-reset',
          text: 'new login; settings and history are kept',
          actor: actor ?? 'you',
        });
        book.move(session, session.stored.desiredState === 'running' ? 'queued' : 'stopped', noReason);
      });
      return { row: state.row(session) };
    },

    delete: async ({ name, purge, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      return operate(session, 'delete', async () => {
        const { unlinked } = await unlink(session);
        const archived = await takeLoginAway(session);
        const purgedMessages = purge === true ? store.retention.purgeSession(session.stored.id, now()).messages : 0;
        store.sessions.remove(session.stored.id);
        book.record(session, {
          level: 'info',
          kind: 'session-deleted',
          text: purge === true ? 'deleted with its conversations' : 'deleted; its conversations are kept',
          evidence: { unlinked, archived: archived !== null, purgedMessages },
          actor: actor ?? 'you',
        });
        book.drop(session);
        return { unlinked, archived, purgedMessages };
      });
    },

    newCodes: async ({ name, actor }) => {
      const session = book.get(name);
      await freshCodes(session, actor);
      return { row: state.row(session) };
    },

    code: async ({ name, within }) => {
      const session = book.get(name);
      const code = await untilCode<QrCode | PairingCode>(session, () => session.qr ?? session.pairing, within ?? 0);
      return {
        qr: code === null ? null : session.qr,
        pairing: code === null ? null : session.pairing,
        row: state.row(session),
      };
    },

    pair: async ({ name, phone: given, actor }) => {
      const session = book.get(name);
      const phone = parsePhone(given);
      if (phone === null) {
        throw new FleetError(
          'usage',
          `${JSON.stringify(plainText(given))} is not a phone number. Example: 5511987654321`,
        );
      }
      if (session.worker === null) {
        await freshCodes(session, actor);
        await untilStarted(session, () => true);
      }
      const before = session.pairing;
      await orchestrator.ask(session, { command: 'pair', phone }, codeWithin);
      const pairing = await untilCode(session, () => (session.pairing === before ? null : session.pairing), codeWithin);
      if (pairing === null) {
        throw new FleetError(
          'timeout',
          `${name} got no pairing code from WhatsApp. Try again, or scan its QR: zap-fleet qr ${name}`,
        );
      }
      return { pairing };
    },

    check: async ({ name }) => {
      const session = book.get(name);
      const words = await orchestrator.ask(session, { command: 'check' }, codeWithin);
      return { row: state.row(session), words: words.map(plainText) };
    },
  };
};
