import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { eveningDrafts } from '../support/evening-chats.ts';
import { exampleFleet } from '../support/example-fleets.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const turns = [
  { ...exampleTurn('psi-renata'), turnId: 4712, joinedText: 'something else' },
  { ...exampleTurn('psi-renata'), turnId: 4711, joinedText: 'remarcar pra quinta' },
];

const askedWhy = async (turnId: number | null): Promise<Screen> => {
  const fleet = fakeFleet(exampleFleet('bad', 12));
  answerEverything(fleet);
  Object.assign(fleet.answers, {
    drafts: () => ({ drafts: eveningDrafts.map((draft) => ({ ...draft, turnId })) }),
    why: () => ({ turns }),
  });
  const opened = await openScreen({ fleet, columns: 120, rows: 40 });
  screen = opened;
  await opened.press(':', 'chats', 'enter');
  await opened.press('tab');
  await opened.waitFor(/A approve .* x why/);
  await opened.press('x');
  return opened;
};

it('x on an answer that waits for a yes says how it came about, and of no other', async () => {
  const shown = await askedWhy(4711);
  await shown.waitFor('remarcar pra quinta');
  expect(shown.text()).toContain('Camila Rocha');
  expect(shown.text()).not.toContain('something else');
});

it('of one whose turn is not kept any more it says how the last ones in the chat did', async () => {
  const shown = await askedWhy(12);
  await shown.waitFor('remarcar pra quinta');
  expect(shown.text()).toContain('something else');
});

it('enter shows its whole chat, where nothing is approved; esc leads back to it', async () => {
  const shown = await askedWhy(4711);
  await shown.waitFor('remarcar pra quinta');
  await shown.press('esc');
  await shown.waitFor(/enter whole chat/);
  await shown.press('enter');
  await shown.waitFor(/C make it a case/);
  await shown.press('A');
  expect(shown.fleet.asked.filter(({ method }) => method === 'draft')).toEqual([]);
  const of = shown.fleet.asked.filter(({ method }) => method === 'messages').at(-1)?.params;
  expect(of).toMatchObject({ name: eveningDrafts[0]?.sessionName, chat: eveningDrafts[0]?.chatId });
  await shown.press('esc');
  await shown.waitFor(/A approve/);
});
