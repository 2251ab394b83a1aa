import { expect, it } from 'vitest';
import type { CommandContext, CommandSpec } from '../../../src/cli/commands/command.ts';
import { draft } from '../../../src/cli/commands/conversations.ts';
import { purge } from '../../../src/cli/commands/local/customer.ts';
import { logout, remove, reset } from '../../../src/cli/commands/removal.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';

/** A context in which nothing is there: what a command does after it was told so is a mistake. */
const nowhere = () => {
  const done: string[] = [];
  const missing = new FleetError('no-such-session', 'there is no session "padaria-joa". Did you mean padaria-joao?');
  const context = {
    mustExist: async (name: string, options?: { kept?: boolean }) => {
      done.push(`looks for ${name}${options?.kept === true ? ', also what it left' : ''}`);
      throw missing;
    },
    mustWait: async (id: number) => {
      done.push(`looks for draft ${id}`);
      throw new FleetError('refused-by-state', 'this draft is not waiting any more.');
    },
    ask: async () => done.push('asks'),
    confirm: async () => done.push('asks'),
    connect: async () => done.push('connects'),
    print: () => done.push('prints'),
  } as unknown as CommandContext;
  return { context, done };
};

it.each<[string, CommandSpec]>([
  ['logout', logout],
  ['reset', reset],
  ['delete', remove],
])('%s looks whether the session is there before it asks for its name, also with --yes', async (_, command) => {
  for (const options of [{}, { yes: true }]) {
    const { context, done } = nowhere();
    await expect(command.run(context, ['padaria-joa'], options)).rejects.toMatchObject({ code: 'no-such-session' });
    expect(done).toEqual(['looks for padaria-joa']);
  }
});

it('purge looks, too; conversations that a deleted session left are enough', async () => {
  const { context, done } = nowhere();
  const ended = purge.run(context, ['padaria-joa', '11 98765-4321'], {});
  await expect(ended).rejects.toMatchObject({ code: 'no-such-session' });
  expect(done).toEqual(['looks for padaria-joa, also what it left']);
});

it('draft looks whether it waits before anything is started', async () => {
  const { context, done } = nowhere();
  await expect(draft.run(context, ['approve', '12', undefined], {})).rejects.toMatchObject({
    code: 'refused-by-state',
  });
  expect(done).toEqual(['looks for draft 12']);
});
