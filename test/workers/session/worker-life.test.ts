import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { until } from '../../support/until.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

const get = (port: number, path: string, host?: string): Promise<{ code: number; body: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) }));
    })
      .on('error', reject)
      .end();
  });

describe('a worker with a simulated phone', () => {
  it('shows a QR, connects after the scan, and a restart needs no QR', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { pushName: 'Loja' } } });
    const worker = home.start(session);
    const shown = await until(() => worker.last('zap:qr'), { what: 'a QR' });
    expect(shown).toMatchObject({ kind: 'qr', attempt: 1, maxAttempts: 12 });
    expect(shown.payload).toMatch(/^2@[\w+/=]+(,[\w+/=]+){3}$/);
    expect(worker.last('zap:state')).toMatchObject({ state: 'qr', phone: null });
    expect(home.isProfileLocked(session)).toBe(true);

    const phone = await home.phone(session);
    await phone.ask({ do: 'scan', phone: '5511987654321' });
    const connected = await worker.state('connected');
    expect(connected).toMatchObject({ phone: '5511987654321', pushName: 'Loja', startId: worker.startId });
    expect(worker.last('zap:qr')).toMatchObject({ kind: 'none', payload: '' });
    expect(home.store.sessions.byId(session.id)).toMatchObject({ phone: '5511987654321' });
    phone.close();

    worker.child.kill('SIGTERM');
    const end = await worker.exited(8000);
    expect(end).toMatchObject({ code: 0, signal: null });
    expect(home.isProfileLocked(session)).toBe(false);
    expect(worker.problems).toEqual([]);

    const again = home.start(session);
    await again.state('connected');
    expect(again.messages.some((message) => message.type === 'zap:qr')).toBe(false);
    again.child.kill('SIGINT');
    expect(await again.exited(8000)).toMatchObject({ code: 0 });
    const logs = readdirSync(home.paths.logs).map((file) => readFileSync(join(home.paths.logs, file), 'utf8'));
    expect(logs.join('')).not.toContain(shown.payload.slice(0, 20));
    expect(logs.join('')).not.toContain('5511987654321');
  });

  it('answers /health and /status to localhost only, and takes another port when its own is taken', async () => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => {
        const address = blocker.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const session = home.addSession('loja-1', { phone: { scenario: 'manual' } });
    const worker = home.start(session, { port });
    await worker.state('qr');
    const vitals = await until(() => worker.last('zap:heartbeat'), { what: 'a heartbeat' });
    const own = vitals.port ?? 0;
    expect(own).not.toBe(port);
    expect(home.store.sessions.byId(session.id)?.port).toBe(own);
    blocker.close();

    expect(await get(own, '/health')).toMatchObject({ code: 200, body: { ok: true, session: 'loja-1' } });
    const status = await get(own, '/status');
    expect(status).toMatchObject({ code: 200, body: { state: 'qr', engine: 'simulated', deaf: false } });
    const payload = worker.last('zap:qr')?.payload ?? '';
    expect(JSON.stringify(status.body)).not.toContain(payload.slice(0, 20));
    expect(await get(own, '/health', 'evil.example')).toMatchObject({ code: 403 });
    expect(await get(own, '/else')).toMatchObject({ code: 404 });
    worker.child.kill('SIGTERM');
    await worker.exited(8000);
  });

  it('drains and exits when its IPC is cut, as when PM2 dies', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const worker = home.start(session);
    await worker.state('connected');
    worker.child.disconnect();
    expect(await worker.exited(8000)).toMatchObject({ code: workerExits.orphaned.code });
    expect(home.isProfileLocked(session)).toBe(false);
  });

  it('does not open a login that another process holds', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const first = home.start(session);
    await first.state('connected');
    const twin = home.start(session);
    // The twin waits for the lock; the first ends meanwhile, and the twin takes over.
    const log = join(home.paths.logs, 'loja-1.log');
    await until(() => readFileSync(log, 'utf8').includes(twin.startId), { what: 'the twin' });
    expect(twin.messages.some((message) => message.type === 'zap:state')).toBe(false);
    first.child.kill('SIGKILL');
    await first.exited();
    await twin.state('connected');
    twin.child.kill('SIGTERM');
    expect(await twin.exited(8000)).toMatchObject({ code: 0 });
  });

  it('says in its exit code that the session is gone', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual' } });
    home.store.sessions.remove(session.id);
    const worker = home.start(session);
    expect(await worker.exited()).toMatchObject({ code: workerExits['wrong-start'].code });
    expect(worker.stderr()).toContain('there is no session loja-1');
  });

  it('closes after 12 codes that nobody scanned, and new-codes brings it back', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { qrMs: 25 } } });
    const worker = home.start(session);
    expect(await worker.state('waiting')).toMatchObject({ reasonCode: 'qr-idle' });
    const attempts = worker.messages.flatMap((message) =>
      message.type === 'zap:qr' && message.data.kind === 'qr' ? [message.data.attempt] : [],
    );
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(worker.last('zap:qr')).toMatchObject({ kind: 'none' });
    expect(await worker.ask({ command: 'new-codes' })).toMatchObject({ ok: true });
    await worker.state('qr');
    worker.child.kill('SIGTERM');
    expect(await worker.exited(8000)).toMatchObject({ code: 0 });
  });
});
