import { randomUUID } from 'node:crypto';
import { createBeat } from '../pace/beat.ts';
import { endsWithin } from '../pace/deadline.ts';
import type { TryState } from '../protocol/try.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';
import { startTry, type TryProcess } from './try-process.ts';
import { workerEnvironment } from './worker-environment.ts';

/** Tests of a bot at the dashboard: each a process of its own that lives while somebody asks for it. */

/** A process of some 80 MB each; nobody looks at more. */
const mostTries = 4;
const endAfter: Milliseconds = 120_000;
const lookEvery: Milliseconds = 10_000;

interface Try {
  readonly child: TryProcess;
  askedAt: number;
}

export type TryRoom = Room<'tryStart' | 'trySay' | 'tryAnswer' | 'tryState' | 'tryEnd'>;

export const createTryRoom = (
  { book, config, paths, log, now }: Pick<MasterParts, 'book' | 'config' | 'paths' | 'log' | 'now'>,
  start: typeof startTry = startTry,
): TryRoom => {
  const tries = new Map<string, Try>();
  let starting = 0;
  let closed = false;

  const get = (tryId: string): Try => {
    const found = tries.get(tryId);
    if (found === undefined) throw new FleetError('refused-by-state', 'this test has ended. Begin a new one.');
    found.askedAt = now();
    return found;
  };
  const notEnded = (error: unknown): void => log.warn('a test did not end', { error: messageOf(error) });
  const end = async (tryId: string): Promise<void> => {
    const found = tries.get(tryId);
    tries.delete(tryId);
    await found?.child.end();
  };
  const stateOf = (tryId: string): TryState => {
    try {
      return { tryId, ...get(tryId).child.view() };
    } catch (error) {
      // What can no longer be shown may still run: one that speaks another version is nobody's otherwise.
      end(tryId).catch(notEnded);
      throw error;
    }
  };

  const beat = createBeat({
    look: async () => {
      for (const [tryId, { askedAt }] of [...tries]) if (now() - askedAt > endAfter) await end(tryId);
    },
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: notEnded,
    unref: true,
  });

  return {
    methods: {
      tryStart: async ({ name }) => {
        const session = book.get(name).stored.name;
        if (closed) throw new FleetError('unavailable', 'the master ends. Try again in a moment.');
        if (tries.size + starting >= mostTries)
          throw new FleetError('refused-by-state', `${mostTries} tests are open already. End one of them first.`);

        starting += 1;
        try {
          const tryId = randomUUID();
          const child = await start(session, {
            ...workerEnvironment(config, paths),
            ...(config.demo ? { ZAP_DEMO: '1' } : {}),
          });
          tries.set(tryId, { child, askedAt: now() });
          // The master began to end meanwhile.
          if (closed) await end(tryId);
          return stateOf(tryId);
        } finally {
          starting -= 1;
        }
      },
      trySay: ({ tryId, text }) => {
        get(tryId).child.say({ kind: 'say', text });
        return stateOf(tryId);
      },
      tryAnswer: ({ tryId }) => {
        get(tryId).child.say({ kind: 'answer' });
        return stateOf(tryId);
      },
      tryState: async ({ tryId, after, within }) => {
        const state = stateOf(tryId);
        if (after === undefined || state.revision > after || within === undefined || within === 0) return state;

        await endsWithin(get(tryId).child.next(), within);
        return stateOf(tryId);
      },
      tryEnd: async ({ tryId }) => {
        await end(tryId);
        return { ended: true };
      },
    },
    begin: () => beat.begin(),
    close: async () => {
      closed = true;
      await beat.close();
      await Promise.all([...tries.keys()].map(end));
    },
  };
};
