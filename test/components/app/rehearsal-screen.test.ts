import { expect, it } from 'vitest';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { exampleRehearsal } from '../support/example-rehearsal.ts';
import { asked, openedScreens } from '../support/opened-screens.ts';
import { type Screen, until } from '../support/terminal.ts';

const show = openedScreens(120);
const showNarrow = openedScreens(80);
const openIt = async (shown: Screen): Promise<void> => {
  await shown.press(':', 'rehearse barbearia-do-ze', 'enter');
  await shown.waitFor('› Rehearsal');
};

it('shows the worst first, one case old beside new, and A publishes after a yes', async () => {
  const shown = await show({ rehearsePublish: () => ({ version: 4, settings: [] }) });
  await openIt(shown);
  await shown.waitFor('O corte com barba sai por R$ 70');
  expect(shown.text()).toMatch(/worse +Quanto está o corte/);
  expect(shown.text()).toMatch(/Before +gpt-5.6-luna, prompt v3/);
  await shown.press('j', 'j');
  await shown.waitFor('the judge: responde o que foi perguntado');
  expect(shown.text()).toContain('the chat has changed since');

  await shown.press('A');
  await shown.waitFor('Publish it for barbearia-do-ze?');
  expect(asked(shown, 'rehearsePublish')).toEqual([]);
  shown.advance(300);
  await shown.press('y');
  await until(() => asked(shown, 'rehearsePublish').length === 1);
  expect(asked(shown, 'rehearsePublish')).toEqual([{ name: 'barbearia-do-ze', id: 7, actor: 'you' }]);
  await shown.waitFor('saved as version 4');
});

it('esc leaves everything as it was; s goes on with one that ended half-way', async () => {
  const shown = await show({ rehearseResume: () => ({ rehearsal: exampleRehearsal('barbearia-do-ze').rehearsal }) });
  await openIt(shown);
  await shown.waitFor('s go on');
  await shown.press('s');
  await until(() => asked(shown, 'rehearseResume').length === 1);
  await shown.press('esc');
  await until(() => !shown.text().includes('› Rehearsal'));
  for (const method of ['prompt', 'promptRollback', 'setConfig', 'rehearsePublish', 'rehearseStop'])
    expect(asked(shown, method)).toEqual([]);
});

it('one that runs can be stopped, and not published', async () => {
  const running = () => {
    const { rehearsal, cases } = exampleRehearsal('barbearia-do-ze');
    return { rehearsal: { ...rehearsal, state: 'running', reason: null }, cases };
  };
  const shown = await show({ rehearsal: running, rehearseStop: running });
  await openIt(shown);
  await shown.waitFor('S stop it');
  expect(shown.text()).not.toContain('A publish');
  await shown.press('A', 'S');
  await until(() => asked(shown, 'rehearseStop').length === 1);
  expect(shown.text()).not.toContain('Publish it');
});

it('T among the instructions says what it costs, and begins after a yes', async () => {
  const shown = await show();
  await shown.press('/', 'barbearia', 'enter', 'enter', '5', 'tab');
  await shown.waitFor('what it says');
  await shown.press('j', 'T');
  await shown.waitFor('48 recorded turns of 31 chats');
  expect(asked(shown, 'rehearsePlan')).toEqual([{ name: 'barbearia-do-ze', version: 2 }]);
  expect(asked(shown, 'rehearse')).toEqual([]);
  shown.advance(300);
  await shown.press('y');
  await shown.waitFor('› Rehearsal');
  expect(asked(shown, 'rehearse')).toEqual([{ name: 'barbearia-do-ze', version: 2, actor: 'you' }]);
});

it('says how to begin where there is none, and what the door refuses', async () => {
  const shown = await show({ rehearsal: () => ({ rehearsal: null, cases: [] }) });
  await openIt(shown);
  await shown.waitFor('No rehearsal yet');
  const refused = await show({
    rehearsal: () => {
      throw new FleetError('failed', 'the store is damaged');
    },
  });
  await openIt(refused);
  await refused.waitFor('the store is damaged');
});

/** Two cases, the answers of now longer than there is room. */
const longAnswers = () => {
  const { rehearsal, cases } = exampleRehearsal('barbearia-do-ze');
  const answer = cases.find((one) => one.answer !== null)?.answer ?? null;
  const long = (name: string) => Array.from({ length: 40 }, (_, row) => `${name} row ${row + 1}.`).join('\n');
  return {
    rehearsal,
    cases: cases.slice(0, 2).map((one, at) => ({
      ...one,
      answer: answer === null ? null : { ...answer, text: long(at === 0 ? 'one' : 'two'), findings: [] },
    })),
  };
};

it.each([120, 80])(
  'a long answer is read on with l to its end and no further, another from its top, at %i columns',
  async (columns) => {
    const wide = columns === 120 ? show : showNarrow;
    const shown = await wide({ rehearsal: longAnswers });
    await openIt(shown);
    await shown.waitFor(/h l 1-\d+\/\d+/);
    expect(shown.text()).toContain('one row 2.');
    await shown.press(...Array.from({ length: 100 }, () => 'l'));
    await shown.waitFor(/h l \d+-(\d+)\/\1/);
    const last = shown.text();
    await shown.press('l', 'l', 'l', 'h');
    await until(() => shown.text() !== last);
    expect(shown.text()).not.toMatch(/h l \d+-(\d+)\/\1/);

    await shown.press('j');
    await shown.waitFor('two row 2.');
    await shown.waitFor(/h l 1-\d+\/\d+/);
  },
);

it('shows one that was begun elsewhere and is over already, without being opened anew', async () => {
  const { rehearsal, cases } = exampleRehearsal('barbearia-do-ze');
  let newest = { rehearsal, cases };
  const shown = await show({ rehearsal: () => newest });
  await openIt(shown);
  await shown.waitFor('O corte com barba sai por R$ 70');
  newest = { rehearsal: { ...rehearsal, id: 8 }, cases: cases.map((one) => ({ ...one, question: `anew ${one.id}` })) };
  await shown.waitFor('anew ');
});
