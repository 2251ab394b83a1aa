import { afterEach, describe, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const show = async (language: 'en' | 'pt-BR' = 'en'): Promise<Screen> => {
  const fleet = fakeFleet({ ...exampleSnapshot(), sessions: [sessionRow('loja-1')] });
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40, language });
  await screen.waitFor('loja-1');
  await screen.press('e');
  await screen.waitFor(language === 'en' ? '▌ Answers' : '▌ Respostas');
  return screen;
};

const lastSet = (shown: Screen): Readonly<Record<string, unknown>> | undefined =>
  shown.fleet.asked.filter(({ method }) => method === 'setConfig').at(-1)?.params;

describe('the settings of a bot', () => {
  it('are gone through by section with h and l, in a circle', async () => {
    const shown = await show();
    await shown.press('l');
    await shown.waitFor(/│ ▌ Preset/);
    await shown.press('h', 'h');
    await shown.waitFor(/│ ▌ Name/);
    await shown.press('l');
    await shown.waitFor('▌ Answers');
  });

  it('are found with /: enter keeps what was found, esc shows all of them again', async () => {
    const shown = await show();
    await shown.press('/', 'opening', 'enter');
    await shown.waitFor('search "opening": ');
    expect(shown.text()).not.toContain('Imagination');
    await shown.press('esc');
    await shown.waitFor('Imagination');
    await shown.press('/', 'zeppelin');
    await shown.waitFor('No setting matches "zeppelin". esc clears.');
    await shown.press('esc');
    await shown.waitFor('Imagination');
  });

  it('change a choice with h and l or its first letter, which are no text of it', async () => {
    const shown = await show();
    await shown.press('/', 'spent', 'enter', 'enter');
    await shown.waitFor('< warn >');
    await shown.press('l');
    await shown.waitFor('< cheaper >');
    await shown.press('h', 'h');
    await shown.waitFor('< hold >');
    await shown.press('w');
    await shown.waitFor('< warn >');
    await shown.press('z', 'c', 'enter');
    await shown.waitFor('When it is spent: cheaper');
    expect(lastSet(shown)).toMatchObject({ name: 'loja-1', key: 'ai_config.overBudget', value: 'cheaper' });
  });

  it('are chosen in Portuguese, and asked for as the door takes them', async () => {
    const shown = await show('pt-BR');
    await shown.press('enter', 'l');
    await shown.waitFor('< pausadas >');
    await shown.press('enter');
    await shown.waitFor('Respostas: pausadas');
    expect(lastSet(shown)).toMatchObject({ key: 'replies', value: 'paused' });
  });
});
