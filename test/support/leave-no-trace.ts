import { afterAll, beforeAll, vi } from 'vitest';

/** What belongs to the whole process. */
const stateOfProcess = (): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
    ...Reflect.ownKeys(globalThis).map(
      (name) => [`globalThis.${String(name)}`, Reflect.getOwnPropertyDescriptor(globalThis, name)?.value] as const,
    ),
    // Ink's first frame listens for every signal, once for the whole process.
    ...process
      .eventNames()
      .filter((name) => !String(name).startsWith('SIG'))
      .map((name) => [`listeners of ${String(name)}`, process.listenerCount(name)] as const),
    ['process.cwd()', process.cwd()],
    ['process.exitCode', process.exitCode],
    ['process.argv', process.argv.join(' ')],
    ['process.stdout.write', process.stdout.write],
    ['process.stderr.write', process.stderr.write],
    ['process.kill', process.kill],
    ['console.log', console.log],
    ['console.error', console.error],
    ['Date.now', Date.now],
    ['Math.random', Math.random],
    ['fake timers', vi.isFakeTimers()],
  ]);

// For files that share their process with others (shared-process.ts): each leaves it as it found it, or fails.
let before = stateOfProcess();

beforeAll(() => {
  before = stateOfProcess();
});

afterAll(() => {
  const after = stateOfProcess();
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !Object.is(before.get(name), after.get(name)),
  );
  if (names.length > 0)
    throw new Error(
      `this file shares its process with others and changed it: ${names.join(', ')} (test/support/shared-process.ts)`,
    );
});
