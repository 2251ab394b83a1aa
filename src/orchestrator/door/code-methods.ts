import type { PairingCode, QrCode } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { parsePhone, phoneProblem } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { createSessionWaits, refuseWhenGone, refuseWhileBusy } from './session-waits.ts';

/** The methods of the door that link a phone: QR codes, pairing codes, and a probe of the link. */

const codeWithin: Milliseconds = 60_000;

type LinkCode = QrCode | PairingCode;

/** A session in one of these shows no code, however long one waits. */
const showsNoCode = ({ state, reasonCode }: ManagedSession): boolean =>
  state === 'connected' ||
  state === 'stopped' ||
  state === 'held' ||
  state === 'failed' ||
  (state === 'queued' && (reasonCode === 'max-sessions' || reasonCode === 'descriptors'));

/** The first code that `pick` finds; null when none comes within the time, or none is going to. */
const untilCode = async <T extends LinkCode>(
  book: SessionBook,
  session: ManagedSession,
  pick: () => T | null,
  within: Milliseconds,
): Promise<T | null> => {
  const look = (): { code: T | null } | null => {
    refuseWhenGone(session);
    const code = pick();
    if (code !== null) return { code };
    return showsNoCode(session) ? { code: null } : null;
  };

  try {
    const { code } = await book.when(session, look, within, () => `${session.stored.name} shows no code yet`);
    return code;
  } catch (error) {
    if (error instanceof FleetError && error.code === 'timeout') return null;
    throw error;
  }
};

/** Starts a session that does not run, and asks one that waits for a person to show codes again. */
const freshCodes = async (
  { orchestrator }: FleetParts,
  session: ManagedSession,
  actor: string | undefined,
): Promise<void> => {
  refuseWhileBusy(session);
  if (session.worker === null || session.stored.desiredState === 'stopped') {
    orchestrator.want(session, 'running', actor === undefined ? {} : { actor });
    return;
  }

  if (session.state === 'connected' || session.state === 'syncing')
    throw new FleetError('refused-by-state', `${session.stored.name} is linked already; no code is needed.`);

  if (session.state !== 'qr' && session.state !== 'code' && session.state !== 'starting')
    await orchestrator.ask(session, { command: 'new-codes' }, codeWithin);
};

/** Throws `usage`. */
const phoneOf = (given: string): string => {
  const phone = parsePhone(given);
  if (phone !== null) return phone;

  throw new FleetError('usage', plainText(phoneProblem(given) ?? ''));
};

export const createCodeMethods = (parts: FleetParts): MethodsOf<'newCodes' | 'code' | 'pair' | 'check'> => {
  const { book, orchestrator, state } = parts;
  const { untilStarted } = createSessionWaits(book, parts.now);

  return {
    newCodes: async ({ name, actor }) => {
      const session = book.get(name);
      await freshCodes(parts, session, actor);

      return { row: state.row(session) };
    },

    code: async ({ name, within }) => {
      const session = book.get(name);
      const pick = (): LinkCode | null => session.qr ?? session.pairing;
      const code = await untilCode(book, session, pick, within ?? 0);

      return {
        qr: code === null ? null : session.qr,
        pairing: code === null ? null : session.pairing,
        row: state.row(session),
      };
    },

    pair: async ({ name, phone: given, actor }) => {
      const session = book.get(name);
      const phone = phoneOf(given);
      if (session.worker === null) {
        await freshCodes(parts, session, actor);
        await untilStarted(session, () => true);
      }

      const before = session.pairing;
      const pick = (): PairingCode | null => (session.pairing === before ? null : session.pairing);
      await orchestrator.ask(session, { command: 'pair', phone }, codeWithin);
      const pairing = await untilCode(book, session, pick, codeWithin);
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
