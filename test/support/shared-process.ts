import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Which test files share a process with others (docs/decisions/test-time.md): a process for each loads Ink, React and zod anew, about a second of
 * a core. Decided by what a file and its helpers under `test/` say, so that nobody has to keep a list: whoever changes what belongs to the
 * whole process, or starts processes, has one of its own. `leave-no-trace.ts` fails a file that changes something all the same.
 */
const ofItsOwn = [
  /\bprocess\.env(\.\w+|\[[^\]]*\])\s*=[^=]/,
  /\bdelete process\.env\b/,
  /\bprocess\.(chdir|umask|on|once|exit|kill|abort|setSourceMapsEnabled|emit)\(/,
  /\bprocess\.(exitCode|title|argv)\s*=[^=]/,
  /\b(globalThis|global)(\.\w+|\[[^\]]*\])\s*=[^=]/,
  /\bvi\.(mock|doMock|hoisted|stubEnv|stubGlobal|resetModules|useFakeTimers|spyOn)\(/,
  // Whoever reads a PDF fills the process with what its library takes for a browser's.
  /\bfrom '[^']*\/made-pdf\.ts'/,
  /\bfrom '(node:child_process|node:cluster|node:worker_threads|node:net|node:http|node:https|node:tls|@lydell\/node-pty|puppeteer-core|pm2)'/,
];

/** These start processes and browsers by more ways than a text shows: one that hangs there takes no others along. */
const roomsOfProcesses = /^test\/(docs|doctor|e2e|packaging|store\/replica|supabase|support|whatsapp-web)\//;
/** One that is as long as forty others would make them wait for their turn. */
const longOnes = ['test/workers/conversation/pipeline.property.test.ts'];

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

export const sharesItsProcess = (root: string, file: string): boolean => {
  if (roomsOfProcesses.test(file) || longOnes.includes(file)) return false;
  const text = ownText(join(root, file), new Set(), (path) => readFileSync(path, 'utf8'));
  return !ofItsOwn.some((pattern) => pattern.test(text));
};

const allFiles = (root: string): readonly string[] =>
  globSync('test/**/*.test.{ts,tsx}', { cwd: root })
    .filter((file) => !/^test\/(chaos|docker)\//.test(file))
    .sort();

const importOfProgram = /^import (?:.* from )?'(?:\.{1,2}\/)+(?:support\/)?built-program\.ts'/m;

/** Those that start masters or workers with the help of our sources: they, or a helper of theirs, import the built program. */
export const filesThatStartPrograms = (root: string): readonly string[] =>
  allFiles(root)
    .filter((file) => !/^test\/(e2e|docs|packaging)\//.test(file))
    .filter((file) => importOfProgram.test(ownText(join(root, file), new Set(), (path) => readFileSync(path, 'utf8'))));

/** Paths from the repository's root. */
export const filesThatShare = (root: string): readonly string[] =>
  allFiles(root).filter((file) => sharesItsProcess(root, file));
