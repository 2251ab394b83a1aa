import { expect, it } from 'vitest';
import { asked, openedScreens } from '../support/opened-screens.ts';
import { type Screen, until } from '../support/terminal.ts';

const name = 'barbearia-do-ze';
const open = openedScreens();
const show = async (answers: Readonly<Record<string, unknown>> = {}): Promise<Screen> => {
  const screen = await open(answers);
  await screen.press(':', `hooks ${name}`, 'enter');
  await screen.waitFor('› Hooks');
  return screen;
};

it('shows how each stands and what was not taken, tries one at once, and sends again and removes after a yes alone', async () => {
  const shown = await show();
  await shown.waitFor('takes nothing since');
  await shown.waitFor('3 not taken');
  await shown.waitFor('on its way again');
  await shown.press('t');
  await shown.waitFor('took it after 84 ms (HTTP 204)');

  await shown.press('a');
  await shown.waitFor('3 events that it did not take');
  shown.advance(300);
  await shown.press('n');
  expect(asked(shown, 'hookAgain')).toEqual([]);
  await shown.press('a');
  await shown.waitFor('Send again to crm?');
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'hookAgain').length === 1);
  await shown.waitFor('3 events are sent again');

  await shown.press('j');
  await shown.waitFor(/hears +customer\.silent, customer\.handed_over, session\.qr_needed/);
  await shown.press('a');
  await shown.waitFor('it took everything');
  await shown.press('X');
  await shown.waitFor('Remove equipe?');
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'hookRemove').length === 1);
  expect(asked(shown, 'hookRemove')).toEqual([{ name, hook: 'equipe', actor: 'you' }]);
});

it('gives one a new secret, which is copied and drawn nowhere; one that is not taken says why', async () => {
  const refusal = {
    key: 'k',
    ms: 3,
    answer: { status: 401, reason: 'n8n.local refused it with HTTP 401', said: 'bad signature' },
  };
  const shown = await show({ hookTest: () => refusal });
  await shown.press('j', 'j');
  await shown.waitFor('It has no secret here');
  await shown.press('t');
  await shown.waitFor('n8n.local refused it with HTTP 401: bad signature');
  await shown.press('s');
  await shown.waitFor('A new secret for n8n?');
  shown.advance(300);
  await shown.press('y');
  await shown.waitFor('The new secret of n8n');
  expect(asked(shown, 'hookSet')).toEqual([{ name, hook: 'n8n', isNew: false, newSecret: true, actor: 'you' }]);
  const before = shown.written();
  await shown.press('y');
  const copied = shown.written();
  expect(copied).toContain(Buffer.from('whsec_never-drawn').toString('base64'));
  expect(`${before}${copied}${shown.text()}`).not.toContain('whsec_never-drawn');
});

it('a bot without hooks says how one is added, and its other keys do nothing', async () => {
  const shown = await show({ hooks: () => ({ hooks: [] }) });
  await shown.waitFor(`zap-fleet hook add ${name} crm --url`);
  for (const key of ['e', 't', 'a', 's', 'X']) await shown.press(key);
  expect(shown.fleet.asked.filter(({ method }) => method.startsWith('hook') && method !== 'hooks')).toEqual([]);
});
