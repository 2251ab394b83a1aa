import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWay } from '../../src/client/open-way.ts';
import { createRemoteFleet } from '../../src/client/remote-fleet.ts';
import { socketWay } from '../../src/client/socket-way.ts';
import { openSocketServer, type SocketServer } from '../../src/master/socket-server.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import { maxLineBytes, type WireVersions } from '../../src/protocol/wire.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { until } from '../support/until.ts';

const row = (name: string, extra: object = {}): SessionRow =>
  ({ id: `id-${name}`, name, state: 'connected', ...extra }) as unknown as SessionRow;
const base = {
  fleet: { settingsFingerprint: 'f', version: '1', startedAt: 1 },
  incidents: [],
  banners: [],
  jobs: [],
  events: [],
};

/** A door whose snapshot the test writes. */
const createDoor = () => {
  let snapshot = { ...base, sequence: 1, sessions: [row('a'), row('b')] } as unknown as FleetSnapshot;
  const listeners = new Set<() => void>();
  const door: Fleet = {
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: async (method, params) => {
      if (method === 'check') throw new FleetError('no-such-session', 'there is no such session');
      return { echoed: params } as never;
    },
    connection: () => ({ state: 'open' }),
    close: async () => undefined,
  };
  const set = (changes: Partial<FleetSnapshot>): void => {
    snapshot = { ...snapshot, ...changes, sequence: snapshot.sequence + 1 };
    for (const listener of listeners) listener();
  };
  return { door, set, listeners };
};

let directory: string;
let path: string;
let server: SocketServer;
let door: ReturnType<typeof createDoor>;
const sockets: Socket[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'zfs-'));
  path = join(directory, 'master.sock');
  door = createDoor();
  server = await openSocketServer({ path, fleet: door.door, version: '9.9.9', log: () => undefined });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close('');
  expect(door.listeners.size).toBe(0);
  rmSync(directory, { recursive: true });
});

const raw = () => {
  const socket = connect(path);
  sockets.push(socket);
  let text = '';
  let closed = false;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => undefined);
  const messages = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return { socket, messages, isClosed: () => closed };
};
const hello = { type: 'hello', v: 1, version: '1', subscribe: true, pid: 1 };
const remote = () => createRemoteFleet({ way: socketWay(path), version: '1', fingerprint: () => 'f', relaunch: null });

test('the socket is for its owner alone', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a client gets the snapshot, then only what changed; rows that did not change stay the same objects', async () => {
  const { fleet, open } = remote();
  expect(await open()).toBe('open');
  const first = fleet.getSnapshot();
  expect(first.sessions.map((each) => each.name)).toEqual(['a', 'b']);
  door.set({ sessions: [door.door.getSnapshot().sessions[0] as SessionRow, row('b', { state: 'offline' }), row('c')] });
  await until(() => fleet.getSnapshot().sessions.length === 3);
  expect(fleet.getSnapshot().sessions[0]).toBe(first.sessions[0]);
  expect(fleet.getSnapshot().sessions[1]?.state).toBe('offline');
  door.set({ sessions: [row('c')] });
  await until(() => fleet.getSnapshot().sessions.length === 1);
  await fleet.close();
});

test('requests are answered by number, errors with their code', async () => {
  const { fleet, open } = remote();
  await open();
  const [one, two] = await Promise.all([
    fleet.request('session', { name: 'x' }),
    fleet.request('session', { name: 'y' }),
  ]);
  expect([one, two]).toEqual([{ echoed: { name: 'x' } }, { echoed: { name: 'y' } }]);
  await expect(fleet.request('check', { name: 'x' })).rejects.toMatchObject({ code: 'no-such-session' });
  await fleet.close();
  await expect(fleet.request('check', { name: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  ['no JSON', 'hello\n', /not JSON/],
  ['an unknown message', '{"type":"dance"}\n', /not understood/],
  ['a request before hello', '{"type":"request","id":1,"method":"session","params":{}}\n', /hello first/],
  ['another version', `${JSON.stringify({ ...hello, v: 2 })}\n`, /version 1 .*9\.9\.9.* you speak 2/],
  ['a second hello', `${JSON.stringify(hello)}\n${JSON.stringify(hello)}\n`, /twice/],
])('%s ends that connection, in words, and no other', async (_what, text, words) => {
  const good = remote();
  await good.open();
  const bad = raw();
  bad.socket.write(text);
  await until(() => bad.isClosed());
  expect(bad.messages().at(-1)).toMatchObject({ type: 'refused', message: expect.stringMatching(words) });
  await good.fleet.request('session', { name: 'x' });
  await good.fleet.close();
});

test('a line that never ends is cut off', async () => {
  const bad = raw();
  bad.socket.write('x'.repeat(maxLineBytes + 10));
  await until(() => bad.isClosed());
  await until(() => server.clients() === 0, { what: 'its end on our side' });
});

test('an unknown method is refused without ending the connection', async () => {
  const client = raw();
  client.socket.write(`${JSON.stringify(hello)}\n{"type":"request","id":7,"method":"toString","params":{}}\n`);
  await until(() => client.messages().length === 2);
  expect(client.messages()[1]).toMatchObject({ type: 'failure', id: 7, code: 'usage' });
});

test('a client that does not read is skipped, not queued for, and then gets the newest in one step', async () => {
  const slow = raw();
  slow.socket.write(`${JSON.stringify(hello)}\n`);
  await until(() => slow.messages().length === 1);
  slow.socket.pause();
  const big = 'x'.repeat(200_000);
  for (let turn = 0; turn < 200; turn += 1) {
    door.set({ sessions: [row('a', { label: `${turn}${big}` })] });
    await new Promise((done) => setImmediate(done));
  }
  slow.socket.resume();
  await until(() => JSON.stringify(slow.messages().at(-1)).includes('"label":"199x'), { what: 'the newest' });
  // 200 deltas of 200 kB would be 40 MB; the kernel's buffer takes a few.
  expect(slow.messages().length).toBeLessThan(30);
});

test('a lost master is told, requests in flight fail, and the way back is found', async () => {
  const { fleet, open } = remote();
  await open();
  let told = 0;
  fleet.subscribe(() => {
    told += 1;
  });
  await server.close('');
  await until(() => fleet.connection().state === 'lost');
  expect(told).toBeGreaterThan(0);
  await expect(fleet.request('session', { name: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
  door.set({ sessions: [row('after')] });
  server = await openSocketServer({ path, fleet: door.door, version: '9.9.9', log: () => undefined });
  await until(() => fleet.connection().state === 'open');
  expect(fleet.getSnapshot().sessions.map((each) => each.name)).toEqual(['after']);
  await fleet.close();
});

test('a master that says goodbye is not started again by those who look', async () => {
  let launches = 0;
  const { fleet, open } = createRemoteFleet({
    way: socketWay(path),
    version: '1',
    fingerprint: () => 'f',
    relaunch: async () => {
      launches += 1;
    },
  });
  await open();
  await server.close('the fleet was stopped');
  await until(() => {
    const connection = fleet.connection();
    return connection.state === 'lost' && connection.reason === 'the fleet was stopped';
  });
  expect(launches).toBe(0);
  await fleet.close();
});

test('other settings and another version are banners', async () => {
  const { fleet, open } = createRemoteFleet({
    way: socketWay(path),
    version: '2',
    fingerprint: () => 'other',
    relaunch: null,
  });
  await open();
  expect(fleet.getSnapshot().banners.map((banner) => banner.code)).toEqual(['settings-mismatch', 'version-skew']);
  const { banners } = fleet.getSnapshot();
  door.set({ sessions: [] });
  await until(() => fleet.getSnapshot().sessions.length === 0);
  expect(fleet.getSnapshot().banners).toBe(banners);
  await fleet.close();
});

test('settings are compared later where that would keep the first frame waiting, and then always', async () => {
  let isAsked = false;
  const { fleet, open } = createRemoteFleet({
    way: socketWay(path),
    version: '2',
    fingerprint: () => {
      isAsked = true;
      return 'other';
    },
    compareAfter: 1,
    relaunch: null,
  });
  let first: readonly string[] | null = null;
  const codes = () => fleet.getSnapshot().banners.map((banner) => banner.code);
  fleet.subscribe(() => {
    first ??= isAsked ? ['asked before it was shown'] : codes();
  });
  await open();
  expect(first).toEqual(['version-skew']);
  await until(() => codes().length === 2);
  expect(codes()).toEqual(['settings-mismatch', 'version-skew']);
  door.set({ sessions: [] });
  await until(() => fleet.getSnapshot().sessions.length === 0);
  expect(codes()).toEqual(['settings-mismatch', 'version-skew']);
  await fleet.close();
});

test('a door that is closed before its settings were compared compares nothing', async () => {
  const asked: string[] = [];
  const comparing = (name: string, compareAfter: number) =>
    createRemoteFleet({
      way: socketWay(path),
      version: '1',
      fingerprint: () => {
        asked.push(name);
        return null;
      },
      compareAfter,
      relaunch: null,
    });
  const closed = comparing('closed', 100);
  const open = comparing('open', 101);
  await closed.open();
  await closed.fleet.close();
  await open.open();
  await until(() => asked.length > 0);
  expect(asked).toEqual(['open']);
  await open.fleet.close();
});

describe('a socket that is not at its place any more is opened again, and who is connected stays so', () => {
  const mended = async (breakIt: () => Promise<void> | void): Promise<void> => {
    const { fleet, open } = remote();
    await open();
    await breakIt();
    expect(await server.mend()).toBe(true);
    expect(await server.mend()).toBe(false);

    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = remote();
    expect(await second.open()).toBe('open');
    door.set({ sessions: [row('later')] });
    for (const each of [fleet, second.fleet])
      await until(() => each.getSnapshot().sessions.some(({ name }) => name === 'later'));
    expect(server.clients()).toBe(2);
    await second.fleet.close();
    await fleet.close();
  };

  test('nothing is done to one that is in its place', async () => expect(await server.mend()).toBe(false));
  test('removed', () => mended(() => rmSync(path)));
  test('a file', () =>
    mended(() => {
      rmSync(path);
      writeFileSync(path, 'a file');
    }));
  test('a link to nowhere', () =>
    mended(() => {
      rmSync(path);
      symlinkSync('/nowhere/at/all', path);
    }));
  test('a link to the socket itself, under another name', () =>
    mended(() => {
      renameSync(path, `${path}.moved`);
      symlinkSync(`${path}.moved`, path);
    }));
  test('a directory, whose files are kept beside', async () => {
    await mended(() => {
      rmSync(path);
      mkdirSync(path);
      writeFileSync(join(path, 'kept'), '');
    });
    const kept = readdirSync(directory).filter((entry) => entry.startsWith('master.sock.was-'));
    expect(kept.flatMap((entry) => readdirSync(join(directory, entry)))).toEqual(['kept']);
  });
  test('another program that listens there, and that removes ours when it ends', async () => {
    const other = createServer((socket) => socket.destroy());
    await mended(async () => {
      rmSync(path);
      await new Promise<void>((done) => other.listen(path, done));
    });
    // Node removes by its path what it listened on.
    await mended(() => new Promise<void>((done) => other.close(() => done())));
  });

  test('where it cannot be opened it says so, and is opened as soon as it can', async () => {
    renameSync(directory, `${directory}.away`);
    await expect(server.mend()).rejects.toMatchObject({ code: 'failed' });
    await expect(server.mend()).rejects.toMatchObject({ code: 'failed' });
    renameSync(`${directory}.away`, directory);
    expect(await server.mend()).toBe(true);
    expect(await remote().open()).toBe('open');
  });

  test('never after the goodbye', async () => {
    await server.close('over');
    expect(await server.mend()).toBe(false);
  });
});

test('programs of neighbouring versions speak the newest that both know; further apart it is said which is to be upgraded', async () => {
  const tried: unknown[] = [];
  const open = (wire: WireVersions) =>
    openWay(
      { way: socketWay(path), version: '9', wire },
      {
        onBegin: () => undefined,
        onConnect: (pipe) => pipes.push(pipe),
        onMessage: (message, settle) => {
          tried.push(message.type === 'snapshot' ? message.v : message.type);
          settle(message.type === 'refused' ? { refused: message.message } : 'open');
        },
        onClose: () => undefined,
      },
    );
  const pipes: { close(): Promise<void> }[] = [];

  await server.close('');
  server = await openSocketServer({
    path,
    fleet: door.door,
    version: '1.4.0',
    log: () => undefined,
    wire: { newest: 3, oldest: 2 },
  });
  expect(await open({ newest: 3, oldest: 2 })).toBe('open');
  expect(await open({ newest: 2, oldest: 1 })).toBe('open');
  expect(await open({ newest: 4, oldest: 3 })).toBe('open');
  expect(tried).toEqual([3, 2, 3]);
  expect(await open({ newest: 1, oldest: 1 })).toEqual({
    refused: expect.stringMatching(/versions 2 to 3 .*1\.4\.0.* you speak 1: this program is too old\. Upgrade it$/),
  });
  expect(await open({ newest: 5, oldest: 4 })).toEqual({
    refused: expect.stringMatching(
      /versions 2 to 3 .*1\.4\.0.* you speak 4: the master is too old\. .*zap-fleet upgrade$/,
    ),
  });
  await Promise.all(pipes.map((pipe) => pipe.close()));
});

test('a master from before versions were agreed on is asked once more, by the hello that it knows', async () => {
  const hellos: unknown[] = [];
  // It takes `v: 1` and not a word more.
  const old = createServer((socket) =>
    socket.on('data', (data) => {
      const { type: _, version: __, subscribe: ___, pid: ____, ...rest } = JSON.parse(String(data));
      hellos.push(rest);
      const plain = rest.v === 1 && Object.keys(rest).length === 1;
      const answer = plain ? { type: 'snapshot', v: 1, snapshot: {} } : { type: 'refused', message: 'not understood' };
      socket.end(`${JSON.stringify(answer)}\n`);
    }),
  );
  const at = join(directory, 'old.sock');
  await new Promise<void>((done) => old.listen(at, () => done()));
  const result = await openWay(
    { way: socketWay(at), version: '2', wire: { newest: 2, oldest: 1 } },
    {
      onBegin: () => undefined,
      onConnect: () => undefined,
      onMessage: (message, settle) => settle(message.type === 'refused' ? { refused: message.message } : 'open'),
      onClose: () => undefined,
    },
  );
  old.close();
  expect(result).toBe('open');
  expect(hellos).toEqual([{ v: 2, oldest: 1 }, { v: 1 }]);
});
