import { expect, it } from 'vitest';
import { exampleProposal } from '../support/example-proposal.ts';
import { asked, openedScreens } from '../support/opened-screens.ts';
import { type Screen, until } from '../support/terminal.ts';

const name = 'barbearia-do-ze';
const open = openedScreens();
const show = async (answers: Readonly<Record<string, unknown>> = {}): Promise<Screen> => {
  const screen = await open(answers);
  await screen.press(':', `proposal ${name}`, 'enter');
  await screen.waitFor('› Proposal');
  return screen;
};

it('shows diff, lessons and rehearsal, and publishes after a yes alone', async () => {
  const shown = await show({ proposalPublish: () => ({ version: 4 }) });
  await shown.waitFor('- Abrimos de segunda a sábado, das 9h às 20h.');
  expect(shown.text()).toContain('+ Abrimos de segunda a sábado, das 9h às 20h, e');
  expect(shown.text()).toContain("the night's budget is spent");
  await shown.press('G');
  await shown.waitFor('1 edit was refused: it rests on no word');
  await shown.press('tab');
  await shown.waitFor('bot now');
  await shown.press('tab');
  await shown.waitFor('O corte com barba sai por R$ 70');

  await shown.press('A');
  await shown.waitFor(`Publish it for ${name}?`);
  expect(asked(shown, 'proposalPublish')).toEqual([]);
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'proposalPublish').length === 1);
  expect(asked(shown, 'proposalPublish')).toEqual([{ name, id: 4, actor: 'you' }]);
  await shown.waitFor('saved as version 4');
});

it('X drops it after a yes; esc leaves everything as it was', async () => {
  const shown = await show();
  await shown.press('X');
  await shown.waitFor(`Drop the proposal for ${name}?`);
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'proposalDrop').length === 1);
  await shown.press('esc');
  await until(() => !shown.text().includes('› Proposal'));
  for (const method of ['prompt', 'proposalPublish', 'proposalResume']) expect(asked(shown, method)).toEqual([]);
});

it('one that is out of date, or still made, cannot be published', async () => {
  const whole = exampleProposal(name);
  for (const proposal of [
    { ...whole.proposal, isStale: true },
    { ...whole.proposal, state: 'rehearsing' as const },
  ]) {
    const shown = await show({ proposal: () => ({ proposal: { ...whole, proposal } }) });
    await shown.waitFor('X drop');
    expect(shown.text()).not.toContain('A publish');
    await shown.press('A');
    expect(asked(shown, 'proposalPublish')).toEqual([]);
  }
});

it('enter on a lesson shows all of it, and what the bot would say now', async () => {
  const shown = await show();
  await shown.press('tab');
  await shown.waitFor('bot now');
  await shown.press('enter');
  await shown.waitFor('Names and numbers are masked.');
  expect(shown.text()).toMatch(/─ the owner took over, /);
  expect(shown.text()).toMatch(/│ +bot now ─/);
  await shown.press('esc');
  await shown.waitUntilGone(/─ the owner took over, /);
});
