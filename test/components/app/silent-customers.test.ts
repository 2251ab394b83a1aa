import { afterEach, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleChats } from '../support/example-chats.ts';
import { exampleSnapshot, fakeFleet, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen, until } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const name = 'loja-1';
const [maria, carlos] = exampleChats(name);
if (maria === undefined || carlos === undefined) throw new Error('no example chats');

const show = async (): Promise<Screen> => {
  const silent = { chats: 1, today: 1, oldestSince: now - minutes(14) };
  const fleet = fakeFleet({ ...exampleSnapshot(), sessions: [sessionRow(name, { silent, asksForPerson: 1 })] });
  answerEverything(fleet);
  let isLeft = true;
  const leftNow = () =>
    isLeft ? { silentSince: now - minutes(14), silentCode: 'empty', silentReason: 'the AI sent an empty answer' } : {};
  Object.assign(fleet.answers, {
    chats: () => ({
      chats: [
        { ...maria, ...leftNow() },
        { ...carlos, asksForPersonSince: now - minutes(5), handoverSummary: 'Wants to cancel order 4711.' },
      ],
    }),
    dismissSilence: () => {
      isLeft = false;
      return { row: fleet.getSnapshot().sessions[0] };
    },
  });
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  return screen;
};

it('who was left and who asks for a person is on the row, in the session, among its chats and in x', async () => {
  const shown = await show();
  await shown.waitFor(/◆ loja-1 +ASKS PERSON .* !1 +14m +1 customer asks for a person/);
  // Enter leads to who asks.
  await shown.press('enter');
  await shown.waitFor(/▲ Maria Souza +14m.*\n. +no answer 14m/);
  await shown.waitFor(/◆ Carlos.*\n. +asks for a person/);
  await shown.press('x');
  await shown.waitFor('the AI sent an empty answer');
  await shown.press('esc', '1');
  await shown.waitFor('1 LEFT WITHOUT AN ANSWER');
  await shown.waitFor('Wants to cancel order 4711.');
});

it('X on a chat says that its customer needs no answer, after a question, and only where one was left', async () => {
  const shown = await show();
  await shown.press('enter');
  await shown.waitFor(/▲ Maria Souza +14m.*\n. +no answer 14m/);
  await shown.press('X');
  await shown.waitFor('Needs no answer Maria Souza?');
  shown.advance(300);
  expect(shown.fleet.asked.some(({ method }) => method === 'dismissSilence')).toBe(false);
  await shown.press('y');
  await until(() => shown.fleet.asked.some(({ method }) => method === 'dismissSilence'));
  expect(shown.fleet.asked.find(({ method }) => method === 'dismissSilence')?.params).toEqual({
    name,
    chat: maria.chatId,
    actor: 'you',
  });
  await shown.waitFor(/✓ Maria Souza/);

  await shown.press('X');
  await shown.waitFor('was not left without an answer');
});
