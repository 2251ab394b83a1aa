import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Proposal, ProposalState, ProposedEdit } from '../../../src/session/proposal.ts';
import { writeSecrets } from '../../../src/settings/secrets-file.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { Step } from '../../ai-services/script.ts';
import { eraseCustomer } from '../../store/support.ts';
import { until } from '../../support/until.ts';
import { openWorkerHome, type WorkerHome } from '../../workers/session/forked-worker.ts';
import { type AskedQuestion, createPlayedProcess, proposing, refusing, saying } from '../rehearsal/played-process.ts';
import { minute, type OpenedMaster, openMaster, teach } from './proposal-world.ts';

let home: WorkerHome;
let master: OpenedMaster;
let clock = 0;
/** What the AI says to the next questions; then always the same. A session's process is played, but in the first test. */
let next: Said[] = [];
let always: Said = 'hang';
let played = createPlayedProcess();
beforeEach(() => {
  home = openWorkerHome();
  clock = Date.now();
  next = [];
  always = 'hang';
  played = createPlayedProcess((asked) => reply(asked, next.shift() ?? always));
});
afterEach(async () => {
  await master.jobs.close();
  expect(await home.close()).toBe(0);
});

type Said = readonly ProposedEdit[] | string | 'prose' | 'hang';
const reply = (asked: AskedQuestion, said: Said): void => {
  if (said === 'hang') return;
  if (said === 'prose') asked.settle(refusing(asked, 'one', 'the AI wrote prose instead of edits, twice'));
  else asked.settle(typeof said === 'string' ? saying(asked, said) : proposing(asked, [...said]));
};
const begin = (): void => {
  master = openMaster(home, { start: played.start, now: () => clock });
};
const methods = () => master.room.methods;
const name = 'padaria';

const hours = 'Abrimos de segunda a sábado, das 8h às 18h.';
const instructions = `Padaria do João. Bolo de nozes R$ 48.\n${hours}`;
const sunday = `${hours} Aos domingos, das 8h às 12h.`;

/** A session whose owner said three times that it opens on Sundays. */
const addSession = (ai: Record<string, unknown> = {}, lessons = 3): StoredSession => {
  const { id, name: own } = home.addSession(name, { ai: { provider: 'openai', ...ai } });
  home.store.sessions.addInstructions(id, instructions, 'test', clock);
  const session = home.store.sessions.get(own);
  if (session === null) throw new Error('it was made');
  for (let index = 0; index < lessons; index += 1)
    teach(home.store, session, {
      phone: `551198765430${index}`,
      ask: `Pergunta ${index}: abre domingo?`,
      answer: 'Não abrimos domingo.',
      owner: 'Abrimos sim, domingo das 8 às 12',
      at: clock - (index + 1) * 60 * minute,
    });
  return session;
};

const good = { find: hours, replace: sunday, reason: 'o dono abriu aos domingos', lessons: [1, 2] };

const shown = async (): Promise<Proposal | null> => (await methods().proposal({ name })).proposal;
const becomes = (state: ProposalState): Promise<Proposal> =>
  until(
    async () => {
      const found = await shown();
      return found?.proposal.state === state ? found : undefined;
    },
    { within: 30_000, what: `a proposal that is ${state}` },
  );
const refusal = async (work: () => unknown): Promise<string> =>
  (async () => work())().then(
    () => 'nothing was refused',
    (error: unknown) => String((error as Error).message),
  );
const events = (): readonly string[] => home.store.events.list({ limit: 50 }).map(({ kind }) => kind);
const current = (): number | null =>
  home.store.sessions.get(name as StoredSession['name'])?.instructionsVersion ?? null;

test('lessons become a diff with its rehearsal, and a person publishes it as a version', async () => {
  addSession();
  const openai = await startOpenAiService(0);
  onTestFinished(() => openai.close());
  writeSecrets(home.paths.secretsFile, { OPENAI_KEY: 'sk-test' });
  master = openMaster(home, { raw: { OPENAI_BASE_URL: openai.baseUrl }, now: () => clock });
  const say = (text: string): Step => ({ kind: 'answer', text });
  const propose = (...edits: readonly object[]): Step => ({
    kind: 'tool',
    name: 'propose_edits',
    arguments: JSON.stringify({ edits }),
  });
  const plan = await methods().proposePlan({ name });
  expect(plan).toMatchObject({ lessons: 3, model: 'gpt-5.6-luna', rehearsedTurns: 3, isPriceKnown: true });
  expect(plan.askUsd).toBeGreaterThan(0);
  expect(openai.requests).toHaveLength(0);

  // Prose is asked once more, then it failed, and has used nothing up.
  openai.script(say('Sugiro abrir aos domingos.'), say('Aos domingos!'));
  await methods().propose({ name });
  expect((await becomes('failed')).proposal.reason).toContain('prose');
  expect(openai.requests).toHaveLength(2);

  openai.script(propose(good, { find: 'Não está lá.', replace: 'x', reason: 'y', lessons: [1] }));
  openai.always(say('Abrimos domingo das 8 às 12.'));
  await methods().propose({ name });
  expect(await refusal(() => methods().propose({ name }))).toContain('is being made already');
  const { proposal, changes, lessons, rehearsal, cases, changedChats } = await becomes('waiting');

  expect(proposal).toMatchObject({ isStale: false, baseVersion: 1, edits: 1, lessons: 3, isNightly: false });
  expect(proposal.refused).toEqual([{ problem: 'not-found', what: '' }]);
  expect(proposal.costUsd).toBeGreaterThan(0);
  expect(changes).toEqual([
    {
      reason: 'o dono abriu aos domingos',
      lessons: [1, 2],
      lines: [
        { sign: ' ', text: 'Padaria do João. Bolo de nozes R$ 48.' },
        { sign: '-', text: hours },
        { sign: '+', text: sunday },
      ],
    },
  ]);
  expect(rehearsal).toMatchObject({ state: 'done', asked: 3, total: 3, baseVersion: 1 });
  expect(changedChats).toBe(3);
  // Each lesson finds what the bot would say now to the same question.
  expect(lessons.map(({ caseId }) => cases.find(({ id }) => id === caseId)?.question)).toEqual(
    lessons.map(({ lesson }) => lesson?.question),
  );
  expect(events()).toContain('proposal-waits');

  // What left: the instructions, and lessons without who somebody is.
  const asked = JSON.stringify(openai.requests[2]?.body);
  expect(asked).toContain('Bolo de nozes');
  expect(asked).toContain('Abrimos sim, domingo das 8 às 12');
  expect(asked).not.toMatch(/98765|OWNER|c\.us|Ana/);
  const rehearsed = openai.requests.slice(3).map(({ body }) => JSON.stringify(body));
  expect(rehearsed.every((body) => body.includes('Aos domingos'))).toBe(true);

  // Nothing is published by itself: it waits, in the fleet's row, too.
  expect(current()).toBe(1);
  const activity = home.store.activity.activityOf([home.store.sessions.get(name as never)?.id ?? ''], clock);
  expect([...activity.values()][0]?.proposals).toBe(1);
  expect(await refusal(() => methods().propose({ name }))).toContain('waits for you already');
  expect(await refusal(() => methods().proposalPublish({ name, id: proposal.id + 1 }))).toContain('another one');

  expect(await methods().proposalPublish({ name, id: proposal.id, actor: 'ana' })).toEqual({ version: 2 });
  const written = home.store.sessions.get(name as StoredSession['name']);
  expect(home.store.sessions.instructions(written?.id ?? '', 2)).toMatchObject({
    text: instructions.replace(hours, sunday),
    author: 'ana',
  });
  expect((await shown())?.proposal).toMatchObject({ state: 'published', version: 2, decidedBy: 'ana' });
  expect(await refusal(() => methods().proposalPublish({ name, id: proposal.id }))).toContain('decided about already');
  expect(await refusal(() => methods().propose({ name }))).toContain('no lessons that nothing was proposed of');
});

test('one that failed has used nothing up; what may not be shown is nothing; a dropped change does not come again', async () => {
  const session = addSession();
  begin();
  next = [
    'prose',
    [
      { ...good, lessons: [] },
      { ...good, replace: `${hours} Fale com [name].` },
    ],
  ];
  await methods().propose({ name });
  expect((await becomes('failed')).proposal.costUsd).toBeGreaterThan(0);

  await methods().propose({ name });
  expect((await becomes('nothing')).proposal).toMatchObject({
    reason: 'nothing of what the AI proposed may be shown',
    refused: [{ problem: 'no-lesson' }, { problem: 'mask' }],
  });

  const again = (): void =>
    teach(home.store, session, {
      phone: '5511987654309',
      ask: 'E domingo?',
      answer: 'Não.',
      owner: 'Domingo das 8 às 12',
      at: clock - minute * 2,
    });
  again();
  next = [[{ ...good, lessons: [1] }]];
  always = 'Sim.';
  await methods().propose({ name });
  const waiting = await becomes('waiting');
  expect((await methods().proposalDrop({ name, id: waiting.proposal.id })).proposal.state).toBe('dropped');
  expect(current()).toBe(1);

  clock += 5 * minute;
  again();
  next = [[{ ...good, find: `${hours} `.trim(), lessons: [1] }]];
  await methods().propose({ name });
  expect((await becomes('nothing')).proposal.refused).toEqual([{ problem: 'dropped-before', what: '' }]);
});

test('instructions that a person changed make it stale; dropped while it is made nothing is asked any more', async () => {
  const session = addSession();
  begin();
  next = [[good]];
  always = 'Sim.';
  await methods().propose({ name });
  const { proposal } = await becomes('waiting');
  home.store.sessions.addInstructions(session.id, 'Outras.', 'ana', clock);
  master.book.refresh();
  expect((await shown())?.proposal.isStale).toBe(true);
  expect(await refusal(() => methods().proposalPublish({ name, id: proposal.id }))).toContain('version 2 now');
  expect(home.store.activity.activityOf([session.id], clock).get(session.id)?.proposals).toBe(0);

  // It is made anew, of the same lessons, for the instructions of now.
  always = 'hang';
  const asked = played.asked.length;
  const { proposal: second } = await methods().propose({ name });
  await until(() => played.asked.length === asked + 1, { what: 'the second call' });
  expect((await methods().proposalDrop({ name, id: second.id })).proposal.state).toBe('dropped');
  expect(master.jobs.find('proposal', name)).toBeNull();
});

test('a master that dies while the AI is asked costs one call, and half a rehearsal none; the budget ends it honestly', async () => {
  addSession({}, 4);
  begin();
  always = 'hang';
  await methods().propose({ name });
  await until(() => played.asked.length === 1, { what: 'the first call' });
  await master.jobs.close();
  expect((await shown())?.proposal.state).toBe('asking');

  // The next one asks once more, is ended while it rehearses, and the third goes on where it was.
  next = [[good], 'Um.', 'Dois.'];
  begin();
  await until(() => home.store.usage.list({ fromDay: '2000-01-01' }).some(({ calls }) => calls === 3), {
    what: 'two turns rehearsed',
    within: 30_000,
  });
  await master.jobs.close();
  expect((await shown())?.rehearsal).toMatchObject({ state: 'running', asked: 2 });
  always = 'Sim.';
  begin();
  expect((await becomes('waiting')).rehearsal).toMatchObject({ state: 'done', asked: 4 });
  expect(played.asked.filter(({ question }) => question.kind === 'propose')).toHaveLength(2);
});

test('two masters that died over one call are enough', async () => {
  addSession();
  begin();
  always = 'hang';
  await methods().propose({ name });
  for (const calls of [1, 2]) {
    await until(() => played.asked.length === calls, { what: `call ${calls}` });
    await master.jobs.close();
    begin();
  }
  expect((await becomes('failed')).proposal.reason).toContain('the master ended twice');
  expect(played.asked).toHaveLength(2);
});

test('an erased customer, and words that are taken back, take the proposal and its rehearsal with them', async () => {
  const session = addSession();
  begin();
  next = [[good]];
  always = 'Sim.';
  await methods().propose({ name });
  await becomes('waiting');
  await eraseCustomer(home.store, session, '5511987654302', clock);
  expect(await shown()).toBeNull();
  const left = (table: string) => home.store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n;
  expect(['proposals', 'proposal_lessons', 'proposal_sources', 'rehearsals', 'rehearsal_turns'].map(left)).toEqual([
    0, 0, 0, 0, 0,
  ]);

  // Erased while the AI is asked: what comes back is kept nowhere, but what it cost is.
  always = 'hang';
  const before = played.asked.length;
  await methods().propose({ name });
  await until(() => played.asked.length === before + 1, { what: 'the call' });
  home.store.database.run("UPDATE messages SET text = '' WHERE text LIKE 'Pergunta 0%'");
  expect(await shown()).toBeNull();
  await master.jobs.close();
  begin();
  await until(() => master.jobs.find('proposal', name) === null, { what: 'the end of the job' });
  expect(left('proposals')).toBe(0);
});

test('by night each session is asked once, within the night’s money, and never while its AI refuses', async () => {
  const session = addSession({ propose: 'nightly', proposeAt: '03:00', proposeBudgetUsd: 0.01 });
  clock = Date.parse('2026-11-29T05:59:00Z');
  begin();
  const managed = master.book.get(name);
  managed.worker = { startId: 'x', startedAt: 0, pid: 1, pmId: null, awaitsReport: false };
  managed.stored = { ...managed.stored, desiredState: 'running' };
  const night = () => home.store.proposals.night(session.id);
  const look = () => master.room.nights.look();
  look();
  expect(night()).toBeNull();

  // Lessons are of this clock's past.
  home.store.database.run('UPDATE messages SET at = at - ?1, stored_at = stored_at - ?1', Date.now() - clock);
  home.store.database.run('UPDATE turns SET started_at = started_at - ?1', Date.now() - clock);
  clock += 2 * minute;
  managed.ai = { status: 'bad', code: 'quota', reason: 'spent' };
  look();
  expect(night()).toBeNull();
  managed.ai = { status: 'ok', code: null, reason: null };
  next = [[good]];
  always = 'Sim.';
  look();
  expect(night()).toEqual({ night: '2026-11-29', outcome: 'asked' });
  const { proposal, rehearsal } = await becomes('waiting');
  expect(proposal.isNightly).toBe(true);
  expect((rehearsal?.costUsd ?? 0) + proposal.costUsd).toBeLessThanOrEqual(0.01);

  // Not again in this night, whatever master looks; in the next one a person has to decide first.
  look();
  expect(home.store.proposals.newest(session.id)?.id).toBe(proposal.id);
  clock += 24 * 60 * minute;
  look();
  expect(night()).toEqual({ night: '2026-11-30', outcome: 'open' });
  await methods().proposalDrop({ name, id: proposal.id });
  clock += 24 * 60 * minute;
  look();
  expect(night()).toEqual({ night: '2026-12-01', outcome: 'few' });
  expect((await methods().proposals({})).proposals).toMatchObject([
    { name, isNightly: true, newLessons: 0, proposal: { state: 'dropped' } },
  ]);
});

test('the night’s money ends asking, or the rehearsal half-way, in words; a person can go on with it', async () => {
  addSession({ propose: 'nightly', proposeBudgetUsd: 0.0001 });
  begin();
  const managed = master.book.get(name);
  managed.worker = { startId: 'x', startedAt: 0, pid: 1, pmId: null, awaitsReport: false };
  managed.stored = { ...managed.stored, desiredState: 'running' };
  const { timeZone } = managed.stored.config.timing;
  const here = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(clock);
  const set = (proposeBudgetUsd: number): void => {
    const { config } = managed.stored;
    managed.stored = {
      ...managed.stored,
      config: { ...config, ai: { ...config.ai, proposeAt: here, proposeBudgetUsd } },
    };
  };
  set(0.0001);
  master.room.nights.look();
  expect((await becomes('budget')).proposal.reason).toBe("the night's budget is spent");
  expect(played.asked).toHaveLength(0);

  clock += 24 * 60 * minute;
  set(0.01);
  home.store.database.run('UPDATE turns SET input_tokens = 30000');
  next = [[good]];
  always = 'Sim.';
  master.room.nights.look();
  const { rehearsal, proposal } = await becomes('waiting');
  expect(rehearsal).toMatchObject({ state: 'budget', reason: "the night's budget is spent", total: 3 });
  expect(rehearsal?.asked).toBeLessThan(3);
  await methods().proposalResume({ name, id: proposal.id });
  expect((await becomes('waiting')).rehearsal).toMatchObject({ state: 'done', asked: 3 });
});

test('one that no job makes any more ends by itself, and so does one whose session another server runs', async () => {
  const session = addSession({ propose: 'nightly' });
  begin();
  next = [[good]];
  always = 'Sim.';
  await methods().propose({ name });
  await becomes('waiting');
  const managed = master.book.get(name);
  managed.reasonCode = 'runs-elsewhere';
  expect(
    await refusal(async () => methods().proposalPublish({ name, id: (await shown())?.proposal.id ?? 0 })),
  ).toContain('runs on another server');
  master.room.nights.look();
  expect((await shown())?.proposal).toMatchObject({ state: 'failed', reason: 'another server runs the session now' });
  expect(home.store.activity.activityOf([session.id], clock).get(session.id)?.proposals).toBe(0);

  // The disk was full as it was to end: its job is over, and it says that it is being made.
  managed.reasonCode = null;
  always = 'hang';
  const { proposal } = await methods().propose({ name });
  master.room.nights.look();
  expect((await shown())?.proposal).toMatchObject({ id: proposal.id, state: 'asking' });
  await master.jobs.close();
  home.store.database.run("UPDATE jobs SET state = 'failed' WHERE state = 'running'");
  begin();
  expect(await refusal(() => methods().propose({ name }))).toContain('is being made already');
  master.room.nights.look();
  expect((await shown())?.proposal).toMatchObject({ state: 'failed', reason: 'it was not finished' });
  expect(events()).toContain('proposal-ended');
});
