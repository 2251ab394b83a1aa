import { spawnSync } from 'node:child_process';
import { expect, it, test } from 'vitest';
import { doorCommands } from '../../../../src/cli/commands/all.ts';
import { operationCommands } from '../../../../src/cli/commands/local/all.ts';
import { completion } from '../../../../src/cli/commands/local/completion.ts';

const specs = [...doorCommands, ...operationCommands];
const printed = async (shell: string): Promise<string> => {
  let text = '';
  const spec = completion(() =>
    specs.map(({ usage, summary, completes, options = [] }) => ({
      name: usage.split(' ')[0] ?? '',
      summary,
      completes,
      flags: options.flatMap(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? []),
    })),
  );
  // Nothing of the context but its printer is used.
  const context = { printAsIs: (line: string) => (text = line) } as unknown as Parameters<typeof spec.run>[0];
  await spec.run(context, [shell], {});
  return text;
};

/** What bash offers behind these words; the program itself, asked for names, says two. */
const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const script = `zap-fleet() { echo loja; echo padaria; }
${await printed('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _zap_fleet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status } = spawnSync('bash', ['-c', script, 'bash', 'zap-fleet', ...words], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\n').filter((word) => word !== '');
};

test.each<[readonly string[], readonly string[]]>([
  [
    ['master', ''],
    ['status', 'stop'],
  ],
  [['master', 'sto'], ['stop']],
  [['draft', 'a'], ['approve']],
  [['draft', 'approve', ''], []],
  [
    ['config', ''],
    ['loja', 'padaria'],
  ],
  [
    ['config', 'loja', ''],
    ['get', 'set'],
  ],
  [['config', 'loja', 'set', 'timing_config.openi'], ['timing_config.openingHours']],
  [['start', 'loja', 'p'], ['padaria']],
  [['store', 'ad'], ['adopt']],
  [['create', ''], []],
  [['sto'], ['stop', 'store']],
])('bash offers behind %j: %j', async (words, offers) => expect(await offered(...words)).toEqual(offers));

it('the other shells are given the same words', async () => {
  expect(await printed('zsh')).toContain('master:*) compadd --');
  expect(await printed('zsh')).toContain('master:1) compadd -- status stop ;;');
  expect(await printed('fish')).toContain(
    "__fish_seen_subcommand_from master; and test (count (commandline -opc)) -eq 2' -a 'status stop'",
  );
});
