import type { HomePaths } from '../../home/home-paths.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { findLeftovers } from '../profile/leftovers.ts';
import type { SessionBook } from '../state/session-book.ts';

/** Clears away on a slow beat what crashes left behind; what may be somebody's login is never touched here. */
export interface LeftoverWatch {
  look(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

const lookEvery: Milliseconds = 5 * 60_000;

export const createLeftoverWatch = (options: {
  readonly paths: HomePaths;
  readonly book: SessionBook;
  readonly every?: Milliseconds;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): LeftoverWatch => {
  const { book, log } = options;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let closed = false;

  const step = async (): Promise<void> => {
    const names = new Set<string>(book.all().map(({ stored }) => stored.name));
    for (const leftover of await findLeftovers(options.paths, names, options.now())) {
      if (closed) return;
      if (leftover.needsConsent) continue;
      try {
        await leftover.remove();
        book.record(null, {
          level: 'warn',
          kind: 'leftover-removed',
          text: leftover.text,
          evidence: { leftover: leftover.kind, where: leftover.where },
        });
      } catch (error) {
        // Its session started in this moment, or it belongs to another user.
        log('warn', 'a leftover stays', { leftover: leftover.text, error: messageOf(error) });
      }
    }
  };
  const look = (): Promise<void> => {
    looking ??= step()
      .catch((error: unknown) => log('warn', 'leftovers could not be looked for', { error: messageOf(error) }))
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  return {
    look,
    begin: () => {
      timer = setInterval(() => void look(), options.every ?? lookEvery);
      timer.unref();
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearInterval(timer);
      await looking;
    },
  };
};
