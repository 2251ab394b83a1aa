import { afterEach, describe, expect, it } from 'vitest';
import { actionFor, bindings } from '../../../components/actions/keymap.ts';
import type { ActionId } from '../../../components/actions/registry.ts';
import type { KeyScreen } from '../../../components/keys/keymap.ts';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

/** The rule under the tabs is heavy under the open one. */
const underTab = (before: number, heavy: number): RegExp => new RegExp(`^─{${before}}━{${heavy}}─`, 'm');

/** How a person gets to each screen, and what is on it. */
const ways: Readonly<Record<KeyScreen, { readonly keys: readonly string[]; readonly sign: RegExp }>> = {
  fleet: { keys: ['1'], sign: /^ {4}bot /m },
  session: { keys: ['1', 'enter'], sign: underTab(1, 12) },
  chats: { keys: ['1', 'enter', '2'], sign: underTab(14, 9) },
  drafts: { keys: ['1', 'enter', '2', 'tab'], sign: /1 draft waits/ },
  logs: { keys: ['1', '3'], sign: /log of the fleet/ },
  events: { keys: ['1', 'enter', '4'], sign: underTab(33, 10) },
  settings: { keys: ['1', 'enter', '5'], sign: underTab(44, 12) },
  cost: { keys: ['1', '5'], sign: underTab(44, 8) },
  incidents: { keys: ['1', '2'], sign: underTab(11, 13) },
  'qr-wall': { keys: ['1', 'v'], sign: /phones? (is|are) waited for/ },
  'first-run': { keys: ['1', ':', 'first', 'enter'], sign: /Four steps/ },
};

/** What must be seen after a key, wherever the keymap offers it; null: asked of the door instead. */
const seen: Partial<Record<ActionId, RegExp>> = {
  help: /keys of /,
  command: / :_/,
  create: /New bot/,
  pair: /Pairing code for/,
  link: /Link for the client/,
  logout: /Unlink [A-Za-z]/,
  delete: /Delete [A-Za-z]/,
  why: /Why /,
  check: /Check /,
  prompt: /Instructions ─/,
  approve: /approve Carlos: done/,
  'edit-draft': /Edit draft/,
  'drop-draft': /Drop Carlos/,
  mark: /1 marked/,
  'mark-all': /12 marked/,
  'trouble-only': /trouble only: 4/,
  sort: /sorted by/,
  group: /grouped by/,
  filter: / \/_/,
  wrap: /wrapped|./,
};
/** Screens on which an action of all screens has nothing to do. */
const nothing: Partial<Record<ActionId, readonly KeyScreen[]>> = {
  why: ['logs'],
  check: ['incidents', 'logs'],
  pair: ['logs'],
  link: ['logs'],
  logout: ['logs'],
  delete: ['logs', 'drafts'],
  create: ['logs'],
  prompt: ['logs'],
};

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A dialog, help, a field or a session stands between here and the fleet. */
const inTheWay = /esc (?:no|keep it|close|leave)| \/_| :_|keys of |Overview|Four steps|\d marked|trouble only:/;

const goTo = async (shown: Screen, name: KeyScreen) => {
  const { keys, sign } = ways[name];
  shown.advance(300);
  for (let tries = 0; tries < 8; tries += 1) {
    if (inTheWay.test(shown.text()) || tries === 0) await shown.press('esc');
    else {
      await shown.press(...keys);
      if (sign.test(shown.text())) return;
    }
  }
  throw new Error(`no way to ${name} from\n${shown.text()}`);
};

describe.each(Object.keys(ways) as KeyScreen[])('every key on the screen %s', (name) => {
  it('does what the keymap says, and breaks nothing', { timeout: 120_000 }, async () => {
    const fleet = fakeFleet(exampleSnapshot());
    answerEverything(fleet);
    screen = await openScreen({ fleet, columns: 120, rows: 40, env: { PATH: '/nowhere' } });
    const context: readonly KeyScreen[] = name === 'drafts' ? ['drafts', 'chats'] : [name];
    const offered = bindings.filter(({ on, action }) => (on === 'all' || on.includes(name)) && action !== 'quit');
    await goTo(screen, name);
    for (const binding of offered)
      for (const key of binding.keys) {
        if (actionFor(key, context)?.id !== binding.action) continue;
        if (
          !ways[name].sign.test(screen.text()) ||
          / \/_| :_|keys of |esc (?:no|keep it|close|leave)|\d marked|trouble only:/.test(screen.text())
        )
          await goTo(screen, name);
        const asked = fleet.asked.length;
        await screen.press(key);
        const wanted = seen[binding.action];
        // The first steps are fields: letters are text there.
        if (wanted !== undefined && name !== 'first-run' && nothing[binding.action]?.includes(name) !== true)
          expect(screen.text(), `${key} (${binding.action}) on ${name}`).toMatch(wanted);
        if (binding.action === 'start' && !['logs', 'first-run'].includes(name))
          expect(
            fleet.asked
              .slice(asked)
              .map(({ method }) => method)
              .join(' '),
          ).toMatch(/newCodes|start/);
        expect(screen.isAlternate()).toBe(true);
        expect(screen.lines().join('').trim()).not.toBe('');
      }
  });
});

describe('leaving', () => {
  it.each(['q', 'ctrl+c'])('%s ends from every screen', async (key) => {
    for (const name of ['session', 'logs', 'incidents'] as const) {
      const fleet = fakeFleet();
      answerEverything(fleet);
      const shown = await openScreen({ fleet });
      await shown.press(...ways[name].keys);
      await shown.press(key);
      expect((await shown.ended).exitReason).toBe('quit');
    }
  });

  it('q is a letter in a field, ctrl+c still leaves', async () => {
    const fleet = fakeFleet();
    const shown = await openScreen({ fleet });
    await shown.press('/', 'q');
    expect(shown.text()).toContain('/q_');
    await shown.press('ctrl+c');
    expect((await shown.ended).exitReason).toBe('quit');
  });
});

describe('the keymap', () => {
  it('gives a key one meaning on each screen', () => {
    for (const name of Object.keys(ways) as KeyScreen[]) {
      const keys = bindings
        .filter(({ on }) => on !== 'all' && on.includes(name) && !(name === 'drafts' && on.length > 3))
        .flatMap((binding) => binding.keys);
      expect(new Set(keys).size, name).toBe(keys.length);
    }
  });

  it('leaves unbound what slips, what dead keys make and what terminals and browsers take', () => {
    const bound = new Set(bindings.flatMap(({ keys }) => keys));
    for (const key of [
      'H',
      'J',
      'K',
      'L',
      'd',
      'u',
      '~',
      '^',
      '`',
      "'",
      '"',
      'ctrl+w',
      'ctrl+t',
      'ctrl+n',
      'ctrl+a',
      'ctrl+b',
      'ctrl+s',
      'ctrl+q',
    ])
      expect(bound.has(key), key).toBe(false);
  });

  it('guards what stops or unlinks a bot', () => {
    for (const { action, guard } of bindings)
      if (['stop', 'restart', 'pause', 'logout', 'delete', 'drop-draft'].includes(action))
        expect(guard, action).toBeDefined();
  });
});
