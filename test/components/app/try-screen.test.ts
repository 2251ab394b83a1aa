import { afterEach, expect, it } from 'vitest';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { answerEverything } from '../support/answers.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen, until } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const show = async (answers: Readonly<Record<string, unknown>> = {}, columns = 120): Promise<Screen> => {
  const fleet = fakeFleet();
  answerEverything(fleet);
  Object.assign(fleet.answers, answers);
  screen = await openScreen({ fleet, columns, rows: columns < 100 ? 24 : 40 });
  return screen;
};
const asked = (shown: Screen, wanted: string) =>
  shown.fleet.asked.filter(({ method }) => method === wanted).map(({ params }) => params);

it('t talks to the bot without leaving the screen, tab answers now, esc goes back and ends it', async () => {
  const shown = await show();
  const before = shown.lines();
  await shown.press('t');
  await shown.waitFor('You write as a customer.');
  expect(shown.text()).toMatch(/ TRY .*nobody sees this/);
  // A line and its enter in one read, and key by key.
  await shown.press('abre domingo?\r', 'q', '?', 'enter');
  await shown.waitFor('answers in 9s');
  expect(asked(shown, 'trySay')).toEqual([
    { tryId: 'try-1', text: 'abre domingo?' },
    { tryId: 'try-1', text: 'q?' },
  ]);
  expect(asked(shown, 'tryAnswer')).toEqual([]);

  await shown.press('tab');
  await shown.waitFor('bot 18s  $0.0027');
  expect(shown.text()).toMatch(/✓ collected +12\.0 s +2 messages/);
  expect(shown.text()).toMatch(/✓ asked the AI +4\.1 s +1,840 → 62 tokens/);
  expect(shown.text()).toContain('1 answer  $0.0027  half in 18s');

  await shown.press('up', 'up');
  await shown.waitFor('› abre domingo?_');
  await shown.press('esc');
  await until(() => asked(shown, 'tryEnd').length > 0);
  expect(shown.lines()[0]).toBe(before[0]);
});

it('shift+tab begins again, in a narrow window, too', async () => {
  const shown = await show({}, 80);
  await shown.press('t', 'oi', 'enter');
  await shown.waitFor('› _');
  await shown.waitFor('answers in');
  await shown.press('shift+tab');
  await shown.waitFor('Write what a customer would write');
  expect(asked(shown, 'tryEnd')).toHaveLength(1);
  expect(asked(shown, 'tryStart')).toHaveLength(2);
});

it('says what an older master, or a bot that cannot be tried, says', async () => {
  const older = (text: string) => ({
    tryStart: () => {
      throw new FleetError('usage', text);
    },
  });
  const shown = await show(older('this master does not know "tryStart"; it runs version 1.0.0.'));
  await shown.press('t');
  await shown.waitFor('The master that runs is older than this screen');
  await shown.close();
  screen = null;
  const refused = await show(older('nobody answers here'));
  await refused.press('t');
  await refused.waitFor('It cannot be tried: nobody answers here');
});
