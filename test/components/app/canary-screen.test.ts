import { expect, it } from 'vitest';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { exampleCanary, rolledBackCanary } from '../support/example-canary.ts';
import { exampleRehearsal } from '../support/example-rehearsal.ts';
import { asked, openedScreens } from '../support/opened-screens.ts';
import { type Screen, until } from '../support/terminal.ts';

const name = 'barbearia-do-ze';
const show = openedScreens(120);
const openIt = async (shown: Screen): Promise<Screen> => {
  await shown.press(':', `canary ${name}`, 'enter');
  await shown.waitFor('› Canary');
  return shown;
};
const decided = { name, id: 'c1', actor: 'you' };

it('A promotes after a yes alone; R rolls back at once; esc leaves everything as it was', async () => {
  const promoted = { ...exampleCanary(name), state: 'promoted' as const, end: 'promoted' as const, decidedBy: 'you' };
  let canary = exampleCanary(name);
  const shown = await show({
    canary: () => ({ canary }),
    canaryPromote: () => {
      canary = promoted as typeof canary;
      return { canary, version: 4, settings: [] };
    },
  });
  await openIt(shown);
  await shown.waitFor('A promote');
  await shown.press('A');
  await shown.waitFor(`Promote it for all chats of ${name}?`);
  expect(asked(shown, 'canaryPromote')).toEqual([]);
  shown.advance(300);
  await shown.press('esc');
  await until(() => !shown.text().includes(`Promote it for all chats of ${name}?`));
  await shown.press('A');
  await shown.waitFor(`Promote it for all chats of ${name}?`);
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'canaryPromote').length === 1);
  expect(asked(shown, 'canaryPromote')).toEqual([decided]);
  // Decided: neither key does anything any more.
  await until(() => !shown.text().includes('A promote'));
  await shown.press('A', 'R');
  expect(asked(shown, 'canaryRollBack')).toEqual([]);
  await shown.press('esc');
  await until(() => !shown.text().includes('› Canary'));
  expect(asked(shown, 'canaryPromote')).toHaveLength(1);
});

it('one that rolled itself back is not promoted; R says that somebody has seen it, and what the door refuses is said', async () => {
  let isRefused = true;
  const shown = await show({
    canary: () => ({ canary: rolledBackCanary(name) }),
    canaryRollBack: () => {
      if (isRefused) throw new FleetError('refused-by-state', `the canary of ${name} was rolled back already, by ana.`);
      return { canary: { ...rolledBackCanary(name), waits: false, decidedBy: 'you' } };
    },
  });
  await openIt(shown);
  await shown.waitFor('left in silence');
  expect(shown.text()).not.toContain('A promote');
  await shown.press('A');
  expect(shown.text()).not.toContain(`Promote it for all chats of ${name}?`);
  await shown.press('R');
  await shown.waitFor('already, by ana');
  isRefused = false;
  await shown.press('R');
  await until(() => asked(shown, 'canaryRollBack').length === 2);
  expect(asked(shown, 'canaryRollBack')).toEqual([decided, decided]);
});

it('Y begins one of an old version among the instructions, or of what was rehearsed, after a yes', async () => {
  const begun = { canaryStart: () => ({ canary: exampleCanary(name) }) };
  const shown = await show(begun);
  await shown.press('/', 'barbearia', 'enter', 'enter', '5', 'tab');
  await shown.waitFor('what it says');
  await shown.press('j', 'Y');
  await shown.waitFor('20%');
  expect(asked(shown, 'canaryStart')).toEqual([]);
  shown.advance(300);
  await shown.press('y');
  await shown.waitFor('› Canary');
  expect(asked(shown, 'canaryStart')).toEqual([{ name, version: 2, actor: 'you' }]);
  await shown.close();

  const { rehearsal, cases } = exampleRehearsal(name);
  const change = { instructions: 'Nova.', model: 'gpt-5.6-terra', settings: { 'ai_config.temperature': 0.3 } };
  const again = await show({ ...begun, rehearsal: () => ({ rehearsal: { ...rehearsal, change }, cases }) });
  await again.press(':', `rehearse ${name}`, 'enter');
  await again.waitFor('› Rehearsal');
  await again.press('Y');
  await again.waitFor('20%');
  again.advance(300);
  await again.press('y');
  await until(() => asked(again, 'canaryStart').length === 1);
  expect(asked(again, 'canaryStart')).toEqual([{ name, baseVersion: rehearsal.baseVersion, ...change, actor: 'you' }]);
});
