import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { FleetSnapshot } from '../../src/protocol/fleet.ts';
import { applyDelta, type SnapshotDelta } from '../../src/protocol/wire.ts';
import { until } from '../support/until.ts';
import { fakeRow, qrPayload, scanRow } from './fake-fleet.ts';
import { closeServers, type Served, serve, token } from './serve.ts';

afterEach(closeServers);

type Message = { type: 'snapshot'; snapshot: FleetSnapshot } | { type: 'delta'; delta: SnapshotDelta };

const openSocket = (served: Served, headers: Record<string, string> = { authorization: `Bearer ${token}` }) => {
  const socket = new WebSocket(`${served.url.replace('http', 'ws')}/api/events`, { headers });
  const messages: Message[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  return { socket, messages };
};
const refusal = async (served: Served, headers: Record<string, string>): Promise<number> => {
  const { socket } = openSocket(served, headers);
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => undefined);
  socket.terminate();
  return response.statusCode;
};
const built = (messages: readonly Message[]): FleetSnapshot | null => {
  let snapshot: FleetSnapshot | null = null;
  for (const message of messages) {
    if (message.type === 'snapshot') snapshot = message.snapshot;
    else if (snapshot !== null) snapshot = applyDelta(snapshot, message.delta);
  }
  return snapshot;
};

describe('/api/events', () => {
  it('sends the snapshot, then deltas, without codes', async () => {
    const served = await serve();
    const { socket, messages } = openSocket(served);
    await until(() => messages.length === 1, { what: 'the snapshot' });
    served.fleet.set(scanRow('padaria-joao', { label: 'Changed' }));
    await until(() => built(messages)?.sessions[0]?.label === 'Changed', { what: 'the delta' });
    const { fleet } = served;
    fleet.update({ sessions: fleet.getSnapshot().sessions.slice(0, 1) });
    await until(() => built(messages)?.sessions.length === 1, { what: 'the removal' });
    expect(built(messages)?.sequence).toBe(fleet.getSnapshot().sequence);
    expect(JSON.stringify(messages)).not.toContain(qrPayload);
    expect(messages[1]?.type).toBe('delta');
    socket.close();
    await until(() => fleet.listeners === 1, { what: 'the unsubscribe' });
  });

  it('is refused without a token, with a wrong one, or from another site’s page', async () => {
    const served = await serve();
    expect(await refusal(served, {})).toBe(401);
    expect(await refusal(served, { authorization: 'Bearer wrong' })).toBe(401);
    const login = await fetch(`${served.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: served.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await refusal(served, { cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await refusal(served, { cookie })).toBe(403);
    const own = openSocket(served, { cookie, origin: served.url });
    await until(() => own.messages.length === 1, { what: 'the snapshot' });
    own.socket.close();
  });

  it('skips a client that stopped reading ahead to the newest, and queues nothing for it', async () => {
    const served = await serve();
    const { fleet } = served;
    const slow = openSocket(served);
    await until(() => slow.messages.length === 1, { what: 'the snapshot' });
    slow.socket.pause();
    // 60 kB a change, 600 changes: far more than the kernel's buffers of both ends hold.
    const filler = 'x'.repeat(60_000);
    const before = process.memoryUsage().rss;
    for (let n = 0; n <= 600; n += 1) {
      fleet.set(fakeRow('padaria-joao', { label: `${n} ${filler}` }));
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    slow.socket.resume();
    await until(() => built(slow.messages)?.sessions[0]?.label.startsWith('600 '), { what: 'the newest' });
    expect(slow.messages.length).toBeLessThan(400);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    slow.socket.close();
  });

  it('ends a client that sends too much and goes on with the others', async () => {
    const served = await serve();
    const good = openSocket(served);
    const bad = openSocket(served);
    await until(() => good.messages.length === 1 && bad.messages.length === 1, { what: 'both snapshots' });
    bad.socket.send('x'.repeat(100_000));
    await once(bad.socket, 'close');
    served.fleet.set(fakeRow('padaria-joao', { label: 'still' }));
    await until(() => built(good.messages)?.sessions[0]?.label === 'still', { what: 'the delta' });
    good.socket.close();
  });
});
