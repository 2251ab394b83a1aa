// npm run screenshots: the main screens as SVG, from the real program in a real terminal (the demo fleet), for the README and the manuals.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTerminal, type Terminal } from '../test/support/terminal.ts';
import { until } from '../test/support/until.ts';
import { screenSvg } from './screen-svg.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}/docs/screenshots`;
mkdirSync(target, { recursive: true });

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '/',
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  TZ: 'America/Sao_Paulo',
};

const shoot = async (
  language: 'en' | 'pt-BR',
  size: { readonly columns: number; readonly rows: number },
  story: (terminal: Terminal, save: (name: string) => void) => Promise<void>,
): Promise<void> => {
  const terminal = openTerminal({
    file: process.execPath,
    args: [`${root}/dist/cli.js`, '--demo', '--lang', language],
    ...size,
    cwd: root,
    env: environment,
  });
  try {
    await story(terminal, (name) => {
      writeFileSync(`${target}/${name}.svg`, screenSvg(terminal, size));
      process.stdout.write(`docs/screenshots/${name}.svg\n`);
    });
    // A screen that has just changed drops the keys of its first moments.
    await until(
      () => {
        terminal.type('q');
        return Promise.race([terminal.exited.then(() => true), new Promise((next) => setTimeout(next, 1000, false))]);
      },
      { within: 30_000, what: 'the demo to end' },
    );
  } finally {
    terminal.kill('SIGTERM');
    await terminal.exited;
  }
};

const suffix = (language: 'en' | 'pt-BR'): string => (language === 'en' ? '' : '.pt-BR');

for (const language of ['en', 'pt-BR'] as const) {
  await shoot(language, { columns: 120, rows: 32 }, async (terminal, save) => {
    await terminal.see(/NOT REPLYING|NÃO RESPONDE/, 60_000);
    await terminal.see(/SCAN QR|LER QR/, 30_000);
    save(`fleet${suffix(language)}`);
    terminal.type('?');
    await terminal.see(/KEYS|TECLAS/);
    save(`help${suffix(language)}`);
    terminal.type('\u001b');
    await terminal.gone(/KEYS:|TECLAS:/);
  });
  await shoot(language, { columns: 120, rows: 40 }, async (terminal, save) => {
    await terminal.see(/SCAN QR|LER QR/, 60_000);
    terminal.type('v');
    await terminal.see('█▀▀▀▀▀█', 30_000);
    save(`qr${suffix(language)}`);
    terminal.type('\u001b');
  });
}
