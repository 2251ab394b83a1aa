import type { HomePaths } from '../../home/home-paths.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { findLeftovers } from '../profile/leftovers.ts';
import type { SessionBook } from '../state/session-book.ts';

const lookEvery: Milliseconds = 5 * 60_000;
const lookWithin: Milliseconds = 5 * 60_000;

/** Clears away on a slow beat what crashes left behind; what may be somebody's login is never touched here. */
export const createLeftoverWatch = (options: {
  readonly paths: HomePaths;
  readonly book: SessionBook;
  readonly every?: Milliseconds;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): Beat => {
  const { book, log } = options;
  let closed = false;

  const removeLeftovers = async (): Promise<void> => {
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

  const beat = createBeat({
    look: removeLeftovers,
    everyMs: options.every ?? lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log('warn', 'leftovers could not be looked for', { error: messageOf(error) }),
    unref: true,
  });

  return {
    ...beat,
    close: () => {
      closed = true;
      return beat.close();
    },
  };
};
