import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { whenUnlocked } from '../../src/backup/create-backup.ts';
import { type HomePaths, homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import type { Store } from '../../src/store/store.ts';
import { openNewStore } from '../support/empty-database.ts';

const homes: string[] = [];
export const removeHomes = (): void => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
};

export const emptyHome = (): HomePaths => {
  const home = mkdtempSync(join(tmpdir(), 'zf-bk-'));
  homes.push(home);
  const paths = homePaths(home);
  prepareHome(paths);
  return paths;
};

export const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

export const addSession = (store: Store, text: string, now = 1000): string => {
  const config = defaultConfig();
  const name = parseSessionName(text);
  return store.sessions.create(
    {
      name,
      label: `Label ${text}`,
      engine: 'simulated',
      expectedPhone: null,
      config,
      instructions: `Be ${text}`,
      author: 'you',
    },
    now,
  ).id;
};

/** One chat with an answered, a pending and a held message, a queued part and a draft. */
export const addChat = (store: Store, id: string, name: string, secret: string): void => {
  const { database } = store;
  const chat = database.run(
    'INSERT INTO conversations (session_id, session_name, chat_id, last_at, created_at, updated_at) VALUES (?,?,?,1,1,1)',
    id,
    name,
    '5511987654321@c.us',
  ).lastInsertRowid;
  for (const outcome of ['answered', 'pending', 'held'])
    database.run(
      `INSERT INTO messages (session_id, conversation_id, wa_id, sender, kind, text, at, stored_at, outcome, pending_since, updated_at)
       VALUES (?,?,?,'customer','text',?,1,1,?,1,1)`,
      id,
      chat,
      `${name}-${outcome}`,
      secret,
      outcome,
    );
  for (const status of ['queued', 'sending', 'draft', 'sent'])
    database.run(
      `INSERT INTO outbox (session_id, conversation_id, text, source, actor, status, created_at, updated_at) VALUES (?,?,?,'bot','bot',?,1,1)`,
      id,
      chat,
      secret,
      status,
    );
};

/** A login profile as a browser leaves it: the login, caches, and its lock. */
export const addProfile = (paths: HomePaths, name: string, login: string): void => {
  const profile = join(paths.tokens, name);
  put(join(profile, 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log'), login);
  put(join(profile, 'Default/Local Storage/leveldb/CURRENT'), 'MANIFEST-000001');
  put(join(profile, 'Local State'), '{}');
  for (const cache of [
    'Default/Cache/Cache_Data/f_000001',
    'Default/Code Cache/js/x',
    'GPUCache/data_0',
    'Default/Service Worker/CacheStorage/1',
  ])
    put(join(profile, cache), 'x'.repeat(50_000));
  symlinkSync('vps-4711', join(profile, 'SingletonLock'));
};

/** A fleet of two sessions with logins, conversations and configuration. The store stays open, as in a running fleet. */
export const sampleFleet = (): {
  paths: HomePaths;
  store: Store;
  ids: Record<'padaria-joao' | 'studio-bela', string>;
} => {
  const paths = emptyHome();
  const store = openNewStore(paths.database);
  const ids = { 'padaria-joao': addSession(store, 'padaria-joao'), 'studio-bela': addSession(store, 'studio-bela') };
  addChat(store, ids['padaria-joao'], 'padaria-joao', 'padaria-secret-text');
  addChat(store, ids['studio-bela'], 'studio-bela', 'studio-secret-text');
  for (const id of Object.values(ids)) {
    store.sessions.change(id, { desiredState: 'running' }, 2000);
    store.sessions.setState(id, { state: 'connected', since: 2000, reasonCode: null, reason: null });
  }
  addProfile(paths, 'padaria-joao', 'login-of-padaria');
  addProfile(paths, 'studio-bela', 'login-of-studio');
  put(paths.envFile, 'OPENAI_KEY=sk-test-0123456789\n');
  put(join(paths.data, 'log-salt'), 'ab'.repeat(32));
  return { paths, store, ids };
};

/** Many archives are opened, and what is tested is not the passphrase: guesses of it are cheap. A reader takes how much work they are from the header. */
export const littleWork = 10;

export const usual = (paths: HomePaths) => ({
  paths,
  log2N: littleWork,
  keep: 7,
  version: '1.0.0',
  withClosedProfile: whenUnlocked(paths),
});

/** Hidden left-overs of a backup or restore. */
export const leftOvers = (paths: HomePaths): string[] =>
  [paths.backups, paths.data, paths.tokens].flatMap((directory) =>
    readdirSync(directory).filter((name) => /^\.(staging|verify|restore|rewrite|work)|partial$/.test(name)),
  );
