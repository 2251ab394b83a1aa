import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Which test files share a process with others (docs/decisions/test-time.md): a process for each starts Node and Vitest and loads Ink, React and zod
 * anew, one to two seconds of a core. Nearly all do. Decided by what a file and its helpers under `test/` say, so that nobody has to keep a list:
 * whoever replaces modules, or changes what cannot be put back, has a process of its own. `leave-no-trace.ts` puts back what it can after each file,
 * and fails one that leaves anything else behind.
 */
const ofItsOwn = [
  /\bprocess\.(chdir|umask|on|once|exit|abort|setSourceMapsEnabled|emit)\(/,
  /\bprocess\.(exitCode|title|argv)\s*=[^=]/,
  /\b(globalThis|global)(\.\w+|\[[^\]]*\])\s*=[^=]/,
  // Modules that others have loaded are loaded: they would not be replaced any more.
  /\bvi\.(mock|doMock|hoisted|stubGlobal|resetModules)\(/,
  // It says so itself, and why.
  /^\/\/ A process of its own: /m,
  // Whoever reads a PDF fills the process with what its library takes for a browser's.
  /\bfrom '[^']*\/made-pdf\.ts'/,
];

const importPattern = /\b(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g;

/** The file and whatever it imports of `test/`, told once each. */
const ownText = (file: string, seen: Set<string>, read: (path: string) => string): string => {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = read(file);
  const helpers = [...text.matchAll(importPattern)]
    .map(([, path]) => resolve(dirname(file), path ?? ''))
    .filter((path) => path.includes('/test/') && existsSync(path));

  return [text, ...helpers.map((path) => ownText(path, seen, read))].join('\n');
};

const textOf = (root: string, file: string): string =>
  ownText(join(root, file), new Set(), (path) => readFileSync(path, 'utf8'));

/** Not seen to pass in a process with others yet (docs/decisions/test-time.md): whoever is leaves this list, and if it leaves anything behind, its guard says what. */
const notTried = new Set([
  'test/docs/commands.test.ts',
  'test/e2e/backup-restore.test.ts',
  'test/e2e/bakery.test.ts',
  'test/e2e/canary.test.ts',
  'test/e2e/daemon.test.ts',
  'test/e2e/dead-server.test.ts',
  'test/e2e/fence.test.ts',
  'test/e2e/login-bundles.test.ts',
  'test/e2e/looking.test.ts',
  'test/e2e/moves.test.ts',
  'test/e2e/nodes.test.ts',
  'test/e2e/probes-whatsapp.test.ts',
  'test/e2e/real-fleet.test.ts',
  'test/e2e/supabase.test.ts',
  'test/master/bundles/belongings-travel.test.ts',
  'test/master/rehearsal/rehearsal-room.test.ts',
  'test/packaging/package.test.ts',
]);

/** These drive the built program as a person does, with real processes. */
const isEndToEnd = (file: string): boolean => /^test\/(e2e|docs|packaging)\//.test(file);

const startsBrowsers = /\bprocess\.kill\(|\bfrom '(node:child_process|node:net|node:http|puppeteer-core)'/;
const importOfProgram = /^import (?:.* from )?'(?:\.{1,2}\/)+(?:support\/)?built-program\.ts'/m;

export const sharesItsProcess = (root: string, file: string): boolean => {
  if (notTried.has(file)) return false;
  const text = textOf(root, file);
  // wppconnect listens to the process for good.
  if (/^test\/workers\/whatsapp\//.test(file) && startsBrowsers.test(text)) return false;

  return !ofItsOwn.some((pattern) => pattern.test(text));
};

export const allFiles = (root: string): readonly string[] =>
  globSync('test/**/*.test.{ts,tsx}', { cwd: root })
    .filter((file) => !/^test\/(chaos|docker)\//.test(file))
    .sort();

/** Those that start masters or workers: they, or a helper of theirs, import the built program. */
export const startsPrograms = (root: string, file: string): boolean =>
  isEndToEnd(file) || importOfProgram.test(textOf(root, file));

/** Paths from the repository's root. */
export const filesThatShare = (root: string): readonly string[] =>
  allFiles(root).filter((file) => sharesItsProcess(root, file));

export interface Patience {
  readonly testTimeout: number;
  readonly hookTimeout: number;
}

/** What ends a test that hangs, ms. A dozen processes may have to start in one, on a machine that may lend its cores to others. */
export const patienceFor = (root: string, file: string): Patience => {
  if (isEndToEnd(file)) return { testTimeout: 240_000, hookTimeout: 240_000 };
  return startsPrograms(root, file)
    ? { testTimeout: 120_000, hookTimeout: 240_000 }
    : { testTimeout: 60_000, hookTimeout: 120_000 };
};
