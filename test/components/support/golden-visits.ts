import type { FleetSnapshot } from '../../../src/protocol/fleet.ts';
import { unknownSession } from '../../../src/session/unknown-session.ts';
import { exampleFleet } from './example-fleets.ts';
import { exampleSnapshot, type FakeFleet, minutes, now } from './fake-fleet.ts';
import { serverGone } from './server-gone.ts';
import { severalNodes } from './several-nodes.ts';
import { withProbes } from './with-probes.ts';

/** How a person gets to each screen that there is a picture of. */

export interface Visit {
  readonly name: string;
  readonly fleet: () => FleetSnapshot;
  /** Each is pressed by itself; `rest`: nothing for half a second. */
  readonly keys: readonly string[];
  /** What happens to the fleet before that. */
  readonly after?: (fleet: FakeFleet) => void;
  /** Something on top of a screen that has pictures of its own: in some windows only. */
  readonly few?: true;
}

const bad = (): FleetSnapshot => exampleFleet('bad', 12);
/** A healthy bot to whose instructions a change is proposed. */
const withProposal = (): FleetSnapshot => {
  const fleet = bad();
  const sessions = fleet.sessions.map((row) =>
    row.name === 'barbearia-do-ze'
      ? { ...row, verdict: 'proposal' as const, reasonCode: 'proposal', proposals: 1 }
      : row,
  );
  return { ...fleet, sessions };
};
const many = (): FleetSnapshot => exampleFleet('bad', 60);
const command = (text: string): readonly string[] => [':', text, 'enter', 'rest'];
const bot = (name: string, ...keys: readonly string[]): readonly string[] => ['/', name, 'enter', ...keys, 'rest'];

const nobody = (): FleetSnapshot => ({
  ...exampleSnapshot(),
  sessions: [],
  incidents: [],
  banners: [],
  events: [],
});

/** A session that only its group knows is no master's. */
const refuseUnknown = ({ answers }: FakeFleet): void => {
  for (const method of ['events', 'why', 'silences'] as const)
    answers[method] = () => {
      throw unknownSession('mercado-sul', []);
    };
};

/** What the door says, and this besides. */
const alsoAnswers = ({ answers }: FakeFleet, method: 'session' | 'moveTargets' | 'knowledge', more: object): void => {
  const before = answers[method] as ((asked: unknown) => object) | undefined;
  Object.assign(answers, { [method]: (asked: unknown) => ({ ...before?.(asked), ...more }) });
};

/** Its login is kept in Storage; of its tools a newer set did not come. */
const keptInStorage = (fleet: FakeFleet): void => {
  const missing = [{ what: 'tools', text: 'the bundle does not open' }];
  alsoAnswers(fleet, 'session', {
    loginBundle: { made: { epoch: 3, at: now - minutes(180), bytes: 12_000_000 }, fetched: null, problem: null },
    belongings: { made: { at: now, bytes: 24_000 }, fetched: null, problem: null, missing },
  });
};

const handsThat =
  (what: 'travels' | 'stays') =>
  (fleet: FakeFleet): void => {
    alsoAnswers(fleet, 'moveTargets', { [what]: { tools: 3, files: 2, sends: 4 } });
  };

/** The service has made vectors of a part, and its quota is spent. */
const foundByMeaning = (fleet: FakeFleet): void => {
  const problem = 'the quota is spent';
  alsoAnswers(fleet, 'knowledge', { meaning: { model: 'text-embedding-3-small', done: 90, total: 214, problem } });
};

export const visits: readonly Visit[] = [
  { name: 'fleet', fleet: bad, keys: ['rest'] },
  { name: 'fleet-60', fleet: many, keys: ['rest'] },
  { name: 'fleet-calm', fleet: () => exampleFleet('calm', 12), keys: ['rest'] },
  { name: 'fleet-calm-60', fleet: () => exampleFleet('calm', 60), keys: ['rest'], few: true },
  { name: 'fleet-answering', fleet: bad, keys: bot('farmacia'), few: true },
  { name: 'fleet-marked', fleet: bad, keys: ['j', 'space', 'j', 'space', 'rest'], few: true },
  { name: 'fleet-no-match', fleet: bad, keys: ['/', 'nobody', 'enter'], few: true },
  { name: 'fleet-lost', fleet: bad, keys: ['rest'], after: (fleet) => fleet.lose(now - minutes(2)), few: true },
  { name: 'fleet-probes', fleet: withProbes, keys: ['rest'] },
  { name: 'session-probes', fleet: withProbes, keys: bot('barbearia', 'enter'), few: true },
  { name: 'nodes', fleet: () => severalNodes('bad', false), keys: ['rest'] },
  { name: 'nodes-lost', fleet: () => severalNodes('calm', true), keys: ['rest'] },
  { name: 'nodes-grouped', fleet: () => severalNodes('calm', true), keys: ['b', 'b', 'rest'], few: true },
  { name: 'server-gone', fleet: () => serverGone('told'), keys: ['rest'] },
  { name: 'server-gone-heard', fleet: () => serverGone('heard'), keys: ['rest'], few: true },
  { name: 'server-stopped', fleet: () => serverGone('stopped'), keys: ['rest'], few: true },
  {
    name: 'server-gone-why',
    fleet: () => serverGone('told'),
    keys: bot('mercado', 'x'),
    after: refuseUnknown,
    few: true,
  },
  { name: 'servers', fleet: () => severalNodes('calm', true), keys: command('node') },
  { name: 'move', fleet: bad, keys: bot('farmacia', 'M'), few: true },
  { name: 'move-obstacle', fleet: bad, keys: bot('farmacia', 'M', 'rest', 'j', 'j', 'j'), few: true },
  { name: 'move-hands', fleet: bad, keys: bot('farmacia', 'M'), after: handsThat('travels'), few: true },
  { name: 'move-hands-stay', fleet: bad, keys: bot('farmacia', 'M'), after: handsThat('stays'), few: true },
  { name: 'move-qr', fleet: bad, keys: bot('loja', 'M'), few: true },
  { name: 'help', fleet: bad, keys: ['?'] },
  { name: 'help-all', fleet: bad, keys: ['?', 'tab'], few: true },
  { name: 'command', fleet: bad, keys: [':', 'th'], few: true },
  { name: 'stop', fleet: bad, keys: bot('loja', 'S'), few: true },
  { name: 'delete', fleet: bad, keys: ['D', 'rest', 'padaria-jo'] },
  { name: 'logout', fleet: bad, keys: bot('loja', 'U'), few: true },
  { name: 'create', fleet: bad, keys: ['c', 'rest', 'Nova Loja'], few: true },
  { name: 'pair', fleet: bad, keys: bot('bela', 'p'), few: true },
  { name: 'why', fleet: bad, keys: bot('loja', 'x'), few: true },
  { name: 'link', fleet: bad, keys: bot('bela', 'i'), few: true },
  { name: 'session', fleet: bad, keys: bot('barbearia', 'enter') },
  { name: 'session-hands', fleet: bad, keys: bot('barbearia', 'enter'), after: keptInStorage, few: true },
  { name: 'session-logged-out', fleet: bad, keys: bot('padaria', 'enter'), few: true },
  { name: 'session-qr', fleet: bad, keys: bot('bela', 'enter') },
  {
    name: 'session-code',
    fleet: bad,
    keys: [...bot('bela', 'p'), '5531987654321', 'enter', 'rest', 'enter', 'rest'],
    few: true,
  },
  { name: 'session-logs', fleet: bad, keys: bot('barbearia', 'enter', '3'), few: true },
  { name: 'session-events', fleet: bad, keys: bot('barbearia', 'enter', '4') },
  { name: 'session-cost', fleet: bad, keys: bot('barbearia', 'enter', '6') },
  { name: 'session-lessons', fleet: bad, keys: bot('barbearia', 'enter', '7') },
  { name: 'settings', fleet: bad, keys: bot('barbearia', 'enter', '5') },
  { name: 'settings-field', fleet: bad, keys: [...bot('barbearia', 'enter', '5'), 'j', 'enter', 'rest'], few: true },
  { name: 'instructions', fleet: bad, keys: bot('barbearia', 'enter', '5', 'tab'), few: true },
  { name: 'instructions-editor', fleet: bad, keys: bot('barbearia', 'E'), few: true },
  { name: 'proposal', fleet: withProposal, keys: [...bot('barbearia'), ...command('proposal barbearia-do-ze')] },
  {
    name: 'proposal-lessons',
    fleet: withProposal,
    keys: [...bot('barbearia'), ...command('proposal barbearia-do-ze'), 'tab', 'rest'],
    few: true,
  },
  { name: 'rehearsal', fleet: bad, keys: [...bot('barbearia'), ...command('rehearse barbearia-do-ze')] },
  { name: 'canary', fleet: bad, keys: [...bot('barbearia'), ...command('canary barbearia-do-ze')], few: true },
  {
    name: 'canary-rolled-back',
    fleet: bad,
    keys: [...bot('barbearia'), ...command('canary padaria-joao')],
    few: true,
  },
  { name: 'tools', fleet: bad, keys: [...bot('barbearia'), ...command('tools barbearia-do-ze')], few: true },
  { name: 'knowledge', fleet: bad, keys: [...bot('barbearia'), ...command('knowledge barbearia-do-ze')], few: true },
  {
    name: 'knowledge-meaning',
    fleet: bad,
    keys: [...bot('barbearia'), ...command('knowledge barbearia-do-ze')],
    after: foundByMeaning,
    few: true,
  },
  { name: 'hooks', fleet: bad, keys: [...bot('barbearia'), ...command('hooks barbearia-do-ze')], few: true },
  { name: 'files', fleet: bad, keys: [...bot('barbearia'), ...command('files barbearia-do-ze')], few: true },
  {
    name: 'rehearsal-ask',
    fleet: bad,
    keys: [...bot('barbearia', 'enter', '5', 'tab'), 'j', 'T', 'rest'],
    few: true,
  },
  { name: 'try', fleet: bad, keys: bot('barbearia', 't'), few: true },
  {
    name: 'try-answered',
    fleet: bad,
    keys: [...bot('barbearia', 't'), 'Abrem domingo?', 'enter', 'rest', 'tab', 'rest'],
  },
  { name: 'chats', fleet: many, keys: [...command('chats'), 'j', 'j', 'rest'] },
  { name: 'chats-scripts', fleet: many, keys: [...command('chats'), 'G', 'k', 'k', 'k', 'rest'], few: true },
  { name: 'conversation', fleet: many, keys: [...bot('barbearia', 'enter', '2'), 'j', 'enter', 'rest'] },
  { name: 'drafts', fleet: many, keys: [...command('chats'), 'tab', 'rest'] },
  { name: 'logs', fleet: bad, keys: command('logs') },
  { name: 'incidents', fleet: many, keys: command('incidents') },
  { name: 'cost', fleet: many, keys: command('cost') },
  { name: 'cost-bots', fleet: bad, keys: [...command('cost'), 'tab', 'rest'], few: true },
  { name: 'qr-wall', fleet: bad, keys: ['v', 'rest'] },
  { name: 'first-run', fleet: nobody, keys: ['rest'] },
  { name: 'first-run-key', fleet: nobody, keys: ['Padaria do João', 'enter', 'rest'], few: true },
];
