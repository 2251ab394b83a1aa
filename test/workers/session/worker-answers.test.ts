import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPhoneRecord } from '../../../workers/whatsapp/simulated/phone-record.ts';
import { until } from '../../support/until.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

/** What the customers really got, by the phone's own record. */
const sentOn = (profile: string): { chatId: string; text: string; messageId: string }[] => {
  const record = openPhoneRecord(profile);
  try {
    return record.sent().filter(({ status }) => status === 'out');
  } finally {
    record.close();
  }
};
const outcomes = (from: WorkerHome, sessionId: string): string[] =>
  from.store.database
    .all<{ outcome: string }>('SELECT outcome FROM messages WHERE session_id = ? AND sender = ?', sessionId, 'customer')
    .map(({ outcome }) => outcome);

describe('a worker with customers', () => {
  it('answers a message exactly once', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual' } });
    const worker = home.start(session);
    await worker.state('qr');
    const phone = await home.phone(session);
    await phone.ask({ do: 'scan' });
    await worker.state('connected');
    const chatId = '5511912345678@c.us';
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi, quanto custa?', id: `false_${chatId}_AAA1` }] });
    await until(() => sentOn(home.profile(session)).length > 0, { what: 'the answer' });
    // The same message told once more, as WhatsApp does.
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi, quanto custa?', id: `false_${chatId}_AAA1` }] });
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'e amanhã?' }] });
    await until(() => outcomes(home, session.id).filter((outcome) => outcome === 'answered').length === 2, {
      what: 'two answered messages',
    });
    const sent = sentOn(home.profile(session));
    expect(sent.map(({ text }) => text)).toEqual(['oi, quanto custa?', 'e amanhã?']);
    phone.close();
    worker.child.kill('SIGTERM');
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
  });

  it('loses and doubles nothing when it is killed again and again in the middle of conversations', async () => {
    const session = home.addSession('loja-1', {
      phone: { scenario: 'manual', script: { linked: true, sendMs: [5, 25] } },
      timing: { quietMs: 20 },
      // Twelve quick messages of each customer: those that are answered one by one look like another bot's.
      filters: { botLoopTurns: 100 },
    });
    const chats = Array.from({ length: 8 }, (_, index) => `55119876543${10 + index}@c.us`);
    const said: string[] = [];
    for (let life = 0; life < 4; life += 1) {
      const worker = home.start(session);
      await worker.state('connected');
      const phone = await home.phone(session);
      for (let round = 0; round < 3; round += 1) {
        const messages = chats.map((chatId, index) => ({
          chatId,
          text: `vida ${life} rodada ${round} cliente ${index}`,
        }));
        said.push(...messages.map(({ text }) => text));
        await phone.ask({ do: 'deliver', messages });
      }
      const before = sentOn(home.profile(session)).length;
      await until(() => sentOn(home.profile(session)).length > before + 3, { what: 'answers on their way' });
      phone.close();
      worker.child.kill('SIGKILL');
      await worker.exited();
    }
    const last = home.start(session);
    await last.state('connected');
    await until(() => outcomes(home, session.id).every((outcome) => outcome !== 'pending'), {
      within: 20_000,
      what: 'the end of every message',
    });
    const sent = sentOn(home.profile(session));
    // The echo says every message back: each must be at the customer's exactly once, unless its fate is shown as unknown.
    const lines = sent.flatMap(({ text }) => text.split('\n'));
    expect(new Set(lines).size).toBe(lines.length);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(sent.length);
    const unknown = outcomes(home, session.id).filter((outcome) => outcome === 'unknown').length;
    expect(outcomes(home, session.id).filter((outcome) => outcome !== 'answered' && outcome !== 'unknown')).toEqual([]);
    expect(outcomes(home, session.id).length).toBe(said.length);
    expect(said.filter((text) => !lines.includes(text)).length).toBeLessThanOrEqual(unknown);
    // The phone answers every question about an id, so no fate stays open.
    expect(unknown).toBe(0);
    for (const text of lines) expect(said).toContain(text);
    last.child.kill('SIGTERM');
    expect(await last.exited(8000)).toMatchObject({ code: 0 });
  });

  it('catches up with what arrived while it was away, and after a dropped connection', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const worker = home.start(session);
    await worker.state('connected');
    const phone = await home.phone(session);
    await phone.ask({ do: 'drop' });
    expect(await worker.state('offline')).toMatchObject({ reasonCode: 'no-network' });
    expect(worker.last('zap:state')?.reason).toMatch(/no network/);
    const chatId = '5511912345678@c.us';
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'enquanto caiu' }] });
    await phone.ask({ do: 'reconnect' });
    await until(() => sentOn(home.profile(session)).length === 1, { what: 'the answer after the drop' });
    phone.close();
    worker.child.kill('SIGTERM');
    await worker.exited(8000);

    const record = openPhoneRecord(home.profile(session));
    record.addReceived({
      id: `false_${chatId}_AWAY1`,
      chatId,
      chatKind: 'person',
      fromMe: false,
      author: null,
      phone: '5511912345678',
      kind: 'text',
      text: 'enquanto estava fora',
      mimeType: null,
      pushName: 'Ana',
      isSavedContact: false,
      timestamp: Date.now(),
      quotedId: null,
      addresses: [],
      facts: null,
      quoted: null,
      ad: null,
      edited: false,
      ack: 0,
    });
    record.close();
    const again = home.start(session);
    await until(() => sentOn(home.profile(session)).length === 2, { what: 'the answer to what was missed' });
    expect(sentOn(home.profile(session)).at(-1)?.text).toBe('enquanto estava fora');
    again.child.kill('SIGTERM');
    expect(await again.exited(8000)).toMatchObject({ code: 0 });
  });

  it('holds another number than the expected one, reads nothing of it, and lets go when the expectation changes', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual' }, expectedPhone: '5511900000001' });
    const worker = home.start(session);
    await worker.state('qr');
    const phone = await home.phone(session);
    await phone.ask({ do: 'scan', phone: '5511987654321' });
    expect(await worker.state('held')).toMatchObject({ reasonCode: 'wrong-phone', phone: '5511987654321' });
    await phone.ask({ do: 'deliver', messages: [{ chatId: '5511912345678@c.us', text: 'particular' }] });
    await phone.ask({ do: 'state' });
    expect(home.store.sessions.byId(session.id)?.phone).toBeNull();
    expect(outcomes(home, session.id)).toEqual([]);
    home.store.sessions.change(session.id, { expectedPhone: '5511987654321' }, Date.now());
    expect(await worker.ask({ command: 'wake' })).toMatchObject({ ok: true });
    await worker.state('connected');
    expect(home.store.sessions.byId(session.id)?.phone).toBe('5511987654321');
    phone.close();
    worker.child.kill('SIGTERM');
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
  });

  it('holds a number that runs in another session, until that one ends', async () => {
    const first = home.addSession('loja-1', { phone: { scenario: 'manual' } });
    const second = home.addSession('loja-2', { phone: { scenario: 'manual' } });
    const workers = [home.start(first), home.start(second)] as const;
    for (const [index, session] of [first, second].entries()) {
      await workers[index]?.state('qr');
      const phone = await home.phone(session);
      await phone.ask({ do: 'scan', phone: '5511987654321' });
      await workers[index]?.state(index === 0 ? 'connected' : 'held');
      phone.close();
    }
    expect(workers[1].last('zap:state')).toMatchObject({ reasonCode: 'phone-elsewhere' });
    expect(workers[1].last('zap:state')?.reason).toContain('loja-1');
    workers[0].child.kill('SIGTERM');
    await workers[0].exited(8000);
    await workers[1].ask({ command: 'check' });
    await workers[1].state('connected');
    workers[1].child.kill('SIGTERM');
    expect(await workers[1].exited(8000)).toMatchObject({ code: 0 });
  });
});

describe('commands of the master', () => {
  it('reports the whole, pairs by code, checks, changes the log level, logs out', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { codeMs: 60_000 } } });
    const worker = home.start(session);
    await worker.state('qr');
    expect(await worker.ask({ command: 'report' })).toMatchObject({ ok: true });
    expect(worker.last('zap:report')).toMatchObject({
      state: { state: 'qr' },
      code: { kind: 'qr' },
      activity: { deaf: false },
      vitals: { version: expect.any(String) },
    });
    expect(await worker.ask({ command: 'pair', phone: 'abc' })).toMatchObject({ ok: false });
    expect(await worker.ask({ command: 'pair', phone: '11 98765-4321' })).toMatchObject({ ok: true });
    await worker.state('code');
    expect(worker.last('zap:qr')).toMatchObject({ kind: 'code', payload: expect.stringMatching(/^[1-9A-Z]{8}$/) });
    const phone = await home.phone(session);
    await phone.ask({ do: 'enter-code' });
    expect(await worker.state('connected')).toMatchObject({ phone: '5511987654321' });
    expect((await worker.ask({ command: 'check' })).words.join(' ')).toMatch(/CONNECTED.*nothing was missed/);
    expect(await worker.ask({ command: 'new-codes' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('linked'),
    });
    expect(await worker.ask({ command: 'log-level', level: 'debug' })).toMatchObject({ ok: true });
    expect(await worker.ask({ command: 'nonsense' })).toMatchObject({ ok: false });
    phone.close();
    expect(await worker.ask({ command: 'logout' })).toMatchObject({ ok: true });
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
    expect(home.store.sessions.byId(session.id)).toMatchObject({ phone: null, firstLinkedAt: null });
    const again = home.start(session);
    await again.state('qr');
    expect(await again.ask({ command: 'drain' })).toMatchObject({ ok: true });
    expect(await again.exited(8000)).toMatchObject({ code: 0 });
  });

  it('tells of a logout on the phone, and shows codes again when it is asked to', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const worker = home.start(session);
    await worker.state('connected');
    const phone = await home.phone(session);
    await phone.ask({ do: 'unlink' });
    expect(await worker.state('logged_out')).toMatchObject({ reasonCode: 'unlinked', phone: null });
    expect(home.store.sessions.byId(session.id)?.phone).toBeNull();
    expect(await worker.ask({ command: 'new-codes' })).toMatchObject({ ok: true });
    await worker.state('qr');
    phone.close();
    worker.child.kill('SIGINT');
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
  });
});

describe('what only a new worker can mend', () => {
  it('exits with a code that says so when the page dies, and comes back without a QR', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const worker = home.start(session);
    await worker.state('connected');
    const phone = await home.phone(session);
    await phone.ask({ do: 'break', reason: 'page-crashed' });
    expect(await worker.exited(8000)).toMatchObject({ code: 15 });
    expect(worker.last('zap:state')).toMatchObject({ state: 'broken', reasonCode: 'page-crashed' });
    phone.close();
    const again = home.start(session);
    await again.state('connected');
    again.child.kill('SIGTERM');
    expect(await again.exited(8000)).toMatchObject({ code: 0 });
  });

  it('stays and answers nobody when WhatsApp blocked the number', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const worker = home.start(session);
    await worker.state('connected');
    const phone = await home.phone(session);
    await phone.ask({ do: 'ban' });
    expect(await worker.state('banned')).toMatchObject({ reasonCode: 'tos-block' });
    expect(worker.child.exitCode).toBeNull();
    worker.child.kill('SIGTERM');
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
    phone.close();
  });
});
