import type { PairingCode, QrCode } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { parsePhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetHandlers, FleetParts } from './fleet-parts.ts';
import { createSessionWaits, refuseWhenGone, refuseWhileBusy } from './session-waits.ts';

/** The methods of the door that link a phone: QR codes, pairing codes, and a probe of the link. */

const codeWithin: Milliseconds = 60_000;

export const createCodeMethods = (parts: FleetParts): FleetHandlers => {
  const { book, orchestrator, state } = parts;
  const { untilStarted } = createSessionWaits(book);
  const nameOf = (session: ManagedSession): string => session.stored.name;

  const untilCode = <T extends QrCode | PairingCode>(
    session: ManagedSession,
    pick: () => T | null,
    within: Milliseconds,
  ): Promise<T | null> =>
    book
      .when<{ code: T | null }>(
        session,
        () => {
          refuseWhenGone(session);
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
