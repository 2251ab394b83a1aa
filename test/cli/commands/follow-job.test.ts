import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/commands/command.ts';
import { followJob } from '../../../src/cli/commands/follow-job.ts';
import { progressOn } from '../../../src/cli/progress-line.ts';
import type { Fleet } from '../../../src/protocol/door.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { JobProgress, JobReport } from '../../../src/session/job.ts';

const job: JobProgress = {
  id: 7,
  kind: 'delete',
  session: 'loja-1',
  done: 10,
  total: 40,
  step: 'history',
  startedAt: 1,
  problem: null,
};

/** A door to a master that dies when it is told to; the next one knows of the job what `reports` say. */
const door = (reports: readonly (Partial<JobReport> | null)[], jobs: readonly JobProgress[] = [job]) => {
  const left = [...reports];
  const asked: unknown[] = [];
  let listener: () => void = () => undefined;
  const fleet = {
    getSnapshot: () => ({ jobs }),
    subscribe: (given: () => void) => {
      listener = given;
      return () => undefined;
    },
    connection: () => ({ state: 'open' }),
    request: async (method: string, params: unknown) => {
      asked.push([method, params]);
      const report = left.shift();
      return { job: report === null ? null : { id: 7, state: 'running', result: null, error: null, ...report } };
    },
  } as unknown as Fleet;
  return { fleet, asked, tell: () => listener() };
};
const lines: (string | null)[] = [];
const context = { progress: (text: string | null) => void lines.push(text) } as unknown as CommandContext;
const lost = () => Promise.reject(new FleetError('unavailable', 'the master went away before it answered'));

test('a command whose master dies waits for the next one, and gives its answer when the job is done', async () => {
  const { fleet, asked, tell } = door([{ state: 'running' }, { state: 'done', result: { erased: { messages: 3 } } }]);
  const answer = await followJob(context, fleet, {
    kind: 'delete',
    session: 'loja-1',
    ask: () => {
      tell();
      return lost();
    },
    ofJob: ({ result }) => result,
  });
  expect(answer).toEqual({ erased: { messages: 3 } });
  expect(asked).toEqual([
    ['job', { id: 7 }],
    ['job', { id: 7 }],
  ]);
  expect(lines.at(-1)).toBeNull();
});

test('what failed under the next master is said; what it does not know is not called done', async () => {
  const of = (reports: Parameters<typeof door>[0], jobs?: readonly JobProgress[]) =>
    followJob(context, door(reports, jobs).fleet, {
      kind: 'delete',
      session: 'loja-1',
      ask: lost,
      ofJob: () => 'done',
    });
  await expect(of([{ state: 'failed', error: 'disk is full' }])).rejects.toThrow('disk is full');
  await expect(of([null])).rejects.toThrow('went away');
  // Another session's job, and work that no store knows of.
  await expect(of([], [{ ...job, session: 'loja-2' }])).rejects.toThrow('went away');
  await expect(of([], [{ ...job, id: -1 }])).rejects.toThrow('went away');
});

test('an error that is no lost master is the answer', async () => {
  const asked = followJob(context, door([]).fleet, {
    kind: 'delete',
    session: 'loja-1',
    ask: () => Promise.reject(new FleetError('refused-by-state', 'busy')),
    ofJob: () => 'done',
  });
  await expect(asked).rejects.toMatchObject({ code: 'refused-by-state' });
});

test('a terminal has one line that is written over; a file gets a line now and then', () => {
  const writtenTo = (isTTY: boolean): string => {
    const written: string[] = [];
    let at = 0;
    const write = (more: string | Uint8Array): boolean => written.push(String(more)) > 0;
    const progress = progressOn({ isTTY, write }, () => at);
    progress('1%');
    at = 2500;
    progress('2%');
    at = 4000;
    progress('4%');
    at = 9000;
    progress('9%');
    progress(null);
    progress(null);
    return written.join('');
  };
  expect(writtenTo(true)).toBe('\r\u001b[2K1%\r\u001b[2K2%\r\u001b[2K4%\r\u001b[2K9%\r\u001b[2K');
  expect(writtenTo(false)).toBe('2%\n9%\n');
});
