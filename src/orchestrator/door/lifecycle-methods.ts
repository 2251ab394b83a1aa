import { FleetError } from '../../session/fleet-error.ts';
import { type NewName, nameFromLabel } from '../../session/name-from-label.ts';
import { parsePhone, phoneProblem } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { parseSessionName } from '../../session/session-name.ts';
import { newSessionDefaults } from '../../settings/new-session.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { createSessionWaits, isUp, pinned, refuseWhileBusy } from './session-waits.ts';

/** The methods of the door that change whether and how a session runs. */

/** Logins and logs lie under the name: what is erased must not be another session's. */
const refuseWhileErased = ({ jobs }: FleetParts['store'], name: string): void => {
  const erasure = jobs.open().find(({ kind, args }) => kind === 'delete' && args['sessionName'] === name);
  if (erasure !== undefined)
    throw new FleetError('refused-by-state', `a session named ${name} is still being erased. Wait until that is done.`);
};

/** A name, or what people call the session, which gives it one. Throws `usage`. */
const nameOf = (given: string, isTaken: (name: string) => boolean): NewName =>
  nameFromLabel(given, isTaken) ?? { name: parseSessionName(plainText(given).trim()), label: null };

export const createLifecycleMethods = (parts: FleetParts): MethodsOf<'create' | 'start' | 'stop' | 'restart'> => {
  const { book, orchestrator, state, store, now } = parts;
  const { untilStarted, untilStopped } = createSessionWaits(book, now);

  return {
    create: ({ name: given, label, phone, engine, ai, prompt, start, actor }) => {
      const { name, label: typed } = nameOf(given, (taken) => book.byName(taken) !== null);
      refuseWhileErased(store, name);
      const expectedPhone = phone === undefined || phone.trim() === '' ? null : parsePhone(phone);
      if (phone !== undefined && phone.trim() !== '' && expectedPhone === null) {
        throw new FleetError('usage', plainText(phoneProblem(phone) ?? ''));
      }
      const defaults = newSessionDefaults(parts.settings, ai ?? (parts.demo ? 'echo' : undefined));
      const { provider } = defaults.config.ai;
      const isGiven = prompt !== undefined && prompt.trim() !== '';
      store.sessions.create(
        {
          name,
          label: plainText(label ?? typed ?? '').trim(),
          engine: engine ?? (parts.demo ? 'simulated' : 'wppconnect'),
          expectedPhone,
          config: defaults.config,
          instructions: isGiven ? prompt : defaults.instructions,
          author: isGiven ? (actor ?? 'you') : 'GEMINI_PROMPT',
        },
        now(),
      );
      const session = book.byName(name) ?? book.add(name);
      book.record(session, {
        level: 'info',
        kind: 'session-created',
        text: `created with ${provider}`,
        evidence: { provider },
        actor: actor ?? 'you',
      });
      if (start === true) orchestrator.want(session, 'running', actor === undefined ? {} : { actor });
      return { row: state.row(session) };
    },

    start: async ({ name, wait, takeOver, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      refuseWhileBusy(session);
      if (session.stored.desiredState !== 'running' || !isUp(session)) {
        orchestrator.want(session, 'running', {
          force: takeOver === true,
          ...(actor === undefined ? {} : { actor }),
        });
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
  };
};
