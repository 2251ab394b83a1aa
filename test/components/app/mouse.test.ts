import { afterEach, describe, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleFleet } from '../support/example-fleets.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const show = async (): Promise<Screen> => {
  const fleet = fakeFleet(exampleFleet('bad', 60));
  answerEverything(fleet);
  screen = await openScreen({
    fleet,
    columns: 120,
    rows: 40,
    preferences: { load: () => ({ mouse: true }), save: () => undefined },
  });
  return screen;
};

const at = (column: number, row: number) => `${column + 1};${row + 1}`;
const press = (column: number, row: number) => `\u001b[<0;${at(column, row)}M\u001b[<0;${at(column, row)}m`;
const rowOf = (shown: Screen, text: string): number => shown.lines().findIndex((line) => line.includes(text));

describe('the mouse', () => {
  it('puts the cursor on a row, and opens it with a second press', async () => {
    const shown = await show();
    await shown.press(press(10, rowOf(shown, 'Studio Bela')));
    await shown.waitFor('▌ ◆ Studio Bela');
    await shown.press(press(10, rowOf(shown, '▌ ◆ Studio Bela')));
    await shown.waitFor('zap━fleet › Studio Bela');
  });

  it('moves with the wheel, and takes the table along on the scroll bar', async () => {
    const shown = await show();
    await shown.press(`\u001b[<65;${at(10, 20)}M`);
    await shown.waitFor('▌ ▲ Hamburgueria do Beto');
    const bar = 118;
    const first = rowOf(shown, 'Academia Força Total');
    const last = rowOf(shown, 'quit') - 3;
    await shown.press(`\u001b[<0;${at(bar, first)}M`, `\u001b[<32;${at(bar, last)}M`, `\u001b[<0;${at(bar, last)}m`);
    await shown.waitFor('Escola Sol Nascente');
    expect(shown.text()).toMatch(/Answering 43 ↑ \d+ more above/);
    // What needs a person has not gone with it.
    expect(shown.text()).toContain('Padaria do João');
    // A move with no button on the bar scrolls nothing.
    const before = shown.lines();
    await shown.press(`\u001b[<32;${at(bar, first)}M`);
    expect(shown.lines()).toEqual(before);
  });

  it('opens tabs, in a session and among the screens', async () => {
    const shown = await show();
    await shown.press('enter');
    await shown.waitFor('zap━fleet › Padaria do João');
    const tabs = shown.lines()[1] ?? '';
    await shown.press(press(tabs.indexOf('Settings') + 2, 1));
    await shown.waitFor(/^─+━{12}─+/m);
    const rule = shown.lines()[2] ?? '';
    expect(rule.indexOf('━')).toBe(tabs.indexOf('5 Settings') - 1);
    await shown.press('esc', 'esc', '4');
    await shown.waitFor('4 Chats');
    const screens = shown.lines()[1] ?? '';
    await shown.press(press(screens.indexOf('Cost') + 1, 1));
    await shown.waitFor(/^─+━+─/m);
    expect((shown.lines()[2] ?? '').indexOf('━')).toBe(screens.indexOf('5 Cost') - 1);
  });
});
