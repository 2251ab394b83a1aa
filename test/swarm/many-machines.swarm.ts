import process from 'node:process';
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { until } from '../support/until.ts';
import type { BotSession, Written } from './customers.ts';
import {
  addressOf,
  allowPort,
  bootMachine,
  checkNeeds,
  cutCable,
  dockerOn,
  downEngines,
  healCable,
  killMachine,
  leftOver,
  type Machine,
  machines,
  nodeNameOf,
  refusePort,
  upEngines,
} from './engines.ts';
import { createFigures, seconds } from './figures.ts';
import { type Group, logsOf, openGroup } from './group.ts';
import { images, imagesLeft, placeImages, removeImages } from './images.ts';
import { allHealthy, containerOn, inspectOn, removeStack, service, tasks, updateState } from './stack.ts';

/**
 * deployment/stack.yml on a real Swarm of three engines, with customers who write without a pause. After each case every message was answered
 * exactly once, no machine sent anything while another had the lease, no epoch had two senders, and nobody had to scan a QR.
 *
 * Not here: a clock that is set back on one machine. All containers have the one clock of this kernel; a time namespace moves the monotonic
 * clock only. test/workers/session/fence.test.ts and test/store/replica/cases/fence-cases.ts set both clocks.
 */

const figures = createFigures();
/** While a test is written: engines and images stay for the next run. */
const keep = process.env['SWARM_KEEP'] === '1';
let group: Group;

beforeAll(async () => {
  await checkNeeds();
  await upEngines();
  const have = await dockerOn(3, 'image', 'inspect', images.bad);
  if (have.code !== 0) await placeImages();
  await removeStack();
  group = await openGroup(images.now);
});
afterAll(async () => {
  if (group !== undefined)
    figures.add('messages in all', `${group.customers.count()}, of which a person was left ${leftToPerson.length}`);
  console.log(`\n${figures.table()}\n`);
  await group?.close();
  if (keep) return;
  await removeStack();
  await downEngines();
  await removeImages();
  expect({ ofEngines: await leftOver(), images: await imagesLeft() }).toEqual({ ofEngines: '', images: '' });
});

const drainSchema = z.object({
  drained: z.object({
    moved: z.array(z.object({ name: z.string(), node: z.string() })),
    stayed: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
});
const others = (machine: Machine): string[] => machines.filter((each) => each !== machine).map(addressOf);
const answersIn = { soon: 30_000, failover: 100_000 };

/** The machine that runs a session now, and all that it runs. */
const victim = async (session: BotSession): Promise<{ machine: Machine; runs: readonly BotSession[] }> => {
  await group.whole(machines, 120_000);
  const [machine] = await group.connectedOn(session);
  if (machine === undefined) throw new Error(`${session.name} runs nowhere`);
  const runs: BotSession[] = [];
  for (const each of group.sessions) if ((await group.connectedOn(each)).includes(machine)) runs.push(each);
  return { machine, runs };
};
const at = (index: number): BotSession => {
  const session = group.sessions[index];
  if (session === undefined) throw new Error(`no session ${index}`);
  return session;
};
/** Customers write, and every session answers. */
const traffic = async (): Promise<void> => {
  const since = Date.now();
  group.customers.begin();
  for (const session of group.sessions)
    await group.customers.answers(session, since, machines.map(addressOf), answersIn.soon);
};

/** How long a message is in a machine's hands at most, from its customer to its answer, on a busy machine. */
const inHandMs = 10_000;
/** When a machine's hands were cut off, for one session, as far as that is known from outside of it. */
interface CutOff {
  readonly session: string;
  readonly at: number;
}
/** These, and the messages that a person was left with, in all cases so far. */
const cutOffs: CutOff[] = [];
const leftToPerson: string[] = [];

/**
 * What has to be so after every case. `ends`: when a machine's hands were cut off. A message of that session that was written shortly before
 * may have been answered by it, which nobody can say: it is a person's. These are counted and printed; any other message has its one answer.
 */
const allIsWell = async (what: string, ends: readonly CutOff[] = []): Promise<void> => {
  cutOffs.push(...ends);
  await group.whole(machines, 120_000);
  group.customers.pause();
  const isInHand = ({ session, at: written }: Written): boolean =>
    cutOffs.some((end) => end.session === session && written <= end.at && written > end.at - inHandMs);
  const left = await group.customers.settled(60_000, async (open) => {
    if (!open.every(isInHand)) return false;
    const moved = await group.ledger.leftToPerson();
    return open.every(({ text }) => moved.has(text));
  });
  const fresh = left.map(({ text }) => text).filter((text) => !leftToPerson.includes(text));
  leftToPerson.push(...fresh);
  figures.add(`${what}: left to a person`, fresh.length === 0 ? '0' : `${fresh.length} (${fresh.join(', ')})`);
  for (const session of group.sessions) {
    expect(await group.ledger.sendsWithoutLease(session), session.name).toEqual([]);
    expect(await group.ledger.epochsOfTwo(session), session.name).toEqual([]);
  }
  // The login that was linked in the beginning, and no other. A page that died behind a cut cable hung up, and WhatsApp did not hear it: it
  // was told that another one took over.
  const { phones } = await group.web.state();
  const linked = new Map(phones.map(({ number, devices, listening }) => [number, { devices, listening }]));
  for (const { name, phone } of group.sessions) expect(linked.get(phone), name).toEqual({ devices: 1, listening: 1 });
};
/** What the machines say when a case fails. */
const tellOnFailure = (): void =>
  onTestFailed(async () => {
    console.log(await tasks());
    for (const machine of machines) {
      const id = await containerOn(machine);
      if (id !== null) console.log(machine, await logsOf(machine, id));
    }
  });

/** When `machine` sent something of what it ran for the last time. */
const lastSend = async ({ machine, runs }: { machine: Machine; runs: readonly BotSession[] }): Promise<number> => {
  const sends = (await Promise.all(runs.map((session) => group.customers.sends(session)))).flat();
  return Math.max(...sends.filter(({ from }) => from === addressOf(machine)).map(({ at: sent }) => sent));
};

/** All that a machine ran was cut off at once. */
const allAt = (when: number, { runs }: { runs: readonly BotSession[] }): CutOff[] =>
  runs.map(({ name }) => ({ session: name, at: when }));
/** When a machine that ends by itself let go of each: when its page hung up. What WhatsApp was told later, no page was given. */
const hungUp = (ran: { machine: Machine; runs: readonly BotSession[] }, since: number): Promise<CutOff[]> =>
  Promise.all(
    ran.runs.map(async (session) => ({
      session: session.name,
      at: await group.customers.cutOff(session, addressOf(ran.machine), since, answersIn.soon),
    })),
  );

/** Waits until what `machine` ran answers elsewhere; how long after `since` that was goes into the table. */
const moved = async (
  what: string,
  { machine, runs }: { machine: Machine; runs: readonly BotSession[] },
  since: number,
) => {
  const firsts: number[] = [];
  // Before anybody is waited for: while one session is, another one's lease may be somebody else's already.
  const leases = await Promise.all(runs.map(group.ledger.lease));
  for (const [index, session] of runs.entries()) {
    const ended = leases[index]?.endsAt ?? 0;
    const first = await group.customers.answers(session, since, others(machine), answersIn.failover);
    const change = await group.ledger.handOver(session, since);
    if (change === null) throw new Error(`${session.name} answers elsewhere without another lease`);
    const passed = first.at - since;
    figures.add(
      `${what}: ${session.name} answers elsewhere`,
      `${seconds(passed)} (lease over after ${seconds(Math.max(ended, change.before.endsAt) - since)}, taken after ${seconds(change.after.at - since)})`,
    );
    expect(change.after.epoch).toBe(change.before.epoch + 1);
    expect(change.after.at).toBeGreaterThanOrEqual(change.before.endsAt);
    expect(passed).toBeLessThan(150_000);
    firsts.push(first.at);
  }
  return Math.max(...firsts);
};

/** The processes that run these sessions there. */
const workersOf = async (machine: Machine, runs: readonly BotSession[]): Promise<readonly (number | null)[]> => {
  const rows = await group.rows(machine);
  return runs.map(({ name }) => rows.find((row) => row.name === name)?.pid ?? null);
};

/** How long a machine takes to start a session that comes to it, by its own word. */
const startOn = async (machine: Machine, { name }: BotSession): Promise<number> => {
  const become = (...states: readonly string[]): Promise<number> =>
    until(
      async () => {
        const row = (await group.rows(machine)).find((each) => each.name === name);
        return row !== undefined && states.includes(row.state) ? Date.now() : 0;
      },
      { within: answersIn.failover, every: 100, what: `${name} to be ${states.join(' or ')} on ${machine}` },
    );
  const begun = await become('starting', 'syncing');
  return (await become('connected')) - begun;
};
/** What a customer notices of a move: from the last answer of one machine to the first of the other. */
const silenceOf = async (
  what: string,
  { session, source, target }: { session: BotSession; source: Machine; target: Machine },
  since: number,
  start: number | null,
): Promise<void> => {
  const first = await group.customers.answers(session, since, [addressOf(target)], answersIn.soon);
  const last = await lastSend({ machine: source, runs: [session] });
  expect(last).toBeLessThan(first.at);
  const silence = first.at - last;
  figures.add(
    `${what}: silence of ${session.name}`,
    `${seconds(silence)}${start === null ? '' : `, of which its start there was ${seconds(start)}`}`,
  );
  if (start !== null) expect(silence - start).toBeLessThan(20_000);
};

test('a machine dies: what it ran answers elsewhere when its lease is over', async () => {
  tellOnFailure();
  await traffic();
  const gone = await victim(at(1));
  const since = Date.now();
  await killMachine(gone.machine);
  const dead = Date.now();
  await moved('machine killed', gone, since);
  await bootMachine(gone.machine);
  await allIsWell('machine killed', allAt(dead, gone));
});

test('a cable is pulled for longer than the lease: both containers live, and one of them sends', async () => {
  tellOnFailure();
  await traffic();
  const cut = await victim(at(2));
  const before = await inspectOn(cut.machine);
  const since = Date.now();
  await cutCable(cut.machine);
  const alone = Date.now();
  onTestFinished(async () => void (await healCable(cut.machine)));
  const first = await moved('cable cut', cut, since);
  // Customers go on for a while beside the old container, which lives.
  for (const session of cut.runs)
    await group.customers.answers(session, first + 10_000, others(cut.machine), answersIn.soon);
  expect((await inspectOn(cut.machine))?.startedAt).toBe(before?.startedAt);
  const taken = (await Promise.all(cut.runs.map((session) => group.ledger.handOver(session, since)))).map(
    (change) => change?.after.at ?? Number.POSITIVE_INFINITY,
  );
  const healed = Date.now();
  await healCable(cut.machine);
  await allIsWell('cable cut', allAt(alone, cut));
  figures.add(
    'cable cut: both containers lived',
    `${seconds(healed - Math.min(...taken))} from the new lease until the cable was back; sends by the one without the lease: 0`,
  );
});

test('one machine cannot reach Supabase and goes on reaching WhatsApp: it stops before another one begins', async () => {
  tellOnFailure();
  await traffic();
  const cut = await victim(at(0));
  const port = Number(new URL(group.proxy.url).port);
  const since = Date.now();
  await refusePort(cut.machine, port);
  let isRefused = true;
  const allow = async (): Promise<void> => {
    if (isRefused) await allowPort(cut.machine, port);
    isRefused = false;
  };
  onTestFinished(allow);
  await moved('Supabase cut off on one machine', cut, since);
  const last = await lastSend(cut);
  figures.add('Supabase cut off on one machine: its last send', `${seconds(last - since)} after the cut`);
  await allow();
  await allIsWell('Supabase cut off on one machine', await hungUp(cut, since));
});

test('a master that is stopped is ended by its supervisor, and its session never moves', async () => {
  tellOnFailure();
  await traffic();
  const { machine, runs } = await victim(at(0));
  const workers = await workersOf(machine, runs);
  const since = Date.now();
  await group.inside(machine, "pkill -STOP -f '^zap-fleet master'");
  await until(async () => (await group.rows(machine)).length > 0, {
    within: 90_000,
    every: 500,
    what: 'another master',
  });
  figures.add('master stopped: another one answers', seconds(Date.now() - since));
  await allIsWell('master stopped');
  // The next master takes the lease anew, which is another epoch of the same machine; its workers went on all the time.
  for (const session of runs) expect(await group.ledger.handOver(session, since), session.name).toBeNull();
  expect(await workersOf(machine, runs)).toEqual(workers);
});

test('a session moves to a machine that is named: its login travels, and the silence is short', async () => {
  tellOnFailure();
  await traffic();
  const session = at(0);
  const { machine: source } = await victim(session);
  const target = machines.find((each) => each !== source) ?? 1;
  const since = Date.now();
  const started = startOn(target, session);
  // Asked of the machine that does not have it: the door of the one that does is found by the Swarm's DNS.
  const told = await group.fleet(target, 'move', session.name, nodeNameOf(target), '--json');
  expect(JSON.parse(told)).toMatchObject({ outcome: 'moved', node: nodeNameOf(target), state: 'connected' });
  await silenceOf('move', { session, source, target }, since, await started);
  await allIsWell('move');
});

test('a machine is drained: its sessions go elsewhere one by one, and nothing comes back to it', async () => {
  tellOnFailure();
  await traffic();
  const all = await Promise.all(group.sessions.map(victim));
  const [drained] = all.toSorted((a, b) => b.runs.length - a.runs.length);
  if (drained === undefined) throw new Error('no machine runs anything');
  const { machine: source, runs } = drained;
  const since = Date.now();
  const answer = drainSchema.parse(
    JSON.parse(await group.fleet(source, 'node', 'drain', nodeNameOf(source), '--json')),
  ).drained;
  figures.add(`drain of ${runs.length} sessions`, seconds(Date.now() - since));
  expect(answer.stayed).toEqual([]);
  expect(answer.moved.map(({ name }) => name).toSorted()).toEqual(runs.map(({ name }) => name).toSorted());
  for (const { name, node } of answer.moved) {
    const session = runs.find((each) => each.name === name);
    const target = machines.find((each) => nodeNameOf(each) === node);
    if (session === undefined || target === undefined) throw new Error(`${name} moved to ${node}?`);
    await silenceOf('drain', { session, source, target }, since, null);
  }
  await allIsWell('drain');
  expect((await group.rows(source)).filter(({ state }) => state === 'connected')).toEqual([]);
  await group.fleet(source, 'node', 'undrain', nodeNameOf(source));
});

test('master and supervisor are stopped over the end of the lease: the worker ends by itself', async () => {
  tellOnFailure();
  await traffic();
  const stopped = await victim(at(1));
  const since = Date.now();
  await group.inside(stopped.machine, "pkill -STOP -f '[c]li.js --daemon' && pkill -STOP -f '^zap-fleet master'");
  const first = await moved('master and supervisor stopped', stopped, since);
  for (const session of stopped.runs)
    await group.customers.answers(session, first + 5000, others(stopped.machine), answersIn.soon);
  await group.inside(stopped.machine, "pkill -CONT -f '^zap-fleet master'; pkill -CONT -f '[c]li.js --daemon'");
  await allIsWell('master and supervisor stopped', await hungUp(stopped, since));
});

test('everything of a machine but the browser is stopped over the end of the lease, and goes on: nothing is sent', async () => {
  tellOnFailure();
  await traffic();
  const stopped = await victim(at(2));
  const since = Date.now();
  await group.inside(stopped.machine, "pkill -STOP -f '[c]li.js --daemon|^zap-fleet master|^zap-fleet worker'");
  const still = Date.now();
  const first = await moved('worker and master stopped', stopped, since);
  // The worker alone goes on first: nobody tells it that its right is over.
  await group.inside(stopped.machine, "pkill -CONT -f '^zap-fleet worker'");
  for (const session of stopped.runs)
    await group.customers.answers(session, first + 8000, others(stopped.machine), answersIn.soon);
  await group.inside(stopped.machine, "pkill -CONT -f '^zap-fleet master'; pkill -CONT -f '[c]li.js --daemon'");
  await allIsWell('worker and master stopped', allAt(still, stopped));
});

test('Supabase is away for all: sessions stop after their minute and go on when it is back', async () => {
  tellOnFailure();
  await traffic();
  const ran = await Promise.all(group.sessions.map(async (each) => ({ ...(await victim(each)), runs: [each] })));
  const since = Date.now();
  await group.proxy.unplug();
  let isAway = true;
  const back = async (): Promise<void> => {
    if (isAway) await group.proxy.plug();
    isAway = false;
  };
  onTestFinished(back);
  await until(
    async () => (await Promise.all(group.sessions.map(group.connectedOn))).every((where) => where.length === 0),
    { within: 60_000, every: 500, what: 'all sessions to stop' },
  );
  figures.add('Supabase away: all sessions had stopped', seconds(Date.now() - since));
  // Each gives up when its own lease is near its end: what it had in hand then is in doubt where another machine takes it.
  const stopped = (await Promise.all(ran.map((each) => hungUp(each, since)))).flat();
  const plugged = Date.now();
  await back();
  for (const session of group.sessions) {
    const first = await group.customers.answers(session, plugged, machines.map(addressOf), 60_000);
    figures.add(`Supabase away: ${session.name} answers again`, `${seconds(first.at - plugged)} after it was back`);
  }
  await allIsWell('Supabase away', stopped);
});

test('an upgrade goes machine by machine, and every session stays where it was', async () => {
  tellOnFailure();
  await traffic();
  const before = await Promise.all(group.sessions.map(group.connectedOn));
  const since = Date.now();
  await group.deploy(images.next);
  await until(async () => (await updateState()) === 'completed', { within: 200_000, every: 1000, what: 'the upgrade' });
  figures.add('upgrade of three machines', seconds(Date.now() - since));
  for (const machine of machines) expect((await inspectOn(machine))?.image).toBe(images.next);
  await allIsWell('upgrade');
  expect(await Promise.all(group.sessions.map(group.connectedOn))).toEqual(before);
});

test('a bad image reaches one machine and is rolled back', async () => {
  tellOnFailure();
  await traffic();
  const before = await Promise.all(machines.map(inspectOn));
  const since = Date.now();
  await group.deploy(images.bad);
  await until(async () => (await updateState()) === 'rollback_completed', {
    within: 200_000,
    every: 1000,
    what: 'the rollback',
  });
  figures.add('bad image: rolled back', seconds(Date.now() - since));
  await allHealthy(machines, 60_000);
  const after = await Promise.all(machines.map(inspectOn));
  expect(after.map((each) => each?.image)).toEqual(before.map((each) => each?.image));
  // Two of three never stopped.
  expect(after.filter((each, index) => each?.startedAt === before[index]?.startedAt)).toHaveLength(2);
  await allIsWell('bad image');
});

test('all three machines lose their power and come back', async () => {
  tellOnFailure();
  await traffic();
  const ran = await Promise.all(group.sessions.map(victim));
  const since = Date.now();
  await Promise.all(machines.map(killMachine));
  const dead = Date.now();
  await Promise.all(machines.map(bootMachine));
  const booted = Date.now();
  await until(async () => (await dockerOn(1, 'service', 'inspect', service)).code === 0, {
    within: 90_000,
    every: 1000,
    what: 'the manager',
  });
  for (const session of group.sessions) {
    const first = await group.customers.answers(session, dead, machines.map(addressOf), answersIn.failover);
    figures.add(
      `all three killed: ${session.name} answers again`,
      `${seconds(first.at - since)} (engines were up after ${seconds(booted - since)})`,
    );
  }
  await allIsWell(
    'all three killed',
    ran.flatMap((each) => allAt(dead, each)),
  );
});
