import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../home/home-paths.ts';
import { hostOf } from '../session/tool.ts';
import { unreadableSecrets } from './unreadable-secrets.ts';

/**
 * Secrets that sign what is sent to sessions' tools and hooks: a file of `data/`, 0600, by session id and name. Like the sessions' own AI
 * keys never in the store, which is replicated and copied.
 */

/** A secret signs calls to the host for which it was given: a definition that came with an archive and leads elsewhere has none. */
const given = z.object({ host: z.string(), secret: z.string() });
const schema = z.record(z.string(), z.record(z.string(), given));
export type GivenSecret = Readonly<z.infer<typeof given>>;
export type SigningSecrets = Readonly<Record<string, Readonly<Record<string, GivenSecret>>>>;

/** Functions over one such file of `data/`. */
export const createSigningSecrets = (fileName: string) => {
  const fileOf = (paths: HomePaths): string => join(paths.data, fileName);

  /** All of them; none when there is no file. Throws `failed` when it is not readable. */
  const read = (paths: HomePaths): SigningSecrets => {
    try {
      return schema.parse(JSON.parse(readFileSync(fileOf(paths), 'utf8')));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw unreadableSecrets(fileOf(paths), error);
    }
  };

  const writeAll = (paths: HomePaths, secrets: SigningSecrets): void => {
    const temporary = `${fileOf(paths)}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(secrets), { mode: 0o600, flush: true });
    renameSync(temporary, fileOf(paths));
  };

  /** A session's secrets in the place of all that it has. Only the master writes. */
  const replace = (paths: HomePaths, sessionId: string, secrets: Readonly<Record<string, GivenSecret>>): void => {
    const { [sessionId]: had, ...others } = read(paths);
    if (Object.keys(secrets).length > 0) writeAll(paths, { ...others, [sessionId]: secrets });
    else if (had !== undefined) writeAll(paths, others);
  };

  return {
    read,
    replace,

    /** The secret that signs for this name and address; null: none was given here for the host that it leads to. */
    of: (paths: HomePaths, sessionId: string, of: { readonly name: string; readonly url: string }): string | null => {
      const own = read(paths)[sessionId]?.[of.name];
      return own !== undefined && own.host === hostOf(of.url) ? own.secret : null;
    },

    /** Sets or (with null) forgets one. Only the master writes. */
    write: (paths: HomePaths, sessionId: string, name: string, secret: GivenSecret | null): void => {
      const { [name]: _old, ...kept } = read(paths)[sessionId] ?? {};
      replace(paths, sessionId, secret === null ? kept : { ...kept, [name]: secret });
    },

    /** Forgets the secrets of sessions that are gone; how many there were. */
    forget: (paths: HomePaths, sessionIds: readonly string[]): number => {
      const all = read(paths);
      const gone = Object.entries(all).filter(([id]) => sessionIds.includes(id));
      if (gone.length > 0)
        writeAll(paths, Object.fromEntries(Object.entries(all).filter(([id]) => !sessionIds.includes(id))));
      return gone.reduce((sum, [, own]) => sum + Object.keys(own).length, 0);
    },
  };
};
