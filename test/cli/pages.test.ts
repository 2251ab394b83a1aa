import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { doorCommands } from '../../src/cli/commands/all.ts';
import type { CommandSpec } from '../../src/cli/commands/command.ts';
import { operationCommands } from '../../src/cli/commands/local/all.ts';
import { completion } from '../../src/cli/commands/local/completion.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { secretNames, settingNames } from '../../src/settings/settings.ts';
import { settingKeys } from '../../src/words/written/setting-kinds.ts';

/** Every command, flag, setting, variable, file and exit code that a page names is one of this program's. Blocks of commands are run besides (test/docs). */

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', ...globSync('docs/{*,pt-BR/*,decisions/*}.md', { cwd: root })].map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));

const specs = new Map<string, CommandSpec>(
  [...doorCommands, ...operationCommands, completion(() => [])].map((spec) => [spec.usage.split(' ')[0] ?? '', spec]),
);
const globalFlags = ['--home', '--lang', '--node', '--daemon', '--demo', '--help', '--version', '--json'];

/** `zap-fleet NAME …` as it stands in code, to the end of that piece of code, of that command, or to what stands beside it. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<!another )\bzap-fleet ([^`\n|&;)"]*)/g)].map(
    ([, rest = '']) => rest.trim().split(/ {2,}/)[0] ?? '',
  );

const flagsOf = (rest: string): readonly string[] =>
  [...rest.matchAll(/(?:^|\s)(--[a-z][a-z-]*)/g)].map(([, flag = '']) => flag);

/** The first word that is no flag; null where the page means the program, another one (`zap-fleet zap-fleet`), or a place. */
const commandOf = (rest: string): string | null => {
  const words = rest
    .replace(/--(?:node|home|lang) \S+/g, '')
    .trim()
    .split(/\s+/)
    .filter((word) => !word.startsWith('-'));
  const [first = ''] = words;
  return /^[a-z]{2,}$/.test(first) ? first : null;
};

/** Words that follow the program's name in a sentence. */
const inCode = (text: string): string =>
  [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([code]) => code).join('\n');

it.each(pages)('$file names commands and flags that there are', ({ text }) => {
  const unknown = commandsIn(inCode(text)).flatMap((rest) => {
    const name = commandOf(rest);
    if (name === null) return [];
    const spec = specs.get(name);
    if (spec === undefined) return [`zap-fleet ${name}`];
    const own = (spec.options ?? []).flatMap(({ flags }) => [...flags.matchAll(/--[a-z-]+/g)].map(([flag]) => flag));
    return flagsOf(rest)
      .filter((flag) => !own.includes(flag) && !globalFlags.includes(flag))
      .map((flag) => `zap-fleet ${name} ${flag}`);
  });
  expect(unknown).toEqual([]);
});

it.each(pages)('$file names settings that there are', ({ text }) => {
  const named = [...text.matchAll(/\b(?:ai_config|timing_config|filters)\.[a-zA-Z]+/g)].map(([key]) => key);
  expect(named.filter((key) => !settingKeys().includes(key))).toEqual([]);
});

/** Settings, secrets (each also by `NAME_FILE`), and what the system or Node itself reads. */
const ofSystem = ['NO_COLOR', 'NODE_OPTIONS', 'NODE_ENV', 'NODE_COMPILE_CACHE', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'];
const readBySource = (name: string): boolean =>
  sources.some((text) => text.includes(`env['${name}']`) || text.includes(`env.${name}`));
const sources = globSync('{src,components,workers,scripts,test/components}/**/*.{ts,tsx,mjs,cjs,js}', {
  cwd: root,
}).map((file) => readFileSync(join(root, file), 'utf8'));
/** What the files that start containers take from the shell. */
const ofDeployment = ['docker-compose.yml', 'deployment/stack.yml'].flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\$\{([A-Z_]+)[:}]/g)].map(([, name = '']) => name),
);
const variables = new Set<string>([
  ...ofDeployment,
  ...settingNames,
  ...secretNames,
  ...secretNames.map((name) => `${name}_FILE`),
  ...ofSystem,
  'NAME_FILE',
]);
const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)(?:=[^`\n]*)?`/g)].map(([, name = '']) => name);

it.each(pages)('$file names variables that are read', ({ text }) => {
  expect(variablesIn(text).filter((name) => !variables.has(name) && !readBySource(name))).toEqual([]);
});

it('every setting and secret stands in the manual or in the example of a .env, which it names', () => {
  const all = [readFileSync(join(root, '.env.example'), 'utf8'), ...pages.map(({ text }) => text)].join('\n');
  expect([...settingNames, ...secretNames].filter((name) => !new RegExp(`\\b${name}\\b`).test(all))).toEqual([]);
});

/** Of another project's repository. */
const ofOthers = ['docs/ink-line-update.patch.md'];

it.each(pages.filter(({ file }) => !ofOthers.includes(file)))('$file names files that there are', ({ text }) => {
  const named = [
    ...text.matchAll(/`((?:src|components|workers|test|scripts|docs|deployment|supabase|bench)\/[\w./*-]+)`/g),
  ].map(([, path = '']) => path);
  // `docs/commands`, where it is of a test.
  expect(named.filter((path) => globSync([path, `test/${path}.test.*`], { cwd: root }).length === 0)).toEqual([]);
});

it.each(pages)('$file names links to files that there are', ({ file, text }) => {
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
  expect(linked.filter((path) => !existsSync(join(root, dirname(file), path)))).toEqual([]);
});

it('exit codes are those that the manual says', () => {
  const said =
    pages.map(({ text }) => /Exit codes: (.*?)\.\n/s.exec(text)?.[1]).find((line) => line !== undefined) ?? '';
  const numbers = [...said.matchAll(/(?:^|, )(\d) ([a-z ]+)/g)].map(([, exit, words]) => [Number(exit), words?.trim()]);
  expect(numbers).toEqual([
    [0, 'done'],
    [new FleetError('failed', '').exitCode, 'failed'],
    [new FleetError('usage', '').exitCode, 'not understood'],
    [new FleetError('no-such-session', '').exitCode, 'no such session'],
    [new FleetError('refused-by-state', '').exitCode, 'refused as things are'],
  ]);
});

it('the test reads commands, and would find one that is not there', () => {
  expect(commandsIn(inCode('run `zap-fleet ls --json` and `zap-fleet nonsense`'))).toEqual(['ls --json', 'nonsense']);
  expect(pages.flatMap(({ text }) => commandsIn(inCode(text))).length).toBeGreaterThan(100);
  expect([commandOf('ls --json'), commandOf('--node vps-2 restart loja-1'), commandOf('--demo')]).toEqual([
    'ls',
    'restart',
    null,
  ]);
  expect(specs.has('nonsense')).toBe(false);
});
