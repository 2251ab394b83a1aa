import { fileURLToPath } from 'node:url';
import { openTerminal, type Terminal } from '../test/support/terminal.ts';
import { until } from '../test/support/until.ts';
import type { Size } from './screen-svg.ts';
import type { Ground } from './terminal-colors.ts';

/** The built program's demo in a real terminal, for pictures of it. */

export const root = fileURLToPath(new URL('..', import.meta.url));
export const screenshots = `${root}/docs/screenshots`;

export const openDemo = (size: Size, language: 'en' | 'pt-BR', ground: Ground): Terminal =>
  openTerminal({
    file: process.execPath,
    args: [`${root}/dist/cli.js`, '--demo', '--lang', language],
    ...size,
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '/',
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      TZ: 'America/Sao_Paulo',
      FLEET_THEME: ground,
    },
  });

export const leaveDemo = (terminal: Terminal): Promise<unknown> =>
  // A screen that has just changed drops the keys of its first moments.
  until(
    () => {
      terminal.type('q');
      return Promise.race([terminal.exited.then(() => true), new Promise((next) => setTimeout(next, 1000, false))]);
    },
    { within: 30_000, what: 'the demo to end' },
  );
