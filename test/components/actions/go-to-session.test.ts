import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

it.each([
  { from: 'a chat', keys: ['4'] },
  { from: 'a draft', keys: ['4', 'tab'] },
])('o leads from $from of the whole fleet to its session, esc back', async ({ keys }) => {
  const fleet = fakeFleet(exampleSnapshot());
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.press(...keys);
  expect(screen.text()).toContain('o session');

  await screen.press('o');
  expect(screen.text()).toMatch(/1 Overview.*\n─━{12}─/);
  await screen.press('esc');
  expect(screen.text()).toMatch(/4 Chats.*\n─+━{9}─/);
});
