import { afterEach, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

/** A bare n or N is answered on every screen, and says where it would lead. */

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const open = async (...sessions: readonly ReturnType<typeof sessionRow>[]): Promise<Screen> => {
  const fleet = fakeFleet({ ...exampleSnapshot(), sessions });
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  return screen;
};
const nothing = 'n and N go on in a search (/), or to the next code that waits';

it('on the fleet nobody is in trouble, which is no search without a match', async () => {
  const shown = await open(sessionRow('loja-a'));
  await shown.press('n');
  await shown.waitFor('no bot needs you');
  await shown.press('/', 'zzz', 'enter', 'N');
  await shown.waitFor('no match');
});

it.each([
  ['the logs of the fleet', ['3'], '3 Logs'],
  ['incidents', ['2'], '2 Incidents'],
  ['chats', ['4'], 'Maria'],
  ['costs', ['5'], 'Where it goes'],
  ['a bot', ['enter'], '› loja-a'],
  ['its logs', ['enter', '3'], '› loja-a'],
  ['its settings', ['enter', '5'], '› loja-a'],
  ['its lessons', ['enter', '7'], 'the owner took over'],
  ['a rehearsal', [':', 'rehearse loja-a', 'enter'], '› Rehearsal'],
])('in %s', async (_where, keys, place) => {
  for (const key of ['n', 'N']) {
    const shown = await open(sessionRow('loja-a'));
    await shown.press(...keys);
    await shown.waitFor(place);
    await shown.press(key);
    await shown.waitFor(nothing);
    await shown.close();
  }
});

it('where a code waits it leads there, from any tab', async () => {
  const shown = await open(sessionRow('loja-a'), sessionRow('loja-b', { state: 'qr', verdict: 'scan_qr' }));
  await shown.press(':', 'logs loja-a', 'enter');
  await shown.waitFor('› loja-a');
  await shown.press('n');
  await shown.waitFor('› loja-b');
});
