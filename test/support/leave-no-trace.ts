import { createRequire } from 'node:module';
import process from 'node:process';
// Not a test's clock: fake timers replace the globals alone.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, vi } from 'vitest';

/** What belongs to the whole process and cannot be put back for everybody. */
const stateOfProcess = (): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
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
  ]);

const clocks = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const;
const realClocks = Object.fromEntries(clocks.map((name) => [name, globalThis[name]]));

/** How many processes, and sockets that listen, keep this process going. */
const kept = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^(Process|TCPServer|PipeServer)Wrap$/i.test(name)).length;

/** What ends by itself may do so a moment after a test. */
const looks = 250;
const isMoreThan = async (many: number): Promise<boolean> => {
  for (let look = 0; look < looks && kept() > many; look += 1) await delay(20);
  return kept() > many;
};

/** What libraries (OpenAI's, zod, tslib) keep in the process from their first use on, and what changes nothing for others. */
const ofLibraries = /^globalThis\.(Symbol\(openai\.node\.providerDefinitions\.v1\)|__\w+)$/;

const putBack = (environment: Readonly<NodeJS.ProcessEnv>): void => {
  for (const name of new Set([...Object.keys(environment), ...Object.keys(process.env)])) {
    const value = environment[name];
    if (value === undefined) delete process.env[name];
    else if (process.env[name] !== value) process.env[name] = value;
  }
};

// PM2's client does so in whatever process loads it first, for good (src/orchestrator/process/process-manager.ts): all of them have it from the start.
createRequire(import.meta.url)('../../scripts/sure-exit.cjs').makeExitSure();

// For files that share their process with others (shared-process.ts). Environment, clocks, spies and umask are put back for everybody, because whoever
// uses them would only say the same at its end; a file that leaves anything else behind fails. Taken before the file itself is loaded.
const environment = { ...process.env };
const umask = process.umask();
let before = stateOfProcess();
let keptBefore = kept();

beforeAll(() => {
  before = stateOfProcess();
  keptBefore = kept();
});

afterAll(async () => {
  // Vitest itself puts spies back after this: one on a fake clock brings that clock back, and only the next file would meet it, waiting for ever.
  vi.restoreAllMocks();
  vi.useRealTimers();
  putBack(environment);
  process.umask(umask);

  const after = stateOfProcess();
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !ofLibraries.test(name) && !Object.is(before.get(name), after.get(name)),
  );
  Object.assign(globalThis, realClocks);
  if (await isMoreThan(keptBefore)) names.push('processes or servers that still run');
  if (names.length > 0)
    throw new Error(
      `this file shares its process with others and changed it: ${names.join(', ')} (test/support/shared-process.ts)`,
    );
});
