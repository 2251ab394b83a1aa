import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { JobKindName } from '../../session/job.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Milliseconds } from '../../session/units.ts';
import { jobWords } from '../../words/job-words.ts';
import type { CommandContext } from './command.ts';

const lookEvery: Milliseconds = 1000;
/** PM2 has the next master up within seconds. */
const masterWithin: Milliseconds = 120_000;

export interface WaitedJob<T> {
  readonly kind: JobKindName;
  readonly name: SessionName;
  readonly look: () => Promise<T>;
  readonly isOver: (result: T) => boolean;
  /** What is said when a person does not want to wait any more. */
  readonly goesOn: string;
}

/** Waits until a session's job has ended, over masters that come and go; ctrl+c ends only the waiting. */
export const waitForJob = async <T>(
  context: CommandContext,
  fleet: Fleet,
  { kind, name, look, isOver, goesOn }: WaitedJob<T>,
): Promise<T> => {
  let lostSince = performance.now();
  const tell = (): void => {
    const job = fleet.getSnapshot().jobs.find((one) => one.kind === kind && one.session === name);
    if (job !== undefined) context.progress(jobWords(job, context.language));
  };
  try {
    for (;;) {
      try {
        const result = await look();
        lostSince = performance.now();
        if (isOver(result)) return result;
        tell();
      } catch (error) {
        const isLost = error instanceof FleetError && error.code === 'unavailable';
        if (!isLost || performance.now() - lostSince > masterWithin) throw error;
      }
      if (context.signal.aborted) throw new FleetError('failed', goesOn);
      await delay(lookEvery);
    }
  } finally {
    context.progress(null);
  }
};
