import { afterEach, describe, expect, it } from 'vitest';
import { answerEverything } from '../support/answers.ts';
import { exampleFleet } from '../support/example-fleets.ts';
import { exampleIncident } from '../support/example-incidents.ts';
import { exampleSnapshot, type FakeFleet, fakeFleet, now, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen, type ScreenOptions, until } from '../support/terminal.ts';

let open: Screen[] = [];
const show = async (options: Partial<ScreenOptions> & { fleet?: FakeFleet } = {}): Promise<Screen> => {
  const fleet = options.fleet ?? fakeFleet();
  answerEverything(fleet);
  const screen = await openScreen({ ...options, fleet });
  open.push(screen);
  return screen;
};
afterEach(async () => {
  await Promise.all(open.map((screen) => screen.close()));
  open = [];
});

const sizes = [
  [40, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 50],
] as const;

describe('the dashboard on a terminal', () => {
  for (const [columns, rows] of sizes) {
    it(`fills ${columns}x${rows} and nothing more`, async () => {
      const screen = await show({ columns, rows });
      expect(screen.lines()).toHaveLength(rows);
      expect(screen.lines()[0]).toMatch(columns === 40 ? / 4 NEED YOU / : /zap━fleet/);
      expect(screen.text()).toContain('Padaria do João');
      expect(screen.lines().at(-1)).toContain('? help');
      for (const line of screen.lines()) expect(line.length).toBeLessThan(columns);
      expect(screen.isAlternate()).toBe(true);
    });
  }

  it('takes a key that was typed before its first frame, and does not show it', async () => {
    const early = await show({ columns: 120, rows: 40, typedAhead: '?' });
    await early.waitFor('keys of ');
    const later = await show({ columns: 120, rows: 40 });
    await later.press('?');
    expect(early.lines()).toEqual(later.lines());
  });

  it('takes a whole command that was typed before its first frame, and one in one read', async () => {
    const screen = await show({ columns: 120, rows: 40, typedAhead: ':cost\rS' });
    await screen.waitFor('AI cost a day');
    await screen.press('1', 'jj/loja\rS');
    await screen.waitFor('loja');
    expect(screen.text()).not.toContain('Padaria do João');
    await screen.press('esc', ':theme ansi\r');
    expect(screen.fleet.asked.some(({ method }) => method === 'stop')).toBe(false);
    expect(screen.text()).not.toContain('Stop loja-centro?');
  });

  it('begins at the left, whatever was echoed before it started', async () => {
    const echoed = await show({ columns: 120, rows: 40, echoed: '^[[B^[[B' });
    const plain = await show({ columns: 120, rows: 40 });
    expect(echoed.lines()).toEqual(plain.lines());
  });

  it('leaves the terminal as it was', async () => {
    const screen = await show();
    await screen.press('q');
    expect(await screen.ended).toEqual({ exitReason: 'quit', exitCode: 0 });
    const all = screen.written();
    expect(all).toContain('\u001b[?1049l');
    expect(all).toContain('\u001b[?25h');
    expect(screen.fleet.listeners()).toBe(0);
  });

  it('ends when its terminal is gone', async () => {
    const screen = await show();
    screen.stdin.end();
    expect((await screen.ended).exitReason).toBe('terminal-gone');
  });

  it('asks before it stops a connected session, and enter is not yes', async () => {
    const screen = await show();
    await screen.press('/', 'loja', 'enter', 'S');
    await screen.waitFor('Stop loja-centro?');
    screen.advance(300);
    await screen.press('enter');
    expect(screen.fleet.asked.filter(({ method }) => method === 'stop')).toHaveLength(0);
    await screen.press('y');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'stop'));
    expect(screen.fleet.asked.find(({ method }) => method === 'stop')?.params).toMatchObject({
      name: 'loja-centro',
      id: 'id-loja-centro',
      revision: 1,
    });
    await screen.waitFor('stop loja-centro: done');
  });

  it('means with a command without a name what the screen shows, and nobody where it shows none', async () => {
    const screen = await show({ columns: 120, rows: 40, fleet: fakeFleet(exampleFleet('bad', 12)) });
    // The cursor of the fleet rests on one that the next screens do not show.
    await screen.press('/', 'farmacia', 'enter');
    await screen.waitFor('Farmácia Vida');
    for (const elsewhere of [':incidents', ':logs', ':node', ':first']) {
      await screen.press(elsewhere, 'enter');
      await screen.press(':stop', 'enter');
      await screen.waitFor('no bot is under the cursor here, so name it: stop [NAME...|--all]');
      expect(screen.text()).not.toContain('Stop Farmácia');
      await screen.press('esc');
    }

    await screen.press('1', ':chats', 'enter');
    await screen.waitFor('waiting, oldest');
    await screen.press(':stop', 'enter');
    expect(await screen.waitFor('Stop Loja Centro Modas?')).not.toContain('Farmácia');
    await screen.press('n');
    expect(screen.fleet.asked.some(({ method }) => method === 'stop')).toBe(false);
  });

  it('tells what came of it under the name that people use', async () => {
    const screen = await show({ columns: 120, rows: 40, fleet: fakeFleet(exampleFleet('bad', 12)) });
    screen.fleet.answers['start'] = () => ({ row: sessionRow('escola-sol', { verdict: 'stopped' }) });
    await screen.press('/', 'escola', 'enter', 's');
    await screen.waitFor('✓ Escola Sol Nascente: stopped');
  });

  it('drops the keys of the first quarter of a second of a dialog', async () => {
    const screen = await show();
    await screen.press('/', 'loja', 'enter', 'S', 'y');
    await screen.waitFor('Stop loja-centro?');
    expect(screen.fleet.asked.some(({ method }) => method === 'stop')).toBe(false);
  });

  it('takes what is typed into a new session at once, and makes nothing without a name', async () => {
    const screen = await show();
    await screen.press('c', 'enter', 'n', 'o', 'v', 'a');
    await screen.waitFor(/name +nova_/);
    expect(screen.fleet.asked.some(({ method }) => method === 'create')).toBe(false);
    await screen.press('enter');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'create'));
    expect(screen.fleet.asked.find(({ method }) => method === 'create')?.params).toMatchObject({ name: 'nova' });
  });

  it('deletes only after the name is typed, and empties the field when the session changes', async () => {
    const screen = await show();
    await screen.press('D');
    await screen.waitFor('Delete Padaria do João');
    screen.advance(300);
    await screen.press('padaria-jo');
    await screen.waitFor('padaria-jo_');
    screen.fleet.patch('padaria-joao', { revision: 2 });
    await screen.waitFor('the session changed meanwhile');
    expect(screen.text()).not.toContain('padaria-jo_');
    await screen.press('padaria-joa', 'enter');
    expect(screen.fleet.asked.some(({ method }) => method === 'delete')).toBe(false);
    await screen.press('o', 'enter');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'delete'));
    expect(screen.fleet.asked.find(({ method }) => method === 'delete')?.params).toMatchObject({
      name: 'padaria-joao',
      id: 'id-padaria-joao',
      revision: 2,
      purge: false,
    });
  });

  it('never runs more than moves from a text pasted into the table', async () => {
    const screen = await show();
    await screen.press('Stop SRUDP y delete ce');
    await screen.press('\u001b[200~S y D\nRestart now\u001b[201~');
    expect(screen.fleet.asked).toEqual([]);
    expect(screen.text()).not.toContain('Delete');
    expect(screen.text()).toContain(' NEEDS YOU 4 ─');
  });

  it('keeps the cursor on its session while the fleet changes, and does not move rows after a key', async () => {
    const screen = await show();
    await screen.press('j');
    await screen.waitFor('▌ ✕ pet-shop-rex');
    screen.fleet.update(({ sessions }) => ({
      sessions: [
        ...sessions,
        sessionRow('aaa', {
          state: 'logged_out',
          since: now,
          waiting: { chats: 99, oldestSince: now - 86_400_000, estimated: false },
        }),
      ],
    }));
    await screen.waitFor('aaa');
    expect(screen.text()).toContain('▌ ✕ pet-shop-rex');
    screen.fleet.patch('pet-shop-rex', {
      state: 'connected',
      reason: null,
      waiting: { chats: 0, oldestSince: null, estimated: false },
    });
    // At once as it is, and marked as one that belongs elsewhere; no heading counts it where it no longer belongs.
    await screen.waitFor(/▌ ●→pet-shop-rex/);
    expect(screen.text()).toContain(' NEEDS YOU 4 ─');
    expect(screen.text()).toContain(' Answering 7 ─');
    // It still stands among those who need a person: three seconds in a state, two after a key.
    expect(screen.lines().findIndex((line) => line.includes('pet-shop-rex'))).toBeLessThan(
      screen.lines().findIndex((line) => line.includes('Recovering')),
    );
    screen.advance(4000);
    await until(
      () =>
        screen.lines().findIndex((line) => line.includes('▌ ● pet-shop-rex')) >
        screen.lines().findIndex((line) => line.includes(' Answering')),
      { what: 'the row to move to its group' },
    );
  });

  it('follows a resize at once, from 120x40 to a phone and back, without a row too many', async () => {
    const screen = await show({ columns: 120, rows: 40 });
    for (const [columns, rows] of [...sizes, [60, 18], [20, 5], [120, 40]] as const) {
      await screen.resize(columns, rows);
      expect(screen.lines()).toHaveLength(rows);
      expect(screen.lines()[0]).toMatch(/zap━fleet| 4 NEED/);
    }
  });

  it('shows 300 sessions through a window, first to last', async () => {
    const sessions = Array.from({ length: 300 }, (_, index) => sessionRow(`loja-${String(index).padStart(3, '0')}`));
    const screen = await show({ fleet: fakeFleet({ ...exampleSnapshot(), sessions }), columns: 200, rows: 50 });
    await screen.waitFor('loja-000');
    await screen.press('G');
    await screen.waitFor('▌ ● loja-299');
    await screen.press('g');
    await screen.waitFor('▌ ● loja-000');
    // A held key over a slow line comes as one read.
    await screen.press('jjjjj');
    await screen.waitFor('▌ ● loja-005');
    await screen.press('\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A');
    await screen.waitFor('▌ ● loja-000');
    screen.written();
    for (let n = 0; n < 5; n += 1)
      screen.fleet.update(({ sessions: all }) => ({
        sessions: all.map((row) => ({ ...row, receivedLastHour: row.receivedLastHour + 1 })),
      }));
    screen.advance(2000);
    await screen.waitFor('5/0');
    // No full clear in steady state: neither the screen nor what is below the cursor is erased.
    expect(screen.written()).not.toMatch(/\u001b\[2J|\u001b\[3J|\u001b\[0?J/);
  });

  it('writes nothing at all while nothing changes', async () => {
    const fleet = fakeFleet({ ...exampleSnapshot(), sessions: [sessionRow('loja')] });
    const screen = await show({ fleet });
    screen.written();
    fleet.update(() => ({}));
    await screen.press('ctrl+a');
    expect(screen.written().replace(/\u001b\[\?2026[hl]/g, '')).toBe('');
  });

  it('makes planted escape sequences harmless wherever they come from', async () => {
    const evil = 'Evil\u001b]52;c;aGk=\u0007\u001b]8;;http://x\u0007\u001b[31m\nname\u202e';
    const fleet = fakeFleet();
    fleet.patch('padaria-joao', { label: evil, reason: evil });
    fleet.patch('loja-centro', { model: evil });
    fleet.update(({ events }) => ({ events: [{ ...(events[0] ?? fail()), text: evil, sessionName: evil }] }));
    const screen = await show({ fleet });
    await screen.waitFor('Evil');
    expect(screen.written()).not.toMatch(/\u001b\]52|\u001b\]8;|\u001b\[31m|\u202e/);
    await screen.press('4');
    await screen.waitFor('Carlos');
    expect(screen.written()).not.toMatch(/\u001b\]52/);
    expect(screen.lines().filter((line) => line.includes('Evil')).length).toBeLessThan(4);
  });

  it('copies with OSC 52, sets the title, and remembers what was chosen', async () => {
    const saved: unknown[] = [];
    const screen = await show({
      preferences: { load: () => ({ sort: 'name', broken: 1 }), save: (next) => saved.push(next) },
    });
    expect(screen.title()).toBe('!4 vps-sp1 zap-fleet');
    screen.written();
    await screen.press('y');
    const copied = /\u001b\]52;c;([^\u0007]+)\u0007/.exec(screen.written())?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toContain('NOT REPLYING');
    await screen.press('o');
    expect(saved.at(-1)).toMatchObject({ sort: 'waiting' });
    await screen.press(':', 'lang pt-BR', 'enter');
    await screen.waitFor('PRECISAM DE VOCÊ');
    expect(saved.at(-1)).toMatchObject({ language: 'pt-BR' });
  });

  it('suspends with ctrl+z and comes back with the whole screen', async () => {
    let suspended = 0;
    const screen = await show({
      suspendProcess: async () => {
        suspended += 1;
      },
    });
    screen.written();
    await screen.press('ctrl+z');
    await until(() => suspended === 1);
    await screen.waitFor('Padaria do João');
    expect(screen.written()).toContain('\u001b[?1049l');
    expect(screen.isAlternate()).toBe(true);
  });

  it('shows a lost master as a banner that goes by itself', async () => {
    const screen = await show();
    screen.fleet.lose(now);
    await screen.waitFor('Master not running');
    screen.fleet.find();
    await screen.waitUntilGone('Master not running');
  });

  it('leads an empty fleet through the first steps to its first session', async () => {
    const screen = await show({
      fleet: fakeFleet({ ...exampleSnapshot(), sessions: [], events: [] }),
      columns: 80,
      rows: 24,
    });
    await screen.waitFor('Four steps to the first answered message');
    await screen.press('enter', 'enter');
    await screen.waitFor('▌ 2');
    await screen.press('space', 'space', 'enter');
    await screen.waitFor('▌ 4');
    await screen.press('l', 'o', 'j', 'a-1', 'enter', '11 98765-4321', 'enter');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'start'));
    expect(screen.fleet.asked.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['create', 'setConfig', 'start']),
    );
    expect(screen.fleet.asked.find(({ method }) => method === 'create')?.params).toMatchObject({
      name: 'loja-1',
      phone: '5511987654321',
      ai: 'echo',
    });
    await screen.waitFor('zap━fleet › loja-1');
  });

  it('tests a key with one call, saves what was confirmed for the whole fleet, and says what the service refuses', async () => {
    const saved: Readonly<Record<string, string>>[] = [];
    const tested: string[] = [];
    const screen = await show({
      fleet: fakeFleet({ ...exampleSnapshot(), sessions: [], events: [] }),
      columns: 80,
      rows: 24,
      operations: {
        testAiKey: async (provider, key) => {
          tested.push(`${provider} ${key}`);
          return key.endsWith('good')
            ? { ok: true, ms: 412, reason: null, api: 'chat' }
            : { ok: false, ms: 90, reason: 'OpenAI 401: wrong key', api: null };
        },
        saveSettings: async (values) => {
          saved.push(values);
        },
      },
    });
    await screen.waitFor(/browser +headless-shell \(machine\) found/);
    await screen.press('enter', 'enter', 'enter');
    await screen.waitFor('▌ 3');
    await screen.press('sk-bad', 'enter');
    await screen.waitFor('OpenAI 401: wrong key');
    expect(screen.text()).not.toContain('sk-bad');
    await screen.press('ctrl+u', 'sk-good', 'enter');
    await screen.waitFor('tested, 0.4s: ok (chat)');
    expect(tested).toEqual(['openai sk-bad', 'openai sk-good']);
    await screen.press('loja-1', 'enter', 'enter');
    await screen.waitFor('zap━fleet › loja-1');
    expect(saved).toEqual([{ FLEET_LANG: 'en', TZ: expect.any(String), AI_SELECTED: 'GPT', OPENAI_KEY: 'sk-good' }]);
  });

  it('lets the zone be picked from a list, and gives it to the fleet and to its first bot', async () => {
    const saved: Readonly<Record<string, string>>[] = [];
    const screen = await show({
      fleet: fakeFleet({ ...exampleSnapshot(), sessions: [], events: [] }),
      columns: 80,
      rows: 24,
      operations: {
        saveSettings: async (values) => {
          saved.push(values);
        },
      },
    });
    await screen.press('enter', 'america', 'down', 'down', 'up', 'ctrl+u', 'manaus');
    await screen.waitFor('▌ America/Manaus');
    await screen.press('enter');
    await screen.waitFor('English, America/Manaus');
    await screen.press('h', 'h', 'enter', 'loja-1', 'enter', 'enter');
    await screen.waitFor('zap━fleet › loja-1');
    expect(saved).toEqual([{ FLEET_LANG: 'en', TZ: 'America/Manaus' }]);
    expect(screen.fleet.asked.find(({ method }) => method === 'setConfig')?.params).toMatchObject({
      name: 'loja-1',
      key: 'timing_config.timeZone',
      value: 'America/Manaus',
    });
  });

  it('runs its own commands in the terminal and comes back', async () => {
    const ran: (readonly string[])[] = [];
    const screen = await show({
      operations: {
        runProgram: async (args) => {
          ran.push(args);
          return args[0] === 'doctor' ? 1 : 0;
        },
      },
    });
    await screen.press(':', 'demo', 'enter');
    await screen.press(':', 'doctor', 'enter');
    await screen.waitFor('doctor ended with code 1');
    expect(ran).toEqual([['--demo'], ['doctor']]);
    expect(screen.isAlternate()).toBe(true);
    await screen.press('j');
    await screen.waitFor('▌ ✕ pet-shop-rex');
  });

  it('starts a master by command', async () => {
    let started = 0;
    const screen = await show({
      operations: {
        startMaster: async () => {
          started += 1;
        },
      },
    });
    await screen.press(':', 'master start', 'enter');
    await screen.waitFor('start master: done');
    expect(started).toBe(1);
  });

  it('opens a demo on its fleet, whose sessions are still on their way', async () => {
    const before = exampleSnapshot();
    const screen = await show({
      fleet: fakeFleet({ ...before, sessions: [], events: [], fleet: { ...before.fleet, demo: true } }),
    });
    expect(screen.text()).toContain('DEMO');
    expect(screen.text()).not.toContain('Four steps');
  });

  it('shows what the AI cost day by day', async () => {
    const screen = await show();
    await screen.press('5');
    await screen.waitFor('By bot, today');
    await screen.press('tab');
    await screen.waitFor('By bot, 7 days');
    await screen.press('tab', 'tab');
    await screen.waitFor('2026-11-21');
    expect(screen.text()).toContain('$2.35');
  });

  it('says where to unlink when the phone could not be reached', async () => {
    const screen = await show();
    Object.assign(screen.fleet.answers, {
      logout: () => ({ row: sessionRow('loja-centro'), unlinked: false, reason: null }),
    });
    await screen.press('/', 'loja', 'enter', 'U');
    screen.advance(300);
    await screen.press('loja-centro', 'enter');
    await screen.waitFor('the client unlinks it there: WhatsApp > Linked devices');
  });

  it('opens the incident that its banner speaks of', async () => {
    const fleet = fakeFleet();
    fleet.update(() => ({ incidents: [exampleIncident()] }));
    const screen = await show({ fleet });
    await screen.waitFor('Incident 14');
    await screen.press('G', 'x');
    await screen.waitFor('For your clients');
    screen.written();
    await screen.press('y');
    expect(screen.written()).toContain('\u001b]52;c;');
  });

  it('writes instructions in its own editor where there is no other', async () => {
    const screen = await show({ env: { PATH: '/nowhere' } });
    await screen.press('E');
    await screen.waitFor('Instructions ─');
    await screen.press('Hi. ', 'ctrl+o');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'prompt'));
    expect(screen.fleet.asked.at(-1)?.params).toMatchObject({ text: 'Hi. You are the bakery. Be kind.' });
    await screen.waitFor('saved as version 4');
  });

  it('changes a setting in place, and says what is wrong while it is typed', async () => {
    const screen = await show({ columns: 100, rows: 30 });
    await screen.press('e');
    await screen.waitFor('Budget a day');
    await screen.press('j'.repeat(15));
    await screen.waitFor(/▌ Wait for quiet/);
    await screen.press('enter', 'backspace', 'backspace', 'backspace', 'backspace', 'backspace', 'x');
    await screen.waitFor(/^ ▲ .*\n/m);
    await screen.press('enter');
    expect(screen.fleet.asked.some(({ method }) => method === 'setConfig')).toBe(false);
    await screen.press('backspace', '3000', 'enter');
    await until(() => screen.fleet.asked.some(({ method }) => method === 'setConfig'));
    expect(screen.fleet.asked.find(({ method }) => method === 'setConfig')?.params).toMatchObject({
      key: 'timing_config.quietMs',
      value: 3000,
    });
    await screen.waitFor(/Wait for quiet +● +3 s +default 15 s/);
  });

  it('shows no key on the screen while it is typed', async () => {
    const screen = await show({ fleet: fakeFleet({ ...exampleSnapshot(), sessions: [] }), columns: 80, rows: 24 });
    await screen.press('tab', 'enter', 'sk-verysecret-a91f');
    await screen.waitFor('******');
    expect(screen.text()).not.toContain('verysecret');
  });
});

const fail = (): never => {
  throw new Error('the example has an event');
};
