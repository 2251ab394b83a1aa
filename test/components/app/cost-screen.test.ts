import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleFleet } from '../support/example-fleets.ts';
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
