import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyDatabase } from '../../src/backup/copy-database.ts';
import { eraseInStore } from '../../src/backup/erase-in-store.ts';
import { mergeSession } from '../../src/backup/merge-session.ts';
import type { FoundPassage } from '../../src/session/knowledge.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import {
  letGo,
  packedCount,
  packVectors,
  type SmallVector,
  smallVector,
  unpackVectors,
  writeCosines,
} from '../../src/session/small-vectors.ts';
import { createMeaningFinder } from '../../src/store/knowledge/find-meaning.ts';
import { fusedKey, fusePassages } from '../../src/store/knowledge/fuse-passages.ts';
import { dropHeldVectors, eachBlock } from '../../src/store/knowledge/held-vectors.ts';
import { createMeaningStore, type MeaningStore } from '../../src/store/knowledge/meaning-store.ts';
import { createKnowledgeStore, type KnowledgeStore } from '../../src/store/knowledge-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { makeMeaning, meaningKey, vectorOf } from './known-meaning.ts';
import { addSession } from './support.ts';

/** Passages that are found by what they mean: vectors that stay with their text, and one list of what words and meaning found. */

let directory: string;
let store: Store;
let knowledge: KnowledgeStore;
let meaning: MeaningStore;
let padaria: string;

const open = (path: string): void => {
  store = openStore(path);
  knowledge = createKnowledgeStore(store.database);
  meaning = createMeaningStore(store.database);
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-mean-'));
  open(join(directory, 'fleet.db'));
  padaria = addSession(store, 'padaria').id;
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

const add = (name: string, texts: readonly string[], of = padaria): void => {
  const kind = name.endsWith('.csv') ? 'csv' : 'txt';
  const key = knowledge.begin({ sessionId: of, name, kind, bytes: 10, actor: 'you' }, 1000);
  knowledge.write(
    key,
    1,
    texts.map((text, index) => ({ place: kind === 'csv' ? { row: index + 1 } : { line: index + 1 }, text })),
  );
  knowledge.replace(key, { characters: 1, passages: texts.length });
};
const sweep = (): void => {
  while (knowledge.sweep(50) > 0);
};
const find = (text: string, of = padaria) => {
  const meant = createMeaningFinder(store.database).nearest(of, meaningKey, [vectorOf(text)]).passages ?? [];
  return knowledge.find(of, { text, meant });
};
const found = (text: string): readonly string[] =>
  find(text).passages.map(({ file, version, n, by }) => `${file} v${version} ${n} ${by}`);
const blocks = (of = padaria): number =>
  store.database.get<{ n: number }>('SELECT count(*) AS n FROM knowledge_vectors WHERE session_id = ?', of)?.n ?? 0;

const house = [
  'Horário de funcionamento: segunda a sexta das 8h às 18h, sábado das 8h às 13h.',
  'Entregamos no centro por R$ 8.',
  'Aceitamos cartão e pix.',
];
const prices = ['Produto: Bolo de cenoura\nPreço: R$ 45', 'Produto: Pão francês\nPreço: R$ 1'];

test('a passage without a word of the question is found by its meaning, and closes a gap that words would leave', () => {
  add('casa.txt', house);
  add('precos.csv', prices);
  expect(knowledge.find(padaria, { text: 'vocês fecham que horas?' })).toEqual({ passages: [], isGap: true });
  expect(makeMeaning(store.database, padaria)).toBe(5);

  expect(found('vocês fecham que horas?')).toEqual(['casa.txt v1 1 meaning']);
  expect(find('vocês fecham que horas?').isGap).toBe(false);
  expect(found('tem torta?')[0]).toBe('precos.csv v1 1 meaning');
  // The row of a price list that says the words stays first; what only means the same follows.
  expect(found('quanto é o pão francês e o bolo?')[0]).toBe('precos.csv v1 2 both');
  // About nothing of theirs, a greeting, and another session's.
  for (const text of ['vendem bicicleta?', 'tem estacionamento?']) {
    expect(found(text)).toEqual([]);
    expect(find(text).isGap).toBe(true);
  }
  expect(found('oi, tudo bem?')).toEqual([]);
  const outra = addSession(store, 'outra').id;
  expect(find('vocês fecham que horas?', outra).passages).toEqual([]);
  // What was said before helps to find, and closes no gap of a question that it has nothing to do with.
  const before = 'vocês fecham que horas?';
  const asked = [vectorOf('tem estacionamento?'), vectorOf(`${before}\n${before}\ntem estacionamento?`)];
  const meant = createMeaningFinder(store.database).nearest(padaria, meaningKey, asked).passages ?? [];
  expect(meant.map(({ file, n }) => `${file} ${n}`)).toEqual(['casa.txt 1']);
  expect(knowledge.find(padaria, { text: 'tem estacionamento?', before, meant }).isGap).toBe(true);
  // What cannot be compared is said, and is no question that nothing is near to.
  const finder = createMeaningFinder(store.database);
  const near = (...vectors: SmallVector[]) => finder.nearest(padaria, meaningKey, vectors);
  const other = vectorOf('fecham que horas', 300);
  const words =
    /^the AI service sends vectors of 300 numbers now, and of 256 before: turn ai_config\.embeddings off and on/;
  for (const asked of [[other], [vectorOf('fecham'), other], [other, vectorOf('fecham')]])
    expect(near(...asked)).toEqual({ passages: null, problem: expect.stringMatching(words) });
  expect(near()).toEqual({ passages: null, problem: 'the AI service sent fewer or more vectors than texts' });
  expect(near(smallVector(new Float32Array(256)))).toEqual({ passages: [], problem: null });
  expect([finder.has(padaria, meaningKey), finder.has(padaria, 'openai/other/256')]).toEqual([true, false]);
});

test('a replaced file has the vectors of its own text: what did not change keeps them, and those of the old one go after', () => {
  add('casa.txt', house);
  makeMeaning(store.database, padaria);
  const [first, ...others] = house;
  add('casa.txt', [...others, 'Fechado aos domingos.', first ?? '']);
  // Not made yet: the old vectors stand for nothing any more.
  expect(found('vocês fecham que horas?')).toEqual([]);
  sweep();
  expect(blocks()).toBe(1);

  expect(makeMeaning(store.database, padaria, { most: 2, blocks: 1 })).toBe(0);
  expect(meaning.state(padaria, meaningKey)).toEqual({ done: 2, total: 4 });
  expect(meaning.missing(padaria, meaningKey)).toEqual({ file: 'casa.txt', version: 2, first: 3 });
  sweep();
  expect(makeMeaning(store.database, padaria, { most: 2 })).toBe(1);
  expect(found('vocês fecham que horas?')).toContain('casa.txt v2 4 meaning');
  sweep();
  expect(blocks()).toBe(2);

  expect(knowledge.remove(padaria, 'casa.txt')).toBe(true);
  expect(found('vocês fecham que horas?')).toEqual([]);
  sweep();
  expect(blocks()).toBe(0);
});

test('vectors of another model are erased, one that comes late is not kept, and a problem is remembered until it is over', () => {
  add('casa.txt', house);
  makeMeaning(store.database, padaria);
  const late = { file: 'casa.txt', version: 1, first: 1 };
  const made = [{ mark: Buffer.alloc(8), vector: vectorOf('x') }];
  const other = 'openai/text-embedding-3-large/256';
  expect(meaning.write(padaria, late, other, made)).toBe(false);
  expect(meaning.write(padaria, { ...late, version: 7 }, meaningKey, made)).toBe(false);

  while (meaning.eraseOthers(padaria, other, 1) > 0);
  expect([blocks(), meaning.measure(padaria, meaningKey), meaning.sessions()]).toEqual([0, null, []]);
  const problem = { code: 'quota', text: 'spent', at: 5, revision: 2 };
  meaning.setProblem(padaria, other, problem);
  expect(meaning.measure(padaria, other)).toMatchObject({ problem, dimensions: 0, anchors: [] });
  makeMeaning(store.database, padaria, { key: other });
  meaning.setProblem(padaria, other, null);
  expect(meaning.measure(padaria, other)?.problem).toBeNull();
  expect(
    createMeaningFinder(store.database).nearest(padaria, other, [vectorOf('fecham que horas')]).passages,
  ).toHaveLength(1);

  // Measured anew without what has gone: the floor is that of what is left.
  const floor = (): number =>
    store.database.get<{ floor: number }>('SELECT floor FROM knowledge_meaning')?.floor ?? Number.NaN;
  add('luas.txt', ['Saturno tem muitas luas, e baleias dormem: how many moons does Saturn have']);
  makeMeaning(store.database, padaria, { key: other });
  const before = floor();
  knowledge.remove(padaria, 'luas.txt');
  expect([...meaning.measureAgain(padaria, other)]).toHaveLength(1);
  expect(floor()).toBeLessThanOrEqual(before);
});

test('a copy of the session has them, it comes back with them, and they are erased with it', async () => {
  add('casa.txt', house);
  makeMeaning(store.database, padaria);
  const outra = addSession(store, 'outra').id;
  add('segredo.txt', ['Horário secreto: nunca'], outra);
  makeMeaning(store.database, outra);
  store.database.checkpoint('truncate');
  const copy = join(directory, 'copy.db');
  await copyDatabase(join(directory, 'fleet.db'), copy, parseSessionName('padaria'));
  openStore(join(directory, 'other.db')).close();
  expect(mergeSession(join(directory, 'other.db'), copy, parseSessionName('padaria'))).toBe(true);
  store.close();
  open(join(directory, 'other.db'));
  expect([blocks(), blocks(outra), meaning.sessions()]).toEqual([1, 0, [padaria]]);
  expect(found('vocês fecham que horas?')).toEqual(['casa.txt v1 1 meaning']);

  store.close();
  const path = join(directory, 'fleet.db');
  await eraseInStore(path, { sessionName: 'padaria', sessionIds: [padaria], knownAs: [], who: null, at: 5 });
  open(path);
  expect([blocks(), blocks(outra), meaning.sessions()]).toEqual([0, 1, [outra]]);
});

test('what was read for a question is kept for the next ones, and never stands for what is there by then', () => {
  const asked = 'vocês fecham que horas?';
  const of = { sessionId: padaria, key: meaningKey, dimensions: 256 };
  const anchors = (): Uint8Array =>
    store.database.get<{ anchors: Uint8Array }>('SELECT anchors FROM knowledge_meaning')?.anchors ?? new Uint8Array();
  const scan = (most?: number): readonly Uint8Array[] => {
    const seen: Uint8Array[] = [];
    eachBlock(store.database, { ...of, anchors: anchors() }, ({ vectors }) => void seen.push(vectors), most);
    return seen;
  };
  add('casa.txt', house);
  add('precos.csv', prices);
  makeMeaning(store.database, padaria);
  const [first, second] = scan();
  expect(scan()).toEqual([first, second]);
  expect([scan()[0] === first, scan()[1] === second]).toEqual([true, true]);
  expect(found(asked)).toEqual(['casa.txt v1 1 meaning']);

  // Another version of one of them, one that has gone, and one more.
  add('casa.txt', [...house].reverse());
  makeMeaning(store.database, padaria);
  expect(found(asked)).toEqual(['casa.txt v2 3 meaning']);
  expect([scan()[1] === second, first?.length]).toEqual([true, 0]);
  knowledge.remove(padaria, 'casa.txt');
  sweep();
  expect(found(asked)).toEqual([]);
  add('casa.txt', house);
  makeMeaning(store.database, padaria);
  expect(found(asked)).toEqual(['casa.txt v3 1 meaning']);

  // Made anew under the same numbers, by a model that calls itself as the one before.
  while (meaning.eraseOthers(padaria, null, 9) > 0);
  meaning.beginMeasure(padaria, meaningKey, [vectorOf('another anchor')]);
  for (let part = meaning.missing(padaria, meaningKey); part !== null; part = meaning.missing(padaria, meaningKey))
    meaning.write(
      padaria,
      part,
      meaningKey,
      meaning
        .textsOf(padaria, part, 96)
        .map(({ mark }) => ({ mark, vector: smallVector([0, 1, ...Array(254).fill(0)]) })),
    );
  expect(found(asked)).toEqual([]);

  // More than is kept is given back as it is looked at; so is what is kept, when another session asks or nobody does.
  const [kept] = scan();
  expect(scan(100).map(({ length }) => length)).toEqual([0, 0]);
  expect(kept).toHaveLength(0);
  const [again] = scan();
  dropHeldVectors(store.database);
  expect(again).toHaveLength(0);
});

test('small vectors are as near to each other as what they were made of, whatever their length', () => {
  const texts = [...house, ...prices, 'fecham que horas', 'entregam?'];
  for (const dimensions of [512, 513, 3]) {
    const packed = packVectors(texts.map((text) => vectorOf(text, dimensions)));
    expect([packedCount(packed.length, dimensions), packedCount(packed.length + 1, dimensions)]).toEqual([
      texts.length,
      null,
    ]);
    expect(unpackVectors(packed, texts.length, dimensions)[1]?.bytes).toEqual(
      vectorOf(texts[1] ?? '', dimensions).bytes,
    );
    // Scaled, as some services send them.
    const asked = Array.from({ length: dimensions }, (_, at) => Math.sin(at) * 7);
    const near = new Float64Array(texts.length);
    writeCosines(packed, texts.length, smallVector(asked), near);
    const exact = smallVector(asked);
    for (const [row, vector] of unpackVectors(packed, texts.length, dimensions).entries()) {
      const dot = vector.bytes.reduce((sum, byte, at) => sum + byte * (asked[at] ?? 0), 0);
      const length = Math.hypot(...vector.bytes) * Math.hypot(...asked);
      expect(near[row]).toBeCloseTo(dot / length, 1);
    }
    expect(exact.inverse).toBeGreaterThan(0);
  }
  // What is not needed any more holds no memory; what others look into stays.
  const own = packVectors([vectorOf('x')]);
  letGo(own);
  expect(own).toHaveLength(0);
  const shared = packVectors(texts.map((text) => vectorOf(text)));
  for (const part of [shared.subarray(0, 8), shared.subarray(8), Buffer.from(new ArrayBuffer(16), 0, 8)]) letGo(part);
  expect(shared).toHaveLength(texts.length * 260);
  for (const nothing of [
    [0, 0, 0],
    [1e-320, 0, 0],
  ])
    expect(smallVector(nothing).inverse).toBe(0);
  expect(smallVector([1e300, -1e300, 0]).inverse).toBeGreaterThan(0);
});

test('one list of both: places are added, rows with the words stay first, and what has gone is left out', () => {
  const passage = (n: number, share: number, row?: number): FoundPassage => ({
    file: 'a',
    version: 1,
    n,
    place: row === undefined ? {} : { row },
    text: `${n}`,
    share,
  });
  const byWords = [passage(1, 0.9), passage(2, 0.8, 2), passage(3, 0.3, 3)];
  const near = [3, 4, 9, 1].map((n) => ({ file: 'a', version: 1, n, closeness: 0.5, alone: 0.5 }));
  const meant = new Map([1, 3, 4].map((n) => [fusedKey(passage(n, 0)), passage(n, 0)]));
  expect(fusePassages(byWords, near, meant).map(({ n, by }) => `${n} ${by}`)).toEqual([
    '2 words',
    '3 both',
    '1 both',
    '4 meaning',
  ]);
});
