import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner } from '../../../src/master/jobs/job-runner.ts';
import { createRehearsalRoom } from '../../../src/master/rehearsal-room.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { aiConfigSchema } from '../../../src/session/session-config.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import type { Store } from '../../../src/store/store.ts';
import { addSession, eraseCustomer } from '../../store/support.ts';
import { openStoreAt } from '../../support/empty-database.ts';
import { until } from '../../support/until.ts';
import { type AskedQuestion, createPlayedProcess, died, refusing, saying } from './played-process.ts';
import { recordTurn } from './recorded-chat.ts';

/**
 * Random worlds: rehearsals that are begun, stopped, gone on with, fail, run out of budget and outlive masters, while customers write, are
 * erased and take words back. Nobody is sent anything; of an erased customer nothing is left, and nothing is asked after he is gone.
 */

const phones = ['5511911111111', '5511922222222', '5511933333333'];
const wordOf = (phone: string): string => `WORD-OF-${phone}`;

type Step =
  | {
      readonly do: 'begin' | 'stop' | 'resume' | 'restart' | 'answer' | 'write' | 'erase' | 'take-back' | 'budget';
      readonly who: number;
    }
  | { readonly do: 'reply'; readonly how: 'answer' | 'one' | 'all' | 'died' };

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('begin', 'stop', 'resume', 'restart', 'write', 'erase', 'take-back', 'budget' as const),
      who: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ do: fc.constant('reply' as const), how: fc.constantFrom('answer', 'one', 'all', 'died' as const) }),
    fc.record({ do: fc.constant('reply' as const), how: fc.constant('answer' as const) }),
  ),
  { minLength: 5, maxLength: 30 },
) as fc.Arbitrary<Step[]>;

const replyTo = (one: AskedQuestion, how: 'answer' | 'one' | 'all' | 'died'): void => {
  if (how === 'died') one.fail(died());
  else if (how === 'answer') one.settle(saying(one, `said back ${one.text.match(/WORD-OF-\d+/)?.[0] ?? ''}`));
  else one.settle(refusing(one, how));
};

const sendable = (store: Store): unknown => [
  store.database.get('SELECT count(*) AS n FROM outbox'),
  store.database.get("SELECT count(*) AS n FROM messages WHERE sender <> 'customer'"),
];
const everything = (store: Store): string =>
  JSON.stringify([store.database.all('SELECT * FROM rehearsals'), store.database.all('SELECT * FROM rehearsal_turns')]);

const turns = (): Promise<void> => new Promise((done) => setImmediate(done));

const live = async (world: readonly Step[]): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), 'zf-worlds-'));
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openStoreAt(paths.database);
  const made = addSession(store, 'loja', Date.now());
  store.sessions.change(
    made.id,
    { config: { ...made.config, ai: aiConfigSchema.parse({ provider: 'openai' }) } },
    Date.now(),
  );
  const session = store.sessions.byId(made.id);
  if (session === null) throw new Error('it was made');
  const service = createPlayedProcess();
  const ofBots = { written: 0 };
  const write = (phone: string): void => {
    recordTurn(store, session, { phone, ask: wordOf(phone), answer: 'olá', at: Date.now() });
    ofBots.written += 1;
  };
  for (const phone of phones) write(phone);

  const openMaster = () => {
    const jobs = createJobRunner({
      store,
      board: createJobBoard(() => undefined, Date.now),
      now: Date.now,
      log: () => undefined,
    });
    const book = createSessionBook(store, Date.now);
    const parts = { book, store, jobs, paths, settings: parseSettings({}), config: { raw: {} }, now: Date.now };
    const room = createRehearsalRoom(parts as unknown as Parameters<typeof createRehearsalRoom>[0], service.start);
    jobs.begin();
    return { jobs, room, book };
  };
  let master = openMaster();
  const erased = new Map<string, number>();
  const refusal = (error: unknown): void => {
    if (!(error instanceof FleetError)) throw error;
  };

  try {
    for (const step of world) {
      const { methods } = master.room;
      const who = 'who' in step ? (phones[step.who] ?? '') : '';
      const begun = { name: 'loja', instructions: 'neu' };
      switch (step.do) {
        case 'begin':
          await (async () => methods.rehearse(begun))().catch(refusal);
          break;
        case 'stop':
          await (async () => methods.rehearseStop({ name: 'loja' }))().catch(refusal);
          break;
        case 'resume':
          await (async () => methods.rehearseResume({ name: 'loja' }))().catch(refusal);
          break;
        case 'restart':
          await master.jobs.close();
          master = openMaster();
          break;
        case 'write':
          if (!erased.has(who)) write(who);
          break;
        case 'erase':
          await eraseCustomer(store, session, who, Date.now());
          erased.set(who, service.asked.length);
          break;
        case 'take-back':
          store.database.run("UPDATE turns SET joined_text = '' WHERE joined_text = ?", wordOf(who));
          break;
        case 'budget': {
          const ai = {
            ...session.config.ai,
            dailyBudgetUsd: store.usage.list({ fromDay: '2000-01-01' }).length === 0 ? 0.002 : null,
          };
          store.sessions.change(session.id, { config: { ...session.config, ai } }, Date.now());
          const managed = master.book.byName('loja');
          if (managed !== null) master.book.reload(managed);
          break;
        }
        case 'reply': {
          const [first] = service.waiting;
          if (first !== undefined) replyTo(first, step.how);
          break;
        }
        default:
          break;
      }
      await turns();
      await turns();
      const text = everything(store);
      for (const [phone, since] of erased) {
        expect(text).not.toContain(wordOf(phone));
        // What was asked before he was gone may be under way; nothing is asked afterwards.
        expect(service.asked.slice(since).filter(({ text }) => text.includes(wordOf(phone)))).toEqual([]);
      }
    }

    // It ends: whatever is still asked is answered.
    await until(
      () => {
        for (const one of [...service.waiting]) replyTo(one, 'answer');
        return store.rehearsals.newest(session.id)?.state !== 'running' && service.waiting.length === 0;
      },
      { what: 'the end of the rehearsal' },
    );
    expect(service.most()).toBeLessThanOrEqual(2);
    // Of what could be sent there is what the bot said in life, less what was erased: a rehearsal added nothing.
    const left = store.database.get<{ n: number }>('SELECT count(*) AS n FROM turns')?.n ?? 0;
    expect(sendable(store)).toEqual([{ n: 0 }, { n: left }]);
    const newest = store.rehearsals.newest(session.id);
    if (newest?.state === 'done') {
      const { asked, failed, total } = store.rehearsals.summary(newest);
      expect(asked + failed).toBe(total);
    }
  } finally {
    await master.jobs.close();
    store.close();
    rmSync(home, { recursive: true, force: true });
  }
};

test('no customer gets anything, and of an erased one nothing is left', async () => {
  await fc.assert(fc.asyncProperty(steps, live), { numRuns: 60 });
}, 240_000);
