// npm run screenshots: the main screens as SVG, from the real program in a real terminal (the demo fleet), on a dark and a light ground, for
// the README and the manuals.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Terminal } from '../test/support/terminal.ts';
import { until } from '../test/support/until.ts';
import { leaveDemo, openDemo, screenshots } from './demo-terminal.ts';
import { type Size, screenSvg } from './screen-svg.ts';
import type { Ground } from './terminal-colors.ts';

mkdirSync(screenshots, { recursive: true });

type Language = 'en' | 'pt-BR';
const grounds: readonly Ground[] = ['dark', 'light'];
const languages: readonly Language[] = ['en', 'pt-BR'];

/** `fleet.svg`, `fleet-light.svg`, `fleet.pt-BR.svg`, `fleet-light.pt-BR.svg`. */
const fileName = (name: string, language: Language, ground: Ground): string =>
  `${name}${ground === 'dark' ? '' : '-light'}${language === 'en' ? '' : '.pt-BR'}.svg`;

type Save = (name: string) => void;

const shoot = async (
  language: Language,
  ground: Ground,
  size: Size,
  story: (terminal: Terminal, save: Save) => Promise<void>,
): Promise<void> => {
  const terminal = openDemo(size, language, ground);
  try {
    await story(terminal, (name) => {
      const file = fileName(name, language, ground);
      writeFileSync(`${screenshots}/${file}`, screenSvg(terminal, size, ground));
      process.stdout.write(`docs/screenshots/${file}\n`);
    });
    await leaveDemo(terminal);
  } finally {
    terminal.kill('SIGTERM');
    await terminal.exited;
  }
};

const troubleShown = async (terminal: Terminal): Promise<void> => {
  await terminal.see(/NOT REPLYING|NÃO RESPONDE/, 60_000);
  await terminal.see(/SCAN QR|LER QR/, 30_000);
  // A row whose state belongs to another group by now stands where it was until the cursor has rested.
  await terminal.gone(/[●◐○▲✕◆]→/, 60_000);
};

/** What comes in after a key: the screen asks for it, and draws it when it is there. */
const settle = async (terminal: Terminal): Promise<void> => {
  let before = '';
  await until(
    async () => {
      const now = terminal.text().replace(/\d/g, '');
      const isQuiet = now === before;
      before = now;
      await new Promise((next) => setTimeout(next, 700));
      return isQuiet;
    },
    { within: 20_000, every: 100, what: 'the screen to stand still' },
  );
};

const press = async (terminal: Terminal, keys: string, sign: RegExp): Promise<void> => {
  terminal.type(keys);
  await terminal.see(sign, 30_000);
  await settle(terminal);
};

const esc = '\u001b';

/** Opens one bot from the fleet. Several characters in one read run moves only: each key comes by itself. */
const open = async (terminal: Terminal, bot: string, sign: RegExp): Promise<void> => {
  terminal.type('/');
  await settle(terminal);
  terminal.type(bot);
  await settle(terminal);
  await press(terminal, '\r', new RegExp(bot, 'i'));
  await press(terminal, '\r', sign);
};
const tall: Size = { columns: 120, rows: 40 };

const fleetAndSession = async (terminal: Terminal, save: Save): Promise<void> => {
  await troubleShown(terminal);
  await settle(terminal);
  save('fleet');
  await open(terminal, 'barbearia', /1 (Overview|Geral)/);
  save('session');
  await press(terminal, '2', /2 (Chats|Conversas)/);
  save('chats');
};

const wide = async (terminal: Terminal, save: Save): Promise<void> => {
  await troubleShown(terminal);
  await settle(terminal);
  save('fleet-wide');
};

const helpAndQr = async (terminal: Terminal, save: Save): Promise<void> => {
  await troubleShown(terminal);
  await press(terminal, '?', /KEYS|TECLAS|keys|teclas/);
  save('help');
  terminal.type(esc);
  await settle(terminal);
  await open(terminal, 'studio', /█▀▀▀▀▀█/);
  save('qr');
  terminal.type(esc);
};

for (const ground of grounds) {
  for (const language of languages) {
    await shoot(language, ground, tall, fleetAndSession);
    await shoot(language, ground, { columns: 200, rows: 50 }, wide);
    if (ground === 'dark') await shoot(language, ground, tall, helpAndQr);
  }
}
