import { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import type { IncidentState } from '../../orchestrator/health/incident-detector.ts';
import { createIncidentLedger } from '../../orchestrator/watch/incident-ledger.ts';
import type { IncidentCheck } from '../../protocol/fleet.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { NewEvent } from '../../store/event-store.ts';
import type { Store } from '../../store/store.ts';
import { createDemoChats } from './demo-chats.ts';
import { type DemoStanding, gaveUpFor, loggedOutFor } from './demo-sessions.ts';

/** What happened to a demo's fleet lately: its events, its incidents, and the customers who wait when it opens. */

const minuteMs: Milliseconds = 60_000;
const hourMs: Milliseconds = 3_600_000;
const dayMs: Milliseconds = 86_400_000;

const checksOf = (bad: IncidentCheck['name']): readonly IncidentCheck[] =>
  (['internet', 'whatsapp', 'page', 'login'] as const).map((name) => ({ name, result: name === bad ? 'fails' : 'ok' }));

const writeIncident = (
  store: Store,
  standings: readonly DemoStanding[],
  given: {
    readonly at: EpochMs;
    readonly lasted: Milliseconds;
    readonly sessions: number;
    readonly kind: IncidentState['kinds'][string];
    readonly bad: IncidentCheck['name'];
  },
): void => {
  const ids = standings.slice(-given.sessions).map(({ session }) => session.id);
  const ledger = createIncidentLedger(store, () => given.at + given.lasted);
  const open = ledger.begin(
    {
      startedAt: given.at,
      sessionIds: ids,
      totalSessions: standings.length - 1,
      spreadMs: 8000,
      kinds: Object.fromEntries(ids.map((id) => [id, given.kind])),
      trial: null,
      nextTryAt: null,
      failedTrials: 1,
      triedIds: ids.slice(0, 1),
      outage: null,
    },
    checksOf(given.bad),
  );
  ledger.end(open, checksOf(given.bad));
};

const events = (standings: readonly DemoStanding[], now: EpochMs): readonly NewEvent[] => {
  const of = (name: string) => standings.find(({ demo }) => demo.name === name)?.session ?? null;
  const event = (
    back: Milliseconds,
    name: string,
    level: NewEvent['level'],
    kind: string,
    text: string,
    more: Pick<NewEvent, 'evidence'> & { readonly actor?: string } = {},
  ): NewEvent => ({ at: now - back, level, session: of(name), kind, text, actor: 'master', ...more });
  const instructions = { evidence: { version: 1 }, actor: 'you' };

  return [
    event(3 * dayMs, 'barbearia-do-ze', 'info', 'instructions-changed', 'instructions are version 1 now', instructions),
    event(2 * dayMs, 'clinica-sorriso', 'warn', 'session-offline', 'offline'),
    event(2 * dayMs - 38_000, 'clinica-sorriso', 'info', 'session-connected', 'connected'),
    event(20 * hourMs, 'farmacia-vida', 'info', 'restart-asked', 'restart', { actor: 'you' }),
    event(20 * hourMs - 9000, 'farmacia-vida', 'info', 'session-connected', 'connected'),
    event(5 * hourMs, 'loja-centro', 'info', 'config-changed', 'timing_config.quietMs changed', {
      evidence: { key: 'timing_config.quietMs' },
      actor: 'you',
    }),
    event(
      96 * minuteMs,
      'pizzaria-roma',
      'info',
      'takeover',
      'the owner took over the chat with Dona Lúcia for 180 min',
      {
        evidence: { chat: 'Dona Lúcia', minutes: 180 },
        actor: 'owner',
      },
    ),
    event(loggedOutFor, 'padaria-joao', 'warn', 'session-logged-out', 'logged out: the phone removed this session'),
    ...[...Array(5).keys()].map((n) =>
      event(gaveUpFor + (10 - n * 2) * minuteMs, 'pet-shop-rex', 'warn', 'worker-died', 'the worker ended', {
        evidence: { code: 'crashed' },
      }),
    ),
    event(gaveUpFor, 'pet-shop-rex', 'error', 'session-failed', 'gave up: 6 crashes in 10m'),
  ].sort((a, b) => a.at - b.at);
};

/** Customers who wait when the demo opens: of the bot without an AI, and of those that are closed. */
const writeWaiting = (store: Store, standing: DemoStanding, now: EpochMs): void => {
  const { demo } = standing;
  const random = createSeededRandom(demo.seed * 11);
  const chats = createDemoChats(store, standing, random, 'WAIT');
  const wait = (customer: number, back: Milliseconds, ending: Parameters<typeof chats.visit>[1]): void =>
    chats.visit({ at: now - back, customer, messages: 1, waitMs: null }, ending);

  if (demo.stands === 'not-replying')
    for (const [customer, back] of [9, 7, 5, 4].entries())
      wait(customer, back * minuteMs, { outcome: 'pending', code: null, reason: null });
  if (demo.name === 'floricultura-iris')
    for (const [customer, back] of [50, 21].entries())
      wait(customer, back * minuteMs, {
        outcome: 'held',
        code: 'closed',
        reason: 'outside opening hours',
        heldUntil: null,
      });
  const [person] = chats.customers;
  if (demo.name === 'pizzaria-roma' && person !== undefined)
    store.conversations.pause(
      chats.conversationOf(person, now - 96 * minuteMs).id,
      { until: now + 84 * minuteMs, by: 'owner', reason: 'typed on the phone' },
      now - 96 * minuteMs,
    );
};

export const writeDemoStory = (store: Store, standings: readonly DemoStanding[], now: EpochMs): void => {
  for (const event of events(standings, now)) store.events.add(event);
  writeIncident(store, standings, {
    at: now - 5 * dayMs - 3 * hourMs,
    lasted: 14 * minuteMs,
    sessions: 6,
    kind: 'offline',
    bad: 'whatsapp',
  });
  writeIncident(store, standings, {
    at: now - 2 * dayMs - 7 * hourMs,
    lasted: 6 * minuteMs,
    sessions: 4,
    kind: 'network',
    bad: 'internet',
  });
  for (const standing of standings) writeWaiting(store, standing, now);
};
