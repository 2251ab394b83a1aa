import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { belongingsFolder } from '../../../src/bundles/bundle-name.ts';
import { createStorageChecks } from '../../../src/master/bundles/belongings/check-storage.ts';
import { sealedFile, sealedThere } from '../../../src/master/bundles/login-work.ts';
import { writeHookSecret } from '../../../src/settings/hook-secrets.ts';
import { inHand, sends, setTool } from '../../bundles/belonging-things.ts';
import { session as bundled, emptyHome, fillProfile, padaria } from '../../bundles/login-files.ts';
import { addSession } from '../../store/support.ts';
import { inTrouble, type LocalStorage, quotaFull, startLocalStorage } from '../../supabase/local-storage.ts';
import { until } from '../../support/until.ts';
import { inBucket, server, type TestServer } from './travel-support.ts';

/** What a bot has in its hands where others mean harm, clocks differ, and things happen in the middle of others. */

let storage: LocalStorage;
beforeEach(async () => {
  storage = await startLocalStorage();
});
afterEach(() => storage.close());

const bucket = 'zap-fleet-logins/';
const folder = belongingsFolder(padaria);
const ofKinds = (): readonly string[] =>
  inBucket(storage).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
const description = (one: TestServer): string | undefined => one.store.tools.get(bundled.id, 'agenda')?.description;

const another = (options: Parameters<typeof server>[1] = {}): TestServer => {
  const one = server(storage, options);
  one.session.stored = { ...one.session.stored, phone: null };
  return one;
};
const keptOn = async (epoch: number, text: string, options: Parameters<typeof server>[1] = {}): Promise<TestServer> => {
  const one = another(options);
  await one.bring(epoch);
  setTool(one, text);
  await one.keep();
  return one;
};
const watch = (one: TestServer, checkMs: readonly number[] = [3_600_000]): void =>
  one.belongings.begin({ timing: { everyMs: 20, againMs: 60_000, checkMs }, wake: async () => undefined });

test('an old bundle does not come back under the name of a later one, of a later lease, or of another kind', async () => {
  const first = await keptOn(3, 'Of a secret that leaked.');
  const [old = ''] = ofKinds();
  setTool(first, 'Mended.');
  await first.keep();
  const second = another();
  await second.bring(4);
  expect(description(second)).toBe('Mended.');

  for (const name of [
    old.replace(/T\d{6}/, 'T235959'),
    old.replace('000000000003', '000000000009'),
    old.replace('tools.', 'hooks.'),
  ])
    storage.files.set(`${bucket}${folder}/${name}`, storage.files.get(`${bucket}${folder}/${old}`) as Buffer);
  const downloads = storage.count('download');
  await second.bring(10);
  expect(storage.count('download') - downloads).toBe(3);
  expect(inHand(second)).toMatchObject({ tools: ['agenda: Mended.'], hooks: [] });
  expect(second.events('belongings-not-here').map(({ evidence }) => evidence?.['what'])).toHaveLength(2);
});

describe('a session that is erased leaves nothing there', () => {
  test('also what was being packed while it was', async () => {
    const one = server(storage);
    fillProfile(one.paths);
    await one.bring(3);
    setTool(one);
    const keeping = one.keep();
    one.book.drop(one.session);
    expect(await one.travel.forget(one.session.stored, 'you', { erased: true })).toBeNull();
    await keeping;
    await until(() => one.store.jobs.open().length === 0, { what: 'the jobs to end' });
    expect(inBucket(storage)).toEqual([]);
  });

  test('also what a server with a clock ahead of this one put there; a new one of its name keeps its own', async () => {
    const ahead = Date.now() + 3 * 3_600_000;
    await keptOn(1, 'Of a clock ahead.', { now: () => ahead });
    const here = another();
    await here.bring(2);
    expect(description(here)).toBe('Of a clock ahead.');
    storage.fail(({ kind }) => (kind === 'list' ? inTrouble : null));
    expect(await here.travel.forget(here.session.stored, 'you', { erased: true })).toMatch(/not removed yet/);
    setTool(here, 'Of the new one.');
    const keeping = here.keep();
    await until(() => here.store.jobs.open().some(({ kind }) => kind === 'belongings-push'), { what: 'its job' });
    storage.fail(null);
    await keeping;
    await until(() => here.store.jobs.open().length === 0, { what: 'the jobs to end' });
    expect(ofKinds()).toHaveLength(1);
    const next = another();
    await next.bring(3);
    expect(description(next)).toBe('Of the new one.');
  });
});

describe('what Storage has is looked at again', () => {
  test('emptied, cut, or with an older one alone: what is here is taken there again, and told of', async () => {
    const one = await keptOn(3, 'Here.');
    watch(one, [20]);
    const only = (rename: (name: string) => string): void => {
      const [name = ''] = ofKinds();
      const bytes = storage.files.get(`${bucket}${folder}/${name}`) as Buffer;
      storage.files.clear();
      storage.files.set(`${bucket}${folder}/${rename(name)}`, bytes);
    };
    const harms = [
      () => storage.files.clear(),
      () => only((name) => name.replace(/0001$/, '0002')),
      () => only((name) => name.replace('000000000003', '000000000002')),
    ];
    for (const [index, harm] of harms.entries()) {
      harm();
      await until(() => one.events('belongings-kept').length === index + 2, { within: 60_000, what: 'its bundle' });
      expect(one.events('belongings-gone-there')).toHaveLength(index + 1);
    }
    const other = another();
    await other.bring(4);
    expect(description(other)).toBe('Here.');
  });

  test('Storage that does not answer is not asked about each session; what is wrong with one is no trouble of it', async () => {
    const one = another();
    const base = { epoch: 3, at: 1000, digest: 'of then' };
    const outra = addSession(one.store, 'outra').id;
    one.book.refresh();
    for (const id of [bundled.id, outra]) one.store.belongings.changeKind(id, 'files', { base });
    const isDue = async (): Promise<boolean> => {
      const checks = createStorageChecks(one.work, [0]);
      expect([checks.isDue(bundled.id), checks.isDue(outra)]).toEqual([true, true]);
      expect(await checks.run(one.session)).toBe(false);
      return checks.isDue(outra);
    };
    expect(await isDue()).toBe(true);
    storage.fail(({ kind }) => (kind === 'list' ? inTrouble : null));
    expect(await isDue()).toBe(false);
    setTool(one);
    writeFileSync(join(one.paths.data, 'tool-secrets.json'), 'no JSON');
    expect(await isDue()).toBe(true);
  });

  test('what the server before sent late comes without a start, unless something was set here since', async () => {
    const first = await keptOn(3, 'First.');
    await first.bring(4);
    setTool(first, 'Late.');
    storage.fail(({ kind }) => (kind === 'upload' ? inTrouble : null));
    await first.keep();
    const second = another();
    await second.bring(5);
    const third = another();
    await third.bring(6);
    setTool(third, 'Set since.');
    for (const each of [second, third]) watch(each, [20]);
    storage.fail(null);
    await until(() => description(second) === 'Late.', { what: 'what came late' });
    await until(() => third.events('belongings-kept').length > 0, { what: 'what was set since' });
    expect(description(third)).toBe('Set since.');
  });
});

describe('edits in the middle of things', () => {
  test('changed back while both states wait to go there: what is here is what the next server gets', async () => {
    const one = another();
    await one.bring(3);
    storage.fail(({ kind }) => (kind === 'upload' ? inTrouble : null));
    for (const text of ['One.', 'Other.']) {
      setTool(one, text);
      await one.keep();
    }
    setTool(one, 'One.');
    storage.fail(null);
    await one.keep();
    const other = another();
    await other.bring(4);
    expect(description(other)).toBe('One.');
  });

  test('what is set while a stop waits for the upload goes along', async () => {
    const one = another();
    await one.bring(3);
    setTool(one, 'Before.');
    storage.fail(({ kind, number }) => {
      if (kind === 'upload' && number === 1) setTool(one, 'Meanwhile.');
      return null;
    });
    await one.keep();
    const other = another();
    await other.bring(4);
    expect(description(other)).toBe('Meanwhile.');
  });

  test('secrets of one session that cannot be read keep no other session from Storage', async () => {
    const one = another();
    await one.bring(3);
    setTool(one);
    const outra = addSession(one.store, 'outra').id;
    one.store.hooks.put(
      outra,
      { name: 'crm', url: 'https://crm.example.com/told', events: ['customer.silent'], allowHosts: [] },
      'you',
      1,
    );
    writeHookSecret(one.paths, outra, 'crm', { host: 'crm.example.com', secret: 'whsec_of-outra-and-long' });
    one.book.refresh();
    writeFileSync(join(one.paths.data, 'tool-secrets.json'), 'no JSON');
    watch(one);
    await until(() => inBucket(storage).some((path) => path.startsWith('outra/belongings/hooks.')), {
      what: 'the hooks of the other session',
    });
    await until(() => one.store.belongings.get(bundled.id)?.problem?.text.startsWith('cannot read'), {
      what: 'why the first one is not there',
    });
  });
});

test('a bundle for which there is no room leaves none of its parts, so that there is room for others', async () => {
  const one = another();
  await one.bring(1);
  await sends(one, 'video', randomBytes(17 * 1024 * 1024));
  storage.fail(({ kind, path }) => (kind === 'upload' && path.endsWith('0003-of-0003') ? quotaFull : null));
  await one.keep();
  expect(one.store.belongings.get(bundled.id)?.problem?.text).toMatch(/^Supabase Storage is full/);
  expect(ofKinds()).toEqual([]);
});

test('why something cannot be had is told once, whatever figures it comes with', async () => {
  await keptOn(3, 'There.');
  const one = another();
  storage.fail(({ kind, number }) =>
    kind === 'download' ? { status: 503, body: { message: `no answer after ${number * 17} ms` } } : null,
  );
  for (const epoch of [4, 6, 8]) await one.bring(epoch);
  expect(storage.count('download')).toBe(3);
  expect(one.events('belongings-not-here')).toHaveLength(1);
});

test('of what was replaced the last one is gone back to, also where a crash left the one before it', () => {
  const paths = emptyHome();
  const ids = [
    '000000000004-20261130T080000-ffffffff',
    '000000000007-20261130T080001-00000000',
    '000000000007-20261130T080000-ffffffff',
  ];
  for (const id of ids) writeFileSync(sealedFile(paths, 'tools-replaced', padaria, id), id);
  expect(sealedThere(paths, padaria, 'tools-replaced')?.id).toBe(ids[1]);
});
