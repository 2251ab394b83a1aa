import { expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/commands/command.ts';
import { restart, start, stop } from '../../../src/cli/commands/lifecycle.ts';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { fakeFleet, sessionRow } from '../../components/support/fake-fleet.ts';

/** The exit code is 0 only where every session came to where it was to be. */

const offline = { state: 'offline', verdict: 'offline', reason: 'no network in the page' } as const;

const run = async (command: typeof start, states: Readonly<Record<string, Partial<SessionRow>>>, options = {}) => {
  const fleet = fakeFleet();
  const answer = (params: unknown) => {
    const { name } = params as { name: string };
    return { row: sessionRow(name, states[name] ?? {}) };
  };
  Object.assign(fleet.answers, { start: answer, restart: answer, stop: answer });
  const said: string[] = [];
  const context = {
    connect: async () => fleet,
    reach: async () => fleet,
    print: (line: string) => said.push(line),
    warn: (line: string) => said.push(line),
    verdictWord: (verdict: string) => verdict,
    told: { reason: (_code: string | null, reason: string) => reason },
  } as unknown as CommandContext;
  const code = await command.run(context, [Object.keys(states)], options);
  return { code, said };
};

it('one that is not up ends a start and a restart with 1, and is told', async () => {
  for (const command of [start, restart]) {
    const { code, said } = await run(command, { 'loja-a': {}, 'loja-b': offline });
    expect([code, said[1]]).toEqual([1, 'loja-b: offline (no network in the page)']);
  }
});

it.each(['qr', 'queued', 'waiting', 'syncing', 'connected'] as const)(
  '%s is what a start can come to',
  async (state) => {
    expect((await run(start, { 'loja-a': { state } })).code).toBe(0);
  },
);

it('a stop, and a start that nobody waits for, say nothing of it', async () => {
  expect((await run(stop, { 'loja-a': offline })).code).toBe(0);
  expect((await run(start, { 'loja-a': offline }, { wait: false })).code).toBe(0);
});
