import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dropTheseFiles, sendFilePath, sessionFilesDir } from '../../home/send-files.ts';
import {
  type SendFile,
  sendFileBounds,
  sendFileKinds,
  sendFileNameProblem,
  shownFileName,
} from '../../session/send-file.ts';
import type { BelongingKind, BelongingSource } from './belonging-kind.ts';
import { actorSchema, momentSchema, notUnderstood, readLaidOut } from './read-laid-out.ts';
import { stableJson } from './stable-json.ts';

/** Files that a session may send: what is known of them, and their bytes. */

const file = 'files.json';
const folder = 'files';

const laidOutSchema = z.object({
  files: z
    .array(
      z.object({
        name: z.string().refine((name) => sendFileNameProblem(name) === null),
        fileName: z.string().refine((name) => shownFileName(name) === name),
        description: z.string().max(sendFileBounds.description),
        kind: z.enum(sendFileKinds),
        mimeType: z.string().max(200),
        isVoice: z.boolean(),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z.number().int().min(0).max(sendFileBounds.bytes.document),
        addedAt: momentSchema,
        actor: actorSchema,
      }),
    )
    .max(sendFileBounds.perSession),
});

/** Without its version, which each store counts for itself. */
const listOf = ({ store, sessionId }: BelongingSource) =>
  store.sendFiles.list(sessionId).map(({ version: _, ...one }: SendFile) => one);

/** It is on the disk before it is named: a power cut leaves no empty file of the right name. */
const settleFile = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
const settleDirectory = (path: string): void => {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

export const filesKind: BelongingKind = {
  name: 'files',

  describe: (source) => {
    const files = listOf(source);
    return files.length === 0 ? null : stableJson(files);
  },

  layOut: async (source, directory) => {
    const { paths, sessionId } = source;
    // What is gone from the disk is gone elsewhere, too; its line says so here.
    const files = listOf(source).filter(({ hash }) => existsSync(sendFilePath(paths, sessionId, hash)));
    await writeFile(join(directory, file), JSON.stringify({ files }), { mode: 0o600 });
    const hashes = [...new Set(files.map(({ hash }) => hash))];
    return {
      count: files.length,
      written: [file],
      copied: hashes.map((hash) => ({ from: sendFilePath(paths, sessionId, hash), name: `${folder}/${hash}` })),
    };
  },

  prepare: async (target, directory) => {
    const { store, paths, sessionId, now } = target;
    const { files } = await readLaidOut(join(directory, file), laidOutSchema, 'the files that it sends');
    const isOnce = new Set(files.map(({ name }) => name)).size === files.length;
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const hashes = [...new Set(files.map(({ hash }) => hash))];
    const came = (hash: string): string => join(directory, folder, hash);
    if (!isOnce || total > sendFileBounds.sessionBytes || !hashes.every((hash) => existsSync(came(hash))))
      throw notUnderstood('the files that it sends');
    for (const hash of hashes) await settleFile(came(hash));

    let replaced: ReadonlySet<string> = new Set();
    return {
      count: files.length,
      // Bytes first, and their names in the same moment: nobody tidies what he cannot see.
      commit: () => {
        replaced = store.sendFiles.hashes(sessionId);
        const place = sessionFilesDir(paths, sessionId);
        mkdirSync(place, { recursive: true, mode: 0o700 });
        for (const hash of hashes) renameSync(came(hash), sendFilePath(paths, sessionId, hash));
        settleDirectory(place);
        store.sendFiles.replaceAll(sessionId, files, now);
      },
      abandon: () => undefined,
      // These alone: what arrives through the door meanwhile has its bytes here before it has a name.
      tidy: async () => dropTheseFiles(paths, sessionId, replaced, () => store.sendFiles.hashes(sessionId)),
    };
  },
};
