import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen, until } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const open = async () => {
  const fleet = fakeFleet(exampleSnapshot());
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press('4', 'tab', 'e');
  await screen.waitFor('Edit draft');
  const asked = () => fleet.asked.flatMap(({ method, params }) => (method === 'draft' ? [params] : []));
  const held = { outboxId: 31, action: 'hold', actor: 'you' };
  await until(() => asked().length > 0);
  expect(asked()).toEqual([held]);
  return { shown: screen, asked, held, released: { ...held, action: 'release' } };
};

it('a draft that is edited is held, and given back on esc', async () => {
  const { shown, asked, held, released } = await open();
  await shown.press('esc');
  await until(() => asked().length > 1);
  expect(asked()).toEqual([held, released]);
});

it('is given back when the dashboard is left in the middle of it', async () => {
  const { asked, held, released } = await open();
  await screen?.close();
  screen = null;
  await until(() => asked().length > 1);
  expect(asked()).toEqual([held, released]);
});

it('is given back after it was saved', async () => {
  const { shown, asked } = await open();
  await shown.press('!', 'enter');
  await until(() => asked().length > 2);
  expect(asked().map((params) => (params as { action: string }).action)).toEqual(['hold', 'edit', 'release']);
});
