import { vi } from 'vitest';
import type { Language } from '../../../src/words/language.ts';
import { answerEverything } from './answers.ts';
import { exampleFleet } from './example-fleets.ts';
import { exampleSnapshot, type FakeFleet, fakeFleet } from './fake-fleet.ts';
import { expectGolden } from './picture.ts';
import { openScreen, type Screen } from './terminal.ts';

/** A walk through every screen in one window, with a picture of each. */

export interface Variant {
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
  /** What the terminal can show: a name for the file, and its environment. */
  readonly look: keyof typeof looks;
}

/** `dark` and `light` with 256 colours; the truth of 24 bits differs from them only by the table of palette.ts. */
export const looks = {
  dark: { FLEET_THEME: 'dark' },
  light: { FLEET_THEME: 'light' },
  unknown: { FLEET_THEME: 'neutral' },
  true: { FLEET_THEME: 'dark', COLORTERM: 'truecolor' },
  'in-16': { TERM: 'xterm' },
  plain: { NO_COLOR: '1' },
  ascii: { NO_COLOR: '1', LANG: 'C' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Visit {
  readonly name: string;
  /** Each is pressed by itself; `rest`: nothing for half a second. */
  readonly keys: readonly string[];
}

const command = (text: string): readonly string[] => [':', text, 'enter'];
const back = ['esc', 'esc', 'esc', 'esc'];

/** On the fleet in trouble, in this order; after each the walk goes back to the fleet. */
export const visits: readonly Visit[] = [
  { name: 'fleet', keys: ['rest'] },
  { name: 'fleet-marked', keys: ['j', 'space', 'j', 'space'] },
  { name: 'help', keys: ['?'] },
  { name: 'command', keys: [':', 'th'] },
  { name: 'stop', keys: ['/', 'loja', 'enter', 'S', 'rest'] },
  { name: 'delete', keys: ['D', 'rest', 'padaria'] },
  { name: 'create', keys: ['c', 'rest', 'Nova Loja'] },
  { name: 'incidents', keys: command('incidents') },
  { name: 'cost', keys: command('cost') },
  { name: 'logs', keys: command('logs') },
  { name: 'chats', keys: command('chats') },
  { name: 'conversation', keys: [...command('chats barbearia-do-ze'), 'enter', 'rest'] },
  { name: 'drafts', keys: [...command('chats'), 'tab', 'rest'] },
  { name: 'session', keys: ['/', 'barbearia', 'enter', 'enter', 'rest'] },
  { name: 'session-events', keys: command('events barbearia-do-ze') },
  { name: 'session-cost', keys: command('cost barbearia-do-ze') },
  { name: 'settings', keys: ['/', 'barbearia', 'enter', 'e', 'rest'] },
  { name: 'try', keys: ['/', 'barbearia', 'enter', 't', 'rest'] },
  { name: 'session-qr', keys: ['/', 'bela', 'enter', 'enter', 'rest'] },
  { name: 'qr-wall', keys: ['v', 'rest'] },
];

const rest = async (screen: Screen): Promise<void> => {
  screen.advance(500);
  vi.advanceTimersByTime(500);
  await screen.press('');
};

const variantName = ({ columns, rows, language, look }: Variant): string => `${columns}x${rows}-${look}-${language}`;

const openWith = async (variant: Variant, fleet: FakeFleet): Promise<Screen> => {
  answerEverything(fleet);
  const { columns, rows, language, look } = variant;
  return openScreen({ fleet, columns, rows, language, env: looks[look] });
};

/** Opens, goes, compares each picture; `saw` is told the name of each. */
export const walk = async (variant: Variant, saw: (name: string) => void): Promise<void> => {
  const picture = (screen: Screen, visit: string): void => {
    const name = `${visit}/${variantName(variant)}`;
    saw(name);
    expectGolden(name, screen.picture());
  };

  const screen = await openWith(variant, fakeFleet(exampleFleet('bad', 12)));
  for (const { name, keys } of visits) {
    for (const key of keys) await (key === 'rest' ? rest(screen) : screen.press(key));
    picture(screen, name);
    await screen.press(...back);
    await rest(screen);
  }
  await screen.close();

  for (const [name, snapshot] of [
    ['fleet-60', exampleFleet('bad', 60)],
    ['fleet-calm', exampleFleet('calm', 12)],
    ['first-run', { ...exampleSnapshot(), sessions: [], incidents: [], banners: [], events: [] }],
  ] as const) {
    const other = await openWith(variant, fakeFleet(snapshot));
    await rest(other);
    picture(other, name);
    await other.close();
  }
};
