import { afterEach, describe, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen, until } from '../support/terminal.ts';

/** A text of several lines goes to whoever reads it with its breaks, and never with the marks that stand for them in a field. */

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const pasted = '\u001b[200~Abrimos às 8h.\r\nTraga o documento\u001b[201~';
const written = 'Abrimos às 8h.\nTraga o documento';

const open = async (): Promise<Screen> => {
  const fleet = fakeFleet(exampleSnapshot());
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  return screen;
};
const textOf = async (shown: Screen, method: string, isIt: (params: Record<string, unknown>) => boolean) =>
  until(
    () =>
      shown.fleet.asked
        .filter((asked) => asked.method === method)
        .map(({ params }) => params as Record<string, unknown>)
        .find(isIt)?.['text'],
    { what: method },
  );

describe('lines pasted', () => {
  it.each([
    ['send loja-centro 5511987654321 ', 'send', {}],
    ['draft edit 31 ', 'draft', { action: 'edit' }],
  ])('after :%s', async (typed, method, of) => {
    const shown = await open();
    await shown.press(':');
    await shown.press(typed, pasted);
    await shown.waitFor('8h.⏎Traga');
    await shown.press('enter');
    expect(
      await textOf(shown, method, (params) => Object.entries(of).every(([key, value]) => params[key] === value)),
    ).toBe(written);
  });

  it('into a draft, where all of it is seen', async () => {
    const shown = await open();
    await shown.press('4', 'tab', 'e');
    await shown.waitFor('Edit draft');
    await shown.press('ctrl+u', pasted);
    await shown.waitFor(/Abrimos às 8h\.⏎ +│.*\n.* Traga o documento_/);
    await shown.press('up', 'home', 'end', '!', 'enter');
    expect(await textOf(shown, 'draft', ({ action }) => action === 'edit')).toBe(`${written}!`);
  });

  it('to a bot that is tried', async () => {
    const shown = await open();
    await shown.press('t');
    await shown.waitFor('You write as a customer.');
    await shown.press(pasted, 'enter');
    expect(await textOf(shown, 'trySay', () => true)).toBe(written);
  });
});

describe('words typed after : are parted as in the shell', () => {
  it.each([
    [`send loja-centro 5511987654321 "Abrimos às 8h."`, 'Abrimos às 8h.'],
    [`send loja-centro 5511987654321 'Abrimos  às 8h.'`, 'Abrimos  às 8h.'],
    // Within a text, quotes are what the customer reads.
    [`send loja-centro 5511987654321 I'm here, "so" it's`, `I'm here, "so" it's`],
    [`send loja-centro 5511987654321 Peça o "combo família"`, 'Peça o "combo família"'],
    [`send loja-centro 5511987654321 "sim" ou "não"`, '"sim" ou "não"'],
    [`send "loja-centro" '5511987654321' "Oi"`, 'Oi'],
    [`send loja-centro 5511987654321 5" de largura`, '5" de largura'],
    [`send loja-centro 5511987654321 "aberto`, '"aberto'],
  ])('%s', async (typed, text) => {
    const shown = await open();
    await shown.press(':');
    await shown.press(typed, 'enter');
    expect(await textOf(shown, 'send', () => true)).toBe(text);
  });

  it('an edited draft keeps the quotes within it', async () => {
    const shown = await open();
    await shown.press(':');
    await shown.press(`draft edit 31 Diga "sim" para confirmar`, 'enter');
    expect(await textOf(shown, 'draft', ({ action }) => action === 'edit')).toBe('Diga "sim" para confirmar');
  });

  it.each(['create Padaria do João 🍞', 'create "Padaria do João 🍞"'])(
    'a new bot has its whole name: %s',
    async (typed) => {
      const shown = await open();
      await shown.press(':');
      await shown.press(typed, 'enter');
      const named = await until(() => shown.fleet.asked.find(({ method }) => method === 'create')?.params);
      expect(named).toEqual({ name: 'Padaria do João 🍞', actor: 'you' });
    },
  );

  it.each([
    'rehearse loja-centro anew',
    'qr loja-centro 2',
    'why loja-centro 5511987654321',
    'lessons loja-centro 3',
    'incidents 3',
  ])('a word that nothing is done with is refused: %s', async (typed) => {
    const shown = await open();
    await shown.press(':');
    await shown.press(typed, 'enter');
    await shown.waitFor(`use it like this: ${typed.split(' ')[0]}`);
  });
});
