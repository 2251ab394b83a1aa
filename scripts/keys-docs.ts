// docs/keys.md from the registered actions: node scripts/keys-docs.ts. A test says when the page is old.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bindings } from '../components/actions/keymap.ts';
import { lineCommands } from '../components/commands/line-commands.ts';
import type { Binding } from '../components/keys/keymap.ts';
import { en } from '../components/texts/en.ts';
import { ptBr } from '../components/texts/pt-br.ts';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const words = (texts: typeof en | typeof ptBr, { action }: Binding): string => {
  const known = texts.help.action as Readonly<Record<string, string>>;
  return known[action] ?? '';
};
const guards: Readonly<Record<string, string>> = { ask: 'asks: y', name: 'its name is typed' };

/** Bindings that share one line of the help screen (`j k`, `1-6`) share one here. */
const groups = (): readonly (readonly Binding[])[] =>
  bindings
    .filter(({ help }) => help !== undefined)
    .map((first) => [first, ...bindings.filter(({ helpWith }) => helpWith === first.action)]);

/** The page: every key, where it works, what it asks first; every command of the `:` line. */
export const keysPage = (): string => {
  const lines = [
    '# Keys',
    '',
    'Made from `components/actions/registry.ts` by `node scripts/keys-docs.ts`: what is bound is listed, and nothing else. In the dashboard `?`',
    'shows the keys of the screen you are on. Actions go to the marked sessions, or else to the one under the cursor. Keys with a guard ask when a',
    'session is connected or when there are several; enter is not yes. What is typed ahead goes into the field that its',
    'first key opens (`:` and `/`). Text pasted outside a field moves the cursor and does nothing else.',
    '',
    row('keys', 'what', 'em português', 'where', 'guard'),
    '|---|---|---|---|---|',
  ];
  for (const group of groups()) {
    const first = group[0];
    if (first === undefined) continue;
    const names = first.on === 'all' ? ['everywhere'] : first.on.map((screen) => en.help.screen[screen]);
    const where = names.length > 5 ? 'fleet screen, a session and its tabs' : names.join(', ');
    lines.push(
      row(
        group.flatMap(({ keys }) => keys.map(code)).join(' '),
        words(en, first),
        words(ptBr, first),
        where,
        first.guard === undefined ? '' : (guards[first.guard] ?? ''),
      ),
    );
  }
  lines.push(
    '',
    '## Commands (`:`)',
    '',
    '`tab` completes names, words and sessions. Without a name they act as the keys do; what stands in quotes is one word, and within a text quotes are part of it.',
    '',
    ...lineCommands.map(
      ({ usage, aliases }) =>
        `- \`${usage}\`${aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `\`${alias}\``).join(', ')})`}`,
    ),
  );
  return `${lines.join('\n')}\n`;
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/keys.md', import.meta.url), keysPage());
