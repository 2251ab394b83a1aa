import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionFilesDir } from '../../src/home/send-files.ts';
import { belongingNames } from '../../src/session/belongings.ts';
import { hookSecretOf } from '../../src/settings/hook-secrets.ts';
import { readToolSecrets, toolSecretOf } from '../../src/settings/tool-secrets.ts';
import { createKnowledgeStore } from '../../src/store/knowledge-store.ts';
import {
  agenda,
  digestOn,
  handOver,
  inHand,
  knows,
  made,
  packOne,
  prepareOne,
  secret,
  sends,
  setHook,
  setTool,
  someServer,
  unpackOne,
} from './belonging-things.ts';
import { session as bundled, forge, padaria } from './login-files.ts';

/** What a bot has in its hands, packed on one server and put in place on another. */

const cakes = ['Bolo de cenoura: R$ 45', 'Linhas\u2028e p\u00e1ginas: R$ 8', 'P\u00e3o franc\u00eas: R$ 1'];

test('tools with their secrets, passages and bytes come as they were, and are the same by their digest', async () => {
  const from = someServer();
  setTool(from);
  knows(from, 'precos.csv', cakes);
  const menu = await sends(from, 'menu', 'the bytes of a menu');
  setHook(from);
  const to = someServer();
  for (const what of belongingNames) {
    const { file, digest, count } = await packOne(from, what);
    expect([digest, count]).toEqual([digestOn(from, what), 1]);
    const sealed = readFileSync(file, 'latin1');
    for (const word of [secret, 'agenda', 'cenoura', 'bytes of a menu', padaria]) expect(sealed).not.toContain(word);

    const { arriving, secrets } = await prepareOne(to, file, what);
    expect(digestOn(to, what)).toBeNull();
    expect(secrets).toEqual(what === 'tools' || what === 'hooks' ? [secret] : []);
    arriving.commit();
    await arriving.tidy?.();
    expect(digestOn(to, what)).toBe(digest);
  }

  expect(inHand(to)).toEqual(inHand(from));
  expect(toolSecretOf(to.paths, bundled.id, agenda)).toBe(secret);
  const [crm] = to.store.hooks.list(bundled.id);
  expect(crm === undefined ? null : hookSecretOf(to.paths, bundled.id, crm)).toBe(secret);
  const knowledge = createKnowledgeStore(to.store.database);
  expect(knowledge.passages(bundled.id, 'precos.csv', 1, 10).map(({ text, place }) => [text, place.row])).toEqual(
    cakes.map((text, index) => [text, index + 1]),
  );
  expect(knowledge.find(bundled.id, { text: 'quanto custa o bolo de cenoura?' }).passages).toHaveLength(1);
  expect(readdirSync(sessionFilesDir(to.paths, bundled.id))).toEqual([menu.split('/').at(-1)]);
  expect(to.store.sessions.byId(bundled.id)).toMatchObject({ knowledge: 1, files: 1 });
  expect(readdirSync(from.paths.data).filter((name) => name.startsWith('.'))).toEqual([]);
  // Short secrets are not to be tried out on what the store keeps: another key is another digest.
  expect(digestOn(from, 'tools', 'another key of another group')).not.toBe(digestOn(from, 'tools'));
});

test('what came takes the place of all of its kind in one step; what did not change is not written again', async () => {
  const from = someServer();
  const to = someServer();
  for (const one of [from, to]) {
    knows(one, 'same.csv', cakes);
    knows(one, 'other.csv', ['as it was']);
    await sends(one, 'menu', 'old');
  }
  setTool(to, 'Of here', 'of_here');
  setTool(from);
  knows(from, 'other.csv', ['as it is now', 'and more'], made + 1000);
  knows(to, 'gone.csv', ['only here']);
  await sends(from, 'menu', 'new');

  const before = inHand(to);
  const rows = (): number =>
    to.store.database.get<{ n: number }>('SELECT max(id) AS n FROM knowledge_passages')?.n ?? 0;
  const rowsBefore = rows();
  const ready = await Promise.all(belongingNames.map((what) => handOver(from, to, what)));
  // Nobody meets it before it is put in place: also after a crash here, when the next master gives up what was arriving.
  expect(inHand(to)).toEqual(before);
  expect(rows() - rowsBefore).toBe(2);
  for (const { arriving } of ready) arriving.commit();
  for (const { arriving } of ready) await arriving.tidy?.();
  expect(inHand(to)).toEqual(inHand(from));
  expect(Object.keys(readToolSecrets(to.paths)[bundled.id] ?? {})).toEqual(['agenda']);
  const [other, same] = createKnowledgeStore(to.store.database).files(bundled.id, made);
  expect([other?.version, same?.version]).toEqual([2, 1]);
  expect(to.store.sendFiles.get(bundled.id, 'menu')).toMatchObject({ version: 2, bytes: 3 });
  expect(readdirSync(sessionFilesDir(to.paths, bundled.id))).toHaveLength(1);

  // What is taken away there is taken away here.
  for (const { name } of from.store.tools.list(bundled.id)) from.store.tools.remove(bundled.id, name, made);
  (await handOver(from, to, 'tools')).arriving.commit();
  expect(digestOn(to, 'tools')).toBeNull();
  expect([inHand(to).tools, readToolSecrets(to.paths)]).toEqual([[], {}]);
});

test('what was given up leaves nothing that anybody reads, and what cannot be put in place changes nothing', async () => {
  const from = someServer();
  const to = someServer();
  setTool(from);
  knows(from, 'precos.csv', cakes);
  await sends(from, 'menu', 'a menu');
  setTool(to, 'Of here', 'of_here');
  const before = inHand(to);
  const { arriving } = await handOver(from, to, 'knowledge');
  arriving.abandon();
  expect(() => arriving.commit()).toThrow(/was given up/);

  // A file of secrets that cannot be read takes the definitions back, too.
  const tools = await handOver(from, to, 'tools');
  const secrets = join(to.paths.data, 'tool-secrets.json');
  const held = readFileSync(secrets);
  writeFileSync(secrets, 'no JSON');
  expect(() => tools.arriving.commit()).toThrow(/cannot read/);
  writeFileSync(secrets, held);
  const { arriving: menu, staging } = await handOver(from, to, 'files');
  rmSync(staging, { recursive: true });
  expect(() => menu.commit()).toThrow(/ENOENT/);
  expect(inHand(to)).toEqual(before);

  // What is on its way through the door has its bytes there before it has a name; words are spoken while they are sent.
  const folder = sessionFilesDir(to.paths, bundled.id);
  const passing = ['.spoken-7.ogg', '.0b9d7c4e-0000-4000-8000-00000000000a', '0'.repeat(64)];
  await sends(to, 'menu', 'of here');
  for (const name of passing) writeFileSync(join(folder, name), 'x');
  const { arriving: other } = await handOver(from, to, 'files');
  other.commit();
  await other.tidy?.();
  expect(readdirSync(folder).sort()).toEqual([...passing, to.store.sendFiles.get(bundled.id, 'menu')?.hash].sort());
  to.store.sendFiles.remove(bundled.id, 'menu', made);
  rmSync(folder, { recursive: true });

  // Bytes that are gone from the disk are left out, and nobody is promised them.
  rmSync(sessionFilesDir(from.paths, bundled.id), { recursive: true });
  expect((await handOver(from, to, 'files')).arriving.count).toBe(0);
});

const said = (more: Record<string, unknown>) => ({
  format: 'zap-fleet-belongings',
  session: { id: bundled.id, name: padaria },
  what: 'tools',
  digest: null,
  count: 1,
  ...more,
});
const json = (path: string, value: unknown) => ({ path, bytes: Buffer.from(JSON.stringify(value)) });

test.each([
  ['another session', said({ session: { id: 'other', name: padaria } }), [], /another session that had this name/],
  ['another name', said({ session: { id: bundled.id, name: 'outra' } }), [], /its name says: it is of outra/],
  ['another kind', said({ what: 'files' }), [], /it holds something else/],
  ['an older epoch', said({ epoch: 3 }), [], /it is older than its name says/],
  ['the same lease, made before', said({ madeAt: made - 1000 }), [], /it is older than its name says/],
  ['the same lease, made after', said({ madeAt: made + 3_600_000 }), [], /it is older than its name says/],
  ['a newer program', said({ version: 2, program: '9.0.0' }), [], /made by a newer zap-fleet \(9\.0\.0\)\. Upgrade/],
  ['a file of another kind', said({}), [json('data/files.json', {})], /it is no file of a bundle of this kind/],
  ['a way out', said({}), [json('data/../tools.json', {})], /it is no file of a bundle of this kind/],
  ['the fleet’s settings', said({}), [json('data/.env', {})], /it is no file of a bundle of this kind/],
  ['bytes under a wrong hash', said({}), [json(`data/tools/${'0'.repeat(64)}`, {})], /another file than its name says/],
])('a bundle of %s is refused', async (_, manifest, entries, words) => {
  const to = someServer();
  const file = await forge(to.paths, entries, manifest);
  await expect(unpackOne(to, file, 'tools')).rejects.toThrow(words);
});

test('does not open with another key or damaged, and what nobody could have set is not set', async () => {
  const from = someServer();
  setTool(from);
  const { file } = await packOne(from, 'tools');
  const to = someServer();
  await expect(unpackOne(to, file, 'tools', { key: 'another key of another group' })).rejects.toThrow(
    /^the bundle does not open: FLEET_GROUP_KEY is another one here/,
  );
  writeFileSync(file, readFileSync(file).subarray(0, -20));
  await expect(unpackOne(to, file, 'tools')).rejects.toThrow(/^the bundle is damaged or none of ours: .*Nothing of it/);

  const one = { tool: { ...agenda, url: 'http://10.0.0.1/book' }, setAt: 1, setBy: 'x', secret: null };
  for (const tools of [
    [one],
    [
      { ...one, tool: agenda },
      { ...one, tool: agenda },
    ],
    'none',
  ]) {
    const forged = await forge(to.paths, [json('data/tools.json', { tools })], said({}));
    await expect(prepareOne(to, forged, 'tools')).rejects.toThrow(/^what the bundle says of tools is not understood/);
  }
  const lines = Buffer.from(`${JSON.stringify({ text: 'of no file', place: {} })}\n`);
  const knowledge = await forge(
    to.paths,
    [{ path: 'data/knowledge.jsonl', bytes: lines }],
    said({ what: 'knowledge' }),
  );
  await expect(prepareOne(to, knowledge, 'knowledge')).rejects.toThrow(/the files that it knows is not understood/);
  const missing = { ...json('data/files.json', { files: [] }) };
  await expect(
    prepareOne(to, await forge(to.paths, [missing], said({ what: 'files' })), 'files'),
  ).resolves.toBeDefined();
  expect(existsSync(join(to.paths.data, 'tool-secrets.json'))).toBe(false);
  expect(inHand(to)).toEqual({ tools: [], knowledge: [], files: [], hooks: [] });
});
