import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { create, extract } from 'tar';
import { expect } from 'vitest';
import { type Manifest, manifestName } from '../../src/backup/backup-format.ts';
import { createBackup } from '../../src/backup/create-backup.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { emptyHome, leftOvers, put, sampleFleet, usual } from './fleet-home.ts';

/** Archives as somebody would make them who means harm. */

const described = (path: string, bytes: Uint8Array) => ({
  path,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

const namesOf = (files: readonly string[]): string[] => [
  ...new Set(files.flatMap((path) => (path.startsWith('tokens/') ? [path.split('/')[1] ?? ''] : []))),
];

/** An archive made by hand: files, and what its manifest says of them. */
export const forge = async (
  files: Record<string, string>,
  more: { extra?: string[]; prepare?: (root: string) => void } = {},
): Promise<string> => {
  const home = emptyHome();
  const root = join(home.home, 'forged');
  mkdirSync(root);
  const all: Record<string, string> = { ...files, 'data/fleet.db': files['data/fleet.db'] ?? 'none' };
  for (const [path, text] of Object.entries(all)) put(join(root, path), text);
  const manifest = {
    format: 'zap-fleet-backup',
    version: 1,
    createdAt: 1,
    program: '1',
    fleetId: 'f',
    host: 'h',
    session: null,
    sessions: namesOf(Object.keys(files))
      .filter((name) => name === 'padaria-joao')
      .map((name) => ({ name, profile: 'copied', reason: null })),
    files: Object.entries(all).map(([path, text]) => described(path, Buffer.from(text))),
  };
  writeFileSync(join(root, manifestName), JSON.stringify(manifest));
  more.prepare?.(root);
  const file = join(home.home, 'forged.tar.gz');
  const plain = `${file}.plain`;
  // tar 7.5 ends an archive with hard links twice unless it works in sync; ours have none.
  create({ file: plain, cwd: root, preservePaths: true, sync: true }, [
    manifestName,
    ...Object.keys(all),
    ...(more.extra ?? []),
  ]);
  writeFileSync(file, gzipSync(readFileSync(plain)));
  return file;
};

export interface Tampering {
  /** Of one session instead of the fleet. */
  readonly session?: string;
  readonly database?: (database: DatabaseSync) => void;
  /** Files beside those that are in it, by path. */
  readonly add?: Readonly<Record<string, string>>;
  /** What the manifest says in the end; hashes of what was changed are right by then. */
  readonly manifest?: (manifest: Manifest) => unknown;
  /** Entries once more, behind all others. */
  readonly again?: readonly string[];
  readonly tar?: (plain: Buffer) => Buffer;
  readonly packed?: (gzipped: Buffer) => Buffer;
}

/** A true backup, unpacked once for all tests of a file. */
const unpacked = new Map<string, string>();
const trueBackup = async (session: string | undefined): Promise<string> => {
  const known = unpacked.get(session ?? '');
  if (known !== undefined && existsSync(known)) return known;
  const { paths, store } = sampleFleet();
  const file = join(paths.home, 'true.tar.gz');
  await createBackup({ ...usual(paths), to: file, session: session === undefined ? null : parseSessionName(session) });
  store.close();
  const root = join(paths.home, 'true');
  mkdirSync(root);
  await extract({ file, cwd: root });
  unpacked.set(session ?? '', root);
  return root;
};

/** A true backup of which one thing was changed, with every hash made right again. */
export const tampered = async (tampering: Tampering): Promise<string> => {
  const home = emptyHome();
  const root = join(home.home, 'tampered');
  cpSync(await trueBackup(tampering.session), root, { recursive: true });
  const path = join(root, 'data/fleet.db');
  if (tampering.database !== undefined) {
    const database = new DatabaseSync(path);
    tampering.database(database);
    database.close();
  }
  for (const [name, text] of Object.entries(tampering.add ?? {})) put(join(root, name), text);

  const true_ = JSON.parse(readFileSync(join(root, manifestName), 'utf8')) as Manifest;
  const files = [
    ...true_.files.filter((one) => one.path !== 'data/fleet.db' && tampering.add?.[one.path] === undefined),
    ...['data/fleet.db', ...Object.keys(tampering.add ?? {})].map((name) =>
      described(name, readFileSync(join(root, name))),
    ),
  ];
  const manifest = tampering.manifest?.({ ...true_, files }) ?? { ...true_, files };
  writeFileSync(join(root, manifestName), JSON.stringify(manifest));

  const plain = join(home.home, 'plain.tar');
  create({ file: plain, cwd: root, sync: true, portable: true }, [
    manifestName,
    'data',
    ...(existsSync(join(root, 'tokens')) ? ['tokens'] : []),
    ...(tampering.again ?? []),
  ]);
  const file = join(home.home, 'tampered.tar.gz');
  const bytes = readFileSync(plain);
  const gzipped = gzipSync(tampering.tar?.(bytes) ?? bytes);
  writeFileSync(file, tampering.packed?.(gzipped) ?? gzipped);
  return file;
};

/** Restored on an empty machine it is refused in one line, and leaves nothing behind there. */
export const refusedOn = async (file: string, why: RegExp, passphrase?: string): Promise<void> => {
  const paths = emptyHome();
  const restoring = restoreBackup({ paths, file, passphrase, yes: true });
  await expect(restoring).rejects.toThrow(why);
  await expect(restoring).rejects.toMatchObject({ name: 'FleetError', message: expect.not.stringContaining('\n') });
  expect(existsSync(paths.database)).toBe(false);
  expect(existsSync(paths.envFile)).toBe(false);
  expect(leftOvers(paths)).toEqual([]);
  expect(existsSync(join(dirname(paths.home), 'evil'))).toBe(false);
};
