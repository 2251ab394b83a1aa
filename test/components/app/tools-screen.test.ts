import { expect, it } from 'vitest';
import { exampleFiles, examplePassages } from '../support/example-tools.ts';
import { asked, openedScreens } from '../support/opened-screens.ts';
import { type Screen, until } from '../support/terminal.ts';

const name = 'barbearia-do-ze';
const open = openedScreens();
const show = async (what: 'tools' | 'knowledge', answers: Readonly<Record<string, unknown>> = {}): Promise<Screen> => {
  const screen = await open(answers);
  await screen.press(':', `${what} ${name}`, 'enter');
  await screen.waitFor(what === 'tools' ? '› Tools' : '› Knowledge');
  return screen;
};

it('acts on the bot that the cursor is drawn on, and on that of the open screen, where a command names none', async () => {
  const screen = await open();
  // The cursor was put on a row that the filter hides.
  await screen.press('j', 'j', '/', 'loja', 'enter', ':', 'tools', 'enter');
  await screen.waitFor(/› Loja.* › Tools|› loja-centro › Tools/);
  await screen.press(':', 'hooks', 'enter');
  await screen.waitFor(/› Loja.* › Hooks|› loja-centro › Hooks/);
});

it('lists tools, calls one after its arguments were seen, and removes one after a yes alone', async () => {
  const shown = await show('tools');
  await shown.waitFor('HTTP 409: the slot is taken');
  await shown.press('t');
  await shown.waitFor('what it books is booked');
  shown.advance(300);
  await shown.press('y');
  await shown.waitFor('arguments (JSON)');
  expect(asked(shown, 'toolTest')).toEqual([]);
  await shown.press('enter');
  await until(() => asked(shown, 'toolTest').length === 1);
  expect(asked(shown, 'toolTest')).toEqual([{ name, tool: 'agenda', arguments: { day: '', time: '' } }]);
  await shown.waitFor('answered after 120 ms (HTTP 200)');
  await shown.press('esc');

  await shown.press('X');
  await shown.waitFor('Remove agenda?');
  shown.advance(300);
  await shown.press('n');
  await shown.press('X');
  await shown.waitFor('Remove agenda?');
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'toolRemove').length === 1);
});

it('gives a tool a new secret, which is copied and drawn nowhere', async () => {
  const shown = await show('tools');
  await shown.waitFor('pedido');
  await shown.press('j', 'j');
  await shown.waitFor('It has no secret here');
  await shown.press('s');
  await shown.waitFor('The secret of pedido');
  await shown.press('short');
  await shown.waitFor('at least 16 characters');
  await shown.press('esc', 's');
  await shown.waitFor('The secret of pedido');
  await shown.press('enter');
  await shown.waitFor('The new secret of pedido');
  expect(asked(shown, 'toolSet')).toEqual([{ name, tool: 'pedido', isNew: false, newSecret: true, actor: 'you' }]);

  const before = shown.written();
  await shown.press('y');
  const copied = shown.written();
  expect(copied).toContain(Buffer.from('whsec_never-drawn').toString('base64'));
  expect(`${before}${copied}${shown.text()}`).not.toContain('whsec_never-drawn');

  // One that has a secret is asked about first.
  await shown.press('esc', 'g', 's');
  await shown.waitFor('Another one takes its place at once');
  await shown.press('enter');
  expect(asked(shown, 'toolSet')).toHaveLength(1);
});

it('a bot without tools says how one is added; one is written as JSON, and what is none is refused in a line', async () => {
  const shown = await show('tools', { tools: () => ({ tools: [] }) });
  await shown.waitFor('No tools yet.');
  expect(shown.text()).not.toContain('X remove');
  for (const key of ['e', 't', 's', 'X']) await shown.press(key);
  expect(shown.text()).toContain('No tools yet.');
});

it('shows files and what was asked in vain, passages, what would be found; removes one after a yes', async () => {
  const shown = await show('knowledge');
  await shown.waitFor('12 customers asked what you have no answer for');
  expect(shown.text()).toMatch(/precos\.csv +4 +148/);
  await shown.press('enter');
  await shown.waitFor('Bolo de cenoura');
  await shown.press('esc', 't');
  await shown.waitFor('as a customer asks');
  await shown.press('torta', 'enter');
  await until(() => asked(shown, 'knowledgeSearch').length === 1);
  await shown.waitFor('counts as one without an answer');
  await shown.press('esc');

  // On a question there is no file to remove.
  await shown.press('tab', 'X');
  expect(shown.text()).not.toContain('Remove');
  await shown.press('tab', 'j', 'X');
  await shown.waitFor('Remove cardápio.pdf?');
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'knowledgeRemove').length === 1);
  expect(asked(shown, 'knowledgeRemove')).toEqual([{ name, file: 'cardápio.pdf', actor: 'you' }]);
});

it('says how far files are found by meaning, what keeps the rest, and by what each passage was found', async () => {
  const meaning = { model: 'text-embedding-3-small', done: 90, total: 1214, problem: 'the quota is spent' };
  const shown = await show('knowledge', {
    knowledge: () => ({ files: exampleFiles, meaning }),
    knowledgeSearch: () => ({
      passages: examplePassages.map((each) => ({ ...each, share: 0, by: 'meaning' })),
      isGap: false,
      wordsAlone: null,
    }),
  });
  await shown.waitFor('found by meaning, too: 90 of 1,214 (text-embedding-3-small)');
  expect(shown.text()).toContain('no more for now: the quota is spent');
  await shown.press('t');
  await shown.waitFor('as a customer asks');
  await shown.press('torta', 'enter');
  await shown.waitFor(', found by meaning:');
});
