import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../home/home-paths.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { hostOf, type Tool } from '../session/tool.ts';

/**
 * Secrets that sign the calls of sessions' tools: `data/tool-secrets.json`, 0600, by session id and name of the tool. Like the sessions'
 * own AI keys never in the store, which is replicated and copied.
 */

/** A secret signs calls to the host for which it was given: a definition that came with an archive and leads elsewhere has none. */
const given = z.object({ host: z.string(), secret: z.string() });
const schema = z.record(z.string(), z.record(z.string(), given));
type Given = Readonly<z.infer<typeof given>>;
type Secrets = Readonly<Record<string, Readonly<Record<string, Given>>>>;
const fileOf = (paths: HomePaths): string => join(paths.data, 'tool-secrets.json');

/** All of them; none when there is no file. Throws `failed` when it is not readable. */
export const readToolSecrets = (paths: HomePaths): Secrets => {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(paths), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new FleetError('failed', `cannot read ${fileOf(paths)}: ${messageOf(error)}. Mend or remove it.`, {
      cause: error,
    });
  }
};

/** The secret by which a tool's calls are signed; null: none was given here for the host that it leads to. */
export const toolSecretOf = (paths: HomePaths, sessionId: string, tool: Pick<Tool, 'name' | 'url'>): string | null => {
  const own = readToolSecrets(paths)[sessionId]?.[tool.name];
  return own !== undefined && own.host === hostOf(tool.url) ? own.secret : null;
};

const write = (paths: HomePaths, secrets: Secrets): void => {
  const temporary = `${fileOf(paths)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(secrets), { mode: 0o600, flush: true });
  renameSync(temporary, fileOf(paths));
};

/** A session's secrets in the place of all that it has. Only the master writes. */
export const replaceToolSecrets = (
  paths: HomePaths,
  sessionId: string,
  secrets: Readonly<Record<string, Given>>,
): void => {
  const { [sessionId]: had, ...others } = readToolSecrets(paths);
  if (Object.keys(secrets).length > 0) write(paths, { ...others, [sessionId]: secrets });
  else if (had !== undefined) write(paths, others);
};

/** Sets or (with null) forgets the secret of a tool. Only the master writes. */
export const writeToolSecret = (paths: HomePaths, sessionId: string, tool: string, secret: Given | null): void => {
  const { [tool]: _old, ...kept } = readToolSecrets(paths)[sessionId] ?? {};
  replaceToolSecrets(paths, sessionId, secret === null ? kept : { ...kept, [tool]: secret });
};

/** Forgets the secrets of sessions that are gone; how many there were. */
export const forgetToolSecrets = (paths: HomePaths, sessionIds: readonly string[]): number => {
  const all = readToolSecrets(paths);
  const gone = Object.entries(all).filter(([id]) => sessionIds.includes(id));
  if (gone.length > 0) write(paths, Object.fromEntries(Object.entries(all).filter(([id]) => !sessionIds.includes(id))));
  return gone.reduce((sum, [, own]) => sum + Object.keys(own).length, 0);
};
