import { expect, test } from 'vitest';
import { doorCommands } from '../../../src/cli/commands/all.ts';
import { loadedAlone, oneCommand } from '../../../src/cli/commands/one-command.ts';

test('a command that is loaded alone is the one that help shows', async () => {
  for (const name of loadedAlone()) {
    const listed = doorCommands.find(({ usage }) => usage.split(' ')[0] === name);
    expect([name, listed === undefined]).toEqual([name, false]);
    expect(await oneCommand(name)).toBe(listed);
  }
});

test('what is not one of them is looked for among all', async () => {
  for (const name of ['backup', 'toString', '__proto__', '--help', 'nonsense', ''])
    expect([name, await oneCommand(name)]).toEqual([name, null]);
});
