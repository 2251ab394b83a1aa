import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EnvRefusal, examineEnvFile, refusalLine, takeEnvFile } from '../../src/settings/env-file-trust.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { contentHash, readTrusted, trustFile, writeTrusted } from '../../src/settings/trusted-directories.ts';
import { ownDirectory } from '../support/own-directory.ts';

/** A directory of the user's own with an `.env`, a fleet elsewhere, and what he has confirmed. */
let root = '';
let work = '';
let home = '';
let env: { XDG_CONFIG_HOME: string };
beforeEach(() => {
  root = ownDirectory('zf-trust-');
  work = join(root, 'middle', 'work');
  home = join(root, 'home');
  env = { XDG_CONFIG_HOME: join(root, 'config') };
  mkdirSync(work, { recursive: true, mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (text: string, mode = 0o600): void => {
  writeFileSync(join(work, '.env'), text, { mode });
  chmodSync(join(work, '.env'), mode);
};
const load = (cwd = work) => loadSettings({ env: { ...env }, cwd, home });
const refusalOf = (cwd = work): EnvRefusal => {
  const { refused } = load(cwd);
  if (refused === null) throw new Error('nothing was refused');
  return refused;
};
const trust = (directory = work): void => {
  const found = examineEnvFile({ directory, home, env });
  if (found.kind !== 'read') throw new Error(found.kind);
  writeTrusted(trustFile(env), { ...readTrusted(trustFile(env)), [found.directory]: found.hash });
};

const hostile = [
  'BROWSER_PATH=/tmp/evil',
  'BROWSER_ARGS=["--renderer-cmd-prefix=/tmp/evil"]',
  'OPENAI_BASE_URL=http://evil.example',
  'GEMINI_BASE_URL=http://evil.example',
  'ALERT_TELEGRAM_BASE_URL=http://evil.example',
  'PM2_HOME=/tmp/evil',
  'PM2_LOG_DIR=/tmp/evil',
];
const namesOf = (lines: readonly string[]): string[] => lines.map((line) => line.split('=')[0] ?? '');

describe('the newcomer’s own .env', () => {
  test('gives the first start keys, Supabase, prompt and numbers without a question', () => {
    put(
      'AI_SELECTED=GPT\nOPENAI_KEY=sk-own\nSUPABASE_URL=https://abc.supabase.co\nSUPABASE_SERVICE_ROLE_KEY=key\nADMIN_NUMBERS=5511987654321\nALERT_SLACK_URL=https://hooks.example.com/x\n',
    );
    const { settings, secrets, refused } = load();
    expect(refused).toBeNull();
    expect(settings).toMatchObject({ AI_SELECTED: 'openai', SUPABASE_URL: 'https://abc.supabase.co' });
    expect(settings.ALERT_SLACK_URL).toBe('https://hooks.example.com/x');
    expect(secrets).toMatchObject({ OPENAI_KEY: 'sk-own', SUPABASE_SERVICE_ROLE_KEY: 'key' });
  });

  test('never runs a program, moves files or gives keys to an address: named, with the command that helps', () => {
    put(`${hostile.join('\n')}\nOPENAI_KEY=sk-own\nDATABASE_URL=postgres://x\nNODE_OPTIONS=--require=/tmp/evil\n`);
    const { raw, secrets, sources, refused } = load();
    expect(namesOf(hostile).filter((name) => raw[name] !== undefined)).toEqual([]);
    expect(sources['BROWSER_PATH']).toBe('default');
    expect(secrets.OPENAI_KEY).toBe('sk-own');
    expect(refused?.names?.toSorted()).toEqual(namesOf(hostile).toSorted());
    expect(refusalLine(refusalOf())).toBe(
      `${namesOf(hostile).join(', ')} of ${work}/.env were not taken: what runs programs or sends data elsewhere counts only in a directory that you have confirmed. If it is yours: zap-fleet trust ${work}`,
    );
  });

  test('FLEET_HOME of an unconfirmed directory is not obeyed', () => {
    put(`FLEET_HOME=${join(root, 'evil')}\n`);
    const { paths, refused } = loadSettings({ env: { ...env }, cwd: work });
    expect(paths.home).not.toBe(join(root, 'evil'));
    expect(refused?.names).toEqual(['FLEET_HOME']);
    // Where the fleet lies was said already: nothing is lost.
    expect(load().refused).toBeNull();
  });

  test('what a stronger source gives is not lost, so it is not spoken of', () => {
    put('BROWSER_PATH=/tmp/evil\n');
    const { settings, refused } = loadSettings({ env: { ...env, BROWSER_PATH: '/usr/bin/true' }, cwd: work, home });
    expect([settings.BROWSER_PATH, refused]).toEqual(['/usr/bin/true', null]);
  });

  test('where data goes is not changed by a directory that one merely stands in', () => {
    const ran = { raw: { SUPABASE_URL: 'https://mine.supabase.co' } };
    mkdirSync(join(home, 'data'), { recursive: true });
    mkdirSync(join(home, 'run'));
    writeFileSync(join(home, 'data', 'fleet.db'), 'x');
    writeFileSync(join(home, 'run', 'master.json'), JSON.stringify(ran));
    writeFileSync(join(home, 'run', 'secrets.json'), JSON.stringify({ FLEET_API_TOKEN: 'mine' }));

    put('SUPABASE_URL=https://mine.supabase.co\nFLEET_API_TOKEN=mine\n');
    expect(load().refused).toBeNull();
    expect(load().settings.SUPABASE_URL).toBe('https://mine.supabase.co');

    put('SUPABASE_URL=https://evil.supabase.co\nFLEET_API_TOKEN=known\nFLEET_HOST=0.0.0.0\nPORT=4000\n');
    expect(refusalOf().names).toEqual(['SUPABASE_URL', 'FLEET_API_TOKEN', 'FLEET_HOST']);
    expect(load().settings).toMatchObject({ FLEET_HOST: '127.0.0.1', PORT: 4000 });
    expect(load().secrets.FLEET_API_TOKEN).toBeUndefined();

    // A last start that cannot be read says nothing.
    writeFileSync(join(home, 'run', 'master.json'), '{"raw":');
    put('SUPABASE_URL=https://mine.supabase.co\n');
    expect(refusalOf().names).toEqual(['SUPABASE_URL']);
  });
});

describe('nothing is read of a file that others could have written', () => {
  const me = process.getuid?.() ?? 0;

  test.each<[string, () => void, RegExp]>([
    ['everybody can write it', () => put('PORT=1\n', 0o602), /everybody can write to .*\.env\. .*chmod go-w .*\.env$/],
    [
      'a directory above it',
      () => chmodSync(join(root, 'middle'), 0o777),
      /everybody can write to .*chmod go-w .*middle$/,
    ],
    ['everybody may put files there', () => chmodSync(work, 0o1777), /everybody can put files into .*work.*install -D/],
    ['it is a directory', () => makeInstead(() => mkdirSync(join(work, '.env'))), /is not a file.*rm /],
    ['it is a pipe', () => makeInstead(() => execFileSync('mkfifo', [join(work, '.env')])), /is not a file/],
    ['it leads round', () => makeInstead(() => symlinkSync('.env', join(work, '.env'))), /circle.*rm /],
    [
      'it is a link into /tmp',
      () => makeInstead(() => symlinkSync(join(tmpdir(), 'env-of-somebody'), join(work, '.env'))),
      /everybody can put files into/,
    ],
  ])('%s', (_what, spoil, words) => {
    put('PORT=4321\nOPENAI_KEY=sk-x\n');
    spoil();
    const { settings, secrets, refused } = load();
    expect([settings.PORT, secrets.OPENAI_KEY]).toEqual([3000, undefined]);
    expect(refused?.names).toBeNull();
    expect(refusalLine(refusalOf())).toMatch(words);
  });

  const makeInstead = (make: () => void): void => {
    rmSync(join(work, '.env'));
    make();
  };

  test.skipIf(me !== 0)('a directory that a group can write to, and a file', () => {
    put('PORT=4321\n');
    chmodSync(join(root, 'middle'), 0o775);
    expect(refusalOf()).toMatchObject({ names: null, reason: expect.stringContaining('its group can write to') });
    chmodSync(join(root, 'middle'), 0o755);
    chmodSync(join(work, '.env'), 0o660);
    expect(refusalOf().mend).toBe(`chmod go-w ${work}/.env`);
  });

  test('somebody else’s file; but root’s counts for everybody', () => {
    put('PORT=4321\n');
    const stranger = examineEnvFile({ directory: work, home, env, uid: me === 0 ? 4242 : 0 });
    if (me === 0) expect(stranger.kind).toBe('read');
    else expect(stranger).toMatchObject({ kind: 'unsafe', refusal: { reason: expect.stringContaining(`user ${me}`) } });
  });

  test.skipIf(me !== 0)('a user’s own file counts for him, and no other user’s', () => {
    put('PORT=4321\n');
    const examine = (uid: number) => examineEnvFile({ directory: work, home, env, uid });
    execFileSync('chown', ['4242', join(work, '.env')]);
    expect(examine(4242).kind).toBe('read');
    expect(examine(4343)).toMatchObject({
      kind: 'unsafe',
      refusal: { reason: `${work}/.env belongs to user 4242`, names: null },
    });
  });

  test.skipIf(me !== 0)('a file, a directory or a link of another user', () => {
    put('PORT=4321\n');
    execFileSync('chown', ['4242', join(work, '.env')]);
    expect(refusalOf()).toMatchObject({ names: null, reason: `${work}/.env belongs to user 4242` });
    // A user's own file is nothing that root obeys, and what he owns on the way is not ours to mend with chmod.
    expect(refusalOf().mend).toBe(`install -D -m 600 ${work}/.env ${home}/data/.env`);
    execFileSync('chown', ['0', join(work, '.env')]);
    expect(load().settings.PORT).toBe(4321);

    execFileSync('chown', ['4242', join(root, 'middle')]);
    expect(refusalOf().reason).toBe(`${root}/middle belongs to user 4242`);
    execFileSync('chown', ['0', join(root, 'middle')]);

    renameSync(join(work, '.env'), join(root, 'real.env'));
    symlinkSync(join(root, 'real.env'), join(work, '.env'));
    expect(load().settings.PORT).toBe(4321);
    execFileSync('chown', ['-h', '4242', join(work, '.env')]);
    expect(refusalOf().reason).toBe(`${work}/.env belongs to user 4242`);
  });

  test('settings that the fleet has already are added to, not replaced', () => {
    put('PORT=4321\n');
    mkdirSync(join(home, 'data'), { recursive: true });
    writeFileSync(join(home, 'data', '.env'), 'TZ=UTC\n');
    chmodSync(work, 0o1777);
    expect(refusalOf().mend).toBe(`cat ${work}/.env >> ${home}/data/.env`);
  });

  test('a link to a file of one’s own is followed', () => {
    mkdirSync(join(root, 'dotfiles'));
    writeFileSync(join(root, 'dotfiles', 'env'), 'PORT=4321\n', { mode: 0o600 });
    symlinkSync('../../dotfiles/env', join(work, '.env'));
    expect(load().settings.PORT).toBe(4321);
    chmodSync(join(root, 'dotfiles'), 0o777);
    expect(refusalOf().reason).toBe(`everybody can write to ${root}/dotfiles`);
  });

  test('a link that leads nowhere, and no file at all, are nothing', () => {
    expect(load().refused).toBeNull();
    chmodSync(work, 0o1777);
    expect(load().refused).toBeNull();
    chmodSync(work, 0o755);
    symlinkSync('nowhere', join(work, '.env'));
    expect(load().refused).toBeNull();
  });
});

describe('a directory that was confirmed', () => {
  test('counts whole until its .env changes; then it is asked about again', () => {
    put('BROWSER_PATH=/usr/bin/true\nOPENAI_BASE_URL=http://127.0.0.1:1/v1\n');
    trust();
    expect(load()).toMatchObject({ refused: null, settings: { BROWSER_PATH: '/usr/bin/true' } });
    put('BROWSER_PATH=/tmp/evil\nOPENAI_BASE_URL=http://127.0.0.1:1/v1\n');
    expect(refusalOf()).toMatchObject({
      names: ['BROWSER_PATH', 'OPENAI_BASE_URL'],
      reason: 'the file has changed since you confirmed it',
    });
    expect(load().settings.BROWSER_PATH).toBeUndefined();
  });

  test('moved elsewhere, or another one moved to its place, is not the one', () => {
    put('BROWSER_PATH=/usr/bin/true\n');
    trust();
    const moved = join(root, 'moved');
    renameSync(work, moved);
    expect(refusalOf(moved).names).toEqual(['BROWSER_PATH']);
    mkdirSync(work);
    put('BROWSER_PATH=/tmp/evil\n');
    expect(refusalOf().names).toEqual(['BROWSER_PATH']);
  });

  test('is the same through a symbolic link', () => {
    put('BROWSER_PATH=/usr/bin/true\n');
    trust();
    symlinkSync(work, join(root, 'link'));
    expect(load(join(root, 'link')).settings.BROWSER_PATH).toBe('/usr/bin/true');
  });

  test('still has to be nobody else’s', () => {
    put('BROWSER_PATH=/usr/bin/true\n');
    trust();
    chmodSync(join(work, '.env'), 0o666);
    expect(refusalOf()).toMatchObject({ names: null });
  });

  test.each<[string, (file: string) => void]>([
    ['everybody can write', (file) => chmodSync(file, 0o606)],
    [
      'is a link',
      (file) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
    ],
    ['is no JSON', (file) => writeFileSync(file, '{')],
    ['says something else', (file) => writeFileSync(file, '{"version":2,"directories":{}}')],
    ['lies where everybody can write', (file) => chmodSync(join(file, '..'), 0o777)],
  ])('a list of confirmed directories that %s confirms nothing', (_what, spoil) => {
    put('BROWSER_PATH=/usr/bin/true\n');
    trust();
    spoil(trustFile(env));
    expect(refusalOf().names).toEqual(['BROWSER_PATH']);
  });
});

test('the fleet’s own directory is obeyed wherever the user has put it, and is still nobody else’s', () => {
  const here = mkdtempSync(join(tmpdir(), 'zf-own-'));
  try {
    writeFileSync(join(here, '.env'), 'BROWSER_PATH=/usr/bin/true\n', { mode: 0o600 });
    const own = loadSettings({ env: { ...env }, cwd: here, home: here });
    expect([own.settings.BROWSER_PATH, own.refused]).toEqual(['/usr/bin/true', null]);
    chmodSync(here, 0o777);
    expect(loadSettings({ env: { ...env }, cwd: here, home: here }).refused).toMatchObject({ names: null });
  } finally {
    rmSync(here, { recursive: true });
  }
});

test('nothing is taken of a file whose standing is unknown', () => {
  const values = { BROWSER_PATH: '/x', PORT: '1', PM2_HOME: ' ' };
  const found = {
    kind: 'read',
    file: '/d e/.env',
    directory: '/d e',
    values,
    hash: contentHash(Buffer.from('')),
  } as const;
  const taken = takeEnvFile({ ...found, standing: 'unknown' }, home, () => false);
  expect(taken.values).toEqual({ PORT: '1', PM2_HOME: ' ' });
  expect(taken.refused?.mend).toBe("zap-fleet trust '/d e'");
});
