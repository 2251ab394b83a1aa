import { renameSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPhoneRecord } from '../../../workers/whatsapp/simulated/phone-record.ts';
import { damagePages, pagesOf } from '../../support/damage.ts';
import { until } from '../../support/until.ts';
import { type ForkedWorker, openWorkerHome, type WorkerHome } from './forked-worker.ts';

/** A store that is damaged under a worker: nothing is taken in or sent until it is well again, and then everything once. */

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

const chatId = '5511912345678@c.us';

const sentOn = (profile: string): string[] => {
  const record = openPhoneRecord(profile);
  try {
    return record
      .sent()
      .filter(({ status }) => status === 'out')
      .map(({ text }) => text);
  } finally {
    record.close();
  }
};

/** A linked worker that has answered one message; everything of it is in the file itself. */
const answering = async () => {
  const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
  const worker = home.start(session);
  await worker.state('connected');
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'um' }] });
  await until(() => sentOn(home.profile(session)).length === 1, { what: 'the first answer' });
  await until(() => home.store.outbox.chatsWithOpen(session.id).length === 0, { what: 'its end in the store' });
  return { session, worker, phone, sent: () => sentOn(home.profile(session)) };
};

const faultOf = (worker: ForkedWorker): string | null | undefined => worker.last('zap:activity')?.store;

/** Real damage where every message goes through; undone by what is returned. */
const damageMessages = async (): Promise<() => void> => {
  const { path } = home.store.database;
  let undo: () => void = () => undefined;
  const damage = (): boolean => {
    // The worker may be reading just now.
    if (!home.store.database.checkpoint('truncate')) return false;
    undo = damagePages(path, pagesOf(path, 'messages'));
    // What it wrote in between would be read whole from the log.
    const isWhole = statSync(`${path}-wal`).size === 0;
    if (!isWhole) undo();
    return isWhole;
  };
  await until(damage, { what: 'the damage, with nothing in the log' });
  // A write of somebody else: nobody's page cache is good any more.
  home.store.meta.set('test', String(Date.now()));
  return undo;
};

const endWell = async (worker: ForkedWorker): Promise<void> => {
  worker.child.kill('SIGTERM');
  expect(await worker.exited(8000)).toMatchObject({ code: 0 });
};

describe('a worker whose store is damaged', () => {
  it('leaves messages on the phone and says so, lives on, and answers each once when the store is well again', async () => {
    const { session, worker, phone, sent } = await answering();
    const undo = await damageMessages();

    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'dois' }] });
    await until(() => faultOf(worker) === 'corrupt', { what: 'the fault in its activity' });
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'tres' }] });
    // Its own status port answers on: it is no crash.
    const port = worker.last('zap:heartbeat')?.port;
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({ ok: true });
    expect(sent()).toEqual(['um']);

    // The master holds it, too, until it hears from every worker that it is over.
    await worker.ask({ command: 'store-fault', fault: 'corrupt' });
    undo();
    home.store.meta.set('test', 'well');
    await until(() => faultOf(worker) === null, { within: 30_000, what: 'the end of the fault' });
    await worker.ask({ command: 'report' });
    expect(sent()).toEqual(['um']);
    await worker.ask({ command: 'store-fault', fault: null });
    await until(() => sent().join('\n').includes('tres'), { within: 20_000, what: 'the answers' });
    expect(sent().flatMap((text) => text.split('\n'))).toEqual(['um', 'dois', 'tres']);
    expect(
      home.store.database.all<{ text: string }>(
        "SELECT text FROM messages WHERE session_id = ? AND sender = 'customer' ORDER BY seq",
        session.id,
      ),
    ).toEqual([{ text: 'um' }, { text: 'dois' }, { text: 'tres' }]);
    expect(worker.child.exitCode).toBeNull();
    phone.close();
    await endWell(worker);
  });

  it('holds on the word of its master alone, and goes on with it', async () => {
    const { session, worker, phone, sent } = await answering();
    expect(await worker.ask({ command: 'store-fault', fault: 'corrupt' })).toMatchObject({ ok: true });
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'dois' }] });
    // Answered by the same loop that would have stored it.
    await worker.ask({ command: 'report' });
    expect(sent()).toEqual(['um']);
    expect(faultOf(worker) ?? null).toBeNull();
    expect(home.store.messages.chatsWithPending(session.id)).toEqual([]);

    await worker.ask({ command: 'store-fault', fault: null });
    await until(() => sent().length === 2, { within: 20_000, what: 'the answer' });
    expect(sent()).toEqual(['um', 'dois']);
    phone.close();
    await endWell(worker);
  });

  it('writes nothing into a file that was taken away, and makes none in its place', async () => {
    const { worker, phone, sent } = await answering();
    const { path } = home.store.database;
    renameSync(path, `${path}.away`);
    await until(() => faultOf(worker) === 'gone', { what: 'the fault in its activity' });
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'dois' }] });
    await worker.ask({ command: 'report' });
    expect(sent()).toEqual(['um']);

    renameSync(`${path}.away`, path);
    await until(() => sent().length === 2, { within: 30_000, what: 'the answer after it is back' });
    expect(sent()).toEqual(['um', 'dois']);
    phone.close();
    await endWell(worker);
  });

  it('ends with the exit of an unusable store where it cannot begin, and never makes a new one', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const { path } = home.store.database;
    renameSync(path, `${path}.away`);
    const worker = home.start(session);
    expect(await worker.exited(15_000)).toMatchObject({ code: 11 });
    renameSync(`${path}.away`, path);
    expect(home.store.sessions.list()).toHaveLength(1);
  });
});
