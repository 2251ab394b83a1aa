import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../../../src/log/logger.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { controlPhone } from './control.ts';

/**
 * Simulated phones of one fleet reach each other: each says in its own profile under which number it is linked, so that nothing of it is left
 * when that profile goes, and what one sends to such a number arrives there, as WhatsApp carries it, with the sender's id.
 */
export interface PhonePost {
  /** This phone is linked under that number now. */
  announce(phone: string): void;
  /** A message went out; it is carried if its number is that of a phone here that runs. */
  carry(from: string, message: { readonly chatId: string; readonly messageId: string; readonly text: string }): void;
}

const nobody: PhonePost = { announce: () => undefined, carry: () => undefined };

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** An empty file whose name is the number: to look for one reads nothing. */
const numberFile = (phone: string): string => `simulated.${phone}`;
const isNumberFile = (file: string): boolean => /^simulated\.\d+$/.test(file);

export const createPhonePost = (profileDir: string, log: Pick<Logger, 'debug' | 'warn'>): PhonePost => {
  const tokens = dirname(profileDir);
  // A profile that lies alone (in a test) has no neighbours.
  if (basename(tokens) !== 'tokens') return nobody;
  const own = basename(profileDir);

  const neighbourOf = (phone: string): string | null => {
    try {
      const others = readdirSync(tokens).filter((name) => name !== own && !name.startsWith('.'));
      return others.find((name) => existsSync(join(tokens, name, numberFile(phone)))) ?? null;
    } catch (error) {
      // The home went away: who looks after that sees it, too.
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
        for (const file of readdirSync(profileDir)) if (isNumberFile(file)) rmSync(join(profileDir, file));
        writeFileSync(join(profileDir, numberFile(phone)), '', { mode: 0o600 });
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
