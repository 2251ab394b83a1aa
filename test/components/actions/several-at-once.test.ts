import { afterEach, describe, it } from 'vitest';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

/** What was asked for several bots is said to be done only where it is, of each of them. */

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const names = ['loja-a', 'loja-b', 'loja-c'];
const offline = { state: 'offline', verdict: 'offline', reason: 'no network in the page' } as const;

const show = async (answer: (name: string) => SessionRow, patch: Partial<SessionRow> = {}): Promise<Screen> => {
  const fleet = fakeFleet({
    ...exampleSnapshot(),
    sessions: names.map((name) => sessionRow(name, { state: 'stopped', verdict: 'stopped', ...patch })),
  });
  answerEverything(fleet);
  const one = (params: unknown) => ({ row: answer((params as { name: string }).name) });
  Object.assign(fleet.answers, { start: one, restart: one, stop: one });
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  return screen;
};
const come = (fallen: readonly string[]) => (name: string) => sessionRow(name, fallen.includes(name) ? offline : {});

describe('several bots at once', () => {
  it('are started, and it says which one is not up, and why', async () => {
    const shown = await show(come(['loja-b']));
    await shown.press('a', 's');
    await shown.waitFor('✕ start 3 bots: 2 of 3 done; loja-b: offline (no network in the page)');
  });

  it('says how many more there are', async () => {
    const shown = await show(come(['loja-a', 'loja-c']));
    await shown.press('a', 's');
    await shown.waitFor('1 of 3 done; loja-a: offline (no network in the page), and 1 more');
  });

  it('one alone is no success either when it came to nothing', async () => {
    const shown = await show(come(['loja-a']));
    await shown.press('s');
    await shown.waitFor('✕ start loja-a: offline (no network in the page)');
  });

  it('are restarted, asked for in the plural', async () => {
    const shown = await show(come(['loja-c']), { state: 'connected', verdict: 'connected' });
    await shown.press('a', 'R');
    await shown.waitFor('Their browsers are closed');
    shown.advance(300);
    await shown.press('y');
    await shown.waitFor('✕ restart 3 bots: 2 of 3 done; loja-c: offline');
  });

  it('name the one that the master refused, once', async () => {
    const shown = await show((name) => {
      if (name === 'loja-b') throw new FleetError('refused-by-state', 'loja-b is busy with "restart".');
      if (name === 'loja-c') throw new FleetError('timeout', 'no answer in time');
      return sessionRow(name);
    });
    await shown.press('a', 's');
    await shown.waitFor('1 of 3 done; loja-b is busy with "restart", and 1 more');
  });

  it('are all done where all are', async () => {
    const shown = await show(come([]));
    await shown.press('a', 's');
    await shown.waitFor('✓ start 3 bots: done');
  });
});
