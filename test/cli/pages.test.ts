import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { doorCommands } from '../../src/cli/commands/all.ts';
import type { CommandSpec } from '../../src/cli/commands/command.ts';
import { operationCommands } from '../../src/cli/commands/local/all.ts';
import { completion } from '../../src/cli/commands/local/completion.ts';
import { settingKeys } from '../../src/words/written/setting-kinds.ts';

/** Every command, flag and setting that a page names is one of this program's. Blocks of commands are run besides (test/docs). */

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root }), ...globSync('docs/pt-BR/*.md', { cwd: root })].map(
  (file) => ({ file, text: readFileSync(join(root, file), 'utf8') }),
);

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
