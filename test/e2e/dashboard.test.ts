import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareHome, profileDir } from '../../src/home/home-paths.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { openStore } from '../../src/store/store.ts';
import type { ScenarioName } from '../../workers/whatsapp/simulated/scenario.ts';
import { writeSimulatedConfig } from '../../workers/whatsapp/simulated/simulated-config.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { withCompiledCode } from '../support/compiled-code.ts';
import { processesOf } from '../support/leftovers.ts';
import { readQrFromScreen } from '../support/qr-reader.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/**
 * The dashboard as a person has it: the built program in real pseudo-terminals, on a real fleet of 300 sessions, six of which run with a
 * simulated phone while the others wait or are stopped.
 */

const running: readonly (readonly [string, ScenarioName])[] = [
  ['barbearia', 'busy'],
  ['clinica', 'flapping'],
  ['floricultura', 'quiet'],
  ['padaria', 'quiet'],
  ['studio', 'waiting-for-scan'],
  ['zeladoria', 'waiting-for-scan'],
];
const sizes = [
  { columns: 40, rows: 12 },
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
] as const;
const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const fullClear = /\u001b\[[23]J/;

let fleet: BuiltFleet;
let demos: string;
let killedDemo: string;

const fill = (): void => {
  prepareHome(fleet.paths);
  const store = openStore(fleet.paths.database);
  try {
    const add = (given: string, isRunning: boolean, scenario: ScenarioName) => {
      const name = parseSessionName(given);
      const config = defaultConfig();
      const made = store.sessions.create(
        {
          name,
          label: '',
          engine: 'simulated',
          expectedPhone: null,
          author: 'test',
          instructions: null,
          config: {
            ...config,
            ai: { ...config.ai, provider: 'echo' },
            timing: { ...config.timing, quietMs: 500, readingDelayMs: 0 },
          },
        },
        Date.now(),
      );
      if (isRunning) store.sessions.change(made.id, { desiredState: 'running' }, Date.now());
      writeSimulatedConfig(profileDir(fleet.paths, name), { scenario });
    };
    store.database.transaction(() => {
      for (const [name, scenario] of running) add(name, true, scenario);
      // Names later in the alphabet than those that run wait for a place; the rest is stopped.
      for (let n = 0; n < 294; n += 1) add(`zz-${String(n).padStart(3, '0')}`, n < 20, 'quiet');
    });
  } finally {
    store.close();
  }
};

const demo = (columns: number, rows: number): Terminal =>
  openTerminal({
    file: process.execPath,
    args: [cli, '--demo'],
    columns,
    rows,
    cwd: demos,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: demos,
      TMPDIR: demos,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      TZ: 'UTC',
      ...withCompiledCode,
    },
  });
const demoHomes = (): string[] => readdirSync(demos).filter((name) => name.startsWith('zf-demo-'));

const fits = (terminal: Terminal, size: { readonly columns: number; readonly rows: number }): void => {
  const lines = terminal.screen();
  expect(lines).toHaveLength(size.rows);
  // The last column stays empty, so that no terminal wraps.
  for (const line of lines) expect(line.length, line).toBeLessThan(size.columns);
};

const leave = async (terminal: Terminal): Promise<void> => {
  terminal.type('\u0003');
  expect(await terminal.exited).toBe(0);
  expect(terminal.alternate()).toBe(false);
};

/** Types a `:` command and enter, as soon as the screen takes keys. */
const command = async (terminal: Terminal, text: string): Promise<void> => {
  terminal.type(':');
  await terminal.see(' :_');
  terminal.type(text);
  await terminal.see(` :${text}_`);
  terminal.type('\r');
};

beforeAll(async () => {
  demos = mkdtempSync(join(tmpdir(), 'zfd-'));
  const terminal = demo(80, 24);
  await terminal.see('DEMO', 60_000);
  killedDemo = join(demos, demoHomes()[0] ?? 'none');
  // Its terminal's program dies without a word; half a minute later, at the end of this file, nothing of it is left.
  terminal.kill('SIGKILL');
  await terminal.exited;
  fleet = builtFleet({ MAX_SESSIONS: '6' });
  fill();
  // Without a terminal it starts the fleet, and prints it.
  expect((await fleet.run()).code).toBe(0);
  await fleet.sees(({ sessions }) => sessions.filter(({ state }) => state === 'connected').length >= 3, {
    within: 90_000,
    what: 'the first sessions to connect',
  });
}, 180_000);
afterAll(async () => {
  await fleet.end();
  rmSync(demos, { recursive: true, force: true });
}, 60_000);

describe('on a fleet of 300 sessions that lives', () => {
  test.each(sizes)('$columns x $rows: full of what matters, and nothing is cleared while it changes', async (size) => {
    const terminal = fleet.open(size);
    await terminal.see(/NEEDS? YOU|answering|recovering/, 30_000);
    await terminal.see('studio');
    fits(terminal, size);
    const before = terminal.raw().length;
    let moves = 0;
    // Customers write all the time: what they wrote is in it, and it was painted without a full clear.
    await until(
      () => {
        // A phone shows no numbers: there the cursor moves.
        moves += 1;
        terminal.type(moves % 2 === 0 ? 'k' : 'j');
        return terminal.raw().length > before + 1000;
      },
      { within: 30_000, every: 200, what: 'the screen to change' },
    );
    expect(terminal.raw().slice(before)).not.toMatch(fullClear);
    fits(terminal, size);
    await leave(terminal);
  });

  test('every size after every other, while it changes', async () => {
    const terminal = fleet.open(sizes[3]);
    await terminal.see('studio', 30_000);
    for (const size of [...sizes, ...[...sizes].reverse()]) {
      terminal.resize(size.columns, size.rows);
      await until(
        () =>
          terminal.screen().at(-1)?.includes('? help') === true &&
          terminal.screen().every((line) => line.length < size.columns),
        { what: `the fleet at ${size.columns}x${size.rows}:\n${terminal.text()}` },
      );
      await terminal.see('studio');
      fits(terminal, size);
    }
    await leave(terminal);
  });

  test('300 rows: first to last, filtered as typed', async () => {
    const terminal = fleet.open({ columns: 120, rows: 40 });
    await terminal.see('studio', 30_000);
    terminal.type('G');
    await terminal.see(/▌ .*zz-293/);
    terminal.type('g');
    await terminal.see(/▌ .*(studio|zeladoria|barbearia|clinica)/);
    terminal.type('/');
    await terminal.see('/_');
    terminal.type('zz-29');
    await terminal.see('/zz-29_');
    await terminal.gone(/[◆↻●◐] (studio|barbearia|clinica)/);
    expect(terminal.screen().filter((line) => /^[▌ ] ○ zz-29\d/.test(line))).toHaveLength(4);
    terminal.type('\r');
    await terminal.see('filter "zz-29": 4 of 300');
    terminal.type('\u001b');
    await terminal.gone('filter "zz-29"');
    await terminal.see('studio');
    await leave(terminal);
  });

  test('the mouse: a press, a second one, the wheel, the scroll bar and the tabs', async () => {
    const terminal = fleet.open({ columns: 120, rows: 40 });
    await terminal.see('studio', 30_000);
    await command(terminal, 'mouse on');
    await until(() => terminal.raw().includes('\u001b[?1002h\u001b[?1006h'), { what: 'the mouse to be asked for' });
    const at = (column: number, row: number) => `${column + 1};${row + 1}`;
    const press = (column: number, row: number) =>
      terminal.type(`\u001b[<0;${at(column, row)}M\u001b[<0;${at(column, row)}m`);
    const rowOf = (what: RegExp) => terminal.screen().findIndex((line) => what.test(line));

    // The bar at the right: its lower end shows the last row, and what needs a person stays where it is.
    const bar = 118;
    const barRows = terminal.screen().flatMap((line, row) => (/[┃│]$/.test(line) ? [row] : []));
    const [first = 0, last = 0] = [barRows[0], barRows.at(-1)];
    terminal.type(`\u001b[<0;${at(bar, first)}M`);
    terminal.type(`\u001b[<32;${at(bar, last)}M`);
    terminal.type(`\u001b[<0;${at(bar, last)}m`);
    await terminal.see('zz-293');
    await terminal.see('studio');

    press(10, rowOf(/zz-293/));
    await terminal.see(/▌ .*zz-293/);
    terminal.type(`\u001b[<64;${at(10, 20)}M`);
    await terminal.see(/▌ .*zz-290/);
    press(10, rowOf(/zz-292/));
    await terminal.see(/▌ .*zz-292/);
    press(10, rowOf(/zz-292/));
    await terminal.see('zap━fleet › zz-292');

    const tabs = terminal.screen()[1] ?? '';
    press(tabs.indexOf('5 Settings') + 2, 1);
    await until(() => (terminal.screen()[2] ?? '').indexOf('━') === tabs.indexOf('5 Settings') - 1, {
      what: `the settings:\n${terminal.text()}`,
    });
    await leave(terminal);
    expect(terminal.raw()).toContain('\u001b[?1006l\u001b[?1002l');
  });

  test('em português', async () => {
    const terminal = fleet.open({ columns: 120, rows: 40 }, ['--lang', 'pt-BR']);
    await terminal.see(/PRECISA DE VOCÊ/, 30_000);
    await terminal.see('LER QR');
    await leave(terminal);
  });

  test('NO_COLOR: words and signs, no colour', async () => {
    const terminal = fleet.open({ columns: 120, rows: 40 }, [], { NO_COLOR: '1' });
    await terminal.see('SCAN QR', 30_000);
    await terminal.see(/mem .*G [━╸]*─+/);
    expect(terminal.raw()).not.toMatch(/\u001b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|m)/);
    await leave(terminal);
  });

  test('without a terminal it prints the list once', async () => {
    const { code, stdout, stderr } = await fleet.run();
    expect(code).toBe(0);
    expect(stdout).toContain('studio');
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('this is not a terminal');
  });
});

describe('a QR on the screen', () => {
  test.each([
    { columns: 100, rows: 30 },
    { columns: 120, rows: 40 },
    { columns: 200, rows: 50 },
  ])('is read at $columns x $rows, in a dark and in a light theme', async (size) => {
    const terminal = fleet.open(size);
    await terminal.see('studio', 30_000);
    // Whoever did not scan in time has closed codes: fresh ones are asked for.
    expect((await fleet.run('qr', 'studio', '--json')).code).toBe(0);
    await command(terminal, 'qr studio');
    const read = (theme: 'dark' | 'light') =>
      until(() => readQrFromScreen(terminal, size, theme), { within: 20_000, every: 100, what: `a QR, ${theme}` });
    expect((await read('dark')).length).toBeGreaterThan(200);
    expect((await read('light')).length).toBeGreaterThan(200);
    await leave(terminal);
  });
});

describe('side by side with others', () => {
  test('two dashboards: what one does, the other shows', async () => {
    const one = fleet.open({ columns: 120, rows: 40 });
    const two = fleet.open({ columns: 80, rows: 24 });
    await Promise.all([one.see('studio', 30_000), two.see('studio', 30_000)]);
    two.type('/');
    await two.see('/_');
    two.type('padaria');
    await two.see('/padaria_');
    two.type('\r');
    await command(one, 'pause padaria');
    await one.see(/Pause replies of .*padaria.*\?/i);
    await until(
      () => {
        one.type('y');
        return !/Pause replies of .*padaria.*\?/i.test(one.text());
      },
      { every: 300, what: 'the question to be answered' },
    );
    await two.see(/padaria (SIM)? +on hold/, 20_000);
    expect((await fleet.run('resume', 'padaria')).code).toBe(0);
    await two.see(/padaria (SIM)? +(connected|answers|quiet|starting)/, 20_000);
    await Promise.all([leave(one), leave(two)]);
  });

  test('the master killed: a banner, and it goes by itself', async () => {
    const terminal = fleet.open({ columns: 120, rows: 40 });
    await terminal.see('studio', 30_000);
    const { pid } = await fleet.json<{ pid: number }>('master', 'status');
    // Stopped first: PM2 brings a killed one back before anybody could see that it was gone.
    process.kill(pid, 'SIGKILL');
    await terminal.see(/Master not running/, 20_000);
    await terminal.gone(/Master not running/, 40_000);
    await terminal.see('studio');
    expect((await fleet.json<{ pid: number }>('master', 'status')).pid).not.toBe(pid);
    await leave(terminal);
  });
});

describe('in a shell', () => {
  test('ctrl+z gives the shell back, fg the dashboard', async () => {
    const terminal = openTerminal({
      file: '/bin/bash',
      args: ['--norc', '--noprofile', '-i'],
      columns: 100,
      rows: 30,
      cwd: fleet.home,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: fleet.home,
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        FLEET_HOME: fleet.home,
        PORT: '0',
        MAX_SESSIONS: '6',
        TZ: 'UTC',
        PS1: 'shell> ',
      },
    });
    await terminal.see('shell>');
    terminal.type(`${process.execPath} ${cli}\r`);
    await terminal.see('studio', 30_000);
    terminal.type('\u001a');
    await terminal.see(/Stopped/, 20_000);
    expect(terminal.alternate()).toBe(false);
    terminal.type('fg\r');
    await until(() => terminal.alternate(), { within: 30_000, what: 'the dashboard to come back' });
    await terminal.see('studio', 20_000);
    terminal.type('q');
    await until(() => !terminal.alternate(), { what: 'the dashboard to leave' });
    terminal.type('echo code $?\r');
    await terminal.see('code 0');
    terminal.type('exit\r');
    expect(await terminal.exited).toBe(0);
  });

  test('t talks to the bot without leaving the screen, and esc goes back', async () => {
    const terminal = fleet.open({ columns: 100, rows: 30 });
    await terminal.see('studio', 30_000);
    await command(terminal, 'try barbearia');
    await terminal.see(/TRY .*nobody sees this/);
    await terminal.see('Write what a customer would write');
    terminal.type('oi');
    await terminal.see('› oi_');
    terminal.type('\r');
    // Tab answers now; the echo says what was written.
    await terminal.see(/answers in/);
    terminal.type('\t');
    await terminal.see(/oi[\s\S]*oi/, 30_000);
    expect(terminal.alternate()).toBe(true);
    terminal.type('\u001b');
    await terminal.see('studio');
    await leave(terminal);
  });

  test('its terminal gone, it ends, and no process of it is left', async () => {
    const terminal = fleet.open({ columns: 100, rows: 30 });
    await terminal.see('studio', 30_000);
    terminal.kill('SIGHUP');
    await terminal.exited;
    await until(() => !existsSync(`/proc/${terminal.pid}`), { what: 'the process to be gone' });
  });
});

describe('the demo', () => {
  test('shows its sessions, and is gone with q', async () => {
    const before = demoHomes();
    const terminal = demo(100, 30);
    await terminal.see('DEMO', 60_000);
    await terminal.see('Barbearia do Zé', 30_000);
    await terminal.see(/Ótica Visão/, 30_000);
    const home = demoHomes().find((name) => !before.includes(name)) ?? '';
    expect(home).not.toBe('');
    terminal.type('q');
    expect(await terminal.exited, terminal.text()).toBe(0);
    expect(existsSync(join(demos, home))).toBe(false);
    expect(processesOf(home)).toEqual([]);
  });

  test('one whose terminal was killed has cleared itself away', async () => {
    await until(() => !existsSync(killedDemo) && processesOf(killedDemo).length === 0, {
      within: 90_000,
      every: 500,
      what: `${killedDemo} to be gone: ${processesOf(killedDemo).join('\n')}`,
    });
  });
});
