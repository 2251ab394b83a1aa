import { setTimeout as delay } from 'node:timers/promises';
import { readLog } from '../log/log-reader.ts';
import type { Milliseconds } from '../session/units.ts';

const relayEvery: Milliseconds = 250;

/** Hands on every new line of a log until `signal`; what was written before it began is not told again. */
export const relayLog = async (file: string, print: (line: string) => void, signal: AbortSignal): Promise<void> => {
  let { cursor } = await readLog({ file, lines: 0 });
  const relayNew = async (): Promise<void> => {
    const page = await readLog({ file, cursor });
    cursor = page.cursor;
    for (const line of page.lines) print(line);
  };

  while (!signal.aborted) {
    await relayNew();
    // Rejects only when it is aborted: the end of the loop.
    await delay(relayEvery, undefined, { signal }).catch(() => undefined);
  }
  await relayNew();
};
