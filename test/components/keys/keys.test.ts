import { afterEach, describe, expect, it, vi } from 'vitest';
import { actionFor, bindings } from '../../../components/actions/keymap.ts';
import type { ActionId } from '../../../components/actions/registry.ts';
import type { KeyScreen } from '../../../components/keys/keymap.ts';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet } from '../support/fake-fleet.ts';
import { tooWide } from '../support/measured-lines.ts';
import { promisedKeys } from '../support/promised-keys.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

vi.mock('../../../components/widgets/lines.tsx', async (load) => {
  const { measuredLines } = await import('../support/measured-lines.ts');
  return measuredLines(await load());
});

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
  lessons: { keys: ['1', 'enter', '7'], sign: /the owner took over/ },
  incidents: { keys: ['1', '2'], sign: underTab(11, 13) },
  nodes: { keys: ['1', ':', 'node', 'enter'], sign: /› Servers / },
  rehearsal: { keys: ['1', ':', 'rehearse barbearia-do-ze', 'enter'], sign: /› Rehearsal / },
  proposal: { keys: ['1', ':', 'proposal barbearia-do-ze', 'enter'], sign: /› Proposal / },
  canary: { keys: ['1', ':', 'canary barbearia-do-ze', 'enter'], sign: /› Canary / },
  tools: { keys: ['1', ':', 'tools barbearia-do-ze', 'enter'], sign: /› Tools / },
  knowledge: { keys: ['1', ':', 'knowledge barbearia-do-ze', 'enter'], sign: /› Knowledge / },
  files: { keys: ['1', ':', 'files barbearia-do-ze', 'enter'], sign: /› Files / },
  hooks: { keys: ['1', ':', 'hooks barbearia-do-ze', 'enter'], sign: /› Hooks / },
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
  'hide-lesson': /the owner took over\?/,
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
  why: ['logs', 'nodes'],
  check: ['incidents', 'logs', 'nodes'],
  pair: ['logs'],
  link: ['logs'],
  logout: ['logs'],
  delete: ['logs', 'drafts'],
  create: ['logs'],
  prompt: ['logs'],
};

/** Promised, and without effect where the screen is already there. */
const stays: Partial<Record<KeyScreen, readonly string[]>> = {
  session: ['1'],
  chats: ['2'],
  drafts: ['2'],
  events: ['4'],
  settings: ['5'],
  lessons: ['7'],
};

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

/** A dialog, help, a field or a session stands between here and the fleet. */
const inTheWay = /esc (?:no|keep it|close|leave)| \/_| :_|keys of |Overview|Four steps|\d marked|trouble only:/;

/** What a key opened over a screen: it is closed before the next one. */
const overIt = / \/_| :_|keys of |esc (?:no|keep it|close|leave)|\d marked|trouble only:/;

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

const sizes = [
  [80, 24],
  [120, 40],
] as const;

/** Everything that a press can have done: cells, requests, the clipboard. */
const traceOf = (shown: Screen): (() => boolean) => {
  const cells = JSON.stringify(shown.picture());
  const asked = shown.fleet.asked.length;
  shown.written();
  return () =>
    JSON.stringify(shown.picture()) !== cells ||
    shown.fleet.asked.length > asked ||
    shown.written().includes('\u001b]52;');
};

const isWhole = (shown: Screen, key: string): void => {
  expect(shown.isAlternate(), key).toBe(true);
  expect(shown.lines().join('').trim(), key).not.toBe('');
  expect(tooWide(), key).toEqual([]);
};

const expectSeen = (shown: Screen, name: KeyScreen, action: ActionId, key: string): void => {
  const wanted = seen[action];
  // The first steps are fields: letters are text there.
  if (wanted !== undefined && name !== 'first-run' && nothing[action]?.includes(name) !== true)
    expect(shown.text(), `${key} (${action}) on ${name}`).toMatch(wanted);
};

const offeredOn = (name: KeyScreen): readonly { readonly action: ActionId; readonly key: string }[] => {
  const context: readonly KeyScreen[] = name === 'drafts' ? ['drafts', 'chats'] : [name];
  return bindings
    .filter(({ on, action }) => (on === 'all' || on.includes(name)) && action !== 'quit')
    .flatMap(({ keys, action }) =>
      keys.filter((key) => actionFor(key, context)?.id === action).map((key) => ({ action, key })),
    );
};

describe.each(sizes)('in %i x %i', (columns, rows) => {
  it.each(Object.keys(ways) as KeyScreen[])(
    'every key on the screen %s does what keymap and footer say, and breaks nothing',
    { timeout: 240_000 },
    async (name) => {
      const fleet = fakeFleet(exampleSnapshot());
      answerEverything(fleet);
      screen = await openScreen({ fleet, columns, rows, env: { PATH: '/nowhere', FLEET_THEME: 'dark' } });
      await goTo(screen, name);
      const unmet = new Set(promisedKeys(screen.picture()));
      expect(unmet.size, 'keys at the foot').toBeGreaterThan(1);
      // What a key means is the same in every window: in the wider one those that its foot promises are enough.
      const pressed = offeredOn(name).filter(({ key }) => columns === 80 || unmet.has(key));
      for (const { action, key } of pressed) {
        if (!ways[name].sign.test(screen.text()) || overIt.test(screen.text())) await goTo(screen, name);
        const asked = fleet.asked.length;
        const isPromised = promisedKeys(screen.picture()).includes(key) && !stays[name]?.includes(key);
        const hasEffect = traceOf(screen);
        await screen.press(key);
        if (isPromised) expect(hasEffect(), `${key} at the foot of ${name}`).toBe(true);
        unmet.delete(key);
        expectSeen(screen, name, action, key);
        if (action === 'start' && !['logs', 'first-run'].includes(name))
          expect(
            fleet.asked
              .slice(asked)
              .map(({ method }) => method)
              .join(' '),
          ).toMatch(/newCodes|start/);
        isWhole(screen, `${key} on ${name}`);
      }
      // q has a test of its own below; what is left is no binding but a field's own key.
      unmet.delete('q');
      for (const key of unmet) {
        await goTo(screen, name);
        const hasEffect = traceOf(screen);
        await screen.press(key);
        expect(hasEffect(), `${key} at the foot of ${name}`).toBe(true);
        isWhole(screen, `${key} on ${name}`);
      }
    },
  );
});

/** Screens and panes whose keys are their own. */
const panes: Readonly<Record<string, { readonly way: readonly string[]; readonly stays: readonly string[] }>> = {
  conversation: { way: ['1', 'enter', '2', 'enter'], stays: ['2'] },
  instructions: { way: ['1', 'enter', '5', 'tab', 'j'], stays: ['5'] },
  'try it': { way: ['1', 't'], stays: [] },
};

it.each(Object.keys(panes))('every key at the foot of the %s does something', { timeout: 240_000 }, async (name) => {
  const pane = panes[name] ?? { way: [], stays: [] };
  const isTold = (key: string) => key !== 'q' && !pane.stays.includes(key);
  let left: readonly string[] | null = null;
  while (left === null || left.length > 0) {
    const fleet = fakeFleet(exampleSnapshot());
    answerEverything(fleet);
    screen = await openScreen({ fleet, columns: 80, rows: 24, env: { PATH: '/nowhere', FLEET_THEME: 'dark' } });
    await screen.press(...pane.way);
    const before: readonly string[] = left ?? promisedKeys(screen.picture()).filter(isTold);
    const [key] = before;
    if (key === undefined) throw new Error(`no keys at the foot of\n${screen.text()}`);
    // What is said last is what ↑ brings back, and what is answered.
    if (name === 'try it') await screen.press('Oi', 'enter', 'x');
    const hasEffect = traceOf(screen);
    await screen.press(key);
    expect(hasEffect(), `${key} at the foot of the ${name}`).toBe(true);
    isWhole(screen, key);
    await screen.close();
    screen = null;
    left = before.slice(1);
  }
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
