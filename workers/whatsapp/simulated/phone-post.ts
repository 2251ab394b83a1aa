import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../../../src/log/logger.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { controlPhone } from './control.ts';

/**
 * Simulated phones of one fleet reach each other: each says under which number it is linked, and what one sends to such a number arrives
 * there, as WhatsApp carries it, with the sender's id. Nobody else's number is ever in the list.
 */
export interface PhonePost {
  /** This phone is linked under that number now. */
  announce(phone: string): void;
  /** A message went out; it is carried if its number is that of a phone here that runs. */
  carry(from: string, message: { readonly chatId: string; readonly messageId: string; readonly text: string }): void;
}

const nobody: PhonePost = { announce: () => undefined, carry: () => undefined };

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const createPhonePost = (profileDir: string, log: Pick<Logger, 'debug' | 'warn'>): PhonePost => {
  const tokens = dirname(profileDir);
  // A profile that lies alone (in a test) has no neighbours.
  if (basename(tokens) !== 'tokens') return nobody;
  const list = join(tokens, '.simulated');
  const own = basename(profileDir);

  const neighbourOf = (phone: string): string | null => {
    try {
      const name = readFileSync(join(list, phone), 'utf8').trim();
      return /^[\w-]+$/.test(name) && name !== own ? name : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  const deliver = async (
    neighbour: string,
    from: string,
    { messageId, text }: { readonly messageId: string; readonly text: string },
  ): Promise<void> => {
    const chatId = `${from}@c.us`;
    const phone = await controlPhone(join(tokens, neighbour));
    try {
      await phone.ask({ do: 'deliver', messages: [{ id: `false_${chatId}_${messageId}`, chatId, phone: from, text }] });
    } finally {
      phone.close();
    }
  };

  return {
    announce: (phone) => {
      try {
        mkdirSync(list, { recursive: true, mode: 0o700 });
        writeFileSync(join(list, phone), own, { mode: 0o600 });
      } catch (error) {
        log.warn('other simulated phones do not reach this one', { error: messageOf(error) });
      }
    },
    carry: (from, message) => {
      const to = /^(\d+)@c\.us$/.exec(message.chatId)?.[1];
      const neighbour = to === undefined ? null : neighbourOf(to);
      if (neighbour === null) return;
      // One that does not run misses it, as nothing of the real network is simulated beyond that.
      deliver(neighbour, from, message).catch((error: unknown) =>
        log.debug('a simulated phone was not reached', { neighbour, error: messageOf(error) }),
      );
    },
  };
};
