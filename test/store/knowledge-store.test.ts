import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyDatabase } from '../../src/backup/copy-database.ts';
import { eraseInStore } from '../../src/backup/erase-in-store.ts';
import { mergeSession } from '../../src/backup/merge-session.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { salvageStore } from '../../src/store/integrity/salvage.ts';
import { createKnowledgeStore, type KnowledgeStore } from '../../src/store/knowledge-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openNewStore } from '../support/empty-database.ts';
import { addSession } from './support.ts';

/** Files that sessions know from: replaced in one step, looked up, copied, erased. */

let directory: string;
let store: Store;
let knowledge: KnowledgeStore;
let padaria: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-know-'));
  store = openNewStore(join(directory, 'fleet.db'));
  knowledge = createKnowledgeStore(store.database);
  padaria = addSession(store, 'padaria').id;
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

const arrive = (sessionId: string, name: string, texts: readonly string[]) => {
  const key = knowledge.begin({ sessionId, name, kind: 'csv', bytes: 10, actor: 'you' }, 1000);
  knowledge.write(
    key,
    1,
    texts.map((text, index) => ({ place: { row: index + 1 }, text })),
  );
  return key;
};
const add = (sessionId: string, name: string, texts: readonly string[]) =>
  knowledge.replace(arrive(sessionId, name, texts), { characters: texts.join('').length, passages: texts.length });
const found = (text: string, of = padaria, before = '') =>
  knowledge.find(of, { text, before }).passages.map((passage) => `${passage.file} v${passage.version} ${passage.n}`);
const sweep = (): void => {
  while (knowledge.sweep(50) > 0);
  for (let isFirst = true; knowledge.tidy(isFirst); isFirst = false);
};
const cakes = [
  'Produto: Bolo de cenoura\nPreço: R$ 45',
  'Produto: Pão francês\nPreço: R$ 1',
  'Produto: Pastéis\nPreço: R$ 8',
];

test('what fits is found whatever accents and plurals, the best first, and of no other session', () => {
  add(padaria, 'precos.csv', cakes);
  const outra = addSession(store, 'outra').id;
  add(outra, 'segredo.csv', ['Bolo de cenoura: R$ 1.000']);

  expect(found('quanto custam os BOLOS de cenouras?')).toEqual(['precos.csv v1 1']);
  expect(found('tem pães franceses?')).toEqual(['precos.csv v1 2']);
  expect(found('e pastel')).toEqual(['precos.csv v1 3']);
  expect(found('oi, tudo bem?')).toEqual([]);
  // Few words of its own: what was said before helps.
  expect(found('e o preço?', padaria, 'vocês fazem bolo de cenoura?')).toEqual(['precos.csv v1 1']);
  expect(knowledge.find(padaria, { text: 'tem estacionamento?' })).toEqual({ passages: [], isGap: true });
  expect(knowledge.find(padaria, { text: 'bolo de cenoura' }).isGap).toBe(false);
  expect(store.sessions.byId(padaria)?.knowledge).toBe(1);
  // Words that the index would take for its own language are words.
  for (const words of ['" OR *', 'NEAR(a b)', 'words:x AND y', "'; DROP TABLE turns"]) expect(found(words)).toEqual([]);
});

test('a file takes the place of the former one in one step; what died on its way is never seen', () => {
  add(padaria, 'precos.csv', cakes);
  const half = arrive(padaria, 'precos.csv', ['Produto: Bolo de cenoura\nPreço: R$ 99']);
  expect(found('bolo de cenoura')).toEqual(['precos.csv v1 1']);

  // Killed here: the next master gives it up.
  store.close();
  store = openStore(join(directory, 'fleet.db'));
  knowledge = createKnowledgeStore(store.database);
  knowledge.abandonAll();
  expect(() => knowledge.replace(half, { characters: 1, passages: 1 })).toThrow(/given up while it was read/);
  expect(found('bolo de cenoura')).toEqual(['precos.csv v1 1']);
});

test('versions count on, and the text of former ones is gone from the file itself', () => {
  add(padaria, 'precos.csv', ['palavraunica do primeiro']);
  expect(add(padaria, 'precos.csv', cakes)).toMatchObject({ version: 2, passages: 3 });
  expect([found('palavraunica'), found('bolo')]).toEqual([[], ['precos.csv v2 1']]);
  sweep();
  expect(knowledge.remove(padaria, 'precos.csv')).toBe(true);
  expect(knowledge.remove(padaria, 'precos.csv')).toBe(false);
  sweep();
  expect(store.sessions.byId(padaria)?.knowledge).toBe(0);
  store.database.checkpoint('truncate');
  const raw = readFileSync(join(directory, 'fleet.db')).toString('latin1');
  expect([raw.includes('alavraunica'), raw.includes('cenoura')]).toEqual([false, false]);
  expect(add(padaria, 'precos.csv', cakes)).toMatchObject({ version: 3 });
});

test('a copy of one session has its files and no word of others; it comes back with other numbers', async () => {
  add(padaria, 'precos.csv', cakes);
  const outra = addSession(store, 'outra').id;
  add(outra, 'segredo.csv', ['palavrasecreta']);
  store.database.checkpoint('truncate');
  const copy = join(directory, 'copy.db');
  await copyDatabase(join(directory, 'fleet.db'), copy, parseSessionName('outra'));
  await copyDatabase(join(directory, 'fleet.db'), `${copy}2`, parseSessionName('padaria'));
  expect(readFileSync(`${copy}2`).includes('alavrasecreta')).toBe(false);

  const other = openStore(join(directory, 'other.db'));
  const there = createKnowledgeStore(other.database);
  const third = addSession(other, 'terceira').id;
  const key = there.begin({ sessionId: third, name: 'a.txt', kind: 'txt', bytes: 1, actor: 'x' }, 1);
  there.write(key, 1, [{ place: {}, text: 'pasteis de nata' }]);
  there.replace(key, { characters: 1, passages: 1 });
  other.close();
  // Numbers of passages meet, and nothing is left out because of it.
  for (let times = 0; times < 2; times += 1)
    expect(mergeSession(join(directory, 'other.db'), `${copy}2`, parseSessionName('padaria'))).toBe(true);
  const merged = openStore(join(directory, 'other.db'));
  const reader = createKnowledgeStore(merged.database);
  expect(reader.find(padaria, { text: 'pastel' }).passages.map(({ file }) => file)).toEqual(['precos.csv']);
  expect(reader.find(third, { text: 'pastel' }).passages.map(({ file }) => file)).toEqual(['a.txt']);
  expect(merged.sessions.byId(padaria)?.knowledge).toBe(1);
  merged.close();
});

test('it survives the salvage of a store, and is erased with its session', async () => {
  add(padaria, 'precos.csv', cakes);
  store.database.checkpoint('truncate');
  store.close();
  const saved = join(directory, 'saved.db');
  salvageStore(join(directory, 'fleet.db'), saved, 0);
  store = openStore(saved);
  knowledge = createKnowledgeStore(store.database);
  expect(found('pastel')).toEqual(['precos.csv v1 3']);
  store.database.run("INSERT INTO knowledge_words (knowledge_words) VALUES ('integrity-check')");
  store.close();

  await eraseInStore(saved, { sessionName: 'padaria', sessionIds: [padaria], knownAs: [], who: null, at: 5 });
  expect(readFileSync(saved).includes('cenoura')).toBe(false);
  store = openStore(saved);
});
