import { afterEach, expect, it } from 'vitest';
import { neededScopes, tooNarrow, widestScope } from '../../../components/actions/needed-scopes.ts';
import { registry } from '../../../components/actions/registry.ts';
import type { FleetSnapshot, NodeState } from '../../../src/protocol/fleet.ts';
import type { TokenScope } from '../../../src/session/access.ts';
import type { Language } from '../../../src/words/language.ts';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet, fleetInfo, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const access = (scope: TokenScope) => ({ token: 'painel', scope, isLimited: false });
const show = async (scope: TokenScope, columns = 120, language: Language = 'en'): Promise<Screen> => {
  const fleet = fakeFleet({
    ...exampleSnapshot(),
    fleet: fleetInfo({ access: access(scope) }),
    sessions: [sessionRow('loja-1')],
  });
  answerEverything(fleet);
  screen = await openScreen({ fleet, columns, rows: 40, language });
  await screen.waitFor('loja-1');
  return screen;
};
const asked = (shown: Screen): readonly string[] => shown.fleet.asked.map(({ method }) => method);

it('shows a read token no key that changes something, and says in one line why a key does nothing', async () => {
  const shown = await show('read');
  for (const word of ['stop', 'restart', 'pause', 'delete', 'prompt'])
    expect(shown.text()).not.toMatch(new RegExp(`\\b${word}\\b`));
  await shown.press('?');
  await shown.waitFor('open');
  for (const word of ['unlink', 'delete']) expect(shown.text()).not.toMatch(new RegExp(`\\b${word}\\b`));
  await shown.press('esc');

  for (const [key, wanted] of [
    ['S', 'operate'],
    ['P', 'operate'],
    ['D', 'admin'],
  ] as const) {
    await shown.press(key);
    await shown.waitFor(`the token painel has the scope read here; this needs ${wanted}`);
  }
  await shown.press(':');
  await shown.press(...'stop loja-1');
  await shown.press('enter');
  await shown.waitFor('this needs operate');
  expect(asked(shown)).not.toContain('stop');
  expect(asked(shown)).not.toContain('pause');
});

it('lets an operate token stop and not delete, on a narrow window and in Portuguese too', async () => {
  const shown = await show('operate', 40, 'pt-BR');
  await shown.press('D');
  await shown.waitFor(/o token painel tem o/);
  await shown.press('P');
  await shown.waitFor(/y|s |Pausar/i);
  expect(asked(shown)).not.toContain('delete');
});

it('goes by the machine of each row where several are shown, and hides what none of them allows', () => {
  const node = (name: string, scope: TokenScope | null): NodeState => ({
    name,
    isHere: false,
    host: name,
    version: null,
    sessions: 1,
    state: 'open',
    since: 0,
    reason: null,
    light: { status: 'ok', reason: null },
    ...(scope === null ? {} : { access: access(scope) }),
  });
  const [mine, theirs] = [sessionRow('a', { node: 'here' }), sessionRow('b', { node: 'there' })];
  const several = (...nodes: readonly NodeState[]): FleetSnapshot => ({
    ...exampleSnapshot(),
    sessions: [mine, theirs],
    nodes,
  });

  const mixed = several(node('here', null), node('there', 'read'));
  expect(widestScope(mixed)).toBe('admin');
  expect(tooNarrow(mixed, [mine], 'admin')).toBeNull();
  expect(tooNarrow(mixed, [theirs], 'operate')).toMatchObject({ scope: 'read' });
  expect(tooNarrow(mixed, [mine, theirs], 'operate')).toMatchObject({ scope: 'read' });
  expect(tooNarrow(mixed, [], 'operate')).toBeNull();
  const narrow = several(node('here', 'read'), node('there', 'operate'));
  expect(widestScope(narrow)).toBe('operate');
  expect(tooNarrow(narrow, [], 'admin')).not.toBeNull();
});

it('says of every action what it asks for', () => {
  expect(Object.keys(neededScopes).sort()).toEqual([...new Set(registry.map(({ id }) => id))].sort());
});
