import { existsSync, linkSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathProblem } from '../../src/backup/backup-format.ts';
import { createBackup } from '../../src/backup/create-backup.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { type HomePaths, masterLock, profileLock } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { writeToolSecret } from '../../src/settings/tool-secrets.ts';
import { createKnowledgeStore } from '../../src/store/knowledge-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { agenda } from '../workers/conversation/pipeline-support.ts';
import { addChat, addSession, emptyHome, leftOvers, removeHomes, sampleFleet, usual } from './fleet-home.ts';
import { forge, refusedOn } from './forged-archive.ts';

afterEach(removeHomes);
const padaria = parseSessionName('padaria-joao');
const loginFile = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log';
const loginOf = (paths: HomePaths, name: string): string => readFileSync(join(paths.tokens, name, loginFile), 'utf8');
const reopened = <T>(paths: HomePaths, look: (store: Store) => T): T => {
  const store = openStore(paths.database);
  try {
    return look(store);
  } finally {
    store.close();
  }
};
const count = (store: Store, sql: string): number =>
  store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? -1;

const backedUp = async (session?: typeof padaria): Promise<string> => {
  const { paths, store } = sampleFleet();
  const to = join(paths.home, 'saved.tar.gz');
  await createBackup({ ...usual(paths), to, session: session ?? null });
  store.close();
  return to;
};

describe('restoring a fleet', () => {
  it('works on an empty machine, with every session stopped', async () => {
    const file = await backedUp();
    const paths = emptyHome();
    const steps: string[] = [];
    const report = await restoreBackup({
      paths,
      file,
      yes: false,
      now: () => 9000,
      onStep: (words) => steps.push(words),
    });
    expect(steps[0]).toMatch(/^Unpacking file 1 of \d+$/);
    expect(steps.slice(-2)).toEqual(['Checking the database', 'Putting the fleet in its place']);
    expect(report.movedAside).toEqual([]);
    expect(report.words.join(' ')).toMatch(/old server is off/);
    expect(loginOf(paths, 'padaria-joao')).toBe('login-of-padaria');
    expect(existsSync(join(paths.tokens, 'padaria-joao/Default/Cache'))).toBe(false);
    expect(readFileSync(paths.envFile, 'utf8')).toContain('sk-test');
    reopened(paths, (store) => {
      const sessions = store.sessions.list();
      expect(sessions.map(({ desiredState, state, reasonCode }) => [desiredState, state, reasonCode])).toEqual([
        ['stopped', 'stopped', 'restored'],
        ['stopped', 'stopped', 'restored'],
      ]);
      expect(store.sessions.instructions(sessions[0]?.id ?? '', 1)?.text).toBe('Be padaria-joao');
      expect(store.events.list({ limit: 5 })[0]).toMatchObject({ kind: 'session-restored', level: 'warn' });
    });
    expect(leftOvers(paths)).toEqual([]);
    const lock = tryLock(masterLock(paths));
    expect(lock).not.toBeNull();
    lock?.release();
  });

  it('neither answers nor sends again what was open when the backup was made', async () => {
    const paths = emptyHome();
    const report = await restoreBackup({ paths, file: await backedUp(), yes: false });
    expect(report).toMatchObject({ openMessages: 4, openParts: 4 });
    reopened(paths, (store) => {
      expect(count(store, "messages WHERE outcome IN ('pending', 'held')")).toBe(0);
      expect(count(store, "messages WHERE outcome = 'unknown' AND outcome_code = 'restored'")).toBe(4);
      expect(count(store, "messages WHERE outcome = 'answered'")).toBe(2);
      expect(count(store, "outbox WHERE status IN ('queued', 'sending')")).toBe(0);
      expect(count(store, "outbox WHERE status = 'draft'")).toBe(2);
    });
  });

  it('refuses to replace a fleet without yes, and keeps the old one aside with it', async () => {
    const file = await backedUp();
    const { paths, store } = sampleFleet();
    addSession(store, 'only-here');
    store.close();
    const before = readFileSync(paths.database);
    await expect(restoreBackup({ paths, file, yes: false })).rejects.toMatchObject({ code: 'refused-by-state' });
    expect(readFileSync(paths.database).equals(before)).toBe(true);
    expect(leftOvers(paths)).toEqual([]);
    const report = await restoreBackup({ paths, file, yes: true });
    expect(report.movedAside).toHaveLength(2);
    reopened(paths, (restored) => expect(restored.sessions.list()).toHaveLength(2));
    const [tokensAside, dataAside] = report.movedAside;
    expect(readdirSync(tokensAside ?? '').sort()).toEqual(['padaria-joao', 'studio-bela']);
    expect(readdirSync(dataAside ?? '')).toContain('fleet.db');
    const old = openStore(join(dataAside ?? '', 'fleet.db'));
    expect(old.sessions.list()).toHaveLength(3);
    old.close();
  });

  it('asks for no yes over a fleet that only a look had made, and still keeps that aside', async () => {
    const file = await backedUp();
    const paths = emptyHome();
    openStore(paths.database).close();
    const report = await restoreBackup({ paths, file, yes: false });
    expect(report.movedAside).toHaveLength(1);
    reopened(paths, (restored) => expect(restored.sessions.list()).toHaveLength(2));
  });

  it('asks for yes over a database that it cannot read, and over conversations without a session', async () => {
    const file = await backedUp();
    const unreadable = emptyHome();
    writeFileSync(unreadable.database, 'no database at all, and somebody may want it back');
    await expect(restoreBackup({ paths: unreadable, file, yes: false })).rejects.toThrow(/there is a fleet/);

    const { paths, store } = sampleFleet();
    store.database.run('DELETE FROM sessions');
    expect(count(store, 'conversations')).toBeGreaterThan(0);
    store.close();
    rmSync(paths.tokens, { recursive: true });
    await expect(restoreBackup({ paths, file, yes: false })).rejects.toThrow(/there is a fleet/);
  });

  it('waits for nobody: a running master or browser is refused', async () => {
    const file = await backedUp();
    const { paths, store } = sampleFleet();
    store.close();
    const master = tryLock(masterLock(paths));
    await expect(restoreBackup({ paths, file, yes: true })).rejects.toThrow(/zap-fleet master stop/);
    master?.release();
    const browser = tryLock(profileLock(paths, padaria));
    await expect(restoreBackup({ paths, file, yes: true })).rejects.toThrow(/browser of padaria-joao runs/);
    browser?.release();
    await restoreBackup({ paths, file, yes: true });
  });

  it('needs the passphrase of an encrypted one before it touches anything', async () => {
    const { paths, store } = sampleFleet();
    const { file } = await createBackup({ ...usual(paths), passphrase: 'open sesame' });
    store.close();
    const target = emptyHome();
    await expect(restoreBackup({ paths: target, file, yes: true, passphrase: 'no' })).rejects.toMatchObject({
      code: 'usage',
    });
    expect(existsSync(target.database)).toBe(false);
    await restoreBackup({ paths: target, file, yes: false, passphrase: 'open sesame' });
    expect(loginOf(target, 'studio-bela')).toBe('login-of-studio');
  });
});

describe('restoring one session', () => {
  it('makes a fleet of it on an empty machine', async () => {
    const paths = emptyHome();
    const report = await restoreBackup({ paths, file: await backedUp(padaria), yes: false });
    expect(report).toMatchObject({ session: 'padaria-joao', historyRestored: true });
    reopened(paths, (store) => {
      expect(store.sessions.list().map(({ name }) => name)).toEqual(['padaria-joao']);
      expect(count(store, 'messages')).toBe(3);
    });
    expect(readdirSync(paths.tokens).filter((name) => !name.startsWith('.'))).toEqual(['padaria-joao']);
  });

  it('brings a deleted session back into its fleet, with its history', async () => {
    const { paths, store, ids } = sampleFleet();
    const { file } = await createBackup({ ...usual(paths), session: padaria });
    await expect(restoreBackup({ paths, file, yes: false })).rejects.toThrow(/session padaria-joao/);
    store.sessions.remove(ids['padaria-joao']);
    store.database.run('DELETE FROM messages WHERE session_id = ?', ids['padaria-joao']);
    store.close();
    const report = await restoreBackup({ paths, file, yes: false });
    expect(report.historyRestored).toBe(true);
    reopened(paths, (restored) => {
      expect(restored.sessions.list().map(({ name, state }) => [name, state])).toEqual([
        ['padaria-joao', 'stopped'],
        ['studio-bela', 'connected'],
      ]);
      expect(count(restored, `messages WHERE session_id = '${ids['padaria-joao']}'`)).toBe(3);
      expect(count(restored, `messages WHERE session_id = '${ids['studio-bela']}'`)).toBe(3);
      expect(restored.sessions.instructions(ids['padaria-joao'], 1)?.text).toBe('Be padaria-joao');
    });
    expect(loginOf(paths, 'studio-bela')).toBe('login-of-studio');
  });

  it('brings its tools and what it knows, and neither of them touches what others here have', async () => {
    const know = (store: Store, sessionId: string, text: string): void => {
      const knowledge = createKnowledgeStore(store.database);
      const file = { sessionId, name: 'a.txt', kind: 'txt', bytes: 1, actor: 'you' } as const;
      const key = knowledge.begin(file, 1);
      knowledge.write(key, 1, [{ place: { line: 1 }, text }]);
      knowledge.replace(key, { characters: text.length, passages: 1 });
    };
    const found = (store: Store, id: string, text: string): readonly string[] =>
      createKnowledgeStore(store.database)
        .find(id, { text })
        .passages.map((passage) => passage.text);
    const { paths, store, ids } = sampleFleet();
    const [padariaId, studioId] = [ids['padaria-joao'], ids['studio-bela']];
    store.tools.put(padariaId, agenda, 'you', 1);
    writeToolSecret(paths, padariaId, 'agenda', { host: 'agenda.example.com', secret: 'whsec_c2VjcmV0c2VjcmV0' });
    know(store, padariaId, 'Bolo de cenoura R$ 45');
    const { file } = await createBackup({ ...usual(paths), session: padaria });

    // Another passage has its number by then, and another bot the numbers of its history.
    know(store, padariaId, 'Bolo de cenoura R$ 99');
    know(store, studioId, 'Corte de cabelo R$ 60');
    store.tools.remove(padariaId, 'agenda', 2);
    store.database.run('UPDATE messages SET session_id = ? WHERE session_id = ?', studioId, padariaId);
    store.close();
    expect(await restoreBackup({ paths, file, yes: true })).toMatchObject({ historyRestored: false });
    reopened(paths, (restored) => {
      expect(restored.tools.list(padariaId).map(({ name }) => name)).toEqual(['agenda']);
      expect(restored.tools.list(studioId)).toEqual([]);
      expect(found(restored, padariaId, 'bolo de cenoura')).toEqual(['Bolo de cenoura R$ 45']);
      expect(found(restored, studioId, 'corte de cabelo')).toEqual(['Corte de cabelo R$ 60']);
      expect(found(restored, studioId, 'bolo de cenoura')).toEqual([]);
    });

    // The whole fleet's holds both, too, and no secret of a tool.
    const whole = emptyHome();
    await restoreBackup({ paths: whole, file: (await createBackup(usual(paths))).file, yes: false });
    reopened(whole, (restored) => {
      expect(restored.tools.list(padariaId).map(({ name }) => name)).toEqual(['agenda']);
      expect(found(restored, studioId, 'corte de cabelo')).toEqual(['Corte de cabelo R$ 60']);
    });
    expect(existsSync(join(whole.data, 'tool-secrets.json'))).toBe(false);
  });

  it('brings its history although its rehearsals and probes have the numbers of others here', async () => {
    const tried = (store: Store, id: string): void => {
      store.database.run(
        "INSERT INTO rehearsals (id, session_id, session_name, actor, started_at) VALUES (1, ?, 'x', 'you', 1)",
        id,
      );
      store.database.run("INSERT INTO rehearsal_turns (rehearsal_id, scene) VALUES (1, '{}')");
      store.database.run(
        "INSERT INTO probe_runs (id, session_id, from_id, why, text, begun_at) VALUES (1, ?, 'y', 'due', 'oi', 1)",
        id,
      );
    };
    const { paths, store, ids } = sampleFleet();
    tried(store, ids['padaria-joao']);
    const { file } = await createBackup({ ...usual(paths), session: padaria });
    store.sessions.remove(ids['padaria-joao']);
    for (const table of ['messages', 'rehearsals', 'probe_runs'])
      store.database.run(`DELETE FROM ${table} WHERE session_id = ?`, ids['padaria-joao']);
    tried(store, ids['studio-bela']);
    store.close();

    expect((await restoreBackup({ paths, file, yes: false })).historyRestored).toBe(true);
    reopened(paths, (restored) => {
      expect(count(restored, `messages WHERE session_id = '${ids['padaria-joao']}'`)).toBe(3);
      // What was tried on another store says nothing here.
      expect(count(restored, `rehearsals WHERE session_id = '${ids['padaria-joao']}'`)).toBe(0);
      expect(count(restored, 'rehearsal_turns')).toBe(1);
    });
  });

  it('never mixes its conversations into another fleet’s', async () => {
    const file = await backedUp(padaria);
    const paths = emptyHome();
    const store = openStore(paths.database);
    const other = addSession(store, 'another-client');
    addChat(store, other, 'another-client', 'other-secret');
    store.close();
    const report = await restoreBackup({ paths, file, yes: false });
    expect(report.historyRestored).toBe(false);
    expect(report.words.join(' ')).toMatch(/conversations were not restored/);
    reopened(paths, (restored) => {
      expect(restored.sessions.list()).toHaveLength(2);
      expect(count(restored, "messages WHERE text = 'padaria-secret-text'")).toBe(0);
      expect(count(restored, `messages WHERE session_id = '${other}'`)).toBe(3);
    });
    expect(loginOf(paths, 'padaria-joao')).toBe('login-of-padaria');
  });

  it('refuses a name that another session has', async () => {
    const file = await backedUp(padaria);
    const paths = emptyHome();
    const store = openStore(paths.database);
    addSession(store, 'padaria-joao');
    store.close();
    await expect(restoreBackup({ paths, file, yes: true })).rejects.toMatchObject({ code: 'already-exists' });
    reopened(paths, (kept) => expect(kept.sessions.list()[0]?.label).toBe('Label padaria-joao'));
  });
});

describe('a hostile archive', () => {
  it('leads nowhere', async () => {
    await refusedOn(await forge({ 'evil.txt': 'x' }), /no file of a fleet/);
    await refusedOn(await forge({ 'tokens/../../evil': 'x' }), /no file of a fleet|leads out/);
    await refusedOn(await forge({ 'tokens/padaria-joao/../../../evil': 'x' }), /leads out/);
    await refusedOn(await forge({ 'data/master.lock': 'x' }), /no file of a fleet/);
    await refusedOn(await forge({ 'tokens/all/x': 'x' }), /no file of a fleet/);
  });

  it('holds no links and nothing that its manifest does not name', async () => {
    const link = { extra: ['tokens/padaria-joao/link'] };
    const inside = { 'tokens/padaria-joao/file': 'x' };
    await refusedOn(
      await forge(inside, { ...link, prepare: (root) => symlinkSync('/etc', join(root, 'tokens/padaria-joao/link')) }),
      /SymbolicLink/,
    );
    await refusedOn(
      await forge(inside, {
        ...link,
        prepare: (root) => linkSync(join(root, 'tokens/padaria-joao/file'), join(root, 'tokens/padaria-joao/link')),
      }),
      /Link/,
    );
    await refusedOn(
      await forge(inside, { ...link, prepare: (root) => writeFileSync(join(root, 'tokens/padaria-joao/link'), 'y') }),
      /not in its manifest/,
    );
  });

  it('matches its manifest to the byte', async () => {
    const inside = { 'tokens/padaria-joao/file': 'x'.repeat(1000) };
    const change = (text: string) => ({
      prepare: (root: string) => writeFileSync(join(root, 'tokens/padaria-joao/file'), text),
    });
    await refusedOn(await forge(inside, change('y'.repeat(1000))), /does not match/);
    await refusedOn(await forge(inside, change('x'.repeat(999))), /does not match/);
    await refusedOn(await forge(inside, change('x'.repeat(1001))), /longer than/);
    await refusedOn(await forge({ 'data/fleet.db': 'not a database' }), /database/);
  });

  it('is judged by the names alone', () => {
    for (const good of ['manifest.json', 'data/fleet.db', 'data/.env', 'tokens/padaria-joao/Default/x y'])
      expect(pathProblem(good)).toBeNull();
    for (const bad of [
      '/data/fleet.db',
      'data//fleet.db',
      'tokens/padaria-joao/',
      'tokens/padaria-joao/a\\b',
      'tokens/p/\u0000x',
      'tokens/.locks/x',
      '',
    ])
      expect(pathProblem(bad)).not.toBeNull();
  });
});
