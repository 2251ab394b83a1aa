import { expect, it } from 'vitest';
import { exampleIncident } from '../support/example-incidents.ts';
import { minutes, now } from '../support/fake-fleet.ts';
import { asked, openedScreens } from '../support/opened-screens.ts';

const open = openedScreens();

const incidentOf = (sessionIds: readonly string[], endedAt: number | null = null) => ({
  incidents: () => ({ incidents: [{ ...exampleIncident(), sessionIds, endedAt }] }),
});

it('r asks the page of one of the bots that an incident met, as r does elsewhere', async () => {
  const shown = await open(incidentOf(['id-gone', 'id-loja-centro', 'id-moda-ana']));
  await shown.press('2');
  await shown.waitFor(/Incident 14 .*r test one bot now/);
  await shown.press('r');
  await shown.waitFor(/loja-centro/);
  expect(asked(shown, 'check')).toEqual([{ name: 'loja-centro' }]);
  await shown.press('esc');
  await shown.waitFor(/r test one bot now/);
});

it('r says what there is not to be asked: an incident that is over, bots without a page', async () => {
  const over = await open(incidentOf(['id-loja-centro'], now - minutes(1)));
  await over.press('2');
  await over.waitFor('Incident 14');
  expect(over.text()).not.toContain('test one bot');
  await over.press('r');
  await over.waitFor('Incident 14 is over: nothing is left to test');
  expect(asked(over, 'check')).toEqual([]);

  const without = await open(incidentOf(['id-gone']));
  await without.press('2');
  await without.waitFor('Incident 14');
  await without.press('r');
  await without.waitFor('none of its bots has a page open');
  expect(asked(without, 'check')).toEqual([]);
});
