import { afterEach, beforeEach, expect, test } from 'vitest';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { type Fence, fenceAt, fenceText, machineClocks, momentOf } from '../../../src/session/fence.ts';
import { openPhoneRecord } from '../../../workers/whatsapp/simulated/phone-record.ts';
import { until } from '../../support/until.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

/** Real worker processes whose right to run here is not renewed: the test is the master that is dead, stopped or cut off. */

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

const chatId = '5511912345678@c.us';
/** Long enough that a busy machine tells the worker its end, and stops it, before that comes. */
const soon = 2500;
const fenceOf = (lasts: number, epoch = 1): Fence => fenceAt(epoch, momentOf(machineClocks), lasts);
const long = 60_000;

const sent = (session: Parameters<WorkerHome['profile']>[0]): readonly string[] => {
  const record = openPhoneRecord(home.profile(session));
  const texts = record.sent().map(({ text }) => text);
  record.close();
  return texts;
};
const pending = (): number =>
  home.store.database.get<{ n: number }>("SELECT count(*) AS n FROM outbox WHERE status = 'queued'")?.n ?? 0;

/** A worker that is connected, with a right that still lasts. */
const connected = async (script: Record<string, unknown> = {}, fence = fenceOf(long)) => {
  const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true, ...script } } });
  const worker = home.start(session, { env: { ZAP_FENCE: fenceText(fence) } });
  await worker.state('connected');
  return { session, worker };
};

test('a worker ends by itself when its right is over, with no master to tell it', async () => {
  const { session, worker } = await connected();
  await worker.ask({ command: 'fence', fence: fenceOf(soon), confirms: null });
  expect(await worker.exited()).toMatchObject({ code: workerExits.fenced.code });
  expect(home.isProfileLocked(session)).toBe(false);
});

test('renewed it goes on; an older lease moves nothing; without a limit it runs', async () => {
  const { session, worker } = await connected();
  await worker.ask({ command: 'fence', fence: fenceOf(long, 3), confirms: null });
  // Of the lease before: late on its way.
  await worker.ask({ command: 'fence', fence: fenceOf(-1, 2), confirms: null });
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi' }] });
  await until(() => sent(session).length === 1, { what: 'the answer' });

  await worker.ask({ command: 'fence', fence: null, confirms: null });
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'e agora?' }] });
  await until(() => sent(session).length === 2, { what: 'the next answer' });
  phone.close();
  worker.child.kill('SIGTERM');
  expect(await worker.exited()).toMatchObject({ code: 0 });
});

const sendMs = 4000;

test.for([
  ['stopped over the end and continued', (): Fence => fenceOf(soon)],
  [
    'with a wall clock that was set back: the monotonic one is over',
    () => ({ ...fenceOf(soon), wallUntil: Date.now() + 3_600_000 }),
  ],
  [
    'on a machine that was paused: the wall clock is over',
    () => ({ ...fenceOf(3_600_000), wallUntil: Date.now() + soon }),
  ],
] as const)('sends nothing after the end, %s', async ([, ending]) => {
  // The send takes longer than what is left: it is under way when the process stops.
  const { session, worker } = await connected({ sendMs: [sendMs, sendMs] });
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi' }] });
  phone.close();
  await until(() => home.store.database.get("SELECT 1 FROM outbox WHERE status = 'sending'") !== undefined, {
    what: 'the send under way',
  });
  const fence = ending();
  await worker.ask({ command: 'fence', fence, confirms: null });
  worker.child.kill('SIGSTOP');
  const isOver = (): boolean =>
    Math.min(fence.wallUntil - machineClocks.wall(), fence.monotonicUntil - machineClocks.monotonic()) <
    soon - sendMs - 300;
  await until(isOver, { what: 'the end of its right, and of the send' });
  worker.child.kill('SIGCONT');

  expect(await worker.exited()).toMatchObject({ code: workerExits.fenced.code });
  expect(sent(session)).toEqual([]);

  // Whoever has the right next sends it, once.
  const next = home.start(session, { env: { ZAP_FENCE: fenceText(fenceOf(long, 2)) } });
  await next.state('connected');
  await until(() => sent(session).length === 1, { within: 30_000, what: 'the answer of the next life' });
  expect(pending()).toBe(0);
  next.child.kill('SIGTERM');
  expect(await next.exited()).toMatchObject({ code: 0 });
});

test('one that is started with a right that is over ends before it opens the phone for long', async () => {
  const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
  const worker = home.start(session, { env: { ZAP_FENCE: fenceText(fenceOf(-1)) } });
  expect(await worker.exited()).toMatchObject({ code: workerExits.fenced.code });
  expect(sent(session)).toEqual([]);
});
