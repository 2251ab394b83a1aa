import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { durations, type Load, ofItsOwnFile, sharedFile } from './file-durations.ts';

/** As many files at a time as Vitest has workers (vitest.config.ts). */
export const maxWorkers = 4;
/** Two cores, and a little more: no file keeps them busy all the time. */
const coresToFill = 2.3;
/** What a place may use on the average; who uses more computes, who uses less waits. */
const coresOfPlace = coresToFill / maxWorkers;

export interface Job<T> extends Load {
  readonly item: T;
  /** Runs in a process with others of its kind: those come first, because loading everything anew is what they save. */
  readonly shares: boolean;
}

const computes = ({ cores }: Load): boolean => cores >= coresOfPlace;

/**
 * The order in which a queue with `maxWorkers` places keeps two cores busy to the end: what waits runs beside what computes. It plays the queue
 * through: whenever a place is free, the next is the longest file of the kind that the running ones leave cores for.
 */
export const orderOf = <T>(jobs: readonly Job<T>[]): readonly T[] => {
  const waiting = jobs.toSorted((a, b) => Number(b.shares) - Number(a.shares) || b.seconds - a.seconds);
  const running: { readonly until: number; readonly cores: number }[] = [];
  const order: T[] = [];
  let now = 0;

  while (waiting.length > 0) {
    if (running.length === maxWorkers) {
      running.sort((a, b) => a.until - b.until);
      now = running.shift()?.until ?? now;
    }

    const free = coresToFill - running.reduce((sum, { cores }) => sum + cores, 0);
    const wantsWork = free / (maxWorkers - running.length) >= coresOfPlace;
    const wanted = waiting.findIndex((job) => computes(job) === wantsWork);
    const [next] = waiting.splice(Math.max(wanted, 0), 1);
    if (next === undefined) break;

    running.push({ until: now + next.seconds, cores: next.cores });
    order.push(next.item);
  }
  return order;
};

const jobOf = (file: TestSpecification): Job<TestSpecification> => {
  const shares = !file.project.config.isolate;
  const known = Object.entries(durations).find(([path]) => file.moduleId.endsWith(`/${path}`))?.[1];

  return { item: file, shares, ...(known ?? (shares ? sharedFile : ofItsOwnFile)) };
};

/** What was seen to fail or to be long here goes before what is long elsewhere; without such a past, the measured durations decide. */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    if (files.some((file) => this.ctx.cache.getTestSpecificationResult(file) !== undefined)) return sorted;

    return [...orderOf(sorted.map(jobOf))];
  }
}
