import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleFleet } from '../support/example-fleets.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

it('the budgets of all bots are asked for at once, whichever are on the screen', async () => {
  const fleet = fakeFleet(exampleFleet('bad', 12));
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press(':', 'cost', 'enter');
  await screen.waitFor(/Barbearia do Zé .* \/1 /);
  await screen.press('G', 'g');
  screen.advance(1000);
  await screen.press('');

  const asked = fleet.asked.map(({ method }) => method);
  expect(asked.filter((method) => method === 'budgets')).toHaveLength(1);
  expect(asked).not.toContain('session');
});

it('e opens the settings of the bot under the cursor, where its budget and its model are', async () => {
  const fleet = fakeFleet(exampleFleet('bad', 12));
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press(':', 'cost', 'enter');
  await screen.waitFor(/e settings/);
  const [, bot = ''] = /▌\s+(.+?)\s{2,}/.exec(screen.text()) ?? [];
  await screen.press('e');
  await screen.waitFor(new RegExp(`› ${bot}(?:.|\\n)*5 Settings`));
});

/** The bots from the top, as they stand. */
const botsOf = (text: string): readonly string[] =>
  [...text.matchAll(/│ [▌ ] (\S.*?)\s{2,}.*?\$(\d+\.\d+)/g)].map(([, label = '']) => label);

it('o puts the dearest first, then names, then who is nearest to the budget', async () => {
  const fleet = fakeFleet(exampleFleet('bad', 12));
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press(':', 'cost', 'enter');
  await screen.waitFor(/dearest first {3}o sort(?:.|\n)*Barbearia do Zé .* \/1 /);
  const dearest = botsOf(screen.text());

  await screen.press('o');
  await screen.waitFor(/by name {3}o sort/);
  expect(screen.text()).toContain('sorted by name   o next');
  const named = botsOf(screen.text());
  expect(named).toEqual(dearest.toSorted((a, b) => a.localeCompare(b, 'pt')));
  expect(named).not.toEqual(dearest);

  await screen.press('o');
  await screen.waitFor(/nearest its budget {3}o sort/);
  const shares = [...screen.text().matchAll(/\$(\d+\.\d+) \/(\d*\.?\d+)/g)].map(
    ([, usd, of]) => Number(usd) / Number(of),
  );
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(botsOf(screen.text()).slice(0, shares.length)).not.toContain(dearest.find((label) => !named.includes(label)));

  await screen.press('o');
  await screen.waitFor(/dearest first/);
  expect(botsOf(screen.text())).toEqual(dearest);
});

it("o puts the dearest of a bot's answers first", async () => {
  const fleet = fakeFleet(exampleFleet('bad', 12));
  answerEverything(fleet);
  const turn = exampleTurn('padaria-joao');
  Object.assign(fleet.answers, {
    why: () => ({ turns: [0.001, 0.004, 0.002].map((costUsd, turnId) => ({ ...turn, turnId, costUsd })) }),
  });
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press(':', 'cost', 'enter');
  await screen.waitFor(/enter its days/);
  await screen.press('enter');
  await screen.waitFor(/newest first {3}o sort(?:.|\n)*0\.0010/);
  await screen.press('o');
  await screen.waitFor(/dearest first/);
  expect([...screen.text().matchAll(/\$(0\.00\d\d) /g)].map(([, usd]) => usd)).toEqual(['0.0040', '0.0020', '0.0010']);
});
