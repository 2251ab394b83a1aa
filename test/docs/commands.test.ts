import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homePaths } from '../../src/home/home-paths.ts';
import { startGeminiService } from '../ai-services/gemini-service.ts';
import { startOpenAiService } from '../ai-services/openai-service.ts';
import type { AiService } from '../ai-services/script.ts';
import { withCompiledCode } from '../support/compiled-code.ts';
import { freePort } from '../support/free-port.ts';
import { processesOf } from '../support/leftovers.ts';
import { isOnPath, writeStandIn } from '../support/stand-in-programs.ts';
import { until } from '../support/until.ts';
import { placeBrowser } from '../whatsapp-web/test-browser.ts';
import { type ShellBlock, shellBlocks } from './shell-blocks.ts';

/** Every command that a page shows is run as it stands there, on a throw-away fleet of simulated phones. */

const root = resolve(import.meta.dirname, '../..');
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));
const pages = [
  ...['README.md', 'CONTRIBUTING.md'].filter((file) => existsSync(join(root, file))),
  ...markdownIn('docs'),
  ...markdownIn('deployment'),
].map((file) => ({ file, blocks: shellBlocks(readFileSync(join(root, file), 'utf8')) }));

/** The program as it is now: somebody may build again while this goes on. */
const program = mkdtempSync('/tmp/zfd-program-');
const cli = join(program, 'dist/cli.js');
let openai: AiService;
let gemini: AiService;

beforeAll(async () => {
  cpSync(join(root, 'dist'), join(program, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(program, 'package.json'));
  cpSync(join(root, 'supabase'), join(program, 'supabase'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(program, 'node_modules'));
  openai = await startOpenAiService();
  gemini = await startGeminiService();
});
afterAll(async () => {
  await Promise.all([openai.close(), gemini.close()]);
  rmSync(program, { recursive: true });
});

const shim = (folder: string, name: string, lines: readonly string[]): void => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/bash\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
};

/** A shell as a reader has it: `zap-fleet` and `npx zap-fleet` on the PATH, and phones that need no person. */
const openShell = async (
  whenFinished: (work: () => Promise<void>) => void,
  { hasBrowser = false }: { readonly hasBrowser?: boolean } = {},
) => {
  const home = mkdtempSync('/tmp/zfd-');
  whenFinished(() => closeHome(home));
  if (hasBrowser) await placeBrowser(homePaths(join(home, 'f')));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const node = JSON.stringify(process.execPath);
  shim(bin, 'zap-fleet', [
    `if [[ "$1" == create ]]; then exec ${node} ${cli} "$@" --engine simulated; fi`,
    `exec ${node} ${cli} "$@"`,
  ]);
  shim(bin, 'npx', [
    '[[ "$1" == -y || "$1" == --yes ]] && shift',
    '[[ "$1" == zap-fleet ]] || { echo "npx $1?" >&2; exit 1; }',
    'exec "$@"',
  ]);
  shim(bin, 'npm', [
    '[[ "$1" == start ]] || { echo "npm $1 is not for a page of commands: tag the block ci" >&2; exit 1; }',
    'exec zap-fleet',
  ]);
  if (!isOnPath('curl')) writeStandIn('curl', bin);
  shim(bin, 'until-ctrl-c', [`exec ${node} ${join(import.meta.dirname, 'interrupt.ts')} "$@"`]);
  const port = await freePort();
  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    FLEET_HOME: join(home, 'f'),
    FLEET_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    BASE_PORT: String(20_000 + Math.floor(Math.random() * 20_000)),
    TZ: 'America/Sao_Paulo',
    EDITOR: 'true',
    // One machine's readers: what one has compiled, none compiles again.
    ...withCompiledCode,
    OPENAI_KEY: `sk-${'local'.repeat(8)}`,
    OPENAI_BASE_URL: openai.baseUrl,
    GEMINI_KEY: 'local'.repeat(8),
    GEMINI_BASE_URL: gemini.baseUrl,
  };
  return (script: string, folder = 'work') => {
    const cwd = join(home, folder);
    mkdirSync(cwd, { recursive: true });
    return new Promise<{ code: number; output: string }>((done) => {
      execFile(
        'bash',
        ['--norc', '-euo', 'pipefail', '-c', script.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`)],
        { cwd, env: environment, timeout: 150_000, maxBuffer: 16 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          done({ code, output: `${stdout}${stderr}` });
        },
      );
    });
  };
};

/** `# ctrl+c` at the end of a line: it goes on until then. `npm ci` is what CI does with every clone (.ci/). */
const runnable = (block: ShellBlock): string =>
  block.script
    .split('\n')
    .map((line) => line.replace(/^ *npm ci && /, ''))
    .map((line) => (/# ctrl\+c\b/.test(line) ? `until-ctrl-c ${line}` : line))
    .join('\n');

const closeHome = async (home: string): Promise<void> => {
  await new Promise((done) => {
    execFile(process.execPath, [cli, '--home', join(home, 'f'), 'master', 'stop'], { timeout: 60_000 }, done);
  });
  await until(() => processesOf(home).length === 0, { within: 30_000, what: `no process of ${home}` });
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
};

/** What is run of a page, in its order. */
const linesOf = (blocks: readonly ShellBlock[]): string =>
  blocks.map(({ tag, script }) => `${tag}\n${script}`).join('\0');

interface Reading {
  readonly file: string;
  readonly mine: readonly ShellBlock[];
  /** Other pages with the same commands to the letter, as a translation has them: run once, they work on all of them. */
  readonly twins: string[];
}

const readings = (): readonly Reading[] => {
  const found = new Map<string, Reading>();
  for (const { file, blocks } of pages) {
    const mine = blocks.filter(({ tag }) => tag === '' || tag === 'setup');
    if (!mine.some(({ tag }) => tag === '')) continue;
    const same = found.get(linesOf(mine));
    if (same === undefined) found.set(linesOf(mine), { file, mine, twins: [] });
    else same.twins.push(file);
  }
  return [...found.values()];
};

/** Starts and stops sessions, or the fleet itself. The others speak of sessions that they make, on a fleet that runs. */
const needsOwnFleet = ({ mine }: Reading): boolean =>
  mine.some(({ script }) =>
    /zap-fleet (start|stop|restart|master|restore|doctor)\b|--start\b|npm start|--demo/.test(script),
  );

/** Who reads them: one for each page that needs a fleet of its own, and one for all of the others, in turn. */
const readers = (): readonly (readonly Reading[])[] => {
  const all = readings();
  return [...all.filter(needsOwnFleet).map((one) => [one]), all.filter((one) => !needsOwnFleet(one))];
};

const nameOf = ({ file, twins }: Reading): string =>
  twins.length === 0 ? relative('.', file) : `${relative('.', file)} (the same to the letter: ${twins.join(', ')})`;

const namesMadeIn = ({ mine }: Reading): readonly string[] =>
  mine.flatMap(({ script }) => [...script.matchAll(/zap-fleet create ([a-z0-9-]+)/g)].map(([, name = '']) => name));

/** Pages are read by different people at the same time. */
describe.concurrent('every command that is shown works', () => {
  for (const pagesOfOne of readers())
    test(pagesOfOne.map(nameOf).join(', '), { timeout: 300_000 }, async ({ expect, onTestFinished }) => {
      // The doctor starts the browser: a reader's fleet has unpacked its own before.
      const hasBrowser = pagesOfOne.some(({ mine }) => mine.some(({ script }) => script.includes('zap-fleet doctor')));
      const run = await openShell((work) => onTestFinished(work, 100_000), { hasBrowser });
      const works = async (where: string, script: string, folder: string): Promise<void> => {
        const { code, output } = await run(script, folder);
        expect({ code, where, output: code === 0 ? '' : output }).toEqual({ code: 0, where, output: '' });
      };

      for (const reading of pagesOfOne) {
        const { file, mine } = reading;
        // Nothing of another page is there: no file, no session.
        const folder = `work/${file.replaceAll('/', '-')}`;
        // A page that says nothing of its own is read by somebody whose fleet runs.
        if (!mine.some(({ tag }) => tag === 'setup') && file !== 'README.md') await run('zap-fleet', folder);
        for (const block of mine) await works(`${file}:${block.line}`, runnable(block), folder);
        if (reading !== pagesOfOne.at(-1))
          for (const name of namesMadeIn(reading))
            await works(`after ${file}`, `zap-fleet delete ${name} --yes --purge`, folder);
      }
    });
});

describe('what is not run here', () => {
  const known = new Set(
    ['docker', 'chown', 'apt-get', 'apt', 'git', 'cd', 'cp', 'npm', 'zap-fleet', 'nginx', 'systemctl'].concat([
      'scp',
      'ssh',
      'openssl',
      'export',
    ]),
  );
  test('pages have commands at all', () => {
    expect(pages.flatMap(({ blocks }) => blocks).filter(({ tag }) => tag === '').length).toBeGreaterThan(5);
  });

  test('CI runs the scripts that CONTRIBUTING shows', () => {
    const scripts = (
      JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    ).scripts;
    for (const { blocks } of pages) {
      for (const { script } of blocks.filter(({ tag }) => tag === 'ci')) {
        for (const [, name = ''] of script.matchAll(/^npm (?:run )?(test\S*|lint|types|build|format)/gm))
          expect(scripts).toHaveProperty([name]);
      }
    }
  });

  test('zap-fleet commands in a block for another machine exist', async ({ onTestFinished }) => {
    const run = await openShell((work) => onTestFinished(work, 100_000));
    const { output } = await run('zap-fleet --help');
    const commands = new Set([...output.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name));
    for (const { file, blocks } of pages) {
      for (const block of blocks.filter(({ tag }) => tag === 'console' || tag === 'server' || tag === 'docker')) {
        for (const line of block.script.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
          const first = line.trim().split(/\s+/)[0] ?? '';
          expect(known, `${file}:${block.line} ${line}`).toContain(first);
          const name = /zap-fleet ([a-z]+)\b/.exec(line.replace(/^docker .*? zap-fleet zap-fleet/, 'zap-fleet'))?.[1];
          if (name !== undefined && first === 'zap-fleet')
            expect(commands, `${file}:${block.line} ${line}`).toContain(name);
        }
      }
    }
  });
});

test('every command that a page names in running text exists', async ({ onTestFinished }) => {
  const run = await openShell((work) => onTestFinished(work, 100_000));
  const { output } = await run('zap-fleet --help');
  const commands = new Set([...output.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name));
  const missing = pages.flatMap(({ file }) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/`zap-fleet ([a-z]+)\b/g)]
      .filter(([, name = '']) => !commands.has(name))
      .map(([, name]) => `${file}: zap-fleet ${name}`),
  );
  expect(missing).toEqual([]);
});
