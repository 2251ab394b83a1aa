import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterAll, describe, expect, it } from 'vitest';
import { readArchive } from '../../src/backup/read-archive.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { openStore } from '../../src/store/store.ts';
import { encryptFirstFormat } from './first-format-writer.ts';
import { addSession, emptyHome, put, removeHomes } from './fleet-home.ts';
import { refusedOn, type Tampering, tampered } from './forged-archive.ts';

/** What a person may be handed as "a backup". Each is refused in one line before anything of the fleet is touched. */

afterAll(removeHomes);

type Case = readonly [what: string, tampering: Tampering, why: RegExp];
const execute =
  (sql: string) =>
  (database: DatabaseSync): void => {
    database.exec(sql);
  };
const refuses = (cases: readonly Case[]): void => {
  it.each(cases)('%s', async (_, tampering, why) => {
    await refusedOn(await tampered(tampering), why);
  });
};

describe('what is true', () => {
  it('is taken over: the cases below differ from it by one thing each', async () => {
    const paths = emptyHome();
    expect((await restoreBackup({ paths, file: await tampered({}), yes: false })).sessions).toHaveLength(2);
    const alone = emptyHome();
    const file = await tampered({ session: 'padaria-joao' });
    expect((await restoreBackup({ paths: alone, file, yes: false })).sessions).toHaveLength(1);
  });

  it('is taken over from before archives spoke of AI keys, and says so', async () => {
    const before = await tampered({
      manifest: ({ keys: _keys, sessions, ...old }) => ({
        ...old,
        sessions: sessions.map(({ name, profile, reason }) => ({ name, profile, reason })),
      }),
    });
    const report = await restoreBackup({ paths: emptyHome(), file: before, yes: false });
    expect(report.sessions).toHaveLength(2);
    expect(report.words.join('\n')).toMatch(/whoever had one needs it again/);
  });

  it('takes up no work that was under way', async () => {
    const running = execute(
      `INSERT INTO jobs (kind, args, actor, started_at, updated_at) VALUES ('delete', '{"sessionName":"padaria-joao"}', 'you', 1, 1)`,
    );
    const paths = emptyHome();
    await restoreBackup({ paths, file: await tampered({ database: running }), yes: false });
    const store = openStore(paths.database);
    expect(store.database.all('SELECT state FROM jobs')).toEqual([{ state: 'failed' }]);
    store.close();
  });

  it('goes on with no rehearsal that was under way', async () => {
    const running = execute(
      "INSERT INTO rehearsals (session_id, session_name, actor, started_at) VALUES ('x', 'padaria-joao', 'you', 1)",
    );
    const paths = emptyHome();
    await restoreBackup({ paths, file: await tampered({ database: running }), yes: false });
    const store = openStore(paths.database);
    expect(store.database.all('SELECT state FROM rehearsals')).toEqual([{ state: 'stopped' }]);
    store.close();
  });

  it('is stopped, whatever its database says', async () => {
    const running = execute("UPDATE sessions SET desired_state = 'running', state = 'connected', port = 22");
    const paths = emptyHome();
    await restoreBackup({ paths, file: await tampered({ database: running }), yes: false });
    const store = openStore(paths.database);
    expect(store.sessions.list().map(({ desiredState, state, port }) => [desiredState, state, port])).toEqual([
      ['stopped', 'stopped', null],
      ['stopped', 'stopped', null],
    ]);
    store.close();
  });

  it('tells nobody what was to be told then', async () => {
    const waiting = execute(
      "INSERT INTO alerts (channel, kind, at, body, next_at) VALUES ('telegram', 'x', 1, '{}', 1)",
    );
    const paths = emptyHome();
    await restoreBackup({ paths, file: await tampered({ database: waiting }), yes: false });
    const store = openStore(paths.database);
    expect(store.alerts.waitingCount('telegram')).toBe(0);
    store.close();
  });
});

describe('a database that does something by itself', () => {
  refuses([
    [
      'a trigger',
      {
        database: execute(
          "CREATE TRIGGER evil AFTER INSERT ON messages BEGIN INSERT INTO outbox (session_id, conversation_id, text, source, actor, status, created_at, updated_at) VALUES (NEW.session_id, NEW.conversation_id, 'send money', 'bot', 'bot', 'queued', 1, 1); END",
        ),
      },
      /it holds the trigger "evil", which no zap-fleet made/,
    ],
    ['a view', { database: execute('CREATE VIEW evil AS SELECT 1') }, /the view "evil", which no zap-fleet made/],
    [
      'a view in the place of a table',
      { database: execute('ALTER TABLE alerts RENAME TO other; CREATE VIEW alerts AS SELECT * FROM other') },
      /which no zap-fleet made/,
    ],
    [
      'a trigger of ours that was changed',
      {
        database: execute(
          'DROP TRIGGER messages_erased; CREATE TRIGGER messages_erased AFTER DELETE ON messages BEGIN SELECT 1; END',
        ),
      },
      /its trigger "messages_erased" is not as zap-fleet makes it/,
    ],
    ['a trigger of ours that is gone', { database: execute('DROP TRIGGER sessions_updated') }, /it lacks the trigger/],
    [
      'a column that is computed',
      { database: execute('ALTER TABLE meta ADD COLUMN evil TEXT AS (hex(zeroblob(100000000)))') },
      /its table "meta" is not as zap-fleet makes it/,
    ],
    [
      'an index that computes',
      { database: execute('CREATE INDEX evil ON meta (length(value))') },
      /the index "evil", which no zap-fleet made/,
    ],
    ['no schema at all', { database: execute('PRAGMA user_version = 0') }, /it is no store of a fleet/],
    ['a schema of the future', { database: execute('PRAGMA user_version = 999') }, /newer zap-fleet/],
  ]);
});

describe('sessions that are not what they seem', () => {
  const addChatAt = (database: ReturnType<typeof openStore>['database'], session: string, at: number): void => {
    database.run(
      `INSERT INTO conversations (id, session_id, session_name, chat_id, last_at, created_at, updated_at) VALUES (?,?,'another-client',?,1,1,1)`,
      at,
      session,
      `55119${at}@c.us`,
    );
  };
  const change = (column: string, value: string) =>
    execute(`UPDATE sessions SET ${column} = ${value} WHERE name = 'padaria-joao'`);
  const added = (name: string) =>
    execute(
      `INSERT INTO sessions (id, name, state_since, created_at, updated_at) VALUES ('other', '${name}', 1, 1, 1)`,
    );
  const ai = (changes: object): string => `'${JSON.stringify({ ...defaultConfig().ai, ...changes })}'`;

  refuses([
    [
      'one more than the manifest names',
      { database: added('evil-bot') },
      /holds the session "evil-bot", which its manifest does not name/,
    ],
    [
      'one less',
      { database: execute("DELETE FROM sessions WHERE name = 'studio-bela'") },
      /holds no session studio-bela/,
    ],
    [
      'one more in the archive of a session',
      { session: 'padaria-joao', database: added('evil-bot') },
      /holds the session "evil-bot"/,
    ],
    ['an uppercase name', { database: change('name', "'Padaria'") }, /holds the session "Padaria"/],
    [
      'a name of other letters',
      { database: change('name', "'p\u0430daria-joao'") },
      /which its manifest does not name/,
    ],
    [
      'an uppercase name in the manifest, too',
      {
        database: change('name', "'PADARIA'"),
        manifest: (m) => ({ ...m, sessions: [{ name: 'PADARIA', profile: 'none', reason: null }, m.sessions[1]] }),
      },
      /its manifest is not understood/,
    ],
    [
      'instructions of 10 MB',
      { database: execute('UPDATE instructions SET text = hex(zeroblob(5000000))') },
      /have 10000000 characters; at most 200000 are taken/,
    ],
    [
      'a setting that there is not',
      { database: change('ai_config', ai({ evil: 1 })) },
      /ai_config: evil: no such setting/,
    ],
    ['a setting beyond its bounds', { database: change('timing_config', `'{"maxParts":100000}'`) }, /timing_config/],
    [
      'an address with a key in it',
      { database: change('ai_config', ai({ baseUrl: 'https://me:key@evil.example' })) },
      /must hold no user or key/,
    ],
    ['a configuration that is none', { database: change('filters', "'{'") }, /filters: is no JSON/],
    ['an engine that there is not', { database: change('engine', "'evil'") }, /engine/],
    [
      'a label with an escape sequence',
      { database: change('label', "char(27) || ']52;c;x'") },
      /label: holds control characters/,
    ],
    ['a restriction that no worker wrote', { database: change('restriction', `'{"scope":"all"}'`) }, /restriction/],
    [
      'a time that there is not',
      { database: execute('UPDATE messages SET at = 9000000000000000') },
      /a row of messages has a time that there is not/,
    ],
    [
      'a number that is too long',
      { database: execute('UPDATE conversations SET message_count = 9223372036854775807') },
      /a row of conversations has a number that is too long/,
    ],
    [
      'an event that cannot be read',
      {
        database: execute(
          `INSERT INTO events (at, level, kind, text, evidence, actor) VALUES (1, 'info', 'x', 'x', '{', 'you')`,
        ),
      },
      /a row of events cannot be read/,
    ],
    [
      'rows of another client in the archive of a session',
      {
        session: 'padaria-joao',
        database: execute(
          "INSERT INTO ai_usage (session_id, day, provider, model, updated_at) VALUES ('other', '2026-01-01', 'x', 'x', 1)",
        ),
      },
      /its table ai_usage speaks of others/,
    ],
    [
      'words under the name of another client in the archive of a session',
      { session: 'padaria-joao', database: execute("UPDATE conversations SET session_name = 'studio-bela'") },
      /its table conversations names others/,
    ],
    [
      'instructions of nobody',
      { database: execute("PRAGMA foreign_keys=OFF; INSERT INTO instructions VALUES ('nobody', 1, 'x', 'x', 1)") },
      /rows of instructions belong to nothing/,
    ],
    [
      'an AI key of nobody',
      { add: { 'data/session-keys.json': '{"nobody":"sk-x"}' } },
      /the AI key of a session that it does not hold/,
    ],
    ['AI keys that are none', { add: { 'data/session-keys.json': '[]' } }, /its AI keys cannot be read/],
  ]);

  it('customers’ words go to no other address unless a person says that it is his', async () => {
    const elsewhere = { database: change('ai_config', ai({ provider: 'openai', baseUrl: 'https://evil.example/v1' })) };
    const file = await tampered(elsewhere);
    await refusedOn(file, /padaria-joao asks the AI at https:\/\/evil\.example\/v1\. If it is your own, add --trusted/);

    const paths = emptyHome();
    await restoreBackup({ paths, file, yes: false, trusted: true });
    const store = openStore(paths.database);
    expect(store.sessions.list()[0]?.config.ai.baseUrl).toBe('https://evil.example/v1');
    store.close();
    // It is here already: the same archive again asks nothing.
    await restoreBackup({ paths, file, yes: true });

    const own = { database: change('ai_config', ai({ provider: 'openai', baseUrl: 'http://127.0.0.1:11434/v1' })) };
    await restoreBackup({ paths: emptyHome(), file: await tampered(own), yes: false });
  });

  it('never puts its words into a chat of another client', async () => {
    const paths = emptyHome();
    const store = openStore(paths.database);
    const other = addSession(store, 'another-client');
    store.close();
    const here = openStore(paths.database);
    for (let n = 0; n < 5; n += 1) addChatAt(here.database, other, 1000 + n);
    here.close();
    // Numbers of its own rows are free here; the conversation that they point at is another client's.
    const pointing = execute(
      `UPDATE messages SET seq = seq + 5000, conversation_id = 1002; UPDATE outbox SET id = id + 5000, conversation_id = 1002;
       UPDATE conversations SET id = id + 5000; UPDATE events SET id = id + 5000`,
    );
    const report = await restoreBackup({
      paths,
      file: await tampered({ session: 'padaria-joao', database: pointing }),
      yes: false,
    });
    expect(report.historyRestored).toBe(true);
    const after = openStore(paths.database);
    for (const table of ['messages', 'outbox'])
      expect(after.database.all(`SELECT * FROM ${table} WHERE conversation_id = 1002`)).toEqual([]);
    expect(after.database.get(`SELECT count(*) AS n FROM conversations WHERE session_id <> ?`, other)).toEqual({
      n: 1,
    });
    after.close();
  });
});

describe('files that no archive brings', () => {
  refuses([
    [
      'a place outside',
      { manifest: (m) => ({ ...m, files: [...m.files, { ...m.files[0], path: '../x' }] }) },
      /"\.\.\/x": it is no file of a fleet/,
    ],
    [
      'a place outside of a login',
      { manifest: (m) => ({ ...m, files: [...m.files, { ...m.files[0], path: 'tokens/padaria-joao/../../x' }] }) },
      /it leads out of its place/,
    ],
    [
      'a .env in the archive of a session',
      { session: 'padaria-joao', add: { 'data/.env': 'BROWSER_PATH=/tmp/evil\n' } },
      /"data\/\.env" is the fleet's, and no archive of a session brings it/,
    ],
    [
      'a token in the archive of a session',
      { session: 'padaria-joao', add: { 'data/api-token': 'known' } },
      /no archive of a session brings it/,
    ],
    [
      'the login of another in the archive of a session',
      { session: 'padaria-joao', add: { 'tokens/studio-bela/Local State': '{}' } },
      /is the login of no session that it names/,
    ],
    [
      'the login of nobody',
      { add: { 'tokens/evil-bot/Local State': '{}' } },
      /is the login of no session that it names/,
    ],
    [
      'another session in the manifest of a session',
      {
        session: 'padaria-joao',
        manifest: (m) => ({ ...m, sessions: [...m.sessions, { name: 'evil-bot', profile: 'none', reason: null }] }),
      },
      /it is the archive of padaria-joao, and brings the session evil-bot/,
    ],
    [
      'a session twice',
      { manifest: (m) => ({ ...m, sessions: [...m.sessions, m.sessions[0]] }) },
      /names the session padaria-joao twice/,
    ],
    [
      'a file twice in the manifest',
      { manifest: (m) => ({ ...m, files: [...m.files, m.files[0]] }) },
      /is in its manifest twice/,
    ],
    ['a file twice in the archive', { again: ['data/fleet.db'] }, /"data\/fleet\.db" is in it twice/],
    [
      'a file that is a directory, too',
      { manifest: (m) => ({ ...m, files: [...m.files, { ...m.files[0], path: 'tokens/padaria-joao/Default' }] }) },
      /is a file and a directory/,
    ],
    [
      'no database',
      { manifest: (m) => ({ ...m, files: m.files.filter(({ path }) => path !== 'data/fleet.db') }) },
      /it holds no database/,
    ],
    [
      'itself',
      { manifest: (m) => ({ ...m, files: [...m.files, { ...m.files[0], path: 'manifest.json' }] }) },
      /it names itself/,
    ],
    ['a name of a browser lock outside', { add: { 'tokens/.locks/x': '' } }, /it is no file of a fleet/],
    ['an uppercase login', { add: { 'tokens/Padaria-Joao/x': '' } }, /it is no file of a fleet/],
    ['a login of other letters', { add: { 'tokens/p\u0430daria-joao/x': '' } }, /it is no file of a fleet/],
    ['a time that there is not', { manifest: (m) => ({ ...m, createdAt: 9e15 }) }, /its manifest is not understood/],
  ]);

  it('names of a file that only look alike are two files, both in their place', async () => {
    const one = 'tokens/padaria-joao/caf\u00e9';
    const two = 'tokens/padaria-joao/cafe\u0301';
    const paths = emptyHome();
    await restoreBackup({ paths, file: await tampered({ add: { [one]: '1', [two]: '2' } }), yes: false });
    expect(readFileSync(join(paths.home, one), 'utf8')).toBe('1');
    expect(readFileSync(join(paths.home, two), 'utf8')).toBe('2');
  });

  it('what its .env would run, obey or tell is taken only when a person says that it is his', async () => {
    const env =
      'OPENAI_KEY=sk-x\nBROWSER_PATH=/tmp/evil\nOPENAI_BASE_URL=https://evil.example/v1\nADMIN_NUMBERS=5511999990000\n';
    const file = await tampered({ add: { 'data/.env': env, 'data/api-token': 'known to somebody' } });
    await refusedOn(
      file,
      /its \.env sets BROWSER_PATH, OPENAI_BASE_URL, ADMIN_NUMBERS\. If it is your own, add --trusted/,
    );

    const paths = emptyHome();
    const report = await restoreBackup({ paths, file, yes: false, trusted: true });
    expect(readFileSync(paths.envFile, 'utf8')).toBe(env);
    expect(readFileSync(join(paths.data, 'api-token'), 'utf8')).toBe('known to somebody');
    expect(report.words.join('\n')).not.toMatch(/token/);
  });

  it('a token of the API that somebody knows is left out, and said', async () => {
    const paths = emptyHome();
    put(join(paths.data, 'api-token'), 'own');
    const file = await tampered({ add: { 'data/api-token': 'known to somebody' } });
    const report = await restoreBackup({ paths, file, yes: true });
    expect(readFileSync(join(paths.data, 'api-token'), 'utf8')).toBe('own');
    expect(report.words.join('\n')).toMatch(/token of the backup was not taken over/);
  });

  it('a .env that no fleet could start with is refused', async () => {
    await refusedOn(
      await tampered({ add: { 'data/.env': 'MAX_SESSIONS=evil\n' } }),
      /its \.env is not valid: MAX_SESSIONS/,
    );
  });
});

describe('what comes out of it', () => {
  const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
  const directory = (path: string): Buffer => {
    const header = new Header({ path: `${path}/`, size: 0, type: 'Directory', mode: 0o700, mtime: new Date(0) });
    header.encode();
    return header.block ?? zeros(0);
  };
  const entry = (path: string, text: string): Buffer => {
    const header = new Header({ path, size: text.length, type: 'File', mode: 0o600, mtime: new Date(0) });
    header.encode();
    return Buffer.concat([header.block ?? zeros(0), Buffer.from(text), zeros(512 - (text.length % 512))]);
  };

  refuses([
    [
      'a bomb behind the end',
      { tar: (plain) => Buffer.concat([plain, zeros(10_000_000)]) },
      /more comes out of it than its manifest names/,
    ],
    [
      'an entry behind the end',
      { tar: (plain) => Buffer.concat([plain, entry('data/.env', 'BROWSER_PATH=/tmp/evil')]) },
      /something follows its end|not in its manifest/,
    ],
    ['words behind the end', { tar: (plain) => Buffer.concat([plain, Buffer.from('x'.repeat(600))]) }, /damaged/],
    [
      'a second archive behind it',
      { packed: (gzipped) => Buffer.concat([gzipped, gzipSync(entry('data/.env', 'x=y'))]) },
      /something follows its end|not in its manifest/,
    ],
    [
      'zeros behind what is packed',
      { packed: (gzipped) => Buffer.concat([gzipped, zeros(10_000)]) },
      /something follows its end/,
    ],
    [
      'many zeros behind what is packed',
      { packed: (gzipped) => Buffer.concat([gzipped, zeros(1_000_000)]) },
      /something follows its end/,
    ],
    ['packed twice', { packed: (gzipped) => gzipSync(gzipped) }, /it is packed twice/],
    [
      'a manifest that promises 2 TB',
      {
        manifest: (m) => ({
          ...m,
          files: [...m.files, { ...m.files[0], path: 'tokens/padaria-joao/big', bytes: 2e12 }],
        }),
      },
      /it would unpack to 2000001 MB from 1 MB/,
    ],
    [
      'a thousand directories and more',
      {
        tar: (plain) =>
          Buffer.concat([
            plain.subarray(0, -1024),
            ...Array.from({ length: 2000 }, (_, n) => directory(`tokens/x${n}`)),
            zeros(1024),
          ]),
      },
      /more entries than its manifest names/,
    ],
  ]);

  it('is bounded by the file, not only by what its manifest says', async () => {
    const file = await tampered({ add: { 'tokens/padaria-joao/zeros': '\0'.repeat(3_000_000) } });
    const limits = { alwaysBytes: 1_000_000, ratio: 20 };
    await expect(readArchive({ file, place: () => null, limits })).rejects.toThrow(/it would unpack to 4 MB from 1 MB/);
    expect((await readArchive({ file, place: () => null, limits: { ...limits, ratio: 2000 } })).session).toBeNull();
  });
});

describe('keys and files that never end', () => {
  it('a passphrase is given no more work than ours, whatever the header asks for', async () => {
    const paths = emptyHome();
    const sealed = encryptFirstFormat(Buffer.from('x'), 'p');
    const file = join(paths.home, 'evil.enc');
    for (const [log2N, r, p] of [
      [30, 8, 1],
      [18, 16, 1],
      [16, 8, 8],
      [255, 255, 255],
      [19, 8, 1],
    ]) {
      const header = Buffer.from(sealed);
      header.set([log2N ?? 0, r ?? 0, p ?? 0], 9);
      writeFileSync(file, header);
      await refusedOn(file, /asks for more work than a passphrase is given/, 'p');
    }
    for (const [log2N, r, p] of [
      [16, 0, 1],
      [16, 8, 0],
      [0, 8, 1],
    ]) {
      const header = Buffer.from(sealed);
      header.set([log2N ?? 0, r ?? 0, p ?? 0], 9);
      writeFileSync(file, header);
      await refusedOn(file, /passphrase is wrong, or the backup is damaged/, 'p');
    }
    const stanza = `age-encryption.org/v1\n-> scrypt ${'A'.repeat(22)} 30\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n`;
    writeFileSync(file, stanza + 'x'.repeat(200));
    await refusedOn(file, /scrypt 2\^30; 2\^18 is the most/, 'p');
  });

  it('a pipe or a device is no backup', async () => {
    const paths = emptyHome();
    const pipe = join(paths.home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero', paths.home]) await refusedOn(file, /is no file/);
    expect(existsSync(paths.database)).toBe(false);
    expect(readdirSync(paths.tokens)).toEqual(['.locks']);
  });
});
