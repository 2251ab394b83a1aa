import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import { createHookRoom } from '../../../src/master/hook-room.ts';
import { hookBounds } from '../../../src/session/hook.ts';
import { hookSecretOf } from '../../../src/settings/hook-secrets.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../../store/support.ts';
import { until } from '../../support/until.ts';

/** How hooks are set by several people at once, what of a secret is told, and when people hear that one takes nothing. */

const minutes = 60_000;

const open = () => {
  const paths = homePaths(mkdtempSync(join(tmpdir(), 'zf-hooks-')));
  onTestFinished(() => rmSync(paths.home, { recursive: true, force: true }));
  prepareHome(paths);
  const store = temporaryStore();
  const stored = addSession(store);
  const session = { stored };
  const state = { now: noon, banners: new Map<string, { text: string }>(), cleared: 0, said: [] as string[] };
  const log = (text: string, fields: object = {}) => void state.said.push(`${text} ${JSON.stringify(fields)}`);
  const parts = {
    paths,
    store,
    now: () => state.now,
    log: { warn: log, info: log, addSecret: () => undefined },
    state: {
      setBanner: (banner: { id: string; text: string }) => void state.banners.set(banner.id, banner),
      clearBanner: (id: string) => {
        state.cleared += 1;
        state.banners.delete(id);
      },
    },
    book: {
      get: () => session,
      byId: () => session,
      reload: () => undefined,
      record: (_: unknown, event: object) => log('event', event),
    },
  };
  const room = createHookRoom(parts as unknown as Parameters<typeof createHookRoom>[0]);
  const { methods } = room;
  const name = stored.name;
  const secretsFile = join(paths.data, 'hook-secrets.json');
  return {
    store,
    stored,
    state,
    room,
    methods,
    name,
    secretsFile,
    secret: (hook: string, url: string) => hookSecretOf(paths, stored.id, { name: hook, url }),
    add: async (more: object = {}) =>
      methods.hookSet({ name, hook: 'crm', url: 'https://crm.example.com/in', isNew: true, ...more }),
  };
};

/** An address that answers as told, or not at all. */
const address = async () => {
  const at = { status: 204, got: 0 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      at.got += 1;
      response.writeHead(at.status).end('no');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return Object.assign(at, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in` });
};

test('two people who add and change one at the same time: one is told, nothing is written over, and ten are ten', async () => {
  const { add, methods, name, store, stored } = open();
  const both = await Promise.allSettled([add(), add({ url: 'https://other.example.com/in' })]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const seen = (await methods.hooks({ name })).hooks[0]?.setAt ?? 0;

  // What each left out stays as the other one set it.
  await Promise.all([
    methods.hookSet({ name, hook: 'crm', isNew: false, events: ['session.state'] }),
    methods.hookSet({ name, hook: 'crm', isNew: false, url: 'https://crm.example.com/two' }),
  ]);
  expect(store.hooks.get(stored.id, 'crm')).toMatchObject({
    url: 'https://crm.example.com/two',
    events: ['session.state'],
  });

  store.database.run('UPDATE hooks SET set_at = set_at + 1, set_by = ?', 'token painel');
  await expect(methods.hookSet({ name, hook: 'crm', isNew: false, seenAt: seen, events: ['all'] })).rejects.toThrow(
    'crm was changed by token painel meanwhile: look at it again, and change it then.',
  );
  expect(store.hooks.get(stored.id, 'crm')?.events).toEqual(['session.state']);
  await methods.hookSet({ name, hook: 'crm', isNew: false, seenAt: seen + 1, events: ['all'] });

  const many = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) =>
      methods.hookSet({ name, hook: `h${n}`, url: 'https://crm.example.com/in', isNew: true }),
    ),
  );
  expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(hookBounds.perSession - 1);
  expect(store.hooks.list(stored.id)).toHaveLength(hookBounds.perSession);
});

test('a secret that cannot be written takes the change back; one that cannot be read is quoted nowhere', async () => {
  const { add, methods, name, secret, secretsFile, store, stored, state } = open();
  const made = (await add()).secret ?? '';
  expect(made).toMatch(/^whsec_/);
  expect(secret('crm', 'https://crm.example.com/in')).toBe(made);

  for (const damaged of [
    readFileSync(secretsFile, 'utf8').replace('}', '}oops'),
    `${made} `,
    `{"x":"${made}",}`,
    `{"${stored.id}":{"crm":"${made}"}}`,
  ]) {
    writeFileSync(secretsFile, damaged);
    const url = 'https://other.example.com/in';
    const tried = await Promise.allSettled([
      methods.hookSet({ name, hook: 'crm', url, newSecret: true }),
      methods.hookTest({ name, hook: 'crm' }),
    ]);
    for (const each of tried) {
      expect(each.status).toBe('rejected');
      const { message, cause, stack } = (each as PromiseRejectedResult).reason as Error;
      expect(message).toMatch(/^cannot read .*hook-secrets\.json: it is (not JSON|damaged)\. Mend or remove it\.$/);
      // Not half of it either.
      expect(`${stack} ${String(cause)}`).not.toContain(made.slice(6, 14));
    }
    expect(store.hooks.get(stored.id, 'crm')?.url).toBe('https://crm.example.com/in');
  }
  expect(state.said.join('\n')).not.toContain(made.slice(6, 14));
});

test('one that takes nothing is a banner while something waits; a test that it takes ends it', async () => {
  const { add, methods, name, room, state, store, stored } = open();
  const crm = await address();
  await add({ url: crm.url, allowHosts: ['127.0.0.1'] });
  const { id: chat } = chatOf(store, stored);
  const hook = () => store.hooks.get(stored.id, 'crm');
  room.begin({} as never);
  onTestFinished(async () => room.close({} as never));

  crm.status = 503;
  store.messages.insert(inbound(stored, chat, 'A'), noon);
  await until(() => hook()?.problem === '127.0.0.1 refused it with HTTP 503', { what: 'a failure' });
  expect(state.banners.size).toBe(0);
  state.now += 31 * minutes;
  await until(() => state.banners.get('hooks-failing'), { what: 'a banner' });

  crm.status = 204;
  store.database.run('UPDATE hooks SET next_at = ?', state.now + 10 * minutes);
  expect((await methods.hookTest({ name, hook: 'crm' })).answer).toEqual({ status: 204, reason: null, said: null });
  await until(() => hook()?.delivered === 1 && state.banners.size === 0, { what: 'what waited, and no banner' });

  // One event that is refused is no address that takes nothing: it is told of once, and lies dead.
  crm.status = 422;
  store.messages.insert(inbound(stored, chat, 'B'), state.now);
  await until(
    () => {
      state.now = Math.max(state.now, hook()?.nextAt ?? 0);
      return store.hooks.dead(hook() as never).length === 1;
    },
    { what: 'a refusal' },
  );
  expect(hook()?.failingSince).not.toBeNull();
  state.now += 40 * minutes;
  const looks = state.cleared;
  await until(() => state.cleared >= looks + 2, { what: 'a look that has nothing to show' });
  expect(state.banners.size).toBe(0);
});
