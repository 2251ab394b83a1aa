import { expect, test } from 'vitest';
import type { CommandContext } from '../../../../src/cli/commands/command.ts';
import { master } from '../../../../src/cli/commands/local/master.ts';

/** What `master stop` says beside a supervisor, which ends with it, or would undo it. */
const stop = async (
  supervisor: 'none' | 'ends' | 'stays',
  options: { keepSessions?: boolean; isRunning?: boolean } = {},
) => {
  const said: string[] = [];
  const asked: object[] = [];
  const context = {
    print: (text: string) => said.push(text),
    warn: (text: string) => said.push(`warning: ${text}`),
    connect: async () => ({ request: async (_method: string, given: object) => asked.push(given) }),
  } as unknown as CommandContext;
  let stopped = 0;
  const command = master({
    isRunning: async () => options.isRunning ?? true,
    supervisor: async () => (supervisor === 'none' ? null : { ends: async () => supervisor === 'ends' }),
    stopFleet: async () => {
      stopped += 1;
    },
  });
  const code = await command.run(context, ['stop'], options.keepSessions === true ? { keepSessions: true } : {});
  return { code, said: said.join('\n'), stopped, asked };
};

test('without a supervisor it is stopped', async () =>
  expect(await stop('none')).toEqual({ code: 0, said: 'Master and sessions are stopped.', stopped: 1, asked: [] }));

test('a supervisor ends with it, in one line, with whoever may start that again', async () => {
  const { said, stopped } = await stop('ends');
  expect(said).toMatch(/^Master, sessions and their supervisor \(--daemon\) are stopped\. [^\n]*systemd[^\n]*$/);
  expect(stopped).toBe(1);
});

test('a supervisor that does not end is a warning, not a success', async () =>
  expect((await stop('stays')).said).toMatch(/^warning: [^\n]*still runs and may start them again[^\n]*$/));

test('a supervisor beside a dead master is stopped, too', async () => {
  const { said, stopped } = await stop('ends', { isRunning: false });
  expect(stopped).toBe(1);
  expect(said).toContain('supervisor');
});

test('a master that is stopped alone comes back under a supervisor, and that is said', async () => {
  expect((await stop('none', { keepSessions: true })).said).toBe('Master is stopped; the bots go on.');
  const { said, stopped, asked } = await stop('ends', { keepSessions: true });
  expect(said).toContain('starts the next one within seconds');
  expect([stopped, asked]).toEqual([0, [{ sessions: false, actor: 'you' }]]);
});
