import { expect, test } from 'vitest';
import type { CanarySummary } from '../../../src/session/canary.ts';
import { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import { answer, createPipeline, type Pipeline } from '../../workers/conversation/pipeline-support.ts';
import { type OpenCanaries, openCanaries } from './canary-support.ts';

/**
 * The promise of a canary, held in random worlds of customers, owners, faults of the AI, deaths of the worker, chats that become one, and
 * people who begin, promote, roll back and edit: no chat changes its side, no answer of the control side follows the canary, both sides
 * add up to the session, and what is rolled back leaves the session byte for byte as it was.
 *
 * CANARY_RUNS raises the number of worlds, CANARY_SEED chooses the first; a failure names its seed.
 */

const runs = Number(process.env['CANARY_RUNS'] ?? 5);
const firstSeed = Number(process.env['CANARY_SEED'] ?? 20_261_129);

const acts = [
  'customer',
  'customer',
  'customer',
  'owner',
  'wait',
  'dies',
  'begin',
  'decide',
  'edit',
  'rhythm',
  'unite',
  'erase',
] as const;

interface TurnRow {
  readonly id: number;
  readonly chat: number;
  readonly startedAt: number;
  readonly outcome: string;
  readonly version: number;
  readonly answer: string | null;
  readonly cost: number;
  readonly canary: string | null;
  readonly arm: 'canary' | 'control' | null;
}

const turnsOf = ({ store }: Pipeline): readonly TurnRow[] =>
  store.database.all<TurnRow>(
    `SELECT id, conversation_id AS chat, started_at AS startedAt, outcome, instructions_version AS version, raw_answer AS answer, cost_micro AS cost,
       canary_id AS canary, canary_arm AS arm FROM turns ORDER BY id`,
  );

const sessionRow = ({ store, sessionId }: Pipeline): unknown =>
  store.database.get(
    'SELECT ai_config, timing_config, filters, instructions_version, revision FROM sessions WHERE id = ?',
    sessionId,
  );

/** The AI says by which instructions it answers; some questions get nothing, a person, or a service that is busy. */
const answering = (p: Pipeline, random: ReturnType<typeof createSeededRandom>): void => {
  p.ai.script = [
    (request) => {
      const luck = random.next();
      if (request.model === 'broken')
        return { kind: 'refused', scope: 'account', code: 'model', reason: 'no such model' };
      if (luck < 0.08)
        return { kind: 'no-answer', code: 'empty', reason: 'nothing', usage: { inputTokens: 3, outputTokens: 0 } };
      if (luck < 0.14) return { kind: 'passing', code: 'busy', reason: 'busy', retryAfterMs: null };
      return answer(`[${request.instructions}] ${request.text}`);
    },
  ];
};

interface Followed {
  /** On which side each chat was first, by canary. */
  readonly sides: Map<string, string>;
  readonly texts: Map<number, string>;
  /** The session when each canary began. */
  readonly before: Map<string, unknown>;
  /** Whether somebody changed the session while it ran. */
  readonly touched: Set<string>;
}

const act = async (
  p: Pipeline,
  { room }: OpenCanaries,
  followed: Followed,
  random: ReturnType<typeof createSeededRandom>,
  n: number,
): Promise<void> => {
  const who = `55119876500${random.between([10, 18])}@c.us`;
  const running = p.store.canaries.running(p.sessionId);
  const touch = (): void => {
    if (running !== null) followed.touched.add(running.id);
  };
  switch (random.pick(acts)) {
    case 'customer':
      for (let more = 0; more < 4; more += 1) p.say(`m${n}`, { chatId: `55119876500${random.between([10, 18])}@c.us` });
      break;
    case 'owner':
      p.say(`owner ${n}`, { chatId: who, fromMe: true });
      break;
    case 'wait':
      await p.clock.advance(random.pick([40_000, 120_000]));
      break;
    case 'dies':
      p.restart();
      p.engine.onConnected(p.clock.now());
      break;
    case 'begin': {
      const kind = random.next();
      const asked =
        kind < 0.6
          ? { instructions: `NEW ${n}` }
          : { settings: { 'ai_config.model': kind < 0.68 ? 'broken' : `m${n}`, 'timing_config.maxParts': 3 } };
      const before = sessionRow(p);
      const how = { share: random.pick([10, 50, 90]), forMs: random.pick([90_000, 3_600_000]) };
      const begun = await Promise.resolve(room.methods.canaryStart({ name: 'padaria-joao', ...asked, ...how })).catch(
        () => null,
      );
      if (begun === null) break;
      followed.before.set(begun.canary.id, before);
      if ('instructions' in asked) followed.texts.set(begun.canary.version ?? 0, asked.instructions ?? '');
      break;
    }
    case 'decide': {
      const newest = p.store.canaries.newest(p.sessionId);
      if (newest === null) break;
      const decided = { name: 'padaria-joao', id: newest.id };
      await Promise.resolve()
        .then(() => (random.next() < 0.5 ? room.methods.canaryPromote(decided) : room.methods.canaryRollBack(decided)))
        .catch(() => null);
      p.engine.wake();
      break;
    }
    case 'edit': {
      touch();
      const { version } = p.store.sessions.addInstructions(p.sessionId, `EDIT ${n}`, 'you', p.clock.now());
      followed.texts.set(version, `EDIT ${n}`);
      p.engine.wake();
      break;
    }
    case 'rhythm':
      touch();
      p.configure((config) => ({ ...config, timing: { ...config.timing, quietMs: random.pick([1000, 9000]) } }));
      break;
    case 'unite': {
      const one = p.store.conversations.find(p.sessionId, who);
      if (one !== null)
        p.store.conversations.learn(
          one.id,
          { addresses: [`55119876500${random.between([10, 18])}@c.us`], phone: null, lid: null },
          p.clock.now(),
        );
      break;
    }
    case 'erase': {
      const one = p.store.conversations.find(p.sessionId, who);
      if (one === null) break;
      p.store.database.run('DELETE FROM turns WHERE conversation_id = ?', one.id);
      p.store.database.run('DELETE FROM messages WHERE conversation_id = ?', one.id);
      p.store.database.run('DELETE FROM conversations WHERE id = ?', one.id);
      break;
    }
  }
  await room.look();
  await p.clock.advance(random.pick([1000, 20_000, 20_000]));
  await room.look();
};

/** Of each canary the side of a chat is that of its first turn, whatever happened since. */
const checkSides = (p: Pipeline, { sides }: Followed, known: ReadonlySet<number>): void => {
  const rows = turnsOf(p).filter(({ canary }) => canary !== null);
  for (const row of rows) {
    if (known.has(row.id)) continue;
    const first = rows.find((each) => each.canary === row.canary && each.chat === row.chat);
    expect(row.arm, `turn ${row.id} of chat ${row.chat}`).toBe(first?.arm);
  }
  // Those that were never united keep one side for good; an erased chat is somebody else's.
  for (const { canary, chat, arm } of rows) {
    const key = `${canary} ${chat}`;
    if (!sides.has(key)) sides.set(key, arm ?? '');
  }
};

/** One that has ended, and was not promoted, left the session as it was: but for what a person changed meanwhile. */
const checkLeftAlone = (p: Pipeline, { before, touched }: Followed): void => {
  for (const [id, row] of before) {
    const canary = p.store.canaries.get(id);
    if (canary?.state === 'running') continue;
    before.delete(id);
    if (canary?.state !== 'promoted' && !touched.has(id)) expect(sessionRow(p)).toEqual(row);
  }
};

const checkAnswers = (p: Pipeline, { texts }: Followed): void => {
  for (const { answer: said, version, arm, canary } of turnsOf(p)) {
    if (said === null || said === '') continue;
    const text = texts.get(version);
    expect(said.startsWith(`[${text}]`), `${said} by version ${version}`).toBe(true);
    if (canary === null) continue;
    const of = p.store.canaries.get(canary);
    if (arm === 'control') expect(version).toBe(of?.baseVersion);
    else expect(version).toBe(of?.version ?? of?.baseVersion);
  }
};

const open = new Set(['running', 'sending']);
const uncounted = new Set([...open, 'superseded', 'interrupted']);

const checkSums = async (p: Pipeline, canary: CanarySummary): Promise<void> => {
  const { canary: tried, control } = canary.figures;
  const until = Math.min(canary.endsAt, canary.endedAt ?? Number.POSITIVE_INFINITY);
  const rows = turnsOf(p).filter(
    ({ startedAt, canary: of }) => of === canary.id || (startedAt > canary.startedAt && startedAt < until),
  );
  const count = (is: (row: TurnRow) => boolean): number => rows.filter(is).length;
  expect(rows.every(({ canary: of }) => of === canary.id)).toBe(true);
  expect(tried.turns + control.turns).toBe(count(({ outcome }) => !uncounted.has(outcome)));
  expect(tried.open + control.open).toBe(count(({ outcome }) => open.has(outcome)));
  expect(tried.answered + control.answered).toBe(count(({ outcome }) => outcome === 'answered'));
  expect(Math.round((tried.costUsd + control.costUsd) * 1e6)).toBe(rows.reduce((sum, { cost }) => sum + cost, 0));
};

test(`no chat changes its side, no side the other's instructions, and nothing is left behind (${runs} worlds from ${firstSeed})`, async () => {
  let begun = 0;
  let tried = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const random = createSeededRandom(seed);
    const p = createPipeline();
    const canaries = openCanaries(p.store, p.clock.now);
    const followed: Followed = {
      sides: new Map(),
      texts: new Map([[1, 'You answer for Padaria.']]),
      before: new Map(),
      touched: new Set(),
    };
    answering(p, random);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(0);
    try {
      for (let n = 0; n < 36; n += 1) {
        const known = new Set(turnsOf(p).map(({ id }) => id));
        await act(p, canaries, followed, random, n);
        checkSides(p, followed, known);
        checkLeftAlone(p, followed);
      }
      await p.clock.advance(20 * 60_000);
      await canaries.room.look();
      checkAnswers(p, followed);
      for (const stored of p.store.canaries.list(100)) {
        const figures = p.store.canaries.figures(stored, p.clock.now());
        await checkSums(p, { ...stored, figures, waits: false });
        begun += 1;
        tried += figures.canary.turns;
      }
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  // The worlds are no empty ones.
  expect(begun).toBeGreaterThan(runs);
  expect(tried).toBeGreaterThan(runs * 2);
}, 120_000);
